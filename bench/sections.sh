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
	awk -v what="$what" '
		match($0, /[0-9.]+ us/) {
			us = substr($0, RSTART, RLENGTH - 3) + 0
			n++; sum += us
			if (us > max) max = us
		}
		END {
			if (!n) { print "nothing was traced: " what; exit 1 }
			printf "%-44s %7d calls %8.1f us mean %9.1f us max\n",
				what, n, sum / n, max
		}' $T/trace
	echo nop >$T/current_tracer
	echo >$T/set_ftrace_filter
}

measure ts_collect $D/records/all "one task: ts_collect()"
measure compare $D/records/all "a batch, all: compare()"
measure compare "$D/records/$CROWD" "a batch, the crowd: compare()"
measure ts_pin_process $D/records/1 "pinning a small process: ts_pin_process()"
