#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# deb.sh TARBALL: builds the packages from what `make dist` made, into build/deb,
# and lets lintian look at them.

. "${0%/*}/lib.sh"

tarball=$(realpath "${1:?usage: deb.sh TARBALL}")
out=$top/build/deb

# shellcheck source=/dev/null
. "$top/VERSION"
[ "$(sed -n '1s/.*(\(.*\)).*/\1/p' "$top/debian/changelog")" = "$VERSION" ] ||
	die "VERSION and debian/changelog name different versions"
for tool in dpkg-buildpackage:build-essential lintian:lintian; do
	command -v "${tool%:*}" >/dev/null ||
		die "to make packages, apt-get install ${tool#*:}"
done
lacks=$(cd "$top" && dpkg-checkbuilddeps 2>&1 |
	sed -n 's/.*unmet build dependencies: //p')
[ -z "$lacks" ] || die "to make packages, install: $lacks"
rm -rf "$out"
mkdir -p "$out"
tar -C "$out" -xf "$tarball"
say DEB "taskshare $VERSION"
(cd "$out/taskshare-$VERSION" &&
	env -u MAKEFLAGS -u MAKELEVEL dpkg-buildpackage -us -uc) \
	>"$out/build.log" 2>&1 || {
	tail -n 20 "$out/build.log" >&2
	die "dpkg-buildpackage failed: see $out/build.log"
}
lintian --allow-root --fail-on warning --pedantic -I \
	"$out"/*.changes >"$out/lintian.log" 2>&1 || {
	cat "$out/lintian.log" >&2
	die "lintian complains"
}
rm -rf "${out:?}/taskshare-$VERSION"
ls "$out"/*.deb
