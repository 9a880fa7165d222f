#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# taskshare trace, natively: situations in which people look for a reason, and
# failed calls, compared with what strace(1) saw of the very same tasks.
#
#	trace_cases.sh TASKSHARE TESTS-DIR
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/trace_common.sh"

# run CASE [ARGUMENT]: traces it twice: what it prints is in "want", events are
# in "j", and as text in "text". The numbers are those of the last run, the text.
# From Linux 7.0 on, the kernel may skip an event, and trace says so: that run
# shows nothing.
run()
{
	local left=50
	while
		trace -J -o j -- "$cases" "$@" >want.j || return 1
		trace -o text -- "$cases" "$@" >want || return 1
		[[ $(end_of j skipped) != 0 ]] || grep -q 'skipped them$' text
	do
		((--left)) || return 1
	done
	cat text want
	cat j >>all.j
	[[ $(end_of j lost) == 0 ]]
}

# pid, call, errno: of the failed calls in j
failures()
{
	jq -r 'select(.event == "fail") | "\(.pid) \(.call) \(.signal // .error //
		.returned)"' j
}

# Filters in all their ways, and that they did it: the kernel saw one call only.
refused()
{
	run refused || return 1
	diff want.j <(failures) || return 1
	[[ $(jq -r 'select(.event == "fail") | "\(.entered) \(.filtered)"' j |
		sort | uniq -c | tr -s ' ' | paste -sd,) == \
		" 8 false true, 1 true null" ]] || return 1
	shows 'clone3\(\) fails, ENOSYS: a seccomp filter refuses it; the call never ran$' \
		'execve\(\) of /bin/true fails, EACCES: a seccomp filter refuses it' \
		'setuid\(\) fails: a seccomp filter answers it' \
		'capset\(\) fails, SIGSYS: a seccomp filter refuses it' \
		'setresuid\(\) fails, EPERM:$' &&
		! grep -q 'setresuid.*filter' text
}

# Nothing is put down to a filter that has entered the kernel.
unfiltered()
{
	run unfiltered || return 1
	diff want.j <(failures) &&
		[[ $(jq -r 'select(.event == "fail") | .entered' j | sort -u) == \
		true ]]
}

# A task that is found in the middle of a call: it cannot be known whether a
# filter answered it. After the first time it can.
found_within()
{
	local pid tracer
	rm -f go
	mkfifo go
	# Open for both, so that it is not the shell that waits
	"$cases" refused_later <>go >want.j &
	pid=$!
	# Having said that, it sleeps nowhere but in read(2).
	until grep -q reads want.j && grep -q ') S' "/proc/$pid/stat"; do
		kill -0 "$pid" || return 1
		sleep 0.02
	done
	follow "$pid" || return 1
	echo >go
	wait "$tracer" || return 1
	wait "$pid"
	cat want.j
	cat j >>all.j
	failures
	diff <(grep -v reads want.j) <(failures) &&
		[[ $(jq -r 'select(.event == "fail") | .maybe_older' j | paste -sd' ') == \
		"true null" ]]
}

# Of a call whose entry the kernel may have skipped it is not known whether a
# filter answered it, and one that worked has not failed.
skipped_entries()
{
	local program=$tests/mutant-trace-entries-skipped
	timeout -k 5 "$(limit 30)" "$program" trace -o text -- "$cases" refused \
		>want || return 1
	timeout -k 5 "$(limit 30)" "$program" trace -J -o j -- "$cases" refused \
		>want.j || return 1
	cat text
	diff <(grep -v 'setuid 0$' want.j) <(failures) &&
		[[ $(jq -r 'select(.entered == false) |
			"\(.certain) \(.maybe_older)"' j | sort | uniq -c |
			tr -s ' ') == " 7 false true" ]] &&
		shows '^ +its entry was missed, or a seccomp filter refuses it$' &&
		! grep 'never ran' text
}

tsync()
{
	local thread
	run tsync || return 1
	thread=$(awk '/in the way/ { print $1 }' want)
	shows 'seccomp\(\) adds a filter, 1 now; 2 other threads differ$' \
		"seccomp\\(TSYNC\\) fails: thread $thread has filters that the caller lacks$" &&
		[[ $(jq -r 'select(.event == "fail") | "\(.thread) \(.returned)"' j) == \
		"$(awk '/in the way/ { print $1, $1 }' want.j)" ]]
}

# The number that seccomp(2) returns is one of the inner pid namespace.
tsync_inside()
{
	trace -J -o j -- unshare --pid --fork "$cases" tsync >want || return 1
	cat want
	jq -r 'select(.event == "seccomp" or .event == "fail")' j
	[[ $(jq -r 'select(.event == "fail") | .thread' j) == \
		"$(jq -r 'select(.event == "seccomp") | .pid' j)" ]] &&
		[[ $(jq -r 'select(.event == "fail") | "\(.returned) in the way"' j) == \
		"$(<want)" ]]
}

# Inside of a pid namespace, tasks outside have no number, and no events.
nothing_of_others()
{
	rm -f go
	mkfifo go
	unshare --pid --mount-proc --fork "$taskshare" trace -a -J -o j -- \
		bash -c "echo >go; read -r _ <go; '$cases' unfiltered" &
	read -r _ <go
	"$cases" unfiltered
	"$cases" setuid_one >/dev/null
	echo >go
	wait $! || return 1
	jq -r 'select(.pid?) | "\(.pid) \(.event)"' j | sort | uniq -c
	[[ $(jq -r 'select(.pid? == 0)' j | wc -l) == 0 &&
		$(failures | wc -l) == 2 ]]
}

tsync_works()
{
	run tsync_works || return 1
	shows 'seccomp\(\) adds a filter, 1 now; all 3 threads have the same filters$'
}

# Seven threads end up with seven objects that say the same. They change them at
# the same time: only of the last it is known how many are equal by then.
setuid_all()
{
	run setuid_all || return 1
	shows 'setgid\(\): gid 0 -> 2000; all 6 other threads have equal ones' \
		'setuid\(\): uid 0 -> 2000; all 6 other threads have equal ones' &&
		jq -r 'select(.event == "credentials" and .call == "setuid") |
		.other_threads | "\(.alive) \(.same_credentials) \(.equal_credentials)"' \
		j | sort >got && cat got &&
		[[ $(grep -c '^6 0 [0-6]$' got) == 7 && $(tail -n 1 got) == "6 0 6" ]]
}

# The raw call changes one thread, and those that it makes; another's fsuid
setuid_one()
{
	run setuid_one || return 1
	diff <(grep -v setfs want.j) <(failures | grep -v setfs) || return 1
	diff <(grep -c setfs want.j) <(jq -r 'select(.event == "fail" and
		(.call | startswith("setfs"))) | .call' j | wc -l) || return 1
	shows 'setresuid\(\): uid 0 -> 3000; 2 other threads differ' \
		'setfsuid\(\): fsuid 0 -> 3001; 3 other threads differ' \
		'setresuid\(\): uid 0 -> 3000; 2 of 3 other threads have equal ones' \
		'setfsuid\(\) changes nothing: not permitted' \
		'setresuid\(\) fails, EPERM' || return 1
	# Asking is no failure, and no change.
	[[ $(jq -r 'select(.call? == "setfsuid") | .event' j | sort | paste -sd' ') == \
		"credentials fail" ]]
}

# Going away and coming back are two things.
network()
{
	local home there
	run network || return 1
	home=$(jq -r 'select(.event == "unshare") | .namespaces.net.before.inode' j)
	there=$(jq -r 'select(.event == "unshare") | .namespaces.net.now.inode' j)
	[[ "net:[$home]" == "$(readlink /proc/self/ns/net)" && $home != "$there" ]] ||
		return 1
	jq -r 'select(.event == "setns") | .namespaces.net |
		"\(.before.inode) \(.before.process) \(.now.inode) \(.now.process)"' \
		j >got
	cat got
	# The second time it is there already.
	diff <(printf '%s\n' "$there false $home true" "null null null null") got &&
		shows 'unshare\(\): new net:\[[0-9]+\]; leaves net:' \
		"setns\\(\\) joins net:\\[$home\\] \\(its process's\\)" \
		'setns\(\): it is in this namespace already$'
}

# A thread becomes the process; three others end by that, and one call fails.
exec_thread()
{
	local thread process
	run exec_thread || return 1
	diff <(grep ENOENT want.j) <(failures) || return 1
	thread=$(awk '/executes/ { print $1 }' want)
	process=$(awk '/takes over/ { print $2 }' text)
	shows "$process trace_cases: thread is ended by the execve\\(\\) of $thread$" \
		"$process trace_cases: execve\\(\\) runs /bin/true; thread $thread takes over this PID" \
		'of /nonexistent/program fails, ENOENT' || return 1
	[[ $(grep -c 'is ended by the execve' text) == 3 &&
		$(jq -r 'select(.event == "exec" and .was_pid) | .threads_ended' j) == 3 ]]
}

# The only thread that is left becomes the process: none ends by that.
exec_orphan()
{
	run exec_orphan || return 1
	diff <(grep ENOENT want.j) <(failures) &&
		shows 'thread exits with status 0; its process lives on$' \
			"$(awk '/executes/ { print $1 }' want) takes over this PID$"
}

# Threads that an execve() has ended do not end once more with their process,
# which dies of that execve().
exec_broken()
{
	run exec_broken || return 1
	shows 'broken: execve\(\) fails, E' 'is killed by SIG[A-Z]+$' &&
		[[ $(jq -r 'select(.event == "exit" and .by_exec_of) | .pid' j |
			wc -l) == 2 && $(jq -r 'select(.last?) | .threads' j |
			paste -sd' ') == "1 1" ]]
}

# The end of a process is one line, with its threads counted.
ends()
{
	run ends || return 1
	grep -E 'exits|killed' text | sed 's/^.*: //; s/process [0-9]* //' >got
	cat got
	diff - got <<-'END'
	thread exits with status 0; its process lives on
	thread is killed by SIGSYS; its process lives on
	exits with status 3
	exits with status 3; 4 other threads with it
	is killed by SIGKILL; 2 other threads with it
	is killed by SIGABRT; 3 other threads with it
	thread exits with status 4; its process lives on
	exits with status 5
	exits with status 0
	END
}

# The end of every task is in JSON, and says to what it belongs.
ends_json()
{
	jq -r 'select(.event == "exit") | "\(.process_ends) \(.last) \(.threads)"' \
		j | sort | uniq -c | tr -s ' ' >got
	cat got
	diff - got <<-'END'
	 3 false false null
	 9 true false null
	 3 true true 1
	 1 true true 3
	 1 true true 4
	 1 true true 5
	END
}

# A process ends with the status that its parent gets, not that of the thread
# which is the last one.
ends_in_between()
{
	run ends_in_between || return 1
	shows ' trace_cases: process [0-9]+ exits with status 6(;|$)' &&
		! grep 'status 7' text
}

# However many threads end at once, a process ends once. Those that end by
# themselves may or may not count as ended with it.
crowds()
{
	trace -J -o j -- "$cases" crowds || return 1
	jq -r 'select(.last?) | .threads' j | sort | uniq -c | tr -s ' ' >got
	cat got
	jq -r 'select(.event == "exit") | .pid' j | wc -l
	# PIDs may be those of processes that are gone.
	jq -r 'select(.last?) | .tgid' j | sort -n >ended
	{
		jq -r 'select(.event == "exec") | .pid' j
		jq -r 'select(.event == "create" and .objects.signal == "new") |
			.child.pid' j
	} | sort -n >begun
	diff begun ended && [[ $(wc -l <ended) == 3001 &&
		$(jq -r 'select(.event == "exit") | .pid' j | wc -l) == 6601 ]] &&
		grep -q '^ 100 8$' got && ! grep -q -v ' [128]$' got
}

# reasons FILE: those of the failed calls, and which were seen to be the ones
reasons()
{
	jq -r 'select(.event == "fail") | "\(.certain) \(.reason)"' "$1"
}

# For each argument its own reason, none of another's
clone3_wrong()
{
	run clone3_wrong || return 1
	diff want.j <(failures) || return 1
	reasons j >got
	diff - got <<-'END'
	true clone3(2) takes no exit_signal with THREAD or PARENT
	true a PID in set_tid is in use
	true a PID in set_tid is below 1 or not below kernel.pid_max
	true set_tid_size is larger than the number of nested PID namespaces
	true set_tid_size is above 32
	true stack and stack_size are not given together
	true exit_signal is not a signal
	true a flag that this kernel does not know
	true cgroup is not an open file descriptor
	true cgroup is open, but not a directory of a cgroup2 filesystem
	false possible reason: the address for the pidfd cannot be written
	true the size is smaller than the first struct clone_args
	true struct clone_args is larger than this kernel knows, and not zero there
	true struct clone_args is at an address that cannot be read
	END
}

# A descriptor that is of another type, the task's own, none at all, or shared
# with what stands in the way
setns_wrong()
{
	run setns_wrong || return 1
	diff want.j <(failures) || return 1
	reasons j >got
	diff - got <<-'END'
	true the file descriptor is a namespace of another type
	true it is in that user namespace already
	true the file descriptor is neither a namespace nor a pidfd
	true fd is not an open file descriptor, or was opened with O_PATH
	true fd is not an open file descriptor, or was opened with O_PATH
	true with a pidfd, nstype must name types of namespaces
	true another task shares its root and working directory
	true another task shares its root and working directory
	true its children go to another PID namespace, and a process is in one only
	true its children go to another PID namespace already
	true the first process of the PID namespace for its children has ended or never started
	true it has no CAP_SYS_CHROOT in its user namespace
	END
}

clocks()
{
	run clocks || return 1
	diff want.j <(failures) || return 1
	shows 'unshare\(\): new time:\[[0-9]+\] for children' \
		'creates process [0-9]+ like fork; new time namespace' \
		'setns\(NEWTIME\) fails, EUSERS: the process has other threads$' \
		'setns\(NEWTIME\) fails, EUSERS: another process shares its memory$' \
		'setns\(\) joins time:\[[0-9]+\]; leaves time:'
}

# vfork(2), or what the C library calls where there is none
by_vfork='(; shares memory| like vfork); waits for it'

vfork_waits()
{
	run vfork_waits || return 1
	shows "creates process $(<want)$by_vfork" \
		"resumes after [0-9]+\\.[0-9] ms: child $(<want) has released the memory$" &&
		[[ $(jq -r 'select(.event == "vfork_done") |
		"\(.child.pid) \(.waited_ns >= 50000000)"' j) == "$(<want.j) true" ]]
}

# A process that is killed while it waits has not got its memory back.
vfork_killed()
{
	local pid child
	run vfork_killed || return 1
	read -r pid _ _ child <want
	shows "$pid trace_cases: stops waiting for child $child after [0-9.]+ ms: a fatal signal came$" \
		"$pid trace_cases: is killed by SIGTERM$" &&
		[[ $(jq -r 'select(.event == "vfork_done") | .released' j) == false ]]
}

# Each by its name, not by that of another
spawn()
{
	local pid name
	run spawn || return 1
	while read -r pid name; do
		case $name in
		posix_spawn)
			shows "creates process $pid like posix_spawn; matches" ;;
		stackless)
			shows "creates process $pid like vfork; waits for it" ;;
		vfork)
			shows "creates process $pid$by_vfork" ;;
		system)
			shows "creates process $pid like posix_spawn; matches" \
				"$pid trace_cases: execve\\(\\) runs /bin/sh like system$" ;;
		popen)
			shows "creates process $pid like posix_spawn; matches" \
				"$pid trace_cases: execve\\(\\) runs /bin/sh$" ;;
		esac || return 1
	done <want
	shows 'execve\(\) of /nonexistent/program fails, ENOENT'
}

keys()
{
	run keys || return 1
	diff <(grep -v joined want.j) <(failures) || return 1
	shows 'keyctl\(\): new session keyring$'
}

# Calls of a 32-bit program are not seen: nothing that was kept of an earlier
# call is taken for what one of them changed, and none of them for one that a
# filter refused.
program_32bit()
{
	run program_32bit || return 1
	jq -c 'select(.event == "exec") | [.file, .comm, .call, .objects]' j >got
	cat got
	failures
	[[ $(jq -r 'select(.event == "exec" and .file == "/bin/true") |
		"\(.comm) \(.call) \(.credentials_before) \(.objects | length)"' j) == \
		$'true null null 0\ntrue null null 0' && $(end_of j failed) == 0 ]]
}

# Every key and event that these runs had is in the manual page.
documented()
{
	local page=$here/../taskshare.5 name
	mandoc -Tutf8 "$page" | col -b | tr -s ' ,;.()' '\n' | sort -u >words
	jq -r '.event, (paths | map(strings)[])' all.j | sort -u |
		grep -v -x -F -f <(jq -r '.objects? // {} | keys[]' all.j |
			sort -u) >names
	wc -l names
	while read -r name; do
		grep -q -x -F -- "$name" words || { echo "not there: $name"; return 1; }
	done <names
	[[ $(wc -l <names) -gt 60 ]]
}

# With little space in the buffer: all events are there, or counted.
storm()
{
	local rounds=300 small=0 all
	trace -J -o j -- "$cases" storm "$rounds" || return 1
	all=$(end_of j events)
	[[ $(end_of j lost) == 0 && $(end_of j failed) == $((4 * rounds)) &&
		$(end_of j created) == "$rounds" &&
		$all == $((6 * rounds + 2)) ]] || { tail -n 1 j; return 1; }
	mkfifo finished
	trace --buffer 16 -J -- bash -c \
		"'$cases' storm $rounds; echo >finished" |
		{ read -r _ <finished; cat; } >k
	small=$(end_of k lost)
	echo "all $all, read $(end_of k events), lost $small"
	[[ $small -gt 0 && $(($(end_of k events) + small)) == $((all + 3)) ]]
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

# Calls of the classes that trace watches, for strace
watched=clone,clone3,fork,vfork,execve,execveat,unshare,setns,close_range
watched+=,setuid,setgid,setreuid,setregid,setresuid,setresgid,setfsuid,setfsgid
watched+=,setgroups,capset,prctl,keyctl,add_key,request_key,seccomp
watched+=,landlock_restrict_self

# pid, call, errno: of the failed calls that strace saw, in the file s, but for
#
#	prctl	options that change neither credentials nor filters
#	keyctl, seccomp	operations likewise
#	ERESTART...	calls that a signal interrupted and that begin anew: whether
#		one comes at that moment depends on strace, which stops the task
strace_failed()
{
	awk '
	/ resumed>/ { sub(/<\.\.\. /, ""); sub(/ resumed>.*\) /, "() ") }
	/= -1 E[A-Z0-9]+ / {
		call = $2
		sub(/\(.*/, "", call)
		if (call == "prctl" &&
		    !/PR_SET_KEEPCAPS|PR_CAPBSET_DROP|PR_SET_SECUREBITS/ &&
		    !/PR_CAP_AMBIENT|PR_SET_SECCOMP|PR_SET_NO_NEW_PRIVS/)
			next
		if (call == "keyctl" &&
		    !/KEYCTL_(JOIN_SESSION|SET_REQKEY|GET_KEYRING_ID)/ &&
		    !/KEYCTL_(SESSION_TO_PARENT|ASSUME_AUTHORITY)/)
			next
		if (call == "seccomp" && !/SECCOMP_SET_MODE/)
			next
		match($0, /= -1 E[A-Z0-9]+ /)
		print $1, call, substr($0, RSTART + 5, RLENGTH - 6)
	}' s
}

# beside_strace COMMAND...: every failed call that strace saw was reported
beside_strace()
{
	trace -J -o j -- strace -f -e trace="$watched" -e signal=none -o s \
		"$@" >out 2>&1
	strace_failed | sort >want
	failures | grep -F -f <(awk '{ print $1 " " }' s | sort -u) | sort >got
	comm -23 want got >missing
	wc -l want got missing
	cat missing
	[[ -s want && ! -s missing && $(end_of j lost) == 0 ]]
}

failed_as_strace()
{
	local name
	for name in refused unfiltered setuid_one exec_thread clone3_wrong keys \
		clocks spawn; do
		echo "$name"
		beside_strace "$cases" "$name" || return 1
	done
}

random_as_strace()
{
	local seed
	for seed in {1..12}; do
		echo "seed $seed"
		beside_strace "$cases" any "$seed" || return 1
	done
}

# A shell that looks for programs, and one of them that is refused
script_as_strace()
{
	# shellcheck disable=SC2016
	beside_strace bash -c 'env nonexistent; unshare -r unshare -m true
		setpriv --reuid 65534 --clear-groups unshare -m true
		nsenter -t $$ -U true; /etc/passwd; env -i /nonexistent'
}

# A tracer that hides something would be noticed: the list without one call
strace_detects()
{
	beside_strace "$cases" keys || return 1
	failures | grep -v add_key >some
	grep -F -f <(awk '{ print $1 " " }' s | sort -u) some | sort >got
	comm -23 want got >missing
	[[ $(awk '{ print $2 }' missing) == add_key ]]
}

need_bpf
check "calls that a filter refuses, in each of its ways" refused
check "calls that no filter refused" unfiltered
check "a task that is found within a call" found_within
check "calls whose entry the kernel may have skipped" skipped_entries
check_unfiltered "TSYNC that fails: the thread in the way" tsync
if ((EUID)); then
	skip "the same in a pid namespace, by its number outside" "only root may be there"
	skip "-a in a pid namespace: nothing of tasks outside" "only root may be there"
else
	check "the same in a pid namespace, by its number outside" tsync_inside
	check "-a in a pid namespace: nothing of tasks outside" nothing_of_others
fi
check_unfiltered "TSYNC that works: all threads have the same filters" tsync_works
if ((EUID)); then
	skip "setuid(3): equal, not the same" "only root may call it"
	skip "setresuid(2) of one thread" "only root may call it"
	skip "a thread leaves its network and comes back" "only root may do that"
	skip "time namespaces" "only root may make them"
	skip "setns() and PID namespaces: each reason" "only root may do that"
else
	check "setuid(3): equal, not the same" setuid_all
	check "setresuid(2) of one thread" setuid_one
	check "a thread leaves its network and comes back" network
	check "time namespaces" clocks
	check "setns() and PID namespaces: each reason" setns_wrong
fi
check "execve() of a thread" exec_thread
check "execve() of a thread whose leader has ended" exec_orphan
check "execve() of a thread that the process does not survive" exec_broken
check "ends of processes and threads" ends
check "the same in JSON" ends_json
check "a process ends while a thread is on its way" ends_in_between
check "many processes end, each once, with all their threads" crowds
check "clone3() with each argument wrong" clone3_wrong
check "vfork(): waits for which child, how long" vfork_waits
check "vfork(): killed while it waits" vfork_killed
check "posix_spawn, vfork, system, popen: each by its name" spawn
check "keys, capabilities, filters" keys
if [[ $(uname -m) == x86_64 ]] &&
	"$cases" program_32bit 2>why; then
	check "execve() by a 32-bit program" program_32bit
else
	skip "execve() by a 32-bit program" "this kernel runs none"
fi
if [[ -e $here/../taskshare.5 ]]; then
	check "every key of JSON is documented" documented
else
	skip "every key of JSON is documented" "the manual page is not here"
fi
check "a storm of forks with failures: nothing lost uncounted" storm
if command -v strace >/dev/null && strace -o s true 2>/dev/null; then
	check "tasks and flags as strace sees them" same_as_strace
	check "failed calls as strace sees them" failed_as_strace
	check "failed calls at random as strace sees them" random_as_strace
	check "failed calls of a script as strace sees them" script_as_strace
	check "a failed call that is not reported is noticed" strace_detects
else
	skip "what strace sees" "strace is not there or may not trace"
fi
finish
