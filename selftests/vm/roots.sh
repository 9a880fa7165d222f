# SPDX-License-Identifier: GPL-2.0-only
# Fresh roots of Debian's suites, as debootstrap leaves them; sourced. They, and the
# packages and what else is downloaded in them, are kept in the cache. Root only.
# Wants $logs, $tmp, apt.sh and arch.sh.
# shellcheck shell=bash disable=SC2154

suites=$cache/suites

need_roots() {
	[ "$(id -u)" -eq 0 ] || die "makes roots of its own: run it as root"
	command -v debootstrap >/dev/null ||
		die "no debootstrap: apt-get install debootstrap"
	mkdir -p "$suites"
	lock suites
}

# base SUITE: what debootstrap makes, once a month.
base() {
	local suite=$1 tar=$suites/$1.tar mirror
	local scripts=/usr/share/debootstrap/scripts script=()

	[ -z "$(find "$tar" -mtime -30 2>/dev/null)" ] || return 0
	say ROOT "$suite"
	mirror=$(apt_sources "$suite" "$machine_arch" |
		sed -n 's/^deb \[[^]]*\] \([^ ]*\) .*/\1/p' | head -n 1)
	[ -n "$mirror" ] ||
		die "apt is configured with no Debian archive to find $suite by"
	# A suite that is newer than debootstrap is made as the newest one.
	[ -e "$scripts/$suite" ] || script=("$scripts/sid")
	debootstrap --variant=minbase "$suite" "$tmp/base" "$mirror" \
		"${script[@]}" >"$logs/$suite-debootstrap.log" 2>&1 ||
		die "debootstrap failed: see $logs/$suite-debootstrap.log"
	apt_sources "$suite" "$machine_arch" \
		>"$tmp/base/etc/apt/sources.list"
	rm -f "$tmp/base"/var/cache/apt/archives/*.deb
	tar -C "$tmp/base" -cf "$tmp/base.tar" .
	mv "$tmp/base.tar" "$tar"
	rm -rf "$tmp/base"
}

# fresh SUITE ROOT: sets it up, with this tree, committed or not, in it.
fresh() {
	local suite=$1 root=$2

	mkdir -p "$root" "$suites/$suite"/{archives,cache}
	tar -C "$root" -xpf "$suites/$suite.tar"
	mkdir -p "$root/root/taskshare" "$root/root/.cache/taskshare"
	(cd "$top" && git ls-files -co --exclude-standard -z |
		xargs -0 ls -d 2>/dev/null | tar -cf - -T -) |
		tar -C "$root/root/taskshare" -xf -
}

# within ROOT SUITE COMMAND...: in there, with mounts that end with the command.
# After chroot(2) there are no user namespaces, and DKMS builds for the kernels that
# are installed; with ENTER=pivot_root it is a root as that of a container. npm gets
# to its registry by the certificates that this machine needs for it.
within() {
	local root=$1 suite=$2 ca=${NODE_EXTRA_CA_CERTS-}
	shift 2

	[ -z "$ca" ] || install -m 0644 "$ca" "$root/root/.ca.crt"
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare --mount --pid --fork --kill-child bash -euc '
		root=$1 kept=$2 enter=$3
		shift 3
		mount --bind "$root" "$root"
		mount --rbind /dev "$root/dev"
		mount --rbind /sys "$root/sys"
		mount -t proc proc "$root/proc"
		mount --bind "$kept/archives" "$root/var/cache/apt/archives"
		mount --bind "$kept/cache" "$root/root/.cache/taskshare"
		cp -L /etc/resolv.conf "$root/etc/resolv.conf"
		[ "$enter" ] || exec chroot "$root" "$@"
		cd "$root"
		pivot_root . mnt
		umount -l mnt
		exec "$@"' \
		within "$root" "$suites/$suite" "${ENTER-}" \
		env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		TERM=dumb DEBIAN_FRONTEND=noninteractive \
		TESTS="${TESTS-}" KERNELS="${KERNELS-}" \
		${ca:+NODE_EXTRA_CA_CERTS=/root/.ca.crt} \
		bash -c 'cd /root/taskshare && exec "$@"' bash "$@" </dev/null
}

