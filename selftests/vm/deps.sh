#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# deps.sh [--check]: installs the packages of all PACKAGES files and of
# "userland" that are missing, and the emulators for the kernels that are to be
# booted; with --check only says which are missing. From the environment:
#	KERNELS	those kernels, as for check.sh

. "${0%/*}/lib.sh"
. "$here/apt.sh"
. "$here/arch.sh"

emulators() {
	{
		echo "$machine_arch"
		awk -v all=" ${KERNELS:-$(kernels_of check)} " '
			BEGIN { gsub("\n", " ", all) }
			/^#/ || !NF { next }
			all == " all " || index(all, " " $1 " ") { print $4 }' \
			"$here/kernels"
	} | sort -u | while read -r arch; do
		arch_of "$arch"
		printf '%s\n' "$arch_qemu_package" "$arch_user"
	done
}

# A nodejs that is not Debian's has npm in it, and conflicts with its package.
npm_package() {
	command -v npm >/dev/null || echo npm
}

mapfile -t wanted < <(cd "$top" && {
	emulators
	npm_package
	cat "$here/userland" "$here/PACKAGES" ./*/PACKAGES
} | sed -e 's/[[:space:]]*#.*//' -e '/^[[:space:]]*$/d' | sort -u)

missing() {
	comm -23 <(printf '%s\n' "${wanted[@]}") \
		<(dpkg-query -W -f '${db:Status-Status} ${Package}\n' |
			sed -n 's/^installed //p' | sort -u)
}

install() {
	apt_get as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -y --no-install-recommends install "$@"
}

mapfile -t todo < <(missing)
[ "${#todo[@]}" -gt 0 ] || exit 0
[ "${1-}" != --check ] || die "not installed: ${todo[*]}: run 'make deps'"
say INSTALL "${todo[*]}"
# The lists may be absent, as on a fresh machine, or too old.
install "${todo[@]}" || { apt_update && install "${todo[@]}"; } ||
	die "apt-get could not install what is missing: $apt_reason"
