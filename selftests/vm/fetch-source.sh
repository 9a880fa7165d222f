#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch-source.sh: prints a directory that has, at their usual paths, the few
# files of the kernel source that building and checking need: the harness of
# the self tests, checkpatch and kernel-doc.

. "${0%/*}/lib.sh"
. "$here/apt.sh"

package=linux-source-6.12
dir=$cache/$package
wanted=(
	scripts/checkpatch.pl
	scripts/const_structs.checkpatch
	scripts/kernel-doc
	scripts/spelling.txt
	tools/testing/selftests/kselftest
	tools/testing/selftests/kselftest.h
	tools/testing/selftests/kselftest_harness.h
	tools/testing/selftests/lib.mk
)

fetch() {
	apt_unpack "$tmp" "$package" || return 1
	say UNPACK "$package (${#wanted[@]} paths)"
	mkdir "$tmp/out" || return 1
	tar -C "$tmp/out" --strip-components=1 -xf \
		"$tmp/usr/src/$package.tar.xz" \
		"${wanted[@]/#/$package/}" || return 1
	mv "$tmp/out" "$dir"
}

lock "$package"
if [ ! -e "$dir" ]; then
	scratch
	fetch || { apt_update && fetch; } ||
		die "cannot fetch $package: $apt_reason"
fi
echo "$dir"
