#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# taskshare why, natively, in situations that people have met: what it says
# first, and that the call then does what was said.
#
#	why.sh TASKSHARE TESTS-DIR
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/situation.sh"

why()
{
	timeout -k 5 "$(limit 60)" "$taskshare" why "$@"
}

# predicts ANSWER CALL FLAGS [PID]: every engine does. Where root may not look
# into all tasks, not all is known by proc.
predicts()
{
	local answer=$1 engine got rest
	shift
	for engine in proc bpf; do
		[[ $engine == proc || -n $bpf ]] || continue
		why --engine="$engine" "$tid" "$@" >text || return 1
		read -r got rest < <(tail -n +2 text)
		[[ $rest == "$1 $2" && $got == "$answer" ]] && continue
		[[ $rest == "$1 $2" && $got == unknown && $engine == proc &&
			-n $hidden && -n $bpf ]] && continue
		cat text
		echo "$engine does not say $answer"
		return 1
	done
}

# fails_with ERRNO CALL FLAGS [PID]: as was predicted
fails_with()
{
	predicts "$@" || return 1
	[[ $(tries "${@:2}") == "$1" ]] ||
		{ echo "${*:2}: $(tries "${@:2}"), not $1"; return 1; }
}

# works CALL FLAGS [PID]: likewise
works()
{
	predicts works "$@" || return 1
	[[ $(tries "$@") == ok ]] || { echo "$* does not work"; return 1; }
}

# A thread of a library shares root and working directory.
plugin_thread()
{
	begin plugin && why "$pid" >text &&
		says 'EINVAL setns NEWNS because another task' \
			'shares its root and working directory: thread' \
			'plugin' 'Advice: call unshare\(CLONE_FS\) first' &&
		fails_with EINVAL setns NEWNS "$other" &&
		fails_with EINVAL unshare NEWUSER &&
		fails_with EINVAL setns NEWUSER "$pid" &&
		says 'in that user namespace already' &&
		works setns NEWUTS "$other" && works unshare FS &&
		works setns NEWNS "$other"
}

# unshare --pid without --fork
no_fork_yet()
{
	begin without-fork none &&
		fails_with EINVAL clone 'VM|SIGHAND|THREAD' &&
		says 'children go to another PID namespace' &&
		fails_with EINVAL unshare NEWPID &&
		[[ $(tries clone FS) == ok ]]
}

forked()
{
	begin without-fork alive && fails_with EINVAL clone NEWPID &&
		says 'children go to another PID namespace already' &&
		works clone FS
}

# As in a kernel that was built without PID namespaces: /proc has no links of them,
# which does not say that there is no child yet.
no_pid_namespaces()
{
	begin alone && mkdir -p none || return 1
	# shellcheck disable=SC2016 # expands in the inner shell
	unshare -m sh -c 'mount --bind none /proc/$$/ns &&
		mount --bind none "/proc/$1/ns" && exec "$2" why "$1" pthread_create' \
		- "$pid" "$taskshare" >text && says 'works pthread_create'
}

# As in a kernel without cgroups: the call does nothing there, and works.
no_cgroups()
{
	begin alone && mkdir -p some || return 1
	# shellcheck disable=SC2016 # expands in the inner shell
	unshare -m sh -c 'for name in user uts ipc net pid pid_for_children; do
			touch some/$name
			mount --bind "/proc/$1/ns/$name" some/$name || exit 1
		done
		mount --rbind some /proc/$$/ns && mount --rbind some "/proc/$1/ns" &&
		exec "$2" why "$1" unshare NEWCGROUP' - "$pid" "$taskshare" >text &&
		says 'works unshare NEWCGROUP'
}

first_has_died()
{
	begin without-fork dead || return 1
	if empty_is_dead; then
		fails_with ENOMEM clone FS || return 1
	else
		predicts unknown clone FS && [[ $(tries clone FS) == ENOMEM ]] &&
			says 'the first one has ended, or is still to come' ||
			return 1
	fi
	says 'first process of the PID namespace for its children' &&
		fails_with EINVAL clone 'VM|SIGHAND|THREAD'
}

# without_others COMMAND...: as a user to whom /proc shows no others' tasks
without_others()
{
	# shellcheck disable=SC2016 # expands in the inner shell
	unshare -m sh -c 'mount -t proc -o hidepid=2 proc /proc && exec "$@"' - \
		"${as_nobody[@]}" "$@"
}

# The first process is there, but /proc does not show it: it has not ended. And a
# task that is not shown may share, too.
first_is_hidden()
{
	local status
	begin without-fork nobody || return 1
	without_others "$(for_all "$taskshare")" why --engine=proc \
		"$pid" clone FS >text &&
		says 'unknown clone' '/proc hides tasks' &&
		[[ $(tries clone FS) == ok ]] &&
		without_others "$(for_all "$taskshare")" why --engine=proc \
			"$pid" unshare VM >text &&
		says 'unknown unshare VM' '/proc hides tasks'
	status=$?
	# The signal of its parent's death may not be sent to another user's.
	kill -KILL "$other"
	return "$status"
}

chrooted()
{
	begin chroot "$1" && fails_with EPERM unshare NEWUSER &&
		says 'not that of its mount namespace \(chroot\)' 'pivot_root' &&
		fails_with EPERM clone NEWUSER
}

same_root()
{
	begin chroot slash && works clone NEWUSER
}

one_thread_chrooted()
{
	begin thread-in-chroot && why "$tid" clone NEWUSER >text &&
		says 'EPERM clone' '\(chroot\)' && [[ $tid != "$pid" ]] &&
		why "$pid" clone NEWUSER >text && says 'works clone' &&
		[[ $(tries clone NEWUSER) == EPERM ]]
}

# Users who may not look into a task get that answer, not that it works.
chroot_by_another()
{
	begin chroot directory &&
		"${as_nobody[@]}" "$(for_all "$taskshare")" why --engine=proc "$pid" \
			clone NEWUSER >text && says 'unknown clone'
}

clocks_thread()
{
	begin clocks thread && fails_with EUSERS setns NEWTIME "$other" &&
		says 'other threads: thread [0-9]+ logger'
}

clocks_twin()
{
	begin clocks twin && fails_with EUSERS setns NEWTIME "$other" &&
		says 'another process shares its memory: process [0-9]+ twin'
}

clocks_alone()
{
	begin clocks alone && works setns NEWTIME "$other"
}

dead_leader()
{
	begin dead-leader && [[ $tid != "$pid" ]] && why "$pid" >text &&
		says "The first thread of process $pid has ended; thread $tid" \
			'\(ended, not reaped\)' &&
		why -J "$pid" >answers &&
		[[ $(jq -r '"\(.asked) \(.pid)"' answers) == "$pid $tid" ]] &&
		fails_with EINVAL unshare NEWUSER
}

filtered()
{
	begin filter "$1" && why "$pid" unshare FS >text &&
		says 'unknown unshare' 'seccomp filter refuses it \(it has 1 filter\)' \
			'Advice: look at the seccomp profile' &&
		[[ $(tries unshare FS) == "$2" ]]
}

limited()
{
	begin limit "$1" && fails_with ENOSPC unshare "$2" &&
		says "user.max_$1_namespaces is reached" 'it is 0' &&
		fails_with ENOSPC clone "$2"
}

# pids_cgroup: the uppermost cgroup whose children may have a limit of tasks
pids_cgroup()
{
	local v2=/sys/fs/cgroup
	awk '$3 == "cgroup" && $4 ~ /(^|,)pids(,|$)/ { print $2; exit }' /proc/mounts
	! grep -qsw pids $v2/cgroup.subtree_control || echo $v2
}

# limited_above CGROUP: the cgroup of the task has no limit, the one above has.
limited_above()
{
	local name=taskshare-${scratch##*.} above status
	above=$1/$name
	begin alone && mkdir -p "$above/below" &&
		echo "$child" >"$above/below/cgroup.procs" &&
		works clone FS && echo 1 >"$above/pids.max" &&
		fails_with EAGAIN clone FS &&
		says "pids.max .* in /?([^ ]*/)?${name}[^/]"
	status=$?
	task_end
	rmdir "$above/below" "$above"
	return "$status"
}

# limited_outside CGROUP: the cgroup of the task has a limit that is reached, and
# is outside of the cgroup namespace of why, which so has no directory of it.
limited_outside()
{
	local its=$1/taskshare-its-${scratch##*.} ours type status
	ours=$1/taskshare-ours-${scratch##*.}
	type=$(findmnt -n -o FSTYPE --target "$1")
	[[ $type == cgroup2 ]] || type+=' -o pids'
	begin alone && mkdir "$its" "$ours" &&
		echo "$child" >"$its/cgroup.procs" && echo 1 >"$its/pids.max" ||
		return 1
	# shellcheck disable=SC2016 # expands in the inner shells
	bash -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' - "$ours" \
		unshare -C -m bash -c '
		top=$1 type=$2
		shift 2
		umount -l "$top" && mount -t $type none "$top" && exec "$@"' - \
		"$1" "$type" "$taskshare" why "$pid" clone FS >text &&
		says 'unknown clone' 'its cgroup is not mounted here' &&
		[[ $(tries clone FS) == EAGAIN ]]
	status=$?
	task_end
	rmdir "$its" "$ours"
	return "$status"
}

too_deep()
{
	begin nested 33 && fails_with ENOSPC unshare NEWUSER &&
		says 'nested deeper than 33 levels'
}

not_too_deep()
{
	begin nested 32 && works clone NEWUSER
}

# Capabilities of another user namespace are none here.
foreign_namespace()
{
	begin limit time && predicts EPERM setns NEWUTS $$ &&
		says 'user namespace that owns the namespace'
}

without_capabilities()
{
	task_end
	"${as_nobody[@]}" sleep 100 &
	child=$!
	until grep -q '^Uid:.65534' "/proc/$child/status"; do
		kill -0 "$child" || return 1
		sleep 0.02
	done
	local user=yes
	userns_works || user=no
	why -J "$child" >answers || return 1
	jq -e '.calls[] | select(.call == "unshare" and .flags == ["NEWNET"]) |
		.works == "no" and .errno == "EPERM" and
		(.facts == ["NO_ADMIN"])' answers &&
		jq -e '.calls[] | select(.call == "unshare" and
			.flags == ["NEWUSER"]) | .works == "'"$user"'"' answers
}

# Facts that a user may not see of another's process are unknown, not yes or no.
unseen()
{
	begin alone || return 1
	"${as_nobody[@]}" "$(for_all "$taskshare")" why --engine=proc -J "$pid" >answers ||
		return 1
	jq -e '.calls[] | select(.call == "unshare" and .flags == ["NEWPID"]) |
		.works == "unknown"' answers &&
		jq -e '[.calls[] | select(.works == "unknown" and
		(.note | contains("does not see")))] | length > 3' answers
}

# Lines of 80 columns, as a table, and as JSON: the same answers
formats()
{
	local failing=7
	# Not clone NEWUSER, either
	userns_works || failing=8
	begin plugin && why -a "$pid" >text || return 1
	awk 'length > 80 { print; bad = 1 } END { exit bad }' text || return 1
	why -rn "$pid" | awk '{ print $2 }' >table
	why -J "$pid" | jq -r '.calls[].works' >json
	[[ $(wc -l <table) -gt 40 ]] && diff table json &&
		[[ $(grep -c -x no table) == "$failing" ]] &&
		! why "$pid" | grep -E '^works' &&
		why -J "$pid" setns NEWNS "$other" |
		jq -e '.target == '"$other"' and (.calls | length == 1) and
			(.calls[0].culprits[0].comm == "plugin")'
}

bpf=
"$taskshare" --engine=bpf -o PID $$ >/dev/null 2>&1 && bpf=1
hidden=
why --engine=proc $$ setns NEWTIME | grep -q '^unknown' && hidden=1

if ((EUID)); then
	skip "situations" "only root may get into all of them"
elif ! command -v jq >/dev/null; then
	skip "situations" "no jq"
elif ! no_filter; then
	skip "situations" "$filter_here"
else
	check "a thread of a library shares its fs" plugin_thread
	check "unshare --pid without --fork: no child yet" no_fork_yet
	check "unshare --pid without --fork: a child" forked
	check "unshare --pid without --fork: the child has ended" first_has_died
	check "unshare --pid without --fork: the child is hidden" first_is_hidden
	check "a kernel without PID namespaces" no_pid_namespaces
	check "a kernel without cgroups" no_cgroups
	for form in directory bind tmpfs covered; do
		check "chroot: $form" chrooted "$form"
	done
	check_userns "chroot to the same root" same_root
	check_userns "chroot of one thread" one_thread_chrooted
	check "chroot, asked by another user" chroot_by_another
	check "time namespace: a thread" clocks_thread
	check "time namespace: a process that shares memory" clocks_twin
	check "time namespace: alone" clocks_alone
	check "a leader that has ended" dead_leader
	check "a filter that allows" filtered allow ok
	check "a filter that refuses" filtered refuse EPERM
	for type in user:NEWUSER mnt:NEWNS uts:NEWUTS ipc:NEWIPC pid:NEWPID \
		cgroup:NEWCGROUP net:NEWNET time:NEWTIME; do
		check_userns "no ${type%:*} namespaces allowed" \
			limited "${type%:*}" "${type#*:}"
	done
	pids_cgroup=$(pids_cgroup)
	if [[ -w $pids_cgroup ]]; then
		check "the limit of a cgroup above" limited_above "$pids_cgroup"
		check "the limit of a cgroup outside" \
			limited_outside "$pids_cgroup"
	else
		skip "the limit of a cgroup above" "no cgroup to be limited"
		skip "the limit of a cgroup outside" "no cgroup to be limited"
	fi
	check_userns "user namespaces nested too deep" too_deep
	check_userns "user namespaces nested, but not too deep" not_too_deep
	check_userns "a namespace of another user namespace" foreign_namespace
	check "without capabilities" without_capabilities
	check "a task of another user" unseen
	check "formats" formats
	task_end
fi
check "without a PID is 1" fails 1 'no PID: give one' "$taskshare" why
check "a wrong PID is 1" fails 1 'is no PID' "$taskshare" why 0x10
check "an unknown option is 1" \
	fails 1 'unknown option' "$taskshare" why --nope 1
check "an unknown call is 1" fails 1 'unknown call' "$taskshare" why 1 read
check "an unknown flag is 1" \
	fails 1 'unknown flag' "$taskshare" why 1 unshare NOPE
check "a call without flags is 1" fails 1 'needs flags' "$taskshare" why 1 clone
check "setns of what is no type is 1" \
	fails 1 'types of namespaces only' "$taskshare" why 1 setns FS
check "flags that a call does not take are 1" \
	fails 1 'takes no flags' "$taskshare" why 1 fork VM
check "a PID that is gone is 3" \
	fails 3 'no such process' "$taskshare" why --engine=proc 2147483647
if [[ -e /proc/2/comm && $(</proc/2/comm) == kthreadd ]]; then
	check "a kernel thread is 1" \
		fails 1 'worker of the kernel' "$taskshare" why --engine=proc 2
else
	skip "a kernel thread is 1" "this pid namespace has none"
fi
finish
