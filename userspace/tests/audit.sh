#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# taskshare audit, natively: each state that system calls lead to is reported,
# and what comes close is not.
#
#	audit.sh TASKSHARE TESTS-DIR
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/audit_common.sh"

# ask RULE PID...: the answer in "answer"; the status is that of audit
ask()
{
	local rule=$1
	shift
	audit --engine="$engine" --rule "$rule" -J "$@" >answer
}

# reports RULE SEVERITY FIRST [SECOND]: the rule is the only one that applies to
# the situation, of its severity, and about these tasks.
reports()
{
	local status=0
	ask "$1" "$3" || status=$?
	[[ $status == 4 ]] && jq -e -s --arg rule "$1" --arg severity "$2" \
		--argjson pids "[$3${4:+, $4}]" '
		map(select(.type == "finding")) | length == 1 and
		(.[0] | .rule == $rule and .severity == $severity and
			.looks == 2 and [.tasks[].pid] == $pids)' answer &&
		return
	echo "$engine, status $status:"
	cat answer
	return 1
}

# silent RULE [PID...]: it does not apply, and could be checked.
silent()
{
	local status=0
	ask "$@" || status=$?
	[[ $status == 0 ]] && jq -e -s 'length == 1 and .[0].type == "summary" and
		([.[0].findings[]] | add) == 0 and
		[.[0].not_checked[] | select(.cases == .of)] == []' answer &&
		return
	echo "$engine, status $status:"
	cat answer
	return 1
}

# each ENGINES COMMAND...: with each of them that is there; one of them has to be
each()
{
	local engines=$1 tried=
	shift
	for engine in $engines; do
		[[ $engine == proc || -n $bpf ]] || continue
		"$@" || return 1
		tried+=" $engine"
	done
	[[ -n $tried ]]
}

# with_bpf CHECK NAME COMMAND...: a test with that engine alone
with_bpf()
{
	if [[ -n $bpf ]]; then
		"$@"
	else
		skip "$2" "no bpf engine"
	fi
}

# applies RULE SEVERITY SITUATION WHO [ENGINES]: WHO are names of variables.
applies()
{
	local who pids=()
	begin "$3" || return 1
	for who in $4; do
		pids+=("${!who}")
	done
	each "${5:-bpf proc}" reports "$1" "$2" "${pids[@]}"
}

# close_to RULE SITUATION [ENGINES]
close_to()
{
	begin "$2" && each "${3:-bpf proc}" silent "$1" "$pid"
}

# A state that has to last is not reported before: the test is not over so soon.
too_young()
{
	begin "$2" || return 1
	for engine in bpf proc; do
		[[ $engine == proc || -n $bpf ]] || continue
		audit --engine="$engine" --rule "$1" --least 80000 "$pid" \
			>answer || { cat answer; return 1; }
	done
}

# The child is younger than a vfork(2) may be, or as old as a helper that stays.
vfork_privilege()
{
	applies mm-shared-across-privilege security vfork-uid "other pid" bpf &&
		too_young mm-shared-across-privilege vfork-uid
}

# The first process of the PID namespace is there, but /proc does not show it.
first_is_hidden()
{
	begin pending-nobody || return 1
	# shellcheck disable=SC2016 # expands in the inner shell
	unshare -m sh -c 'mount -t proc -o hidepid=2 proc /proc && exec "$@"' - \
		"${as_nobody[@]}" "$(for_all "$taskshare")" audit --least 0 \
		--interval 0 --engine=proc --severity information -J "$pid" >answer
	# The signal of its parent's death may not be sent to another user's.
	kill -KILL "$other"
	jq -e -s 'map(select(.rule == "pending-child-namespace")) |
		length == 1 and .[0].severity == "information"' answer &&
		jq -e -s '[.[-1].not_checked[].rule] |
			index("fs-shared-across-processes")' answer && return
	cat answer
	return 1
}

# Another time namespace for children keeps no process from creating threads.
other_clocks()
{
	applies pending-child-namespace information pending-time pid bpf || return 1
	jq -e -s '.[0].why |
		test("^With another PID namespace .* cannot create threads")' answer &&
		return
	cat answer
	return 1
}

cgroups_split()
{
	local dir status=0
	begin alone && dir=$(mktemp -d /sys/fs/cgroup/systemd/taskshare-XXXXXX) ||
		return 1
	echo "$tid" >"$dir/tasks" && each "bpf proc" reports \
		thread-cgroup-split correctness "$tid" "$pid" || status=1
	echo "$pid" >"$dir/cgroup.procs"
	((status)) || each "bpf proc" silent thread-cgroup-split "$pid" ||
		status=1
	task_end
	until rmdir "$dir"; do
		sleep 0.02
	done
	return "$status"
}

# In the unified hierarchy, threads are divided on purpose.
cgroups_threaded()
{
	local top dir status=0
	top=$(findmnt -n -t cgroup2 -o TARGET | head -1)
	begin alone && dir=$(mktemp -d "$top/taskshare-XXXXXX") || return 1
	echo "$pid" >"$dir/cgroup.procs" && mkdir "$dir/threads" &&
		echo threaded >"$dir/threads/cgroup.type" &&
		echo "$tid" >"$dir/threads/cgroup.threads" &&
		each "bpf proc" silent thread-cgroup-split "$pid" || status=1
	task_end
	until rmdir "$dir/threads" "$dir"; do
		[[ -d $dir/threads || -d $dir ]] || break
		sleep 0.02
	done
	return "$status"
}

# state PID: the letter of its state
state()
{
	sed 's/.*) \(.\).*/\1/' "/proc/$1/stat"
}

# call PID: the number of the system call that it is in
call()
{
	cut -d ' ' -f 1 "/proc/$1/syscall"
}

# The number of the call that sleeps
call_of_sleep()
{
	local pid
	sleep 1000 &
	pid=$!
	until [[ $(<"/proc/$pid/comm") == sleep && $(state "$pid") == S ]]; do
		sleep 0.02
	done
	call "$pid"
	kill "$pid"
}

# stopped SECONDS NAP: an audit of the task is stopped while it waits that long for
# its second look; false if it may be too late for that.
stopped()
{
	local begun=$SECONDS
	"$taskshare" audit --rule nnp-thread-gap --least 0 --interval "$1" -J \
		"$pid" >answer &
	looking=$!
	until [[ $(call "$looking") == "$2" ]]; do
		kill -0 "$looking" || return 1
		sleep 0.02
	done
	kill -STOP "$looking"
	until [[ $(state "$looking") == T ]]; do
		kill -0 "$looking" || return 1
		sleep 0.02
	done
	((SECONDS - begun + 1 <= $1))
}

# The second look finds it gone. The audit is stopped while it waits for that.
ends_between()
{
	local seconds=2 status=0 nap looking
	nap=$(call_of_sleep)
	begin nnp-thread || return 1
	until stopped "$seconds" "$nap"; do
		kill -KILL "$looking"
		wait "$looking"
		seconds=$((2 * seconds))
		((seconds < 100)) || { echo "it cannot be stopped"; return 1; }
	done
	task_end
	kill -CONT "$looking"
	wait "$looking" || status=$?
	[[ $status == 0 ]] && jq -e '.type == "summary" and .looks == 2 and
		.findings.hygiene == 0' answer
}

# A rule without a test is no rule.
rules_tested()
{
	local rule
	for rule in $("$taskshare" audit --list-rules | sed -n 's/^\([a-z-]*\): .*/\1/p'); do
		grep -q -w -e "$rule" "$here/audit.sh" "$here/unit_audit.c" || {
			echo "no test names $rule"
			return 1
		}
	done
	[[ -n $rule ]]
}

# The first of all tasks is as good an operand as any.
first_task()
{
	unshare --pid --fork --mount-proc bash -c '"$@"; exit' bash \
		"$taskshare" audit --engine=proc --severity security 1
}

# replay: of records alone, about which nothing else is known
replay()
{
	"$tests/mkrecords" >records && audit --engine=file:records "$@" >text
}

# No call leads to this state: credentials are one object in two processes.
shared_cred()
{
	local status=0
	replay --rule cred-shared-across-processes <<-END || status=$?
		pid=10 tgid=10 kind=leader comm=victim cred=1
		pid=11 tgid=10 kind=thread comm=victim cred=1
		pid=20 tgid=20 kind=leader comm=exploit cred=1
	END
	if [[ $status != 4 ]] || ! grep -q \
		'security cred-shared-across-processes 10 victim, 20 exploit' text; then
		cat text
		return 1
	fi
	# Threads share them, and kernel threads are none of a program.
	replay --rule cred-shared-across-processes <<-END
		pid=10 tgid=10 kind=leader cred=1
		pid=11 tgid=10 kind=thread cred=1
		pid=20 tgid=20 kind=leader cred=2
		pid=30 tgid=30 kind=kthread cred=1
		pid=40 tgid=40 kind=leader flags=1 cred=1
	END
}

split_userns()
{
	local status=0
	replay --rule thread-userns-differs <<-END || status=$?
		pid=10 tgid=10 kind=leader comm=main user=1 ns/pid=2
		pid=11 tgid=10 kind=thread comm=odd user=3 ns/pid=2
	END
	if [[ $status != 4 ]] || ! grep -q \
		'security thread-userns-differs 10 main, 11 odd' text; then
		cat text
		return 1
	fi
	replay --rule thread-userns-differs <<-END
		pid=10 tgid=10 kind=leader user=1 ns/pid=2
		pid=11 tgid=10 kind=thread user=1 ns/pid=2
		pid=20 tgid=20 kind=leader user=3 ns/pid=4
	END
}

# Whether Landlock restricts one thread only is not known where their credentials
# are two objects.
landlock_unknown()
{
	begin ids-fsuid && ask landlock-thread-gap "$pid" || return 1
	jq -e -s 'length == 1 and .[0].not_checked == [{rule: "landlock-thread-gap",
		cases: 1, of: 1, needs: .[0].not_checked[0].needs}]' answer &&
		return
	cat answer
	return 1
}

# A field that is not known is not clean.
unknown_is_not_clean()
{
	replay --rule thread-ids-differ <<-END || return 1
		pid=10 tgid=10 kind=leader cred=1
		pid=11 tgid=10 kind=thread cred=2
	END
	grep -q '^Not checked: thread-ids-differ, which needs credentials' text
}

bpf=
"$taskshare" --engine=bpf -o PID $$ >/dev/null 2>&1 && bpf=1

check "each rule has a test" rules_tested
if ! command -v jq >/dev/null; then
	skip "states" "no jq"
elif ((EUID)); then
	skip "states" "only root may get into all of them"
else
	check "the first of all tasks" first_task
	rule=mm-shared-across-privilege
	check "memory: no_new_privs" applies $rule security mm-nnp "other pid"
	check "memory: user" applies $rule security mm-uid "other pid"
	check "memory: seccomp" applies $rule security mm-filter "other pid"
	check "memory: the same privileges" close_to $rule mm-same
	check "memory: a copy" close_to $rule mm-copied
	with_bpf check_userns "memory: user namespace" \
		applies $rule security mm-user "other pid" bpf
	with_bpf check "memory: a vfork that has only begun" vfork_privilege
	rule=files-shared-across-privilege
	check "files: user" applies $rule security files-uid "other pid"
	check "files: network namespace" applies $rule security files-net "pid other"
	check "files: the same privileges" close_to $rule files-same
	check "files: a copy" close_to $rule mm-copied
	rule=thread-ids-differ
	check "threads: user" applies $rule security ids-uid "pid tid"
	check "threads: groups" applies $rule security ids-groups "pid tid"
	check "threads: capabilities" applies $rule security ids-caps "pid tid"
	check "threads: none of them privileged" applies $rule information \
		ids-users "pid tid"
	check "threads: for a moment" too_young $rule ids-uid
	check "threads: user, for files only" close_to $rule ids-fsuid
	check "threads: user, all of them" close_to $rule ids-libc
	rule=seccomp-thread-gap
	check_unfiltered "seccomp: one thread" applies $rule security \
		filter-thread "pid tid"
	check "seccomp: for a moment" too_young $rule filter-thread
	check "seccomp: all threads" close_to $rule filter-all
	check "seccomp: more in one thread" close_to $rule filter-both
	with_bpf check "Landlock: one set of credentials" close_to \
		landlock-thread-gap alone bpf
	check "Landlock: two sets" each "bpf proc" landlock_unknown
	rule=fs-shared-across-processes
	check "fs: two processes" applies $rule correctness fs-same "pid other"
	check "fs: user" applies $rule security fs-uid "pid other"
	check "fs: threads" close_to $rule alone
	check "fs: a copy" close_to $rule mm-copied
	check "fs: for a moment" too_young $rule fs-same
	rule=thread-stray-namespace
	check "stray: UTS namespace" applies $rule correctness stray-uts "tid pid"
	check "stray: network namespace" applies $rule correctness stray-net "tid pid"
	check "stray: fs only" close_to $rule stray-fs
	check "stray: the whole process" close_to $rule stray-process
	check "stray: for a moment" too_young $rule stray-uts
	rule=namespace-pinned-by-thread
	if [[ -n $bpf ]]; then
		if [[ $(readlink /proc/self/ns/pid) == pid:\[4026531836] ]]; then
			check "pinned: a thread alone" applies $rule hygiene \
				stray-uts "tid pid" bpf
		else
			skip "pinned: a thread alone" \
				"tasks outside of this PID namespace are not seen"
		fi
		check "pinned: a process is there" close_to $rule stray-child bpf
		check "vfork: a child that stays" applies vfork-parent-stuck \
			correctness vfork "tid other" bpf
		check "vfork: a child of clone" close_to vfork-parent-stuck \
			mm-same bpf
		check "vfork: for a moment" too_young vfork-parent-stuck vfork
		check "first of a PID namespace: ended" applies \
			pending-child-namespace "$(empty_is_dead &&
				echo correctness || echo information)" \
			pending-dead pid bpf
		check "first of a PID namespace: none yet" applies \
			pending-child-namespace information pending-none pid bpf
	else
		skip "states that only the bpf engine sees" "no bpf engine"
	fi
	rule=zombie-leader
	check "leader: ended" applies $rule correctness zombie "pid tid"
	check "leader: another thread ended" close_to $rule thread-ended
	check "leader: for a moment" too_young $rule zombie
	rule=pidns-teardown-stuck
	check "PID namespace: cannot end" applies $rule correctness teardown \
		"other tid"
	check "PID namespace: for a moment" too_young $rule teardown
	check "PID namespace: goes on" close_to $rule teardown-alive
	check "first of a PID namespace: alive" applies pending-child-namespace \
		information pending-alive pid
	if [[ -n $bpf && -e /proc/self/ns/time_for_children ]]; then
		check "another time namespace for children" other_clocks
	else
		skip "another time namespace for children" \
			"no time namespaces, or no bpf engine"
	fi
	check "first of a PID namespace: hidden" first_is_hidden
	check "first of a PID namespace: none needed" close_to \
		pending-child-namespace alone
	if [[ -w /sys/fs/cgroup/systemd/tasks ]]; then
		check "cgroups: version 1" cgroups_split
	else
		skip "cgroups: version 1" "no such hierarchy"
	fi
	if [[ -w $(findmnt -n -t cgroup2 -o TARGET | head -1)/cgroup.procs ]]; then
		check "cgroups: a threaded subtree" cgroups_threaded
	else
		skip "cgroups: a threaded subtree" "no unified hierarchy"
	fi
	rule=nnp-thread-gap
	check "no_new_privs: one thread" applies $rule hygiene nnp-thread "pid tid"
	check "no_new_privs: all threads" close_to $rule nnp-both
	check_unfiltered "no_new_privs: seccomp says it" close_to $rule \
		filter-thread
	if "$tests/audit_task" ring end 2>/dev/null; then
		check "io_uring: filters" applies iouring-under-seccomp \
			information ring-filtered "pid tid"
		check_unfiltered "io_uring: no filters" close_to \
			iouring-under-seccomp ring
	else
		skip "io_uring" "no io_uring"
	fi
	check "a state that ends between two looks" ends_between
fi
check "credentials of two processes" shared_cred
check "user namespaces of a process" split_userns
check "what is not known" unknown_is_not_clean
task_end
finish
