#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check.sh: runs every test and sums up: "N passed, N failed" on the last line,
# status 0 only if something passed and nothing failed. From the environment:
#	TESTS	names to run instead of all: programs of tests.list, "reader",
#		"ground", "readme" and "harness"
#	KERNELS	kernels to boot instead of all of the table
#	JOBS	VMs at a time

. "${0%/*}/lib.sh"
. "$here/jobs.sh"

KERNELS=${KERNELS:-$(kernel_names | tr '\n' ' ')}
TESTS=${TESTS-}
JOBS=${JOBS:-2}
logs=$top/build/check
list=$top/selftests/tests.list

wanted() {
	[ -z "$TESTS" ] || [[ " $TESTS " == *" $1 "* ]]
}

# for_kernel NAME: PROGRAM=SECONDS for each program to run on it.
for_kernel() {
	local program limit kernels

	while read -r program limit kernels; do
		[[ $program && $program != \#* ]] || continue
		[[ " $kernels " == *" all "* || " $kernels " == *" $1 "* ]] ||
			continue
		wanted "$program" || continue
		echo "$program=$limit"
	done <"$list"
}

rm -rf "$logs"
mkdir -p "$logs"
[ -f "$list" ] || die "no $list: which tests are there?"

! wanted reader || job native native reader \
	"${MAKE:-make}" --no-print-directory -C "$top/userspace" check
! wanted ground || job ground native ground "$top/build/selftests/fixture"
! wanted readme || job readme native readme "$here/readme-test.sh"
! wanted harness || job harness native harness "$here/harness-tests.sh"
for kernel in $KERNELS; do
	mapfile -t tests < <(for_kernel "$kernel")
	[ "${#tests[@]}" -eq 0 ] ||
		job "$kernel" "$here/vm-tests.sh" "$kernel" "${tests[@]}"
done
wait
say LOGS "$logs"
total
