# SPDX-License-Identifier: GPL-2.0-only
# Parts that the scripts of this directory share; sourced, not run.
# shellcheck shell=bash

set -euo pipefail
shopt -s inherit_errexit

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034 # for the scripts that source this
top=$(cd "$here/../.." && pwd)
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/taskshare
me=${0##*/}
tmp=

# Everything that is not a result goes to stderr: stdout belongs to the caller,
# which reads a path, or to the command in the VM.
say() {
	printf '  %-7s %s\n' "$1" "$2" >&2
}

warn() {
	printf '%s: %s\n' "$me" "$*" >&2
}

die() {
	warn "$@"
	exit "${die_status:-1}"
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "needs root: run it as root or install sudo"
	fi
}

# lock NAME: one process at a time builds or fetches NAME, others wait for it.
# Held until the script ends; descriptors do not leak to what it starts,
# because nothing started here outlives it.
lock() {
	mkdir -p "$cache"
	exec 9>"$cache/.$1.lock"
	flock -n 9 || { say WAIT "for another fetch of $1"; flock 9; }
}

# scratch: sets $tmp to a new directory next to its final place, removed at
# exit, so that a result appears in the cache whole or not at all.
scratch() {
	mkdir -p "$cache"
	# Those of scripts that were killed.
	find "$cache" -maxdepth 1 -name '.tmp.*' -mtime +0 -exec rm -rf {} +
	tmp=$(mktemp -d "$cache/.tmp.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
}

# kernel_line NAME: its line in the table; status 1 if there is none.
kernel_line() {
	awk -v name="$1" '$1 == name { print; found = 1 } END { exit !found }' \
		"$here/kernels"
}

# kernel_names: the first column of the table.
kernel_names() {
	awk '!/^#/ && NF { print $1 }' "$here/kernels"
}

# kernels_of check|matrix: those that are tested by that.
kernels_of() {
	awk -v by="$1" '!/^#/ && $2 == by { print $1 }' "$here/kernels"
}

# own_suite: the name of this machine's release, or its base for a derivative.
own_suite() {
	# shellcheck source=/dev/null
	(. /etc/os-release && echo "${VERSION_CODENAME-}")
}

default_kernel() {
	awk -v suite="$(own_suite)" -v arch="$(dpkg --print-architecture)" '
		/^#/ || !NF { next }
		!first { first = $1 }
		$3 == suite && $4 == arch { found = 1; print $1; exit }
		END { if (!found) print first }' "$here/kernels"
}

# kmods_of KERNEL: modules of its own that tests ask for, those that it has.
kmods_of() {
	local modules

	modules=$("$here/kernel.sh" "$1" | sed -n 4p)
	[ -z "$modules" ] || find "$modules/lib/modules" \
		-name 'vhost_net.ko*' -printf 'vhost_net\n'
}

# slowness_of KERNEL: how many times as long a test may take on it. That of
# another architecture is never run by KVM.
slowness_of() {
	local line arch=

	! line=$(kernel_line "$1") || read -r _ _ _ arch _ <<<"$line"
	if [ -n "$arch" ] && [ "$arch" != "$(dpkg --print-architecture)" ]; then
		echo 3
		return
	fi
	if grep -qs -E '^CONFIG_(KASAN|KCSAN)=y' "$here/$1.config"; then
		echo 10
	else
		echo 1
	fi
}
