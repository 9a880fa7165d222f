# SPDX-License-Identifier: GPL-2.0-only
# A task in a situation, for tests of what is said about it: see why_task.c.
# Sourced, with the arguments TASKSHARE TESTS-DIR.
# shellcheck shell=bash disable=SC2034,SC2154,SC2317
. "${0%/*}/tap.sh"

taskshare=$(realpath "$1")
tests=$(realpath "$2")
cd "$scratch" || exit 1
mkdir root

# begin SITUATION [FORM]: the task is then $pid, its thread $tid, and $other the
# task of another process that matters.
begin()
{
	DIR=$scratch/root task_begin "$tests/why_task" "$@"
}

# tries CALL FLAGS [PID]: what the task gets
tries()
{
	echo "$@" >&"${task[1]}" && read -r result <&"${task[0]}" && echo "$result"
}

# says WORDS...: the answer in the file "text" has all of them, lines joined.
says()
{
	local words
	for words; do
		tr -s ' \n' ' ' <text | grep -q -E -- "$words" ||
			{ cat text; echo "no $words"; return 1; }
	done
}
