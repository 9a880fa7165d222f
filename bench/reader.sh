#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# reader.sh: how long the reader takes, against other programs on the same
# tasks, on this machine. Called by reader.mk with the programs' directory.
set -eu

out=$1
taskshare=$2
measure=$out/reader_measure

heading()
{
	printf '\n%-44s %9s %9s %9s\n' "$1" 'wall ms' 'CPU ms' 'KiB'
}

# m RUNS COMMAND...
m()
{
	local runs=$1
	shift
	"$measure" "$runs" "$(basename "$1") ${*:2}" "$@" ||
		printf '%-44s %s\n' "$(basename "$1") ${*:2}" 'not usable here'
}

# Packages that the crowd's commands need
export -f m heading
export measure taskshare

heading 'this shell'
m 21 "$taskshare" --engine=bpf $$
m 21 "$taskshare" --engine=proc $$
m 21 "$taskshare" --engine=module $$
m 21 ps -L -p $$

# shellcheck disable=SC2016 # expanded inside
"$out/with_crowd" threads 10000 bash -ec '
	heading "a process of 10,000 threads"
	m 7 "$taskshare" --engine=bpf --save /tmp/reader.$$ "$CROWD"
	m 7 "$taskshare" --engine=bpf -J "$CROWD"
	m 7 "$taskshare" --engine=bpf -o PID,mm,files,fs "$CROWD"
	m 7 "$taskshare" --engine=file:/tmp/reader.$$ "$CROWD"
	m 7 "$taskshare" --engine=file:/tmp/reader.$$ -J "$CROWD"
	m 1 "$taskshare" --engine=proc "$CROWD"
	m 7 "$taskshare" --engine=module "$CROWD"
	m 3 ps -L -p "$CROWD"
	m 3 lsns -p "$CROWD"
	m 3 lsfd -p "$CROWD"
	rm -f /tmp/reader.$$'

# shellcheck disable=SC2016 # expanded inside
"$out/with_crowd" processes 5000 "$out/with_crowd" threads 20000 bash -ec '
	heading "25,000 tasks in the system"
	m 5 "$taskshare" --engine=bpf
	m 5 "$taskshare" --engine=bpf --all
	m 5 "$taskshare" --engine=module --all
	m 5 "$taskshare" audit --interval 0 --severity security
	m 3 ps -eLf
	m 3 lsns'

# A machine with few processors has fewer PIDs than that.
pid_max=$(</proc/sys/kernel/pid_max)
if ((pid_max < 150000)); then
	trap 'echo "$pid_max" >/proc/sys/kernel/pid_max' EXIT
	echo 150000 >/proc/sys/kernel/pid_max
fi
# shellcheck disable=SC2016 # expanded inside
"$out/with_crowd" processes 20000 "$out/with_crowd" threads 80000 bash -ec '
	heading "100,000 tasks in the system"
	m 3 "$taskshare" --engine=bpf --all
	m 3 "$taskshare" --engine=bpf --all -o PID,mm,files,fs
	m 3 "$taskshare" --engine=bpf
	m 3 "$taskshare" audit --interval 0 --severity security'

heading '1,000,000 records'
"$out/reader_records" 1000000 >"$out/million.tsr"
m 3 "$taskshare" --engine=file:"$out/million.tsr" -o PID 1
m 3 "$taskshare" --engine=file:"$out/million.tsr"
m 1 "$taskshare" --engine=file:"$out/million.tsr" -J
rm -f "$out/million.tsr"
