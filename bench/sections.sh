#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# sections.sh: the longest sections in which the module keeps RCU, a spinlock
# or interrupts from others, by the kernel's function_graph tracer.
#
# compare() is all that verify.c does under a lock or in an RCU section, a
# batch of tasks at a time; ts_pin_process() has the RCU section over a
# process's list of threads; ts_collect() is what one task costs.
set -eu
T=/sys/kernel/tracing
[ -d $T/options ] || mount -t tracefs none $T
D=/sys/kernel/debug/taskshare

measure() {
	local function=$1 file=$2 what=$3

	echo 0 >$T/tracing_on
	echo nop >$T/current_tracer
	echo "$function" >$T/set_ftrace_filter
	echo function_graph >$T/current_tracer
	echo 16384 >$T/buffer_size_kb
	echo >$T/trace
	echo 1 >$T/tracing_on
	for _ in 1 2 3 4 5; do cat "$file" >/dev/null; done
	echo 0 >$T/tracing_on
	grep -o '[0-9.]* us' $T/trace | sort -n | awk -v what="$what" '
		{ us[NR] = $1; sum += $1 }
		END {
			if (!NR) { print "nothing was traced: " what; exit 1 }
			printf "%-42s %6d %9.1f %9.1f %9.1f %9.1f\n", what, NR,
				sum / NR, us[int(NR / 2) + 1],
				us[int(NR * 0.999) + 1], us[NR]
		}'
	echo nop >$T/current_tracer
	echo >$T/set_ftrace_filter
}

printf '%-42s %6s %9s %9s %9s %9s\n' 'in microseconds' calls mean median 99.9% max
measure ts_collect $D/records/all "one task: ts_collect()"
measure compare $D/records/all "a batch, all: compare()"
measure compare "$D/records/$CROWD" "a batch, the crowd: compare()"
measure ts_pin_process $D/records/1 "pinning a small process: ts_pin_process()"
