# SPDX-License-Identifier: GPL-2.0-only
# Parts that the tests of taskshare trace share. Sourced, with the arguments
# TASKSHARE TESTS-DIR.
# shellcheck shell=bash disable=SC2034,SC2317
. "${0%/*}/tap.sh"

here=$(realpath "${0%/*}")
taskshare=$(realpath "$1")
tests=$(realpath "$2")
tasks=$tests/trace_tasks
cases=$tests/trace_cases
bpftool=$(PATH=$PATH:/usr/sbin:/sbin command -v bpftool)
cd "$scratch" || exit 1

# The command that starts it, if any
in=()

# Only what hangs takes so long, on a busy machine, too.
trace()
{
	timeout -k 5 "$(limit 120)" "${in[@]}" "$taskshare" trace "$@"
}

# end_of FILE KEY: of the last object: counts of events
end_of()
{
	tail -n 1 "$1" | jq -r "select(.event == \"end\") | .$2"
}

# shows PATTERN...: the file "text" has all of them
shows()
{
	local pattern
	for pattern; do
		grep -q -E -- "$pattern" text ||
			{ echo "missing: $pattern"; return 1; }
	done
}

# follow PID OPTION...: begins to trace a process into "j"; sets $tracer
follow()
{
	local pid=$1
	shift
	# Without the output of an earlier run
	rm -f err
	"$taskshare" trace "$@" -J -o j -p "$pid" 2>err &
	tracer=$!
	until grep -q -s "following 1 task" err; do
		kill -0 "$tracer" || { cat err; return 1; }
		sleep 0.02
	done
}

# Ends the script if this kernel or user has no BPF
need_bpf()
{
	trace -o t true 2>why
	[[ $? == 2 ]] || return 0
	skip "everything that needs BPF" "$(head -n 1 why)"
	finish
}
