#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# sysroot.sh KERNEL: prints a directory with the packages of "sysroot" and
# "userland" for that kernel's architecture, which is not this machine's, and
# from its suite: what programs for it are built with, and what its VM has.
# Nothing is installed. Unpacked again after a month, or when a list changes.

. "${0%/*}/lib.sh"
. "$here/apt.sh"
. "$here/arch.sh"

kernel=${1:?usage: sysroot.sh KERNEL}
read -r _ _ suite arch _ < <(kernel_line "$kernel") ||
	die "no kernel named $kernel in $here/kernels"
arch_of "$arch"
suite=${suite%-backports}
key=$(cat "$here"/{sysroot,userland,sysroot.sh} | sha256sum | cut -c1-16)
dir=$cache/sysroot/$suite-$arch-$key
mapfile -t packages < <(sed -e '/# native only/d' -e 's/#.*//' -e 's/ *$//' \
	-e '/^$/d' "$here"/{sysroot,userland})

# Links to absolute paths would lead out of it.
relink() {
	local link to

	find "$1" -type l -lname '/*' | while read -r link; do
		to=$(readlink "$link")
		[ ! -e "$1$to" ] || ln -sfnr "$1$to" "$link"
	done
}

fetch() {
	local d

	rm -rf "$tmp/root"
	for d in bin sbin lib; do
		mkdir -p "$tmp/root/usr/$d"
		ln -s "usr/$d" "$tmp/root/$d"
	done
	apt_root "$tmp/root" "${packages[@]/%/:$arch}" || return 1
	ln -sfn mawk "$tmp/root/usr/bin/awk"
	ln -sfn bash "$tmp/root/usr/bin/sh"
	relink "$tmp/root"
}

lock "sysroot-$suite-$arch"
if [ -z "$(find "$dir" -maxdepth 0 -mtime -30 2>/dev/null)" ]; then
	scratch
	apt_suite "$suite" "$arch"
	fetch || { apt_update && fetch; } ||
		die "cannot fetch packages for $arch: $apt_reason"
	mkdir -p "${dir%/*}"
	rm -rf "$cache/sysroot/$suite-$arch"-*
	mv "$tmp/root" "$dir"
	touch "$dir"
fi
echo "$dir"
