# SPDX-License-Identifier: GPL-2.0-only
# Filling a directory that becomes the guest's root; sourced.
# shellcheck shell=bash disable=SC2154 # from arch.sh

# skeleton ROOT: the usual directories, /usr merged.
skeleton() {
	local d

	mkdir -p "$1"/{usr/{bin,sbin,lib,lib64},etc,dev,proc,sys,run,tmp,root,vm}
	for d in bin sbin lib lib64; do
		ln -sfn "usr/$d" "$1/$d"
	done
	chmod 0700 "$1/root"
}

# The source of the files: this machine, or a sysroot
from=

# put ROOT PATH...: copies files and directories to where they are, following
# links, with all of their modes. PATHs go to the real name of their directory:
# /bin is a link in ROOT.
put() {
	local root=$1 path dir

	shift
	for path; do
		dir=$(realpath "$from${path%/*}")
		dir=${dir#"$from"}
		echo "${dir#/}/${path##*/}"
	done | tar -C "$from/" -c -h -T - | tar -C "$root" -x -p
}

# put_at ROOT DIR PATH: copies PATH to ROOT/DIR.
put_at() {
	mkdir -p "$1$2"
	cp -LRp --no-preserve=ownership "$3" "$1$2/"
}

# closure FILE...: the libraries, and the loader, that FILEs need to run.
closure() {
	[ $# -gt 0 ] || return 0
	{ ldd "$@" 2>/dev/null || true; } | awk '
		/=> not found/ { print "library not found: " $1 >"/dev/stderr" }
		$2 == "=>" && $3 ~ /^\// { print $3 }
		$1 ~ /^\// && $2 ~ /^\(/ { print $1 }' | sort -u
}

# closure_from FILE...: the same for programs that this machine cannot run, with
# libraries that are all in one place below $from.
closure_from() {
	local lib path wanted found=$'\n'
	local -a next=("$@")

	while [ "${#next[@]}" -gt 0 ]; do
		# Scripts are no failure.
		wanted=$({ readelf -dl "${next[@]}" 2>/dev/null || true; } |
			sed -n \
			-e 's/.*(NEEDED).*\[\(.*\)\]$/\1/p' \
			-e 's/.*interpreter: \(.*\)\]$/\1/p' | sort -u)
		next=()
		for lib in $wanted; do
			[[ $found != *$'\n'"$lib"$'\n'* ]] || continue
			found+=$lib$'\n'
			path=/usr/lib/$arch_gnu/$lib
			[[ $lib != /* ]] || path=$lib
			[ -e "$from$path" ] || {
				warn "library not found: $lib"
				continue
			}
			next+=("$from$path")
			echo "$path"
		done
	done
}

# put_libs ROOT FILE...: the closure of FILEs to where they look for it.
put_libs() {
	local root=$1
	local -a libs

	shift
	mapfile -t libs < <(if [ -n "$from" ]; then
		closure_from "$@"
	else
		closure "$@"
	fi)
	[ "${#libs[@]}" -eq 0 ] || put "$root" "${libs[@]}"
}

# pack ROOT: a cpio of it, owned by root for any user who builds it, on stdout.
pack() {
	(cd "$1" && find . -mindepth 1 -print0 | LC_ALL=C sort -z |
	 cpio --quiet -0 -o -H newc -R 0:0)
}
