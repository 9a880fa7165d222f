#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# guest-tests.sh PROGRAM=SECONDS...: runs in the VM. Runs test programs one
# after the other, for so many seconds at most, each with the module loaded
# and with nothing left over from the one before. Prints what tap.awk reads.
# With LOAD=0 in the environment, loading the module is left to the programs;
# otherwise they are told that it is there: if it is not, they fail.

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

run() {
	local program=$1 limit=$2 start=$SECONDS status

	echo "#: begin $program"
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
# The pipe's writer and the session's waiter belong to process 1.
spare=$(ps -o pid= --ppid 1 | tr -s ' \n' ' ')
for test; do
	run "${test%=*}" "${test#*=}"
done
exit 0
