#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Situations that people have met: the first screen of an answer, 24 lines of 80
# columns, says what is special there, and names the tasks. why.sh and
# trace_cases.sh have the same situations for the other commands.
#
#	screens.sh TASKSHARE TESTS-DIR
# shellcheck disable=SC2154,SC2317 # set by begin; functions are called by check
. "${0%/*}/situation.sh"

# screen ARGUMENTS...: what fits on it of the answer, in "text"
screen()
{
	timeout -k 5 "$(limit 60)" "$taskshare" "$@" >all || return 1
	head -n 24 all >text
}

# letters COLUMNS [TASK]: those of each row, or of that task
letters()
{
	"$taskshare" -r -n -o "PID,$1" "$pid" |
		awk -v pid="${2-}" '!pid || $1 == pid { $1 = ""; print }'
}

# eventually PATTERN ARGUMENTS...: the screen will have that
eventually()
{
	local pattern=$1 tries=0
	shift
	until screen "$@" && tr -s ' \n' ' ' <text | grep -q -E -- "$pattern"; do
		((++tries < 100 * ${TASKSHARE_PATIENCE:-1})) ||
			{ cat text; echo "never: $pattern"; return 1; }
		sleep 0.05
	done
}

# Its children go elsewhere, which the letters of both columns show.
without_fork()
{
	begin without-fork "$1" && screen "$pid" &&
		says 'its PID namespace for children is another than the one it is in' ||
		return 1
	[[ $1 == none ]] ||
		says 'nsproxy .*pid:\[[0-9]+\] for children of process' || return 1
	[[ $(letters ns/pid,ns/pid_for_children) == " A B" ]]
}

same_for_children()
{
	begin alone && screen "$pid" || return 1
	! grep 'for children' text &&
		[[ $(letters ns/pid,ns/pid_for_children) == " A A" &&
		$(letters ns/time,ns/time_for_children) == " A A" ]]
}

# Which child a process in state D waits for, since when and until when
in_vfork()
{
	begin vfork process || return 1
	eventually "$other parent: .*waits in vfork\\(2\\) for child [0-9]+ slow child for [0-9.]+ s, until that calls execve\\(2\\) or exits" \
		"$other" || return 1
	# Asked for the child
	child_pid=$(grep -o 'child [0-9]*' text | head -n 1)
	screen "${child_pid#child }" &&
		says "its parent $other parent has been waiting in vfork\\(2\\) for"
}

# State D, yet not only SIGKILL ends it: lab 6 says so, too.
killed_in_vfork()
{
	"$taskshare" lab --engine=proc vfork >text || return 1
	says "state is D: only a signal that kills it would end the waiting" &&
		begin vfork process && eventually "$other parent" "$other" ||
		return 1
	until grep -q '^State:.D' "/proc/$other/status"; do
		sleep 0.02
	done
	kill -TERM "$other"
	until grep -q '^State:.Z' "/proc/$other/status"; do
		kill -0 "$child" || return 1
		sleep 0.02
	done
}

thread_in_vfork()
{
	begin vfork thread || return 1
	eventually "one of its threads waits in vfork\\(2\\) for child [0-9]+ slow child" \
		"$pid" && says "$other spawner: .*this is the thread that waits for [0-9]+"
}

# With CLONE_PARENT, the parent of the child does not wait, but another task.
sibling_in_vfork()
{
	begin vfork sibling || return 1
	eventually "$other creator: .*waits in vfork\\(2\\) for sibling [0-9]+ slow child" \
		"$other" || return 1
	child_pid=$(grep -o 'sibling [0-9]*' text | head -n 1)
	screen "${child_pid#sibling }" &&
		says "its creator $other creator has been waiting in vfork\\(2\\) for" &&
		screen "$pid" && ! grep -E 'waits|waiting' text
}

# <defunct>, and its port is still taken
zombie_leader()
{
	begin dead-leader && screen "$pid" && says "$pid why_task: has exited" \
		"its process lives on in 1 thread: $tid server" \
		'still held: memory, file descriptor table,' \
		'it cannot be reaped before that thread ends' || return 1
	screen files "$pid" && says "A $tid server" &&
		grep -q 'socket:' all
}

one_filter()
{
	begin filters one && screen "$pid" &&
		says "$other sandboxed: thread: has its own seccomp filters" \
			'seccomp filters: 1 filter' &&
		[[ $(letters seccomp | sort | uniq -c | tr -s ' ' | paste -sd,) == \
		" 2 -, 1 A" && $(letters seccomp "$other") == " A" ]]
}

# Equally many, but not the same
two_filters()
{
	begin filters two && screen "$pid" &&
		says "$pid why_task: .*has its own seccomp filters" \
			"$other sandboxed: thread: has its own seccomp filters" \
			'plain: thread: has no seccomp filters' &&
		[[ $(letters seccomp | sort | uniq -c | tr -s ' ' | paste -sd,) == \
		" 1 -, 1 A, 1 B" ]]
}

filters_of_all()
{
	begin filters all && screen "$pid" &&
		says 'shares everything with the other task' &&
		[[ $(letters seccomp,FILTERS | sort -u) == " A 1" ]]
}

# Users of threads, and objects that are equal without being the same
users()
{
	begin users && screen "$pid" &&
		says "$other changer: thread: shares credentials with [0-9]+ heir" \
			'heir: thread: shares credentials with [0-9]+ changer; .*uid 1000' \
			"equal: thread: has its own credentials; .*uid 1000.* with the same IDs, groups and capabilities as $other changer, but not the same object" &&
		! tr -s ' \n' ' ' <text |
		grep -E '(changer|heir|equal): thread: shares everything' &&
		[[ $(letters UID "$other") == " 1000" &&
		$(letters UID "$pid") == " 0" ]] || return 1
	begin users fsuid && screen "$pid" &&
		says 'fsuid: thread: has its own credentials; .*uid 0 \(fs 1001\)'
}

in_chroot()
{
	local root=$scratch/root
	# The others are in another mount namespace.
	[[ $1 == directory ]] || root=$(root_outside)$root
	begin chroot "$1" && screen "$pid" && says "root $root" &&
		screen why "$pid" && says 'EPERM unshare NEWUSER; clone NEWUSER' \
			"\\(chroot\\) \\(its root is $root\\)"
}

# unshare(2) moves children only.
clocks()
{
	begin clocks alone && [[ $(tries unshare NEWTIME) == ok ]] &&
		screen "$pid" &&
		says 'its time namespace for children is another than the one it is in' \
			'nsproxy .*time:\[[0-9]+\] for children of process' &&
		[[ $(letters ns/time,ns/time_for_children) == " A B" ]] || return 1
	begin clocks alone && [[ $(tries setns NEWTIME "$other") == ok ]] &&
		screen "$pid" && ! grep 'for children' text &&
		[[ $(letters ns/time,ns/time_for_children) == " A A" ]]
}

# Where it is already, but by another nsproxy
at_home()
{
	begin at-home && screen "$pid" &&
		says "$pid why_task: leader of 2 tasks: has its own nsproxy" \
			"its nsproxy has the same namespaces as that of [0-9]+ plain" &&
		! grep -q 'shares everything with' text &&
		[[ $(letters ns/net | sort -u) == " A" ]]
}

# Parts of a filter's program that are not seen are not guessed, in few lines.
filtered()
{
	local failing=0 call='every call' lines=5
	# unshare NEWUSER and clone NEWUSER, whatever the filter does
	userns_works || { failing=2 call='every other call' lines=8; }
	begin filter refuse && screen why "$pid" &&
		says "of 42 calls $failing would fail, $((42 - failing)) cannot be predicted\\." \
			"unknown $call fails if a seccomp filter refuses it \\(it has 1 filter\\)" \
			'seccomp profile .*"taskshare trace" reports each call that fails' &&
		[[ $(wc -l <all) == "$lines" ]]
}

# The calls that fail are listed; those that may are the rest.
children_elsewhere()
{
	begin without-fork none && screen why "$pid" &&
		says 'EINVAL pthread_create; clone VM.SIGHAND.THREAD because its children' ||
		return 1
	# Unknown as long as tasks are seen that have only begun
	begin without-fork dead || return 1
	if empty_is_dead; then
		eventually 'ENOMEM every other call that creates a task because the first process' \
			why "$pid" && says 'Advice: end this process' || return 1
	else
		screen why "$pid" &&
			says 'the first one has ended, or is still to come' ||
			return 1
	fi
	says 'EINVAL pthread_create'
}

if ((EUID)); then
	skip "situations" "only root may get into all of them"
elif ! "$taskshare" --engine=bpf -o PID $$ >/dev/null 2>&1; then
	skip "situations" "the bpf engine cannot be used here"
else
	for form in none alive dead; do
		check "unshare --pid without --fork: $form" without_fork "$form"
	done
	check "children that go nowhere else" same_for_children
	check "a process in vfork()" in_vfork
	check "a process in vfork(), and a signal that kills" killed_in_vfork
	check "a thread in vfork()" thread_in_vfork
	check "a process in vfork() for a sibling" sibling_in_vfork
	check "a leader that has ended" zombie_leader
	check_unfiltered "a filter on one thread" one_filter
	check_unfiltered "two filters" two_filters
	check_unfiltered "the same filters for all threads" filters_of_all
	check "users of single threads" users
	for form in directory bind tmpfs; do
		check "chroot: $form" in_chroot "$form"
	done
	check "time namespaces" clocks
	check "setns() into its own network" at_home
	check_unfiltered "why: under a filter" filtered
	check "why: children that go elsewhere" children_elsewhere
	task_end
fi
finish
