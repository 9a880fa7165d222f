#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch-kernel.sh NAME: prints the directory that holds the unpacked image and
# headers of a kernel named in the table "kernels". Nothing is installed. The
# archive is asked at most once a day which one is current; if it does not
# answer, the one in the cache is used.

. "${0%/*}/lib.sh"
. "$here/apt.sh"
. "$here/arch.sh"

name=${1:?usage: fetch-kernel.sh NAME}
read -r _ _ suite arch flavour < <(kernel_line "$name") ||
	die "no kernel named $name in $here/kernels"
arch_of "$arch"
# The suffix that apt wants for a package of another architecture
of=
! is_foreign || of=:$arch
current=$cache/kernels/$name

# The programs in it know where they are: see relocate_programs().
complete() {
	[ -s "$1/.complete" ] && [ "$(cat "$1/.complete")" = "$(realpath "$1")" ]
}

fresh() {
	complete "$current" &&
		[ -n "$(find "$current.asked" -mtime -1 2>/dev/null)" ]
}

# The concrete packages behind the two metapackages.
resolve() {
	local meta_image=linux-image-$flavour$of
	local meta_headers=linux-headers-$flavour$of

	[ -n "$(apt_version "$meta_image")" ] || apt_update || return 1
	[ -n "$(apt_version "$meta_image")" ] || {
		apt_reason="apt knows no package $meta_image"
		return 1
	}
	version=$(apt_version "$meta_image")
	[ "$version" = "$(apt_version "$meta_headers")" ] || {
		apt_reason="$meta_image and $meta_headers differ in version"
		return 1
	}
	image=$(apt_depends "$meta_image" | grep '^linux-image-')$of
	headers=$(apt_depends "$meta_headers" | grep '^linux-headers-')$of
	krel=${image#linux-image-} krel=${krel%:*}
	[ "linux-headers-$krel$of" = "$headers" ] || {
		apt_reason="$image does not match $headers"
		return 1
	}
}

# The unpacked headers name their common part by its installed path.
relocate() {
	local dir=$1 makefile

	makefile=$dir/usr/src/linux-headers-$krel/Makefile
	# shellcheck disable=SC2016 # make expands it, not the shell
	sed -i 's,/usr/src/,$(dir $(realpath $(lastword $(MAKEFILE_LIST))))../,' \
		"$makefile"
	ln -sfn "../../../usr/src/linux-headers-$krel" \
		"$dir/lib/modules/$krel/build"
	rm -f "$dir/lib/modules/$krel/source"
}

# The kernel proper, which boots as it is: unpacking it here rather than in
# the VM spares every boot some seconds. The header says where it begins
# (Documentation/arch/x86/boot.rst).
number_at() {
	od -An "-tu$2" -j "$1" -N "$2" "$3" | tr -d ' '
}

unpack_image() {
	local image=$1/boot/vmlinuz-$krel setup offset length how

	setup=$(number_at $((0x1f1)) 1 "$image")
	offset=$(number_at $((0x248)) 4 "$image")
	length=$(number_at $((0x24c)) 4 "$image")
	for how in zstdcat xzcat zcat lz4cat; do
		dd if="$image" bs=1M iflag=skip_bytes,count_bytes status=none \
			skip=$(((setup + 1) * 512 + offset)) \
			count=$((length - 4)) |
			"$how" >"$1/vmlinux" 2>/dev/null && return
	done
	rm -f "$1/vmlinux"
}

# relocate_programs FINAL ROOT DIR...: makes the programs in DIRs run with the
# loader and the libraries that are unpacked in ROOT, as soon as that is at
# FINAL. So they run on another suite's machine, for any user, in any container.
relocate_programs() {
	local final=$1 root=$2 gnu file loader libs
	shift 2

	gnu=$(arch_of "$machine_arch"; echo "$arch_gnu")
	loader=$(cd "$root" && find {,usr/}lib{,64,/"$gnu"} -name 'ld-*.so*' \
		-type f 2>/dev/null | head -n 1)
	[ -n "$loader" ] || die "no dynamic loader in the packages of $name"
	loader=$final/$loader
	libs=$final/lib/$gnu:$final/usr/lib/$gnu
	find "$@" -type f -perm /111 ! -name '*.so*' -print0 |
		while read -r -d '' file; do
			case $(readelf -hl "$file" 2>/dev/null) in
			*EXEC*interpreter:*)
				by_loader "$file" "$final${file#"$root"}" \
					"$loader" "$libs"
				;;
			*interpreter:*)
				patchelf --set-interpreter "$loader" \
					--force-rpath --set-rpath "$libs" \
					"$file" || return 1
				;;
			esac
		done
}

# by_loader FILE FINAL LOADER LIBS: for one that cannot be moved in memory:
# patchelf 0.18 breaks some of those.
by_loader() {
	mv "$1" "$1.real"
	# shellcheck disable=SC2016 # the script expands it
	printf '#!/bin/sh\nexec %s --library-path %s %s.real "$@"\n' \
		"$3" "$4" "$2" >"$1"
	chmod 0755 "$1"
}

# Debian's compiler of the kernel, and the programs of kbuild: see module.sh.
# compiler ROOT FINAL: into ROOT, which will be at FINAL.
compiler() {
	local root=$1 final=$2 gcc cross=

	gcc=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\(\S*-\)\?\(gcc-[0-9]*\) .*/\2/p' \
		"$root/usr/src/linux-headers-$krel/.config")
	[ -n "$gcc" ] || die "kernel $krel does not name its compiler"
	! is_foreign || cross=-$arch_gnu
	apt_root "$root/compiler" "$gcc$cross" "binutils$cross" "$kbuild" ||
		return 1
	relocate_programs "$final/compiler" "$root/compiler" \
		"$root/compiler/usr" "$root/usr/lib/$kbuild"
}

fetch() {
	local dir=$cache/kernels/$krel-$version common kbuild
	local -a parts

	if ! complete "$dir"; then
		common=$(apt_depends "$headers" | grep -E '^linux-headers-.*-common(-rt)?$')
		kbuild=$(apt_depends "$headers" | grep '^linux-kbuild-')
		scratch
		# From 7.x on the image is in three others, and not in /boot.
		mapfile -t parts < <(apt_depends "$image" |
			grep -E '^linux-(base|binary|modules)-[0-9]' || true)
		apt_unpack "$tmp/root" "$image" "${parts[@]/%/$of}" "$headers" \
			"$common" "$kbuild" || return 1
		# Newer packages have their modules below /usr.
		[ -e "$tmp/root/lib" ] || ln -s usr/lib "$tmp/root/lib"
		[ -e "$tmp/root/boot" ] || {
			mkdir "$tmp/root/boot"
			ln -s "../lib/modules/$krel/vmlinuz" \
				"$tmp/root/boot/vmlinuz-$krel"
		}
		relocate "$tmp/root"
		[ -z "$apt_suite" ] || compiler "$tmp/root" "$dir" || return 1
		[ "$arch" != amd64 ] || unpack_image "$tmp/root"
		depmod -b "$tmp/root" "$krel"
		echo "$dir" >"$tmp/root/.complete"
		mkdir -p "$cache/kernels"
		rm -rf "$dir"
		mv "$tmp/root" "$dir"
	fi
	ln -sfn "${dir##*/}" "$current"
	touch "$current.asked"
}

lock "kernel-$name"
if ! fresh; then
	apt_suite "$suite" "$arch"
	{ resolve && fetch; } ||
	{ apt_update && resolve && fetch; } ||
	if complete "$current"; then
		warn "$apt_reason; using $(readlink "$current") of before"
	else
		die "cannot fetch kernel $name: $apt_reason"
	fi
fi
realpath "$current"
