#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# gates.sh: everything that a release must have withstood, as the table "gates"
# tells it; hours rather than minutes. Ends as check.sh does, with a report in
# build/gates/report.md before that. From the environment:
#	GATES	another table
#	JOBS	VMs at a time

. "${0%/*}/lib.sh"
. "$here/jobs.sh"

GATES=${GATES:-$here/gates}
JOBS=${JOBS:-2}
logs=$top/build/gates
report=$logs/report.md

# one NAME KERNEL PROGRAM=SECONDS SETTING...: a job.
one() {
	local name=$1 kernel=$2 test=$3

	shift 3
	mkdir -p "$logs/$name"
	env LOGS="$logs/$name" "$@" "$here/vm-tests.sh" "$kernel" "$test"
}

run_all() {
	local kernel program limit settings
	local -a words

	while read -r _ kernel program limit settings; do
		read -r -a words <<<"$settings"
		job "$kernel-$program" one "$kernel-$program" "$kernel" \
			"$program=$limit" "${words[@]}"
	done < <(grep '^run\s' "$GATES")
	wait
}

# The sum of a figure over all logs, whatever the harness put before it.
figure() {
	cat "$logs"/*.log | awk -v name="$1" '
		$1 == "#" && $2 == "figure" && $3 == name { n += $4 }
		END { print n + 0 }'
}

# What was needed, and what there was, as TAP and for the report.
needs() {
	local name least is n=0
	local -a lines

	mapfile -t lines < <(grep '^need\s' "$GATES")
	echo "1..${#lines[@]}"
	while read -r _ name least; do
		n=$((n + 1))
		is=$(figure "$name")
		[ "$is" -ge "$least" ] || printf 'not '
		echo "ok $n $name: $is, at least $least"
		echo "| $name | $is | $least |" >>"$logs/needs.md"
	done < <(printf '%s\n' "${lines[@]}")
}

versions() {
	local kernel about

	echo "- taskshare: $(git -C "$top" describe --always --dirty)"
	while read -r kernel; do
		about=$("$here/kernel.sh" "$kernel" | head -n 1)
		echo "- kernel $kernel: $about"
	done < <(awk '$1 == "run" && !seen[$2]++ { print $2 }' "$GATES")
	about=$("$here/kernel.sh" default | sed -n 2p)
	echo "- $(qemu-system-x86_64 --version | head -n 1)," \
		"$("$here/accelerator.sh" "$about"); $(nproc) processors"
}

write_report() {
	cat <<-END
		# Gates

		$(versions)
		- begun $began, $(((SECONDS + 59) / 60)) minutes

		| figure | counted | at least |
		|---|--:|--:|
		$(cat "$logs/needs.md")

		| on, program | passed | failed | skipped |
		|---|--:|--:|--:|
	END
	for sum in "$logs"/*.sum; do
		awk -v name="$(basename "$sum" .sum)" '$1 == "sum" {
			printf "| %s | %d | %d | %d |\n", name, $2, $3, $4
		}' "$sum"
	done
}

began=$(date -u '+%Y-%m-%d %H:%M UTC')
rm -rf "$logs"
mkdir -p "$logs"
run_all
job needs native needs needs
wait
write_report >"$report"
say REPORT "$report"
total
