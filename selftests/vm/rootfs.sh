# SPDX-License-Identifier: GPL-2.0-only
# Filling a directory that becomes the guest's root; sourced.
# shellcheck shell=bash

# skeleton ROOT: the usual directories, /usr merged.
skeleton() {
	local d

	mkdir -p "$1"/{usr/{bin,sbin,lib,lib64},etc,dev,proc,sys,run,tmp,root,vm}
	for d in bin sbin lib lib64; do
		ln -sfn "usr/$d" "$1/$d"
	done
	chmod 0700 "$1/root"
}

# real_dir PATH: PATH with the symlinks of its directory resolved, because a
# cpio cannot write through /bin when it is a link.
real_dir() {
	echo "$(realpath "$(dirname "$1")")/$(basename "$1")"
}

# put_at ROOT DIR FILE: copies FILE to ROOT/DIR, following links, with all of
# its mode (cp alone drops setuid when it cannot keep the owner).
put_at() {
	mkdir -p "$1$2"
	cp -Lr "$3" "$1$2/"
	chmod --reference="$3" "$1$2/$(basename "$3")"
}

# closure FILE...: the libraries, and the loader, that FILEs need to run.
closure() {
	[ $# -gt 0 ] || return 0
	{ ldd "$@" 2>/dev/null || true; } | awk '
		/=> not found/ { print "library not found: " $1 >"/dev/stderr" }
		$2 == "=>" && $3 ~ /^\// { print $3 }
		$1 ~ /^\// && $2 ~ /^\(/ { print $1 }' | sort -u
}

# put_libs ROOT FILE...: the closure of FILEs to where they look for it.
put_libs() {
	local root=$1 lib

	shift
	closure "$@" | while read -r lib; do
		put_at "$root" "$(realpath "$(dirname "$lib")")" "$lib"
	done
}

# pack ROOT: a cpio of it, owned by root whoever builds it, on stdout.
pack() {
	(cd "$1" && find . -mindepth 1 -print0 | LC_ALL=C sort -z |
	 cpio --quiet -0 -o -H newc -R 0:0)
}
