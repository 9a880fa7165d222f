#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# packages.sh: makes the packages in a fresh root of each suite, as a user of it
# would, and installs, upgrades, removes and purges them in another one; the
# module is built there by DKMS for two kernels, and one that is too new is
# left out. The module and the reader that were installed then run in a VM.
# Sums up as check.sh does. Root only. From the environment:
#	SUITES	instead of all that are supported

. "${0%/*}/lib.sh"
. "$here/apt.sh"
. "$here/arch.sh"
. "$here/jobs.sh"
. "$here/roots.sh"

JOBS=1
logs=$top/build/packages

# shellcheck source=/dev/null
. "$top/VERSION"
need_roots
rm -rf "$logs"
mkdir -p "$logs"
scratch

# ok NAME [REASON]: a test, which fails if there is a reason.
ok() {
	n=$((n + 1))
	[ -z "${2-}" ] || { echo "# $2"; echo -n "not "; }
	echo "ok $n - $1"
	why=
}

# step NAME COMMAND...: a test in $root: the command ends with status 0.
step() {
	local name=$1
	shift

	echo "== $name: $*" >>"$log"
	within "$root" "$suite" "$@" >>"$log" 2>&1 ||
		why="status $?: $(tail -n 1 "$log")"
	ok "$name" "$why"
}

# in_root COMMAND...: what it prints.
in_root() {
	within "$root" "$suite" "$@" 2>>"$log"
}

older=0.0.1
apt="apt-get -qq -y --no-install-recommends"

# The packages of this suite, made in a root of it; in $debs.
make_packages() {
	root=$tmp/$suite-build
	fresh "$suite" "$root"
	step "apt-get update" apt-get -qq update
	step "what building needs" sh -c "$apt install make build-essential \
		lintian && $apt build-dep ."
	step "make deb" make deb
	mkdir -p "$debs/older"
	cp "$root"/root/taskshare/build/deb/*.deb "$debs" || true
	older
	rm -rf "$root"
}

# The same with a lower version in VERSION and the changelog, to upgrade from. The
# reader is packed again, not compiled, which takes minutes.
older() {
	step "an older version" sh -euc "
		sed -i 's/^VERSION=.*/VERSION=$older/' VERSION
		sed -i '1s/(.*)/($older)/' debian/changelog
		make -s dist
		tar -C /root -xf build/taskshare-$older.tar.gz
		dpkg-deb -R build/deb/taskshare_*.deb /root/reader
		sed -i 's/^Version: .*/Version: $older/' \
			/root/reader/DEBIAN/control
		dpkg-deb -b /root/reader /root
		cd /root/taskshare-$older
		dpkg-buildpackage -us -uc -A"
	cp "$root"/root/*_"$older"_*.deb "$debs/older" || true
}

# kernels: the names of the suite's newest kernel and of another flavour.
kernels() {
	in_root sh -c "apt-cache depends linux-headers-$machine_arch \
		linux-headers-rt-$machine_arch | sed -n 's/^  Depends: //p'" |
		grep '^linux-headers-[0-9]'
}

# state KERNEL: what DKMS says of the module for it.
state() {
	in_root dkms status -m taskshare -k "${1#linux-headers-}" |
		sed 's/.*: *//'
}

install_packages() {
	local headers

	root=$tmp/$suite-user
	fresh "$suite" "$root"
	mkdir -p "$root/root/debs"
	cp -r "$debs"/taskshare_*.deb "$debs"/taskshare-dkms_*.deb \
		"$debs/older" "$root/root/debs"
	step "apt-get update" apt-get -qq update
	mapfile -t headers < <(kernels)
	[ "${#headers[@]}" -eq 2 ] || why="headers: ${headers[*]}"
	ok "two kernels to build for" "$why"
	step "install the reader alone" \
		sh -c "$apt install /root/debs/older/taskshare_*.deb"
	step "the reader runs" sh -c 'taskshare --engine=proc $$ && taskshare lab'
	step "its labs show their source" sh -c 'taskshare lab --engine=proc \
		--record lesson threads && grep -q \
		"/usr/share/taskshare/lab/threads.c\", \"text\": \"//" lesson/0*'
	step "README shows its picture" sh -c 'cd /usr/share/doc/taskshare &&
		grep -q "](docs/picture.svg)" README.md && test -s docs/picture.svg'
	step "headers" sh -c "$apt install ${headers[0]}"
	step "install the module" \
		sh -c "$apt install /root/debs/older/taskshare-dkms_*.deb"
	[[ $(state "${headers[0]}") == installed* ]] ||
		why="for ${headers[0]} it is: $(state "${headers[0]}")"
	ok "built for the kernel that was there" "$why"
	step "another kernel's headers" sh -c "$apt install ${headers[1]}"
	step "kernel upgrade" sh -c "dkms autoinstall \
		-k ${headers[1]#linux-headers-}"
	[[ $(state "${headers[1]}") == installed* ]] ||
		why="for ${headers[1]} it is: $(state "${headers[1]}")"
	ok "built for the other one" "$why"
	upgrade
	too_new
	step "nothing is half configured" sh -c '! dpkg --audit | grep .'
	step autopkgtest sh -c "$apt install autopkgtest autodep8 &&
		autopkgtest --ignore-restrictions=breaks-testbed \
			--no-built-binaries . /root/debs/*.deb -- null"
	keep "${headers[0]#linux-headers-}"
	step "remove" sh -c "$apt remove taskshare taskshare-dkms"
	ok "no module is left" "$(in_root find /lib/modules -name 'taskshare*')"
	# apt does not know any more where they came from.
	step "purge" dpkg --purge taskshare taskshare-dkms
	ok "nothing is left" "$(in_root find / -xdev -name '*taskshare*' \
		-not -path '/root/*' -not -path '/var/cache/*' \
		-not -path '/var/lib/apt/*')"
	rm -rf "$root"
}

# DKMS leaves a kernel out that the module was not tested with.
too_new() {
	local next=${KERNEL_NEWEST%.*}.$((${KERNEL_NEWEST#*.} + 1)).1-test
	local old=${headers[0]#linux-headers-}

	in_root sh -c "mkdir -p /lib/modules/$next &&
		ln -sfn /lib/modules/$old/build /lib/modules/$next/build"
	in_root dkms build -m taskshare -v "$VERSION" -k "$next" >"$tmp/new" ||
		true
	grep -q 'BUILD_EXCLUSIVE' "$tmp/new" "$log" ||
		why="$(tail -n 1 "$tmp/new")"
	in_root dpkg-reconfigure taskshare-dkms >>"$log" 2>&1 ||
		why="the package is not configured any more"
	ok "a kernel too new is left out" "$why"
	in_root rm -rf "/lib/modules/$next"
}

upgrade() {
	local kernel

	step upgrade sh -c "$apt install /root/debs/*.deb"
	for kernel in "${headers[@]}"; do
		[[ $(state "$kernel") == installed* ]] ||
			why="for $kernel it is: $(state "$kernel")"
	done
	[[ $(in_root dkms status -m taskshare) != *"$older"* ]] ||
		why="the older version is still there"
	ok "built for both after the upgrade" "$why"
}

# keep KERNEL: what was installed, for the VM.
keep() {
	mkdir -p "$tmp/vm/$suite"
	find "$root/lib/modules/$1" -name 'taskshare.ko*' \
		-exec cp {} "$tmp/vm/$suite" \;
	cp "$root/usr/bin/taskshare" "$tmp/vm/$suite"
	xz -d "$tmp/vm/$suite"/*.xz 2>/dev/null || true
}

# As modprobe(8) would: the kernel that it was built for, the reader of the
# package, where this machine has that suite's libraries.
in_vm() {
	local kernel out

	kernel=$(awk -v suite="$suite" -v arch="$machine_arch" '
		!/^#/ && $3 == suite && $4 == arch { print $1; exit }' \
		"$here/kernels")
	# shellcheck disable=SC2016 # the guest expands it
	out=$(CMD='install -D taskshare.ko \
		/lib/modules/$(uname -r)/updates/dkms/taskshare.ko &&
		depmod && modprobe taskshare &&
		cat /sys/kernel/debug/taskshare/self &&
		{ umount /sys/kernel/debug/taskshare; rmmod taskshare; }' \
		FILES="$tmp/vm/$suite/taskshare.ko" MODULE=0 READER=0 \
		KERNEL=$kernel "$here/run.sh" 2>&1) || why="$out"
	[[ $out == *"1 task, pidns"* ]] || why="$out"
	ok "modprobe and cat in a VM of $kernel" "$(tail -n 1 <<<"$why")"
}

suite() {
	local suite=$1 n=0 why="" log=$logs/$1.log debs=$logs/$1 root

	make_packages
	install_packages
	in_vm
	echo "1..$n"
}

for suite in ${SUITES:-bookworm trixie}; do
	base "$suite"
	job "$suite" native "$suite" suite "$suite"
	wait
done
say LOGS "$logs"
total
