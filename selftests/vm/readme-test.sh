#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# readme-test.sh: what README shows is what comes out. Prints TAP. Compares the
# blocks after <!-- readme: NAME --> with what the VM prints now; "..." stands
# for the rest. Numbers from 100 on, which are those of tasks (the shell that
# creates them comes after PID 1000), and ids differ from run to run, and so may
# the widths of columns that they are in.

. "${0%/*}/lib.sh"

block() {
	awk -v mark="<!-- readme: $1 -->" '
		$0 == mark { found = 1; next }
		found && /^```/ { if (fences++) exit; next }
		found && fences && $0 != "..."' "$top/README.md"
}

plain() {
	sed -E 's/\b[0-9a-f]{16}\b/ID/g; s/\b[0-9]{3,}\b/NR/g; s/ +/ /g;
		s/ $//; s/^ //'
}

# begin with what README has: the rest may be left out there.
compare() {
	local name=$1 lines

	block "$name" | plain >"$tmp/$name.readme"
	lines=$(wc -l <"$tmp/$name.readme")
	sed -n "/^== $name$/,/^== /p" "$tmp/out" | grep -v '^== ' |
		head -n "$lines" | plain >"$tmp/$name.now"
	if [ "$lines" -gt 5 ] && diff "$tmp/$name.readme" "$tmp/$name.now" \
		>"$tmp/diff"; then
		echo "ok $2 - README: $name"
	else
		sed 's/^/# /' "$tmp/diff"
		echo "not ok $2 - README: $name"
	fi
}

# The range that compat.h enforces, and every kernel of the table by its name.
kernels() {
	local says missing

	says=$(awk '/^Kernels: /, !NF' "$top/README.md")
	missing=$({
		sed -n 's/^#error "taskshare needs Linux \(.*\) or newer"/\1/p' \
			"$top/module/compat.h"
		kernel_names
	} | while read -r name; do
		grep -q -F -w -e "$name" <<<"$says" || echo "# missing: $name"
	done)
	[ -z "$missing" ] || printf '%s\nnot ' "$missing"
	echo "ok $1 - README: kernels"
}

scratch
console=$top/build/check/console-readme.log
# shellcheck disable=SC2016 # the guest expands it
CMD='echo 1000 >/proc/sys/kernel/ns_last_pid
bash <<"END"
coproc ./demo threads 3
read -r _ <&"${COPROC[0]}"
echo "== cat"
cat /sys/kernel/debug/taskshare/$COPROC_PID
echo "== reader"
taskshare $COPROC_PID
echo "== end"
END' \
	FILES="$top/build/selftests/demo" VMLOG="$console" \
	TIMEOUT=$((300 * ${TASKSHARE_PATIENCE:-1})) \
	"$here/run.sh" >"$tmp/out" || echo "Bail out! the VM failed"
echo 1..4
compare cat 1
compare reader 2
kernels 3
if splats=$("$here/splats.sh" "$console"); then
	echo "ok 4 - dmesg"
else
	echo "# ${splats//$'\n'/$'\n'# }"
	echo "not ok 4 - dmesg"
fi
