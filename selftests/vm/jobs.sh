# SPDX-License-Identifier: GPL-2.0-only
# Jobs with output for tap.awk, $JOBS at a time, and the sum of their results.
# Sourced, not run. Their output goes to the directory $logs.
# shellcheck shell=bash disable=SC2154

# native NAME COMMAND...: a test that needs no VM; the command prints TAP.
native() {
	local name=$1 start=$SECONDS status=0

	shift
	echo "#: begin $name"
	"$@" 2>&1 || status=$?
	echo "#: end $name $status $((SECONDS - start))"
}

# job NAME COMMAND...: in the background, with its own log; prints the results
# when it ends.
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

# total: prints the sum; fails as check.sh does.
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
