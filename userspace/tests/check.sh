#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# All tests of the reader that need no VM, as one TAP stream.
# PARTS, in the environment, names those to run instead of all.
#
#	check.sh TASKSHARE TESTS-DIR
#
# A program that dies, takes too long or does not keep to its own plan is a
# failed test of its own.
set -u

taskshare=$1
tests=$2
here=$(dirname "$0")
fuzz_seconds=${FUZZ_SECONDS:-60}
# Time limits, also those of the scripts, only end what hangs: they are multiplied.
export TASKSHARE_PATIENCE=${TASKSHARE_PATIENCE:-5}

n=0 failed=0

result()
{
	n=$((n + 1))
	echo "$1 $n - $2"
	[[ $1 == ok ]] || failed=$((failed + 1))
}

# wanted NAME: true if it is among the PARTS, or there are none
known=' '
wanted()
{
	known+="$1 "
	[[ -z ${PARTS-} || " $PARTS " == *" $1 "* ]]
}

# part NAME SECONDS COMMAND...: runs it and numbers its results anew
part()
{
	local name=$1 limit=$(($2 * TASKSHARE_PATIENCE))
	local line plan='' seen=0 status before=$failed
	shift 2
	wanted "$name" || return 0
	while IFS= read -r line; do
		case $line in
		1..*)
			plan=${line#1..}
			;;
		'ok '* | 'not ok '*)
			seen=$((seen + 1))
			n=$((n + 1))
			[[ $line == ok* ]] || failed=$((failed + 1))
			[[ $line =~ ^((not )?ok)\ [0-9]+\ -?\ ?(.*)$ ]]
			line=${BASH_REMATCH[3]}
			[[ $line == "$name: "* ]] || line="$name: $line"
			echo "${BASH_REMATCH[1]} $n - $line"
			;;
		'status '*)
			status=${line#status }
			;;
		*)
			echo "# ${line#\# }"
			;;
		esac
	done < <(timeout -k 5 "$limit" "$@" 2>&1; echo "status $?")
	if [[ $plan != "$seen" ]]; then
		result 'not ok' "$name: ran $seen of ${plan:-no} planned tests, exit status $status"
	elif ((status != 0 && failed == before)); then
		result 'not ok' "$name: no test failed, but exit status $status"
	fi
}

# fuzz NAME SECONDS CORPUS: one test, that nothing was found.
fuzz()
{
	local name=$1 seconds=$2 corpus=$3
	local scratch limit=$((seconds + 60 * TASKSHARE_PATIENCE))
	wanted "$name" || return 0
	scratch=$(mktemp -d) || exit 1
	if timeout -k 5 "$limit" "$tests/$name" \
		-max_total_time="$seconds" -timeout=$((20 * TASKSHARE_PATIENCE)) \
		-artifact_prefix="$tests/" -print_final_stats=1 \
		"$scratch" "$here/$corpus" >"$scratch.log" 2>&1; then
		result ok "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$scratch.log") inputs in $seconds s"
	else
		result 'not ok' "$name: something was found"
		tail -40 "$scratch.log" | sed 's/^/# /'
	fi
	rm -rf "$scratch" "$scratch.log"
}

for unit in records model flags text session trace content files watch looks audit \
	stream; do
	part "unit_$unit" 60 "$tests/unit_$unit"
done
part crosscheck 60 "$tests/crosscheck"
part golden 60 "$here/golden.sh" "$taskshare" "$tests/mkrecords"
part rules 60 "$tests/rules"
part native 60 "$tests/native"
part content 60 "$tests/content"
part content_storm 120 "$tests/content_storm"
part files 120 "$here/files.sh" "$taskshare" "$tests"
part commands 60 "$here/commands.sh" "$taskshare" "$tests/mkrecords"
part manual 60 "$here/manual.sh" "$taskshare"
part page 60 "$here/page.sh" "$taskshare"
part claims 300 env TASKSHARE="$(realpath "$taskshare")" "$tests/claims" \
	"${TASKSHARE_CLAIMS:-100}"
part trees 120 "$tests/trees" 15
part storm 150 "$tests/storm" 1500
part trace 120 "$here/trace.sh" "$taskshare" "$tests"
part trace_cases 120 "$here/trace_cases.sh" "$taskshare" "$tests"
part record 300 "$here/record.sh" "$taskshare" "$tests"
part record_random 120 "$tests/record_random" 20
part labs 400 "$here/labs.sh" "$taskshare" "$tests"
part verify 240 "$here/verify.sh" "$taskshare" "$tests"
part nomem 900 "$here/nomem.sh" "$taskshare" "$tests"
part nocalls 1200 "$here/nocalls.sh" "$taskshare" "$tests"
part why 120 "$here/why.sh" "$taskshare" "$tests"
part screens 120 "$here/screens.sh" "$taskshare" "$tests"
part audit 240 "$here/audit.sh" "$taskshare" "$tests"
part audit_output 240 "$here/audit_output.sh" "$taskshare" "$tests"
part audit_storm 120 "$tests/audit_storm" "$taskshare"
part fleet 120 "$here/fleet.sh" "$taskshare" "$tests"
part refusals 60 "$tests/refusals"
part trace_refusals 120 "$here/trace_refusals.sh" "$taskshare" "$tests"
part predict 120 "$tests/predict" 100
fuzz fuzz "$fuzz_seconds" corpus
fuzz fuzz_page $(((fuzz_seconds + 5) / 6)) corpus_page
for name in ${PARTS-}; do
	[[ $known == *" $name "* ]] ||
		result 'not ok' "PARTS: there is no '$name'"
done
echo "1..$n"
[[ $failed == 0 ]]
