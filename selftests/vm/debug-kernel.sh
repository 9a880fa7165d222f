#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# debug-kernel.sh NAME: builds the kernel that base.config and NAME.config
# describe, from Debian's source, and prints the path of its build tree: of
# that is left what boots and what modules are built against. Built again when
# one of its inputs has changed: fragments, source, compiler, this script.

. "${0%/*}/lib.sh"
. "$here/apt.sh"

name=${1:?usage: debug-kernel.sh NAME}
package=linux-source-6.12
fragments=("$here/base.config" "$here/$name.config")
[ -f "${fragments[1]}" ] || die "no ${fragments[1]}"

# The options of the fragments that are not in FILE as they should be.
missing() {
	awk -F= '
		NR == FNR && /^CONFIG_/ { has[$1] = $0; next }
		NR == FNR || !/^CONFIG_/ { next }
		$2 == "n" ? $1 in has : has[$1] != $0 { print "  " $0 }
	' "$1" <(cat "${fragments[@]}")
}

# Other architectures, and what is large and takes part in nothing.
unpack() {
	apt_unpack "$tmp" "$package" || return 1
	say UNPACK "$package"
	tar -C "$tmp" -xf "$tmp/usr/src/$package.tar.xz" \
		--exclude='*/arch/[a-wyz]*/*.[chSd]*' --exclude='*/drivers/gpu/*.[ch]' \
		--exclude='*/Documentation/*/*' || return 1
	rm -rf "${tmp:?}/usr"
}

kmake() {
	# Options of the make that runs this script are not for the kernel's.
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS \
		"${MAKE:-make}" -s -C "$tmp/$package" "$@" >&2
}

configure() {
	local lacks

	cat "${fragments[@]}" >"$tmp/fragment"
	echo "CONFIG_LOCALVERSION=\"-$name\"" >>"$tmp/fragment"
	kmake KCONFIG_ALLCONFIG="$tmp/fragment" allnoconfig ||
		die "cannot configure kernel $name"
	lacks=$(missing "$tmp/$package/.config")
	[ -z "$lacks" ] || die "kernel $name has no such options:"$'\n'"$lacks"
}

# As Debian's headers: what kbuild reads when it builds a module.
prune() {
	local from=$tmp/$package to=$tmp/tree

	mkdir -p "$to/arch/x86/boot" "$to/tools/objtool"
	mv "$from"/{.config,Makefile,Kbuild,Kconfig,Module.symvers} "$to"
	mv "$from"/{include,scripts} "$to"
	mv "$from"/arch/x86/{Makefile*,Kconfig*,include} "$to/arch/x86"
	mv "$from/arch/x86/boot/bzImage" "$to/arch/x86/boot"
	mv "$from/tools/objtool/objtool" "$to/tools/objtool"
	rm -rf "$from"
}

build() {
	local start=$SECONDS

	say BUILD "kernel $name: 10 to 20 minutes, once"
	kmake -j "$(nproc)" bzImage modules || die "cannot build kernel $name"
	prune
	say BUILD "kernel $name: $((SECONDS - start)) seconds"
}

"$here/deps.sh" --check
[ -n "$(apt_version "$package")" ] || apt_update ||
	die "apt knows no $package: $apt_reason"
key=$({ cat "${fragments[@]}" "$0"; apt_version "$package"
	gcc -dumpfullversion; } | sha256sum | cut -c1-16)
dir=$cache/kernels/$name-$key

lock "kernel-$name"
if [ ! -e "$dir" ]; then
	scratch
	unpack || die "cannot fetch $package: $apt_reason"
	configure
	build
	rm -rf "$cache/kernels/$name"-*
	mkdir -p "${dir%/*}"
	mv "$tmp/tree" "$dir"
fi
realpath "$dir"
