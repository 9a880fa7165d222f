#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-fleet.sh: the audit as docs/fleet says, on a system as people have it. A
# VM boots Debian with systemd from a root of its own, with the package of
# taskshare, node_exporter, Prometheus, and programs that share in ways of their
# own. Sums up as check.sh does. Root only. From the environment:
#	KERNEL	the kernel to boot, 6.12 by default

. "${0%/*}/lib.sh"
. "$here/apt.sh"
. "$here/arch.sh"
. "$here/jobs.sh"
. "$here/roots.sh"

JOBS=1
suite=$(own_suite)
logs=$top/build/fleet
tests=$top/build/userspace/tests

# Programs beside systemd, of which an audit must say nothing that is wrong
software="systemd-sysv udev dbus cron prometheus prometheus-node-exporter jq
	procps iproute2 podman runc crun postfix samba bubblewrap nodejs
	busybox-static"

in_root() {
	within "$root" "$suite" "$@" >>"$logs/root.log" 2>&1 ||
		die "$1 failed: see $logs/root.log"
}

make_root() {
	fresh "$suite" "$root"
	printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
	chmod +x "$root/usr/sbin/policy-rc.d"
	cp "$1" "$root/root/taskshare.deb"
	say ROOT "$(tr -s '\n\t' ' ' <<<"$software")"
	in_root apt-get -qq update
	# shellcheck disable=SC2086 # a list of words
	in_root apt-get -qq -y --no-install-recommends install $software \
		/root/taskshare.deb
	install -D -m 0644 "$here/fleet-guest.service" \
		"$root/etc/systemd/system/fleet-guest.service"
	in_root systemctl enable fleet-guest.service
	# These have nothing to do, or no network for it.
	in_root systemctl disable nmbd podman podman-restart podman-auto-update
	rm -rf "$root"/root/* "$root"/root/.cache "$root"/usr/share/{doc,locale}/* \
		"$root"/usr/sbin/policy-rc.d "$root"/var/lib/apt/lists/*
	mkdir -p "$root/root/tests"
	cp "$here/fleet-guest.sh" "$tests/audit_task" \
		"$top"/docs/fleet/*.yml "$root/root/tests"
	tar -C "$root" -cf "$tmp/root.tar" .
	rm -rf "$root"
}

in_vm() {
	CMD=: APPEND="rdinit=/vm/fleet-init ${APPEND-}" MODULE=0 READER=0 \
		VMDEBUG=0 MEM=6G TIMEOUT=1800 VMLOG=$logs/console.log \
		FILES="$here/fleet-init $tmp/root.tar" "$here/run.sh"
}

rm -rf "$logs"
mkdir -p "$logs"
"${MAKE:-make}" -s -C "$top" deb >"$logs/deb.log" 2>&1 ||
	die "make deb failed: see $logs/deb.log"
need_roots
scratch
root=$tmp/root
base "$suite"
make_root "$top"/build/deb/taskshare_*.deb
job fleet native fleet in_vm
wait
say LOGS "$logs"
total
