#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# record.sh STEPS TASKSHARE: what recording costs for each step, and how long
# open files take, on this machine.
set -eu

steps=$1
taskshare=$2
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
children=${3-200}

# seconds COMMAND...: how long it took, without its output
seconds()
{
	local start=${EPOCHREALTIME/./}
	"$@" >/dev/null || return
	echo "$((${EPOCHREALTIME/./} - start))"
}

recorded()
{
	seconds "$taskshare" record --engine="$1" --json "$scratch/r.json" -- \
		"$steps" "$2" "$children"
}

printf '%-44s %9s %9s\n' 'recording' 'steps' 'ms a step'
for engine in module bpf proc; do
	for tasks in 2 20 100; do
		alone=$(seconds "$steps" "$tasks" "$children")
		if with=$(recorded "$engine" "$tasks" 2>"$scratch/err"); then
			nr=$(grep -c '"step":' "$scratch/r.json")
			awk -v us=$((with - alone)) -v nr="$nr" \
				-v what="$engine, $tasks tasks" 'BEGIN {
				printf "%-44s %9d %9.2f\n", what, nr,
					us / nr / 1000 }'
		else
			printf '%-44s %s\n' "$engine" 'not usable here'
			break
		fi
	done
done

# measured NAME COMMAND...: a line with the time and memory that it took, and
# how many times the processor's time of the first one
measured()
{
	local name=$1 status=0
	shift
	/usr/bin/time -f '%e %U %S %M' -o "$scratch/time" timeout 600 "$@" \
		>/dev/null 2>"$scratch/err" || status=$?
	# lsof also has 1 for what it cannot show.
	if ((status > 1)); then
		printf '%-32s %s\n' "$name" 'not usable here, or above 600 s'
		return
	fi
	tail -n 1 "$scratch/time" >>"$scratch/times"
	awk -v what="$name" '{ cpu = $2 + $3 } NR == 1 { first = cpu } END {
		printf "%-32s %9.0f %9.0f %9.1f %9.2f\n", what, $1 * 1000,
			cpu * 1000, $4 / 1024, cpu / (first ? first : 0.01) }' \
		"$scratch/times"
}

printf '\n%-32s %9s %9s %9s %9s\n' 'open files' 'ms' 'CPU ms' 'MiB' 'x lsof'
for files in 1000 10000 100000 1000000; do
	coproc HOLD { exec "$steps" -f "$files" 2>"$scratch/err"; }
	pid=$HOLD_PID
	if ! read -r -a pids <&"${HOLD[0]}"; then
		wait "$pid" || :
		printf '%-44s %s\n' "$files" "$(<"$scratch/err")"
		continue
	fi
	rm -f "$scratch/times"
	measured "lsof, $files" lsof -n -P -w -p "$(IFS=,; echo "${pids[*]}")"
	measured "ls -l, $files" ls -l "${pids[@]/*//proc/&/fd}"
	for engine in bpf proc; do
		measured "$engine, $files" "$taskshare" files \
			--engine="$engine" -J "${pids[@]}"
	done
	measured "bpf, $files, as a table" "$taskshare" files --engine=bpf \
		-r -o PID,FD,DESC,FILE "${pids[@]}"
	input=${HOLD[1]}
	exec {input}>&-
	wait "$pid" || :
done
