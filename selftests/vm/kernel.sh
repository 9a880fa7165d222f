#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel.sh NAME|PATH|default: prints five lines about a kernel: its release, its
# image, the directory that modules for it are built against, the one that has
# lib/modules/<release> with its own modules (both may be empty), and its
# architecture, which is this machine's unless the table says otherwise.
# NAME is from the table "kernels", and fetched if need be, or one that
# debug-kernel.sh builds. PATH is an image, a directory with an unpacked kernel
# package, or a kernel build tree.

. "${0%/*}/lib.sh"
. "$here/arch.sh"

kernel=${1:?usage: kernel.sh NAME|PATH}
[ "$kernel" != default ] || kernel=$(default_kernel)

# In a bzImage the release is a string found through a 16-bit offset at 0x20e
# (Documentation/arch/x86/boot.rst).
release_of() {
	local at

	if [ "$(tail -c +2 "$1" | head -c 3)" = ELF ]; then
		grep -a -o -m 1 'Linux version [0-9][^ ]*' "$1" |
			head -n 1 | cut -d ' ' -f 3
		return
	fi
	[ "$(tail -c +515 "$1" | head -c 4)" = HdrS ] ||
		die "$1 is not an x86 kernel image"
	at=$(od -An -tu2 -j $((0x20e)) -N 2 "$1")
	tail -c +$((at + 0x200 + 1)) "$1" | head -c 256 |
		tr '\0' '\n' | head -n 1 | cut -d ' ' -f 1
}

first_of() {
	local f

	for f; do
		[ ! -e "$f" ] || { realpath "$f"; return; }
	done
}

arch=$machine_arch
if line=$(kernel_line "$kernel"); then
	dir=$("$here/fetch-kernel.sh" "$kernel")
	read -r _ _ _ arch _ <<<"$line"
elif [ -f "$here/$kernel.config" ]; then
	dir=$("$here/debug-kernel.sh" "$kernel")
elif [ -d "$kernel" ]; then
	dir=$kernel
elif [ -f "$kernel" ]; then
	dir=
else
	die "no kernel '$kernel': neither a file nor a directory nor one of" \
		"$(kernel_names | tr '\n' ' ')"
fi

arch_of "$arch"
if [ -z "$dir" ]; then
	image=$kernel
elif [ -f "$dir/$arch_image" ]; then
	image=$dir/$arch_image
else
	image=$(first_of "$dir/vmlinux" "$dir"/boot/vmlinu[xz]-*)
	[ -n "$image" ] || die "no boot/vmlinuz-* and no $arch_image in $dir"
fi
# A package says it in the name of a folder, as images of most architectures
# cannot be asked.
krel=$(first_of "${dir:-/nonexistent}"/lib/modules/*)
krel=${krel##*/}
[ -n "$krel" ] || krel=$(release_of "$image" 2>/dev/null || true)
[ -n "$krel" ] || release_of "$image"

if [ -n "$dir" ] && [ "$image" = "$dir/$arch_image" ]; then
	build=$(realpath "$dir")
else
	build=$(first_of "${dir:-/nonexistent}/usr/src/linux-headers-$krel" \
		"$cache"/kernels/"$krel"-*/usr/src/linux-headers-"$krel" \
		"/lib/modules/$krel/build")
fi

if [ -e "$dir/lib/modules/$krel/modules.dep.bin" ]; then
	modules=$(realpath "${dir:-/}")
fi

printf '%s\n' "$krel" "$(realpath "$image")" "$build" "${modules-}" "$arch"
