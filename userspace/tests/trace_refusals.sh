#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# taskshare trace beside strace(1), on a program whose calls fail for every
# reason that there is: no failed call may be missing, and the reason must be
# the one that the program has failed for.
#
#	trace_refusals.sh TASKSHARE TESTS-DIR
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/trace_common.sh"

calls=clone,clone3,fork,vfork,unshare,setns,execve,execveat,capset,seccomp
calls+=,setuid,setgid,setreuid,setregid,setresuid,setresgid,setfsuid,setfsgid
calls+=,setgroups,landlock_restrict_self,add_key,keyctl

# shellcheck disable=SC2016 # it is the inner shell's
record()
{
	trace -J --failed -- strace -f -o strace -e trace="$calls" \
		bash -c 'exec "$0" -r >out' "$tests/refusals" >j || return 1
	[[ $(end_of j lost) == 0 ]] && ! grep '^not ok' out
}

# Lines "PID CALL ERRNO" of both
none_is_missing()
{
	sed -nE 's/^([0-9]+) +(<\.\.\. )?([a-z0-9_]+)[ (].* = -1 (E[A-Z0-9]+) .*/\1 \3 \4/p' \
		strace | sort >by_strace
	jq -r 'select(.event == "fail" and .error) |
		"\(.pid) \(.call) \(.error)"' j | sort >by_trace
	[[ $(wc -l <by_strace) -gt 100 ]] &&
		! comm -23 by_strace by_trace | grep .
}

# By "TASK CALL ERRNO": the last reason that trace has. A tracer is a reason that
# is possible beside a filter; the program knows that it has none.
reasons_are_right()
{
	jq -r 'select(.event == "fail" and .error) |
		"\(.comm) \(.call) \(.error): \(.reason)"' j >seen
	sed -n 's/^# \(t[0-9]* .*\)/\1/p' out >expected
	[[ $(wc -l <expected) -gt 100 ]] && ! awk '
		{ i = index($0, ": "); key = substr($0, 1, i - 1)
		  reason = substr($0, i + 2) }
		NR == FNR { seen[key] = reason; next }
		reason == "a seccomp filter refuses it" {
			reason = "a seccomp filter or its tracer refuses it" }
		!(key in wrong) { wrong[key] = reason }
		seen[key] == reason || seen[key] ~ /^possible reason/ &&
			index(seen[key], reason) { right[key] = 1 }
		END { for (key in wrong) if (!right[key])
			print key ": " wrong[key] ", not: " seen[key] }' \
		seen expected | grep .
}

if ((EUID)); then
	skip "beside strace" "only root may get into all states"
elif ! "$taskshare" trace -- true >/dev/null 2>&1; then
	skip "beside strace" "trace does not work here"
elif ! command -v jq >/dev/null || ! strace true 2>/dev/null; then
	skip "beside strace" "no jq, or no strace"
else
	check "every rule, beside strace" record
	check "no failed call is missing" none_is_missing
	check "each reason is that of the failure" reasons_are_right
fi
finish
