#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# guest-tests.sh PROGRAM=SECONDS...: runs in the VM. Runs test programs one
# after the other, TASKSHARE_REPEAT times each, and kills one that takes longer.
# Before each, the module is loaded, and all processes of the one before are
# gone. Prints output for tap.awk. With LOAD=0 in the environment the programs
# load the module themselves; otherwise they fail if it is not there.

load() {
	[ "${LOAD-}" = 0 ] || [ -d /sys/module/taskshare ] ||
		insmod taskshare.ko
}

kill_rest() {
	local p

	for p in /proc/[1-9]*; do
		p=${p#/proc/}
		case " 1 $$ $PPID $spare " in
		*" $p "*) ;;
		*) kill -9 "$p" 2>/dev/null ;;
		esac
	done
}

# QEMU 7.2 may translate an instruction while another processor replaces it, and
# then executes a breakpoint that is gone: "Oops: int3", about once in a thousand
# times that a tracepoint is enabled. These programs enable some, so they have one
# processor there.
processors() {
	local online=1 other=/sys/devices/system/cpu/cpu1/online

	[ -w "$other" ] && grep -q TCG /proc/cpuinfo || return 0
	case $1 in
	engines | module) online=0 ;;
	esac
	[ "$(<"$other")" = "$online" ] || echo "$online" >"$other"
}

run() {
	local program=$1 limit=$2 start=$SECONDS status

	echo "#: begin $program"
	processors "$program"
	if load; then
		setsid -w timeout -s KILL "$limit" "./$program"
		status=$?
	else
		echo "Bail out! the module could not be loaded"
		status=1
	fi
	echo "#: end $program $status $((SECONDS - start))"
	kill_rest
}

[ "${LOAD-}" = 0 ] || export TASKSHARE_DIR=/sys/kernel/debug/taskshare
# These of process 1's children write the output and wait for this script.
spare=$(ps -o pid= --ppid 1 | tr -s ' \n' ' ')
for test; do
	for ((i = 0; i < ${TASKSHARE_REPEAT:-1}; i++)); do
		run "${test%=*}" "${test#*=}"
	done
done
exit 0
