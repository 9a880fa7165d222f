#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check.sh: runs every test. The last line is "N passed, N failed"; the status is
# 0 only if a test passed and none failed. From the environment:
#	TESTS	names to run instead of all: programs of tests.list, "reader",
#		"ground", "page", "readme", "build", "model", "harness" and
#		"knownbad"
#	KERNELS	kernels to boot instead of those that are tested at every change;
#		"all": the whole table
#	JOBS	number of VMs at a time
#	REPEAT	how many times in a row each program runs in its VM
#	TASKSHARE_PATIENCE	factor for all time limits, default 5: they end what
#		hangs, and must not end what is slow because of other work

. "${0%/*}/lib.sh"
. "$here/jobs.sh"

KERNELS=${KERNELS:-$(kernels_of check | tr '\n' ' ')}
[ "$KERNELS" != all ] || KERNELS=$(kernel_names | tr '\n' ' ')
TESTS=${TESTS-}
JOBS=${JOBS:-2}
export TASKSHARE_PATIENCE=${TASKSHARE_PATIENCE:-5}
export TASKSHARE_REPEAT=${REPEAT:-${TASKSHARE_REPEAT:-1}}
logs=$top/build/check
list=$top/selftests/tests.list

wanted() {
	[ -z "$TESTS" ] || [[ " $TESTS " == *" $1 "* ]]
}

# boots: the boot arguments of tests.list; first none.
boots() {
	echo
	awk '!/^#/ && NF > 3 && !seen[$4]++ { print $4 }' "$list"
}

# for_kernel NAME BOOT: PROGRAM=SECONDS for each program that runs on it then.
for_kernel() {
	local program limit kernels boot

	while read -r program limit kernels boot; do
		[[ $program && $program != \#* ]] || continue
		[[ ",$kernels," == *,all,* || ",$kernels," == *,$1,* ]] ||
			continue
		[ "$boot" = "$2" ] || continue
		wanted "$program" || continue
		echo "$program=$limit"
	done <"$list"
}

[ -f "$list" ] || die "no $list: which tests are there?"
for name in $TESTS; do
	[[ " reader ground page readme build model harness knownbad " == \
		*" $name "* ]] ||
		grep -q "^$name\s" "$list" ||
		die "TESTS: no test '$name': reader, ground, page, readme," \
			"build, model, harness, knownbad or one of tests.list"
done
rm -rf "$logs"
mkdir -p "$logs"

mapfile -t boots < <(boots)
! wanted reader || job native native reader \
	"${MAKE:-make}" --no-print-directory -C "$top/userspace" check
! wanted ground || job ground native ground "$top/build/selftests/fixture"
! wanted page || job page native page \
	"$top/userspace/tests/page/browser.sh" "$top/build/taskshare" \
	"$top/build/userspace/tests"
! wanted readme || job readme native readme "$here/readme-test.sh"
! wanted build || job build native build "$here/build-tests.sh"
! wanted model || job model native model "$top/docs/model/check.sh"
! wanted harness || job harness native harness "$here/harness-tests.sh"
for kernel in $KERNELS; do
	# A kernel that debug-kernel.sh builds
	[ ! -f "$here/$kernel.config" ] || ! wanted knownbad ||
		job "knownbad-$kernel" native knownbad \
			"$top/selftests/knownbad/knownbad.sh" "$kernel"
	for boot in "${boots[@]}"; do
		mapfile -t tests < <(for_kernel "$kernel" "$boot")
		[ "${#tests[@]}" -eq 0 ] ||
			job "$kernel${boot:+-$boot}" env BOOT="$boot" \
				"$here/vm-tests.sh" "$kernel" "${tests[@]}"
	done
done
wait
say LOGS "$logs"
total
