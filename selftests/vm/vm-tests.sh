#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# vm-tests.sh KERNEL PROGRAM=SECONDS...: runs test programs in a VM and prints
# what tap.awk reads. A VM that is lost fails the test that ran in it; a new
# one is booted for those that had not begun. From the environment:
#	BOOT	an argument for the kernel; the tests load the module then, as
#		that is part of what they try; or "icount", as in tests.list
#	LOGS	where the consoles' logs go
#	TASKSHARE_SLOWNESS	how many times longer the programs take on this kernel
#	TASKSHARE_PATIENCE	how many times longer they may take beside other work
#	TASKSHARE_*	variables of the programs

. "${0%/*}/lib.sh"

BOOT=${BOOT-}
label=${BOOT:+-$BOOT}
if [ "$BOOT" = icount ]; then
	export ICOUNT=1
	BOOT=
fi
kernel=$1
shift
logs=${LOGS:-$top/build/check}
programs=$("$here/programs.sh" "$kernel")
mapfile -t files < <(find "$programs/selftests" -maxdepth 1 -type f -executable)
[ ! -x "$programs/userspace/tests/claims" ] ||
	files+=("$programs/userspace/tests/claims")

# emit NAME TEXT...: one test; fails if there is a text, which says why.
emit() {
	local name=$1

	shift
	echo "#: begin $name"
	echo 1..1
	if [ $# -eq 0 ]; then
		echo "ok 1 $name"
	else
		printf 'not ok 1 %s: %s\n' "$name" "$*"
	fi
	echo "#: end $name 0 0"
}

# variant NAME FLAGS: builds the module with switches that only tests use.
variant() {
	local ko

	ko=$(EXTRA=$2 "$here/module.sh" "$kernel")
	cp "$ko" "$tmp/taskshare-$1.ko"
	files+=("$tmp/taskshare-$1.ko")
}

# What the tests are told through the environment, they are told in the VM.
settings() {
	local name

	for name in "${!TASKSHARE_@}"; do
		printf "%s=%q " "$name" "${!name}"
	done
}

boot() {
	local limit=60 test status=0 load=1 file=$module

	for test; do
		limit=$((limit + ${test#*=} + 5))
	done
	[ -z "$BOOT" ] || load=0 file=0
	CMD="LOAD=$load $(settings) bash guest-tests.sh $*" TIMEOUT=$limit \
		VMLOG=$console KERNEL=$kernel \
		FILES="${files[*]} $here/guest-tests.sh" \
		MODULE=$file APPEND="${APPEND-} $BOOT" \
		KMODS=$(kmods_of "$kernel") \
		"$here/run.sh" 2>"$tmp/err" |
		tee "$tmp/out" || status=$?
	# The last line may be cut short.
	[ -z "$(tail -c 1 "$tmp/out")" ] || echo
	return "$status"
}

# Those of the tests that did not begin.
left() {
	local test

	for test; do
		grep -q "^#: begin ${test%=*}$" "$tmp/out" || echo "$test"
	done
}

scratch
module=$("$here/module.sh" "$kernel")
files+=("$module")
variant noverify -DTASKSHARE_NO_VERIFY
variant faults -DTASKSHARE_FAULTS
export TASKSHARE_SLOWNESS=${TASKSHARE_SLOWNESS:-$(slowness_of "$kernel")}
n=0
tests=()
for test; do
	limit=$((${test#*=} * TASKSHARE_SLOWNESS * ${TASKSHARE_PATIENCE:-1}))
	[[ $test != stress=* ]] || limit=$((limit + ${TASKSHARE_STORM:-0}))
	tests+=("${test%=*}=$limit")
done
while [ "${#tests[@]}" -gt 0 ]; do
	n=$((n + 1))
	console=$logs/console-$kernel$label-$n.log
	status=0
	boot "${tests[@]}" || status=$?
	mapfile -t rest < <(left "${tests[@]}")
	if [ "$status" -ne 0 ]; then
		emit "vm-$n" "$(grep -m 1 '^run.sh: ' "$tmp/err")"
	else
		emit "vm-$n"
	fi
	mapfile -t splats < <("$here/splats.sh" "$console" | head -n 5)
	emit "dmesg-$n" "${splats[@]}"
	[ "${#rest[@]}" -lt "${#tests[@]}" ] || break
	tests=("${rest[@]}")
done
for test in "${rest[@]}"; do
	emit "${test%=*}" "did not run"
done
