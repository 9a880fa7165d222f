#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# gates.sh: everything that a release must have withstood, by the table "gates";
# about an hour. Ends as check.sh does, with a report in
# build/gates/report.md before that. From the environment:
#	GATES	another table
#	JOBS	VMs at a time
#	TASKSHARE_PATIENCE	as for check.sh

. "${0%/*}/lib.sh"
. "$here/jobs.sh"

GATES=${GATES:-$here/gates}
JOBS=${JOBS:-2}
export TASKSHARE_PATIENCE=${TASKSHARE_PATIENCE:-5}
logs=$top/build/gates
report=$logs/report.md

# one NAME KERNEL WORD...: a job; settings are in capital letters.
one() {
	local name=$1 kernel=$2 word
	local -a settings=() tests=()

	shift 2
	for word; do
		if [[ $word == [A-Z]* ]]; then
			settings+=("$word")
		else
			tests+=("$word")
		fi
	done
	mkdir -p "$logs/$name"
	env LOGS="$logs/$name" "${settings[@]}" \
		"$here/vm-tests.sh" "$kernel" "${tests[@]}"
}

run_all() {
	local kernel name n=0
	local -a words

	job knownbad native knownbad "$top/selftests/knownbad/knownbad.sh" debug
	while read -r -a words; do
		n=$((n + 1))
		kernel=${words[1]}
		name=$(printf '%02d-%s-%s' "$n" "$kernel" "${words[2]%=*}")
		job "$name" one "$name" "$kernel" "${words[@]:2}"
	done < <(grep '^run\s' "$GATES")
	wait
}

# A test that did not run shows nothing.
skipped() {
	local skips

	skips=$(cat "$logs"/*.sum | sed -n 's/^ *skipped: /# skipped: /p')
	echo 1..1
	[ -z "$skips" ] || printf '%s\nnot ' "$skips"
	echo "ok 1 nothing was skipped"
}

# The sum of a figure over all logs, whatever the harness put before it.
figure() {
	cat "$logs"/*.log | awk -v name="$1" '
		$1 == "#" && $2 == "figure" && $3 == name { n += $4 }
		END { print n + 0 }'
}

# Required and achieved counts, as TAP and for the report
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
job skipped native skipped skipped
job needs native needs needs
wait
write_report >"$report"
say REPORT "$report"
total
