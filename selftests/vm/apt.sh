# SPDX-License-Identifier: GPL-2.0-only
# Packages by name, through apt and what it is configured with; sourced.
# shellcheck shell=bash

# apt_update: once a run, and quietly unless it fails.
apt_update() {
	[ -z "${apt_updated-}" ] || return 0
	apt_updated=1
	say APT "update"
	as_root apt-get -qq update >&2
}

# apt_version PACKAGE: the version that would be installed, or nothing.
apt_version() {
	apt-cache policy "$1" | awk '$1 == "Candidate:" && $2 != "(none)" {
		print $2 }'
}

# apt_field PACKAGE FIELD: of the candidate version.
apt_field() {
	apt-cache show --no-all-versions "$1" |
		awk -v f="$2:" '$1 == f { sub(/^[^ ]+ /, ""); print; exit }'
}

# apt_depends PACKAGE: the names of what it depends on, the first of each
# group of alternatives.
apt_depends() {
	apt_field "$1" Depends | tr ',' '\n' |
		sed -e 's/|.*//' -e 's/(.*//' -e 's/:.*//' -e 's/ //g'
}

# apt_unpack DIR PACKAGE...: downloads and unpacks, installs nothing.
apt_unpack() {
	local dir=$1 pkg size
	shift
	# shellcheck disable=SC2154 # from lib.sh
	mkdir -p "$dir" "$tmp/deb"
	for pkg; do
		size=$(apt_field "$pkg" Size)
		say FETCH "$pkg $(apt_version "$pkg") ($((size / 1000000 + 1)) MB)"
		(cd "$tmp/deb" &&
		 apt-get -qq -o APT::Sandbox::User="$(id -un)" \
			download "$pkg" >&2) ||
			return 1
		dpkg-deb -x "$tmp/deb/${pkg}"_*.deb "$dir" || return 1
		rm -f "$tmp/deb/${pkg}"_*.deb
	done
}
