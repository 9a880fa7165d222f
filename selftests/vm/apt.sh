# SPDX-License-Identifier: GPL-2.0-only
# Packages by name, through apt and what it is configured with; sourced.
# shellcheck shell=bash disable=SC2034 # for the scripts that source this

# The last complaint of apt
apt_reason=
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# The suite of the packages, if not this machine's, and how to become root
apt_suite=
apt_as=as_root

# apt_run COMMAND...: without its chatter; on a terminal one sees how far it is.
apt_run() {
	local status=0 said

	exec 3>&2
	said=$("$@" 2>&1 >&3 3>&-) || status=$?
	exec 3>&-
	# Its errors begin with E:, sudo's do not; of an address the file is named.
	[ "$status" -eq 0 ] || apt_reason=$(grep -v '^[WN]: ' <<<"$said" |
		sed -e 's/^E: //' -e 's,http[^ ]*/\([^ /]*/[^ /]*\),\1,' |
		head -n 1 || true)
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
	say APT "update${apt_suite:+ ($apt_suite)}"
	apt_get "$apt_as" apt-get -o APT::Update::Error-Mode=any update
}

# apt_sources SUITE ARCH...: the Debian archives of this machine's configuration,
# with that suite in place of its own.
apt_sources() {
	local suite=$1 own

	shift
	own=$(own_suite)
	# shellcheck disable=SC2016 # apt's, not the shell's
	apt-get indextargets --format '$(REPO_URI) $(CODENAME)' \
		'Identifier: Packages' 'Origin: Debian' 'Component: main' |
		awk -v own="$own" -v base="${suite%-backports}" \
			-v suite="$suite" '
			$2 != own && $2 != own "-security" { next }
			seen[$0]++ { next }
			{ name = base substr($2, length(own) + 1) }
			{ print $1, name }
			name == base && base != suite { print $1, suite }' |
		sed -e "s|^|deb [arch=$(tr ' ' , <<<"$*") signed-by=$keyring] |" \
			-e 's|$| main|'
}

# apt_suite SUITE [ARCH]: from here on packages are those of that suite and
# architecture, also where they are not this machine's; nothing is known to be
# installed then. Without an architecture in its name a package is this
# machine's, or for none.
apt_suite() {
	local own arch=${2-}

	own=$(dpkg --print-architecture)
	arch=${arch:-$own}
	[ "$1 $arch" != "$(own_suite) $own" ] || return 0
	apt_suite=$1 apt_as=env
	# shellcheck disable=SC2154 # from lib.sh
	local dir=$cache/apt/$1-$arch

	mkdir -p "$dir"/{lists,archives}/partial
	: >"$dir/status"
	# shellcheck disable=SC2046 # one word or two
	apt_sources "$1" $(printf '%s\n' "$own" "$arch" | uniq) \
		>"$dir/sources.list"
	[ -s "$dir/sources.list" ] ||
		die "apt is configured with no Debian archive to find $1 by"
	cat >"$dir/apt.conf" <<-END
		Dir::Etc::SourceList "$dir/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::Etc::Preferences "$dir/preferences";
		Dir::Etc::PreferencesParts "/dev/null";
		Dir::State::Lists "$dir/lists";
		Dir::State::Status "$dir/status";
		Dir::Cache "$dir";
		APT::Sandbox::User "$(id -un)";
		APT::Architectures { "$own"; "$arch"; };
	END
	# They come last, unless one prefers them.
	[[ $1 != *-backports ]] || printf 'Package: *\nPin: release n=%s\n%s\n' \
		"$1" 'Pin-Priority: 900' >"$dir/preferences"
	export APT_CONFIG=$dir/apt.conf
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
		dpkg-deb -x "$tmp/deb/${pkg%:*}"_*.deb "$dir" || return 1
		rm -f "$tmp/deb/${pkg%:*}"_*.deb
	done
}

# apt_root DIR PACKAGE...: unpacks them and all that they depend on. No maintainer
# script is run.
apt_root() {
	local dir=$1 deb
	local -a packages
	shift
	mapfile -t packages < <(apt-get -s --no-install-recommends install "$@" |
		awk '$1 == "Inst" { print $2 }')
	[ "${#packages[@]}" -gt 0 ] || {
		apt_reason="apt cannot install $*"
		return 1
	}
	say FETCH "$* and what they need (${#packages[@]} packages)"
	mkdir -p "$tmp/deb" "$dir"
	apt_get env -C "$tmp/deb" apt-get \
		-o APT::Sandbox::User="$(id -un)" download "${packages[@]}" ||
		return 1
	for deb in "$tmp/deb"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -C "$dir" --keep-directory-symlink -xf - || return 1
		rm -f "$deb"
	done
}
