#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# taskshare trace, natively: what it says against what its puppet did, and
# against what strace saw of the very same tasks.
#
#	trace.sh TASKSHARE TESTS-DIR
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/tap.sh"

taskshare=$(realpath "$1")
tests=$(realpath "$2")
puppet=$tests/trace_puppet
bpftool=$(PATH=$PATH:/usr/sbin:/sbin command -v bpftool)
cd "$scratch" || exit 1

# What it is started by, if not directly
in=()

# Only what hangs takes so long, on a busy machine, too.
trace()
{
	timeout -k 5 "$(limit 120)" "${in[@]}" "$taskshare" trace "$@"
}

# The last object: how many events, and what is missing
end_of()
{
	tail -n 1 "$1" | jq -r "select(.event == \"end\") | .$2"
}

# Every task that the puppet made is there, once, as it was meant to be.
legal_sets()
{
	trace -J -o j -- "$puppet" flags >want || return 1
	jq -r 'select(.event == "create") |
		[(.child.pid | tostring), .call, (.flags | sort | join(",")),
		(.objects as $o | ["files", "fs", "io", "sighand", "semundo",
		"signal", "mm"][] | "\(.)=\($o[.])"), .verdict] | join(" ")' \
		j >got
	[[ $(wc -l <want) == 128 ]] && diff want got &&
		[[ $(end_of j mismatches) == 0 && $(end_of j lost) == 0 ]]
}

numbers_of_a_namespace()
{
	local in=(unshare --pid --mount-proc --fork)

	legal_sets
}

illegal_sets()
{
	trace -J -o j -- "$puppet" refused >want || return 1
	jq -r 'select(.event == "fail") |
		"\(.call) \(.flags | sort | join(",")) \(.error)"' j >got
	[[ -s want ]] && diff want got &&
		! jq -r 'select(.event == "fail") | .reason' j |
		grep -v -E 'THREAD needs SIGHAND|SIGHAND needs VM'
}

# A table that is wrong in one place: CLONE_FS is taken for CLONE_FILES.
wrong_verdict()
{
	timeout -k 5 "$(limit 30)" "$tests/mutant-verdict-fs" trace -J -o j -- \
		"$puppet" flags >want || return 1
	# Wrong are just those that have one of the two and not the other.
	awk '{ split("", has); split($3, flags, ",")
		for (i in flags) has[flags[i]] = 1
		n += has["FS"] != has["FILES"] } END { print n }' want >wrong
	jq -r 'select(.verdict == "bad") | .mismatches[] |
		[.flag, .kind] | join(" ")' j | sort -u >got
	cat wrong got
	[[ $(cat wrong) == 64 && $(end_of j mismatches) == 64 &&
		$(cat got) == "FS files" ]]
}

# The same in words
wrong_words()
{
	timeout -k 5 "$(limit 30)" "$tests/mutant-verdict-fs" trace -o text -- \
		"$puppet" flags >want || return 1
	grep -E 'NOT AS THE FLAGS SAY' text | tail -n 3
	grep -q -E 'NOT AS THE FLAGS SAY: FS was (not )?given, but file descriptor table: ' \
		text && tail -n 1 text | grep -q -E ', 64 NOT AS THE FLAGS SAY'
}

# tells WORDS...: the text has all of them
tells()
{
	local words
	for words; do
		grep -q -E -- "$words" text || { echo "no $words"; return 1; }
	done
}

# What everybody calls, by its name; the lab makes one of each.
usual_names()
{
	trace -o text -- "$taskshare" lab calls >shown || return 1
	cat text
	tells 'process [0-9]+, as fork\(2\) does: its own copy of memory' \
		'thread [0-9]+ of process [0-9]+, as pthread_create\(3\) does' \
		'process [0-9]+, as posix_spawn\(3\) does' \
		'has let go of the memory' 'is killed by SIGKILL, a thread'
}

events()
{
	trace -o text -- "$puppet" events || return 1
	cat text
	tells 'runs .*trace_puppet and is trace_puppet now' \
		'prctl\(\): from now on its own credentials' \
		'unshare\(\) of FILES: nothing changes' \
		'unshare\(\) of NEWUTS: from now on its own UTS namespace' \
		'setns\(\) of NEWUTS: goes over to other UTS namespace' \
		'unshare\(\) fails, EINVAL: unshare\(2\) does not take this flag' \
		'setns\(\) fails, EBADF' \
		'set_tid_address\(\)' \
		'vfork\(\) makes process .* flags VM\|VFORK' \
		'goes on after [0-9.]+ ms' \
		'runs /bin/true and is true now; new: memory' \
		'close_range\(\) with UNSHARE: from now on its own file descriptor table' \
		'is killed by SIGTERM' \
		'3 tasks created, all as the flags say; .* 0 lost' || return 1
	# The puppet calls itself something that would steer a terminal.
	# shellcheck disable=SC1003
	grep -q -F 'evil\x1b[31m\x0a\\' text && ! grep -q $'\033' text
}

# What only those can do who are not alone
not_alone()
{
	cp "$puppet" "$(printf '\xc3\xa9')" || return 1
	LC_ALL=C.UTF-8 trace -o text -- "./$(printf '\xc3\xa9')" threads || return 1
	cat text
	tells 'runs ./é and is é now' \
		'prctl\(\): from now on its own credentials; the other 1 threads keep theirs' \
		'clone\(\) makes process [0-9]+, a child of [0-9]+: ' \
		', signal 40 at its end' \
		'is killed by signal 40$' \
		'runs /bin/true and is true now; it was thread [0-9]+ and takes the number' \
		'ends with 0, a thread; its process lives on' \
		'6 tasks created, all as the flags say; .* 0 lost'
}

# Told from without: those that are there already, until there is an interrupt.
interrupted()
{
	local status=0 pid
	rm -f text
	"$taskshare" trace -a -o text &
	pid=$!
	until (:) && grep -q . text 2>/dev/null; do
		kill -0 "$pid" || return 1
		sleep 0.01
	done
	kill -INT "$pid"
	wait "$pid" || status=$?
	tail -n 3 text
	[[ $status == 0 ]] && tail -n 1 text | grep -q -E '^[0-9]+ tasks? created, all'
}

# pid, flags: of the tasks that strace saw made
strace_made()
{
	awk '
		{ tid = $1 }
		/ (clone3?|fork|vfork)\(/ || /(clone3?|fork|vfork) resumed/ {
			if (match($0, /flags=[A-Z0-9_|]*/))
				flags[tid] = substr($0, RSTART + 6, RLENGTH - 6)
			else if (/ vfork\(/)
				flags[tid] = "CLONE_VFORK|CLONE_VM"
			if (match($0, /= [0-9]+$/))
				print substr($0, RSTART + 2), flags[tid]
		}' "$1" | sed 's/|SIG[A-Z]*//; s/ SIG[A-Z]*$/ /; s/CLONE_//g' |
		while read -r pid flags; do
			echo "$pid $(tr '|' '\n' <<<"$flags" | sort |
				paste -sd,)"
		done | sort
}

same_as_strace()
{
	trace -J -o j -- strace -f -e trace=process -e signal=none -o s \
		bash -c 'ls | wc -l; (cd /; sh -c "true; true"); sleep 0.01 &
		wait' >/dev/null || return 1
	strace_made s >want
	# strace itself is traced, too: leave out whom it did not see.
	awk '{ print $1 }' s | sort -u >seen
	jq -r 'select(.event == "create") | "\(.pid) \(.child.pid) \(.flags |
		sort | join(","))"' j |
		while read -r pid child flags; do
			! grep -q -x "$pid" seen || echo "$child $flags"
		done | sort >got
	grep -c -E 'execve(\(| resumed).* = 0$' s >execs_want
	jq -r 'select(.event == "exec") | .pid' j | grep -c -x -F -f seen \
		>execs_got
	grep -c 'exited with' s >exits_want
	jq -r 'select(.event == "exit") | .pid' j | grep -c -x -F -f seen \
		>exits_got
	cat want got execs_want execs_got exits_want exits_got
	[[ $(wc -l <want) -ge 4 ]] && diff want got &&
		cmp execs_want execs_got && cmp exits_want exits_got
}

# unshare(2) has a bit of its own for that flag, also where it is refused.
empty_mntns()
{
	trace -J -o j -- perl -e 'syscall(272, 0x100000)' || return 1
	jq -r 'select(.call? == "unshare") | .flags[]' j >names
	cat names
	[[ $(<names) == EMPTY_MNTNS ]]
}

# Nobody reads until all is done: nothing waits for the reader, and what found
# no room is counted exactly.
stalled_reader()
{
	local all
	# Room for all of it, however seldom this reader gets to run
	trace --buffer 65536 -J -o j -- "$puppet" forks 1500 || {
		echo "trace ended with $?"
		return 1
	}
	all=$(end_of j events)
	[[ $(end_of j lost) == 0 && $all -gt 3000 ]] || {
		tail -n 1 j
		return 1
	}
	mkfifo finished
	trace --buffer 64 -J -- bash -c \
		"'$puppet' forks 1500; echo >finished" |
		{ read -r _ <finished; cat; } >k
	# One process more, the shell: its exec, set_tid_address, fork and exit.
	echo "all $all, read $(end_of k events), lost $(end_of k lost)"
	[[ $(end_of k lost) -gt 0 ]] &&
		grep -q '"event": "lost"' k &&
		[[ $(($(end_of k events) + $(end_of k lost))) == $((all + 4)) ]] &&
		[[ $(jq -r .lost? k | awk '{ n += $1 } END { print n / 2 }') == \
		"$(end_of k lost)" ]]
}

# The default buffer under two busy makers of tasks: nothing is missing.
stress()
{
	trace -J -o j -- stress-ng --clone 2 --clone-ops 200 --vfork 1 \
		--vfork-ops 100 -q || return 1
	tail -n 1 j | cut -c1-200
	local made
	made=$(jq -r 'select(.event == "create") | .child.pid' j | wc -l)
	[[ $(end_of j lost) == 0 && $(end_of j created) == "$made" &&
		$made -ge 300 && $(end_of j mismatches) == 0 ]] &&
		# Whoever was made ends, and nobody else but the command.
		diff <(jq -r 'select(.event == "exit") | .pid' j | wc -l) \
			<(echo $((made + 1)))
}

bpf_progs()
{
	"$bpftool" prog show name on_newtask 2>/dev/null
}

# Killed without any chance to tidy up
kill_it()
{
	local tracer i
	[[ -z $(bpf_progs) ]] || { echo "others trace, too"; return 1; }
	"$taskshare" trace -a -o j &
	tracer=$!
	until [[ -n $(bpf_progs) ]]; do
		kill -0 "$tracer" || return 1
		sleep 0.02
	done
	kill -9 "$tracer"
	wait "$tracer"
	# The kernel frees programs after a grace period.
	for i in {1..100}; do
		[[ -n $(bpf_progs) ]] || return 0
		sleep 0.05
	done
	echo "still there after $i looks: $(bpf_progs)"
	return 1
}

# -p alone follows the threads, -f the children, too
by_pid()
{
	local pid tracer
	# What was said before is not said now.
	rm -f go err
	mkfifo go
	bash -c 'read -r _ <go; (exec true); exit 7' &
	pid=$!
	"$taskshare" trace "$@" -J -o j -p "$pid" 2>err &
	tracer=$!
	until grep -q -s "following 1 task" err; do
		kill -0 "$tracer" || { cat err; return 1; }
		sleep 0.02
	done
	echo >go
	wait "$tracer" || return 1
	wait "$pid"
	jq -r .event j | paste -sd' '
}

by_pid_alone()
{
	[[ $(by_pid) == "create exit end" ]]
}

by_pid_follow()
{
	[[ $(by_pid -f) == "create exec set_tid_address exit exit end" ]]
}

status()
{
	trace -o t -- bash -c 'exit 7'
	[[ $? == 7 ]] || return 1
	# shellcheck disable=SC2016
	trace -o t -- bash -c 'kill -9 $$'
	[[ $? == 137 ]]
}

summary()
{
	trace --summary -o t -- "$puppet" refused >want || return 1
	cat t
	grep -q -E '^ +0 +2 +0 THREAD$' t && ! grep -q 'fails' t
}

check "an unknown option is 1" fails 1 "unknown option" trace --nope
check "nothing to trace is 1" fails 1 "trace what" trace
check "-a and -p do not go together" fails 1 "leave out" trace -a -p 1
check "a wrong PID is 1" fails 1 "is no PID" trace -p 0x1

trace -o t true 2>why
if [[ $? == 2 ]]; then
	skip "everything that needs BPF" "$(head -n 1 why)"
	finish
fi
if command -v setpriv >/dev/null; then
	check "without privileges it is 2" fails 2 "no permission" \
		"${as_nobody[@]}" "$taskshare" trace true
fi
if ((EUID)); then
	skip "-p where /proc has other numbers is 1" "only root may be there"
	skip "in a pid namespace, its numbers" "only root may be there"
else
	check "-p where /proc has other numbers is 1" fails 1 "mount -t proc" \
		unshare --pid --fork "$taskshare" trace -p 1
	check "in a pid namespace, its numbers" numbers_of_a_namespace
fi
check "a PID that is gone is 3" fails 3 "no such process" \
	trace -p 2147483647
check "a command that is not there is 127" fails 127 "nope" trace -o t ./nope
check "the command's exit status" status
check "each legal set of sharing flags, by two calls" legal_sets
check "each illegal set, with its reason" illegal_sets
check "a wrong verdict is noticed" wrong_verdict
check "a wrong verdict is told in words" wrong_words
check "fork, pthread_create and posix_spawn by their names" usual_names
check "one of every event, none steers a terminal" events
check "what only those do who are not alone" not_alone
check "-a until an interrupt" interrupted
check "the summary" summary
check "-p follows no children" by_pid_alone
check "-p -f follows children" by_pid_follow
if command -v strace >/dev/null && strace -o s true 2>/dev/null; then
	check "tasks and flags as strace sees them" same_as_strace
else
	skip "tasks and flags as strace sees them" "strace is not there or may not trace"
fi
check "unshare(UNSHARE_EMPTY_MNTNS) has its name" empty_mntns
check "what a stalled reader loses is counted exactly" stalled_reader
if command -v stress-ng >/dev/null; then
	check "stress-ng --clone 2 --vfork 1: nothing lost" stress
else
	skip "stress-ng --clone 2 --vfork 1: nothing lost" "no stress-ng"
fi
check "kill -9 leaves nothing" kill_it
finish
