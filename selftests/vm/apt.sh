# SPDX-License-Identifier: GPL-2.0-only
# Packages by name, through apt and what it is configured with; sourced.
# shellcheck shell=bash

# What apt complained about last.
apt_reason=

# apt_run COMMAND...: without its chatter; on a terminal one sees how far it is.
apt_run() {
	local status=0 said

	exec 3>&2
	said=$("$@" 2>&1 >&3 3>&-) || status=$?
	exec 3>&-
	# Its errors begin with E:, sudo's do not; an address tells nobody much.
	# shellcheck disable=SC2034 # for the scripts that source this
	[ "$status" -eq 0 ] || apt_reason=$(grep -v '^[WN]: ' <<<"$said" |
		sed -e 's/^E: //' -e 's,http[^ ]* *,,' | head -n 1 || true)
	return "$status"
}

apt_get() {
	if [ -t 2 ]; then
		apt_run "$@"
	else
		apt_run "$@" -qq
	fi
}

# apt_update: once a run. That it reached no server is only a warning to it.
apt_update() {
	[ -z "${apt_updated-}" ] || return 0
	apt_updated=1
	say APT "update"
	apt_get as_root apt-get -o APT::Update::Error-Mode=any update
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
		apt_get env -C "$tmp/deb" apt-get \
			-o APT::Sandbox::User="$(id -un)" download "$pkg" ||
			return 1
		dpkg-deb -x "$tmp/deb/${pkg}"_*.deb "$dir" || return 1
		rm -f "$tmp/deb/${pkg}"_*.deb
	done
}
