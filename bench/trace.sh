#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# trace.sh [ROUNDS]: cost of tracing for a program that forks.
#
# One program forks, its children end at once. Its time without tracing, with
# "taskshare trace -a" writing to a file, with bpftrace(8) printing a line for each
# fork and exit, and under "strace -f" are taken in turns, because a machine is not
# equally fast all the time. The median of each is printed, and its ratio to that
# without tracing: by the clock, which means little if other programs are busy, and
# by processor time, of the program and of the tracer.
set -eu
top=$(cd "${0%/*}/.." && pwd)
taskshare=${TASKSHARE:-$top/build/taskshare}
tasks=${TASKS:-$top/build/userspace/tests/trace_tasks}
rounds=${1:-7}
forks=2000
scratch=$(mktemp -d)
tracer=
trap '[ -z "$tracer" ] || kill "$tracer"; rm -rf "$scratch"' EXIT

for program in "$taskshare" "$tasks"; do
	[ -x "$program" ] || {
		echo "no $program: make -C userspace check builds it" >&2
		exit 1
	}
done
command -v strace >/dev/null || {
	echo "no strace: apt-get install strace" >&2
	exit 1
}
bpftrace=$(command -v bpftrace) || echo "no bpftrace: it is left out" >&2

# measure NAME COMMAND...: microseconds for one fork, by clock and processor
measure() {
	local name=$1 before after TIMEFORMAT='%R %U %S'

	shift
	before=$(used)
	{ time "$@" "$tasks" forks "$forks" 2>/dev/null; } 2>"$scratch/time"
	after=$(used)
	awk -v forks="$forks" -v clock="$scratch/$name.clock" \
		-v cpu="$scratch/$name.cpu" -v tracer="$((after - before))" '{
		print $1 * 1e6 / forks >>clock
		print ($2 + $3 + tracer / 100) * 1e6 / forks >>cpu
	}' "$scratch/time"
}

# used: hundredths of a second of processor time that the tracer has used
used() {
	[ -n "$tracer" ] || { echo 0; return; }
	awk '{ print $14 + $15 }' "/proc/$tracer/stat"
}

# start_tracer WORD COMMAND...: WORD is in its output once it follows
start_tracer() {
	local word=$1

	shift
	rm -f "$scratch/lines"
	"$@" >"$scratch/out" 2>"$scratch/err" &
	tracer=$!
	until grep -qs "$word" "$scratch"/{out,err,lines}; do
		kill -0 "$tracer" || { cat "$scratch/err" >&2; exit 1; }
		sleep 0.05
	done
}

stop_tracer() {
	kill "$tracer"
	wait "$tracer" || true
	tracer=
}

median() {
	sort -n "$scratch/$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

for _ in $(seq "$rounds"); do
	measure untraced
	start_tracer following "$taskshare" trace -a -o "$scratch/events"
	measure trace
	stop_tracer
	tail -n 1 "$scratch/events" >>"$scratch/ends"
	if [ -n "$bpftrace" ]; then
		start_tracer follows "$bpftrace" -o "$scratch/lines" -e '
			BEGIN { printf("follows\n"); }
			tracepoint:sched:sched_process_fork {
				printf("%d fork %d\n", pid, args->child_pid); }
			tracepoint:sched:sched_process_exit {
				printf("%d exit\n", pid); }'
		measure bpftrace
		stop_tracer
	fi
	measure strace strace -f -e trace=process -o /dev/null
done

report() {
	awk -v what="$2" -v untraced="$(median "untraced.$1")" \
		-v trace="$(median "trace.$1")" \
		-v bpftrace="$([ -z "$bpftrace" ] || median "bpftrace.$1")" \
		-v strace="$(median "strace.$1")" 'BEGIN {
		printf "a fork, by %-21s us   ratio\n", what
		printf "  untraced               %10.1f    1.00\n", untraced
		printf "  taskshare trace -a     %10.1f  %6.2f\n", trace,
			trace / untraced
		if (bpftrace)
			printf "  bpftrace               %10.1f  %6.2f\n",
				bpftrace, bpftrace / untraced
		printf "  strace -f -e process   %10.1f  %6.2f\n", strace,
			strace / untraced
		cost = trace - untraced
		if (cost > 0)
			printf "  strace adds %.0f times what trace adds\n",
				(strace - untraced) / cost
		else
			print "  trace adds less than can be measured in this run"
	}'
}

report clock "the clock"
report cpu "processor time"
echo "load: $(cut -d' ' -f1-3 /proc/loadavg); median of $rounds rounds"
echo "lost: $(sed 's/.*events, //' "$scratch/ends" | sort | uniq -c | tr -s ' ' | paste -sd,)"
