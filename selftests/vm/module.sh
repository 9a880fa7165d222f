#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# module.sh [KERNEL]: builds taskshare.ko for a kernel (as for kernel.sh; by
# default the running one if its headers are installed, else the table's
# first) and prints its path. The sources are copied to build/<release>, so
# that several kernels are built side by side. From the environment:
#	EXTRA	more compiler flags; other flags, other directory
#	C	2: run sparse on all files, in a directory of its own

. "${0%/*}/lib.sh"

kernel=${1-}
extra=${EXTRA-}
[ -f "$top/Kbuild" ] || die "no Kbuild in $top: the module is not there yet"

if [ -z "$kernel" ] && [ -d "/lib/modules/$(uname -r)/build" ]; then
	krel=$(uname -r)
	build=/lib/modules/$krel/build
else
	about=$("$here/kernel.sh" "${kernel:-default}")
	mapfile -t about <<<"$about"
	krel=${about[0]} build=${about[2]-}
	[ -n "$build" ] || die "no headers for $krel, so no module for it"
fi

dir=$top/build/$krel$(tr -d ' ' <<<"$extra" | tr -c 'A-Za-z0-9_\n-' _)
[ -z "${C-}" ] || dir=$dir-sparse
mkdir -p "$dir"
exec 9>"$dir/.lock"
flock 9

# What is gone from the tree must not be found in the copy.
(cd "$dir" && find . -name '*.[ch]' ! -name '*.mod.c' ! -name '.*') |
	while read -r f; do
		[ -e "$top/$f" ] || rm -f "$dir/$f"
	done
(cd "$top" && find Kbuild module \( -name '*.[ch]' -o -name Kbuild \) \
	-exec cp -pu --parents -t "$dir" {} +)

# within ROOT COMMAND...: with another root that has its programs, and with this
# one's devices, cache and tree where they are.
within() {
	local root=$1 path
	local -a mounts=()

	shift
	unshare -r --mount --pid --fork true 2>/dev/null ||
		die "the compiler of kernel $kernel is of another suite, and is" \
			"run in user namespaces, which are off: see" \
			"/proc/sys/user/max_user_namespaces and" \
			"/proc/sys/kernel/unprivileged_userns_clone"
	for path in /dev "$cache" "$dir"; do
		mkdir -p "$root$path"
		mounts+=("$path" "$root$path")
	done
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -r --mount --pid --fork bash -euc '
		root=$1 n=$2
		shift 2
		mount -t proc proc "$root/proc"
		for ((; n > 0; n -= 2)); do
			mount --rbind "$1" "$2"
			shift 2
		done
		exec chroot "$root" "$@"' \
		within "$root" "${#mounts[@]}" "${mounts[@]}" \
		env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C "$@"
}

# No BTF of the module's own: nobody reads it, and Debian's headers for 6.1
# lack the vmlinux that it would be made from.
kbuild=("${MAKE:-make}" --no-print-directory -C "$build" M="$dir" W=1
	${C:+C="$C"} KCFLAGS="$extra" CONFIG_DEBUG_INFO_BTF_MODULES= modules)
compiler=${build%/usr/src/*}/compiler
if [ -d "$compiler" ]; then
	within "$compiler" "${kbuild[@]}" >&2 9>&-
else
	"${kbuild[@]}" >&2 9>&-
fi
echo "$dir/taskshare.ko"
