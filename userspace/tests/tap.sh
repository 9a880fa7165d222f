# SPDX-License-Identifier: GPL-2.0-only
# Parts that the shell tests share: a place to work in, and TAP. Sourced.
# shellcheck shell=bash disable=SC2034,SC2317

set -u
export LC_ALL=C TERM=dumb
# With a priority, as under ionice(1), each process has an I/O context of its own.
ionice -c 0 -p $$

scratch=$(mktemp -d) || exit 1
child=
trap 'rm -rf "$scratch"; [[ -n $child ]] && kill "$child" 2>/dev/null' EXIT
n=0 failed=0
# Before a command, if root gives it: without any privilege. No function, so that
# in the background it is the command that $! is.
as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all)

# for_all PROGRAM: a copy that any user may execute, as the tree may be in /root
for_all()
{
	chmod a+x "$scratch"
	install -D -m 0755 "$1" "$scratch/for-all/${1##*/}"
	echo "$scratch/for-all/${1##*/}"
}

# among_few SCRIPT [ARGUMENT...]: starts the script again, in a PID namespace of
# its own, so that a command which looks at each task of the system is quick and
# sees the same ones each time. Without the permission for it, it goes on here.
among_few()
{
	local among=(unshare --pid --fork --kill-child --mount-proc)

	[[ -z ${TASKSHARE_AMONG_FEW-} ]] || return 0
	((EUID == 0)) || among+=(--user --map-current-user)
	"${among[@]}" true 2>/dev/null || return 0
	rm -rf "$scratch"
	TASKSHARE_AMONG_FEW=1 exec "${among[@]}" bash "$@"
}

# limit SECONDS: when a command counts as hung, on a machine that is as slow as
# TASKSHARE_PATIENCE says
limit()
{
	echo $(($1 * ${TASKSHARE_PATIENCE:-1}))
}

# check NAME COMMAND...: a test that passes if the command does
check()
{
	local name=$1
	shift
	n=$((n + 1))
	if "$@" >"$scratch/log" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		tail -n 40 "$scratch/log" | sed 's/^/# /'
		failed=1
	fi
}

# There are none after chroot(2), nor where they are switched off. $no_userns is the
# reason then.
userns_works()
{
	no_userns=$(unshare --user true 2>&1)
}

# check_userns NAME COMMAND...: a test of user namespaces
check_userns()
{
	if userns_works; then
		check "$@"
	else
		skip "$1" "$no_userns"
	fi
}

# Whether no seccomp filter is in force for this shell, as in many containers there
# is one. It is among the filters of each task, and what it refuses is not known.
no_filter()
{
	grep -q '^Seccomp:.*0$' /proc/self/status
}
filter_here='a seccomp filter is in force for all programs here'

# check_unfiltered NAME COMMAND...: a test of tasks whose filters are all known
check_unfiltered()
{
	if no_filter; then
		check "$@"
	else
		skip "$1" "$filter_here"
	fi
}

# How tasks in another mount namespace see this one's root: as the path from the
# namespace's own root on; empty if it is that one.
root_outside()
{
	local root
	root=$(unshare --mount readlink "/proc/$$/root")
	echo "${root%/}"
}

# task_begin COMMAND...: starts it in place of the one before; it reports that it is
# ready, and three PIDs: $pid, $tid and $other. ${task[0]} and ${task[1]} are its
# output and its input.
task_begin()
{
	task_end
	coproc task { exec "$@" 2>task.err; }
	# shellcheck disable=SC2154 # by coproc
	child=$task_PID
	if ! read -r ready pid tid other <&"${task[0]}" ||
		[[ $ready != ready ]]; then
		cat task.err
		return 1
	fi
}

task_end()
{
	[[ -n $child ]] || return 0
	kill "$child" 2>/dev/null
	wait "$child" 2>/dev/null
	child=
}

# skip NAME WHY
skip()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# fails STATUS WORDS COMMAND...: it ends so, and says so in one line
fails()
{
	local want=$1 words=$2 got
	shift 2
	"$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	got=$?
	cat "$scratch/err"
	[[ $got == "$want" ]] || { echo "exit status $got, not $want"; return 1; }
	[[ $(wc -l <"$scratch/err") == 1 ]] && grep -q -e "$words" "$scratch/err"
}

# From then on an empty PID namespace may be waiting for its first process: see
# namespace_empty_is_dead().
empty_is_dead()
{
	printf '%s\n' "$(uname -r)" 6.19 | sort -V -C
}

# No more tests
finish()
{
	echo "1..$n"
	exit "$failed"
}

# page_data FILE: the recording in a page
page_data()
{
	sed -n '/^<script type="application\/json"/,/^<\/script>$/p' "$1" |
		sed -e '1s/^<script[^>]*>//' -e '$d'
}
