#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# module.sh [KERNEL [FOLDER]]: builds taskshare.ko for a kernel (as for kernel.sh;
# by default the running one) and prints its path; or the module for tests that is
# in FOLDER and has its name. The sources are copied to build/<release>, so that
# several kernels are built side by side. From the environment:
#	EXTRA	more compiler flags; other flags, other directory
#	C	2: run sparse on all files, in a directory of its own

. "${0%/*}/lib.sh"
. "$here/arch.sh"

kernel=${1-}
from=$top name=taskshare sources=(Kbuild module)
[ -z "${2-}" ] || from=$top/$2 name=${2##*/} sources=(.)
extra=${EXTRA-}
[ -f "$from/Kbuild" ] || die "no Kbuild in $from: there is no module"

cross=
if [ -z "$kernel" ]; then
	krel=$(uname -r)
	build=/lib/modules/$krel/build
	[ -d "$build" ] || die "no headers for the running kernel:" \
		"install linux-headers-$krel, or name a kernel by KERNEL="
else
	about=$("$here/kernel.sh" "$kernel")
	mapfile -t about <<<"$about"
	krel=${about[0]} build=${about[2]-} arch=${about[4]}
	[ -n "$build" ] || die "no headers for $krel, so no module for it"
	arch_of "$arch"
	! is_foreign || cross=$arch_gnu
fi

dir=$top/build/${2:+$name-}$krel$(tr -d ' ' <<<"$extra" | tr -c 'A-Za-z0-9_\n-' _)
[ -z "${C-}" ] || dir=$dir-sparse
mkdir -p "$dir"
exec 9>"$dir/.lock"
flock 9

# Files that are gone from the tree must not stay in the copy.
(cd "$dir" && find . -name '*.[ch]' ! -name '*.mod.c' ! -name '.*') |
	while read -r f; do
		[ -e "$from/$f" ] || rm -f "$dir/$f"
	done
(cd "$from" && find "${sources[@]}" \( -name '*.[ch]' -o -name Kbuild \) \
	-exec cp -pu --parents -t "$dir" {} +)

# No BTF of the module's own: no test reads it, and Debian's headers for 6.1
# lack the vmlinux that it would be made from.
kbuild=("${MAKE:-make}" --no-print-directory -C "$build" M="$dir" W=1
	${cross:+CROSS_COMPILE="$cross-" DEB_HOST_ARCH="$arch"}
	${cross:+DEB_HOST_GNU_TYPE="$cross"}
	${C:+C="$C"} KCFLAGS="$extra" CONFIG_DEBUG_INFO_BTF_MODULES= modules)
compiler=${build%/usr/src/*}/compiler
if [ -d "$compiler" ]; then
	export PATH=$compiler/usr/bin:$PATH
fi
"${kbuild[@]}" >&2 9>&-
echo "$dir/$name.ko"
