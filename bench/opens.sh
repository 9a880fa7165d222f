#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# opens.sh: measures the cost of a loop of cat(1) to the machine. Where the files
# are read 30 ms apart, the filesystem is unmounted after each and mounted for the
# next; one after the other, it stays. The kernel counts its idle time, so all
# that is done later, by workers and for RCU, is in the figures.
set -eu
D=/sys/kernel/debug/taskshare
rounds=300

busy() {
	awk '{ print $1 - $2 }' /proc/uptime
}

measure() {
	local pause=$1 file=$2 start

	cat "$file" >/dev/null
	sleep 1
	start=$(busy)
	for ((i = 0; i < rounds; i++)); do
		cat "$file" >/dev/null
		sleep "$pause"
	done
	sleep 1
	awk -v start="$start" -v end="$(busy)" -v n=$rounds -v what="$file" \
		-v pause="$pause" 'BEGIN {
			printf "%-42s %8s %10.3f\n", what, pause,
				(end - start) * 1e3 / n }'
}

[ "$(nproc)" -eq 1 ] || {
	echo "opens.sh: needs one processor, as with ICOUNT=1" >&2
	exit 1
}
printf '%-42s %8s %10s\n' 'cat' 'sleep s' 'ms busy'
for pause in 0 0.03; do
	measure $pause /proc/self/status
	measure $pause $D/self
done
