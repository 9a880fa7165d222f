# SPDX-License-Identifier: GPL-2.0-only
# Jobs that print what tap.awk reads, several at a time, and what they sum up
# to; sourced, not run. $logs is where their output goes, $JOBS how many run at
# a time.
# shellcheck shell=bash disable=SC2154

# native NAME COMMAND...: a test that needs no VM, and prints TAP.
native() {
	local name=$1 start=$SECONDS status=0

	shift
	echo "#: begin $name"
	"$@" 2>&1 || status=$?
	echo "#: end $name $status $((SECONDS - start))"
}

# job NAME COMMAND...: in the background, into its own log, told when it ends.
job() {
	local name=$1

	shift
	while [ "$(jobs -rp | wc -l)" -ge "$JOBS" ]; do
		wait -n || true
	done
	{
		"$@" >"$logs/$name.log" 2>"$logs/$name.err" || {
			echo "#: begin $name"
			printf '1..1\nnot ok 1 %s: %s\n' "$name" \
				"$(tail -n 1 "$logs/$name.err")"
			echo "#: end $name 0 0"
		} >>"$logs/$name.log"
		awk -v where="$name" -f "$here/tap.awk" "$logs/$name.log" \
			>"$logs/$name.sum"
		grep -v '^sum ' "$logs/$name.sum" || true
	} &
}

total() {
	local sum

	for sum in "$logs"/*.sum; do
		grep '^sum ' "$sum" || echo "sum 0 1 0"
	done | awk '
		{ p += $2; f += $3; s += $4 }
		END {
			if (s)
				skips = ", " s " skipped"
			printf "%d passed, %d failed%s\n", p, f, skips
			exit p == 0 || f > 0
		}'
}
