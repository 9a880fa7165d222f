#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# vm-tests.sh KERNEL PROGRAM=SECONDS...: runs test programs in a VM and prints
# output for tap.awk. If the VM is lost, the program that ran in it has failed,
# and a new VM is booted for those that had not begun. From the environment:
#	BOOT	an argument for the kernel; then the programs load the module,
#		because that is a part of what they test; or "icount", as in
#		tests.list
#	LOGS	directory for the logs of the consoles
#	TASKSHARE_REPEAT	how many times in a row each program runs
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
for program in claims content predict record_random record_tasks refusals \
	trace_cases; do
	[ ! -x "$programs/userspace/tests/$program" ] ||
		files+=("$programs/userspace/tests/$program")
done
files+=("$top/userspace/tests/record_tasks.c")

# emit NAME TEXT...: one test, which fails if there is a text: the reason.
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

# variant NAME FLAGS: builds the module with switches for tests.
variant() {
	local ko

	ko=$(EXTRA=$2 "$here/module.sh" "$kernel")
	cp "$ko" "$tmp/taskshare-$1.ko"
	files+=("$tmp/taskshare-$1.ko")
}

# Passes the variables of the programs on to the VM.
settings() {
	local name

	for name in "${!TASKSHARE_@}"; do
		printf "%s=%q " "$name" "${!name}"
	done
}

# limit_of PROGRAM TEST...: the seconds that it may take.
limit_of() {
	local program=$1 test

	shift
	for test; do
		[ "${test%=*}" != "$program" ] || echo "${test#*=}"
	done
}

# watch PID TEST...: ends the VM of that process when a program, or anything
# between two programs, takes longer than it may.
watch() {
	local pid=$1 mark last='' since=$SECONDS limit
	local slack=$((60 * ${TASKSHARE_PATIENCE:-1}))

	shift
	while kill -0 "$pid" 2>/dev/null; do
		sleep 1
		mark=$(grep -a '^#: ' "$tmp/out" | tail -n 1)
		if [ "$mark" != "$last" ]; then
			last=$mark since=$SECONDS
			continue
		fi
		limit=0
		# A kernel that debugs itself boots slowly beside other work.
		[ -n "$mark" ] || limit=$slack
		[[ $mark != "#: begin "* ]] || limit=$(limit_of "${mark##* }" "$@")
		((SECONDS - since > limit + slack)) || continue
		echo "run.sh: the VM was lost: nothing after '${mark:-booting}'" \
			"for $((SECONDS - since)) seconds" >>"$tmp/err"
		kill "$pid"
	done
}

boot() {
	local limit=600 test status=0 load=1 file=$module vm

	for test; do
		limit=$((limit + (${test#*=} + 60) * repeat))
	done
	[ -z "$BOOT" ] || load=0 file=0
	: >"$tmp/out"
	CMD="LOAD=$load $(settings) bash guest-tests.sh $*" TIMEOUT=$limit \
		VMLOG=$console KERNEL=$kernel \
		FILES="${files[*]} $here/guest-tests.sh" \
		MODULE=$file APPEND="${APPEND-} $BOOT" \
		KMODS=$(kmods_of "$kernel") \
		"$here/run.sh" >"$tmp/out" 2>"$tmp/err" &
	vm=$!
	watch "$vm" "$@" &
	tail -c +1 -f -s 0.2 --pid="$vm" "$tmp/out"
	wait "$vm" || status=$?
	wait
	# The last line may be cut short.
	[ -z "$(tail -c 1 "$tmp/out")" ] || echo
	return "$status"
}

# left TEST...: those that have not begun.
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
files+=("$("$here/module.sh" "$kernel" selftests/impossible)")
export TASKSHARE_SLOWNESS=${TASKSHARE_SLOWNESS:-$(slowness_of "$kernel")}
repeat=${TASKSHARE_REPEAT:-1}
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
