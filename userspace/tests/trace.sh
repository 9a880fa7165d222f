#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# taskshare trace, natively: the events of a program that says itself what it
# did, and options.
#
#	trace.sh TASKSHARE TESTS-DIR
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/trace_common.sh"

# Every task that the program made is there, once, as it was meant to be.
legal_sets()
{
	trace -J -o j -- "$tasks" flags >want || return 1
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
	trace -J -o j -- "$tasks" refused >want || return 1
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
		"$tasks" flags >want || return 1
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
wrong_text()
{
	timeout -k 5 "$(limit 30)" "$tests/mutant-verdict-fs" trace -o text -- \
		"$tasks" flags >want || return 1
	grep 'DOES NOT MATCH' text | tail -n 3
	shows 'DOES NOT MATCH: FS given, file descriptor table copied' \
		'DOES NOT MATCH: FS not given, file descriptor table shared' &&
		tail -n 1 text | grep -q ', 64 DO NOT MATCH THE FLAGS'
}

# Library functions by their names; the lab makes one of each.
library_names()
{
	trace -o text -- "$taskshare" lab calls >shown || return 1
	cat text
	shows 'creates process [0-9]+ like fork; matches the flags$' \
		'creates thread [0-9]+ like pthread_create; matches the flags$' \
		'creates process [0-9]+ like posix_spawn; matches the flags$' \
		'resumes after [0-9.]+ ms: child [0-9]+ has released the memory$' \
		'(is killed by SIGKILL|exits with status [0-9]+); [1-9] other thread'
}

events()
{
	trace -o text -- "$tasks" events || return 1
	cat text
	shows 'execve\(\) runs .*trace_tasks$' \
		'prctl\(\): securebits 0 -> 0x10$' \
		'unshare\(FILES\): nothing was shared$' \
		'unshare\(\): new uts:\[[0-9]+\]' \
		'setns\(\) joins uts:\[[0-9]+\]' \
		'unshare\(IO\) fails, EINVAL: unshare\(2\) does not take this flag$' \
		'setns\(NEWUTS\) fails, EBADF:' \
		'set_tid_address\(\) registers an address to clear at exit$' \
		'vfork\(\) creates process [0-9]+; shares memory; waits for it' \
		'resumes after [0-9.]+ ms' \
		'execve\(\) runs /bin/true; securebits 0x10 -> 0$' \
		'close_range\(\): file descriptor table was shared with 1 other, now private$' \
		'is killed by SIGTERM$' \
		'^3 tasks created, all match the flags; 2 failed calls; .* 0 lost$' ||
		return 1
	# The program calls itself something that would steer a terminal.
	# shellcheck disable=SC1003
	grep -q -F 'evil\x1b[31m\x0a\\: ' text && ! grep -q $'\033' text
}

# Every program registers an address after its execve: that is not worth a line.
startup_folded()
{
	trace -J -o j -- bash -c '(exec /bin/true)' || return 1
	jq -r .event j | grep -c -x exec >execs
	cat execs
	[[ $(<execs) == 2 ]] && ! grep -q set_tid_address j
}

# Calls of a task with other threads
not_alone()
{
	cp "$tasks" "$(printf '\xc3\xa9')" || return 1
	LC_ALL=C.UTF-8 trace -o text -- "./$(printf '\xc3\xa9')" threads || return 1
	cat text
	shows 'execve\(\) runs ./é$' \
		'prctl\(\): securebits 0 -> 0x10; the other thread differs$' \
		'clone\(\) creates process [0-9]+, a child of [0-9]+' \
		'clone\(\) creates process [0-9]+; shares only cgroups, namespaces' \
		'is killed by signal 40$' \
		'execve\(\) runs /bin/true; thread [0-9]+ takes over this PID; ends 1 thread$' \
		'thread exits with status 0; its process lives on$' \
		'^6 tasks created, all match the flags; 0 failed calls; .* 0 lost$'
}

# The credentials that an execve gives, by a program that others may run as its
# owner
set_user_id()
{
	local shown
	cp /bin/true suid && chown 65534 suid && chmod 4755 suid || return 1
	if findmnt -n -o OPTIONS -T . | grep -q nosuid; then
		shown='runs ./suid$'
	else
		shown='runs ./suid; euid 0 -> 65534, suid 0 -> 65534'
	fi
	trace -o text -- ./suid || return 1
	cat text
	shows "$shown"
}

# All of each event, in lines that fit
details()
{
	trace -v -o text -- bash -c 'unshare -pf true; (:)
		unshare --net unshare --net /nonexistent/a/long/path/to/a/program'
	cat text
	[[ $(awk '{ if (length($0) > n) n = length($0) } END { print n }' text) \
		-le 100 ]] || return 1
	shows '^ {16}flags: CHILD_CLEARTID\|CHILD_SETTID$' \
		'^ {16}copied: memory, file descriptor table, signal handlers' \
		'^ {16}new: thread group, PID namespace$' \
		'^ {16}PID namespace for children: pid:\[[0-9]+\].* -> pid:\[[0-9]+\]$' \
		'^ {16}kernel: ' '^ {16}credentials: uid [0-9]+, gid' \
		'^ {16}kept: file descriptor table \(less close-on-exec\)' \
		'^ {16}name: true$'
}

# Lines of events fit without details as well, however long names and paths are.
lines_fit()
{
	local long
	long=$(printf 'x%.0s' {1..90})
	mkdir "$long"
	cp /bin/true "$long/a-name-of-15-ch"
	trace -o text -- bash -c "'$long/a-name-of-15-ch'; '$long/nonexistent'
		'./$long$long'; exec -a x unshare -m -n -i -u '$long/nonexistent'"
	trace --tree -o tree -- bash -c '(:; (:; (:; (:; (:; (:; (:; (:; (:;
		(:; (:; (:; (:; (true); :); :); :); :); :); :); :); :); :); :);
		:); :); :)'
	cat text tree
	[[ $(sort text tree | head -n -2 |
		awk '{ if (length($0) > n) n = length($0) } END { print n }') \
		-le 100 ]] && grep -q '\.\.\.$' text
}

# Each generation is indented by two columns more.
tree()
{
	trace --tree -o text -- bash -c '(/bin/true; :); exec sleep 0' || return 1
	cat text
	shows '^ *[0-9.]+ +[0-9]+ taskshare: execve' \
		'^ *[0-9.]+ +[0-9]+ bash: clone\(\) creates' \
		'^ *[0-9.]+ +[0-9]+   bash: clone\(\) creates' \
		'^ *[0-9.]+ +[0-9]+     bash: execve\(\) runs .*true$' \
		'^ *[0-9.]+ +[0-9]+     true: exits' \
		'^ *[0-9.]+ +[0-9]+   bash: exits' \
		'^ *[0-9.]+ +[0-9]+ sleep: exits'
}

# filtered ARGUMENTS...: types of events of one run
filtered()
{
	trace "$@" -J -o j -- "$tasks" events || return 1
	jq -r '.event + (if .call? and .event == "fail" then "-" + .call
		else "" end)' j | grep -v -x -E 'begin|end' | sort -u | paste -sd' '
}

filters()
{
	local all
	all=$(filtered)
	echo "$all"
	filtered -e execve
	[[ $all == "create credentials exec exit fail-setns fail-unshare set_tid_address setns unshare vfork_done" ]] &&
		[[ $(filtered -e execve) == exec ]] &&
		[[ $(filtered -e trace=vfork) == "create vfork_done" ]] &&
		[[ $(filtered -e unshare,exit) == "exit fail-unshare unshare" ]] &&
		[[ $(filtered -e %namespace) == "fail-setns fail-unshare setns unshare" ]] &&
		[[ $(filtered -e %creds) == credentials ]] &&
		[[ $(filtered -e '!%process,%namespace') == "credentials set_tid_address" ]] &&
		[[ $(filtered --failed) == "fail-setns fail-unshare" ]] &&
		[[ $(filtered --failed -e setns) == "fail-setns" ]] &&
		# Counts are of all events.
		[[ $(end_of j created) == 3 && $(end_of j printed) == 1 ]]
}

# Those that are there already, until there is an interrupt
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
	[[ $status == 0 ]] && tail -n 1 text | grep -q -E '^[0-9]+ tasks? created'
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
	trace --buffer 65536 -J -o j -- "$tasks" forks 1500 || {
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
		"'$tasks' forks 1500; echo >finished" |
		{ read -r _ <finished; cat; } >k
	# One process more, the shell: its exec, fork and exit.
	echo "all $all, read $(end_of k events), lost $(end_of k lost)"
	[[ $(end_of k lost) -gt 0 ]] &&
		grep -q '"event": "lost"' k &&
		[[ $(($(end_of k events) + $(end_of k lost))) == $((all + 3)) ]] &&
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
		# Every created task ends, and no other one but the command.
		diff <(jq -r 'select(.event == "exit") | .pid' j | wc -l) \
			<(echo $((made + 1)))
}

# progs PID: the numbers of the BPF programs that it holds
progs()
{
	cat "/proc/$1/fdinfo"/* 2>/dev/null |
		awk '$1 == "prog_id:" && $2 { print $2 }' | sort -u
}

# any_left ID...: of those, the programs that the kernel still has
any_left()
{
	local id
	for id; do
		"$bpftool" prog show id "$id" 2>/dev/null
	done | grep .
}

# Killed without any chance to tidy up. Others of the machine may trace, too.
kill_it()
{
	local tracer tries
	local -a ids
	rm -f text
	"$taskshare" trace -a -o text &
	tracer=$!
	# It prints events once all of them are attached.
	until (:) && [[ -s text ]]; do
		kill -0 "$tracer" || return 1
		sleep 0.02
	done
	mapfile -t ids < <(progs "$tracer")
	any_left "${ids[@]}" || return 1
	kill -9 "$tracer"
	wait "$tracer"
	# The kernel frees programs after a grace period.
	for ((tries = $(limit 100); tries > 0; tries--)); do
		any_left "${ids[@]}" || return 0
		sleep 0.05
	done
	return 1
}

# -p alone follows the threads, -f the children, too. The shell waits for its order
# when it is found, so that nothing of its own beginning is seen.
by_pid()
{
	local pid tracer
	rm -f go there
	mkfifo go there
	bash -c 'echo >there; read -r _ <go; (exec true); exit 7' &
	pid=$!
	read -r _ <there
	follow "$pid" "$@" || return 1
	echo >go
	wait "$tracer" || return 1
	wait "$pid"
	jq -r .event j | paste -sd' '
}

by_pid_alone()
{
	[[ $(by_pid) == "begin create exit end" ]]
}

by_pid_follow()
{
	[[ $(by_pid -f) == "begin create exec exit exit end" ]]
}

status()
{
	trace -o t -- bash -c 'exit 7'
	[[ $? == 7 ]] || return 1
	# shellcheck disable=SC2016
	trace -o t -- bash -c 'kill -9 $$'
	[[ $? == 137 ]]
}

# Started with SIGCHLD ignored, trace sees the end and the status of the command,
# which is started with the signals that trace was started with.
inherited_signals()
{
	local in=(env --ignore-signal=CHLD --ignore-signal=PIPE
		--block-signal=USR1) all
	for all in '' -a; do
		# shellcheck disable=SC2086
		trace $all -o t -- grep -E 'Sig(Blk|Ign)' /proc/self/status >got ||
			return 1
		"${in[@]}" grep -E 'Sig(Blk|Ign)' /proc/self/status | diff - got ||
			return 1
	done
	trace -o t -- bash -c 'exit 7'
	[[ $? == 7 ]]
}

summary()
{
	trace --summary -o t -- "$tasks" refused >want || return 1
	cat t
	grep -q -E '^ +0 +2 +0 THREAD$' t && ! grep -q 'fails' t
}

check "an unknown option is 1" fails 1 "unknown option" trace --nope
check "nothing to trace is 1" fails 1 "trace what" trace
check "-a and -p do not go together" fails 1 "leave out" trace -a -p 1
check "-J and -v do not go together" fails 1 "leave out" trace -J -v true
check "an unknown event is 1" fails 1 "unknown event 'clone4'" \
	trace -e clone,clone4 true
check "a wrong PID is 1" fails 1 "is no PID" trace -p 0x1

need_bpf
if command -v setpriv >/dev/null; then
	check "without privileges it is 2" fails 2 "no permission" \
		"${as_nobody[@]}" "$(for_all "$taskshare")" trace true
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
check "signals that are ignored or blocked before" inherited_signals
check "each legal set of sharing flags, by two calls" legal_sets
check "each illegal set, with its reason" illegal_sets
check "a wrong verdict is noticed" wrong_verdict
check "a wrong verdict in text" wrong_text
check "fork, pthread_create and posix_spawn by their names" library_names
check "one of every event, none steers a terminal" events
check "set_tid_address of a program that starts is folded" startup_folded
check_unfiltered "what only those do who are not alone" not_alone
if ((EUID)); then
	skip "execve() of a set-user-ID program" "only root may make one"
else
	check "execve() of a set-user-ID program" set_user_id
fi
check "-v: all details" details
check "no line has more than 100 columns" lines_fit
check "--tree" tree
check "-e and --failed" filters
check "-a until an interrupt" interrupted
check "the summary" summary
check "-p follows no children" by_pid_alone
check "-p -f follows children" by_pid_follow
check "unshare(UNSHARE_EMPTY_MNTNS) has its name" empty_mntns
check "what a stalled reader loses is counted exactly" stalled_reader
if command -v stress-ng >/dev/null; then
	check "stress-ng --clone 2 --vfork 1: nothing lost" stress
else
	skip "stress-ng --clone 2 --vfork 1: nothing lost" "no stress-ng"
fi
check "kill -9 leaves nothing" kill_it
finish
