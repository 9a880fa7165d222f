#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# When a system call fails, taskshare says so in one line, and ends with an
# error; or it says less: what was not seen is unknown, neither apart nor gone.
#
#	nocalls.sh TASKSHARE TESTS-DIR
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/tap.sh"
. "${0%/*}/tells_less.sh"
among_few "$0" "$@"

taskshare=$(realpath "$1")
tests=$(realpath "$2")
cd "$scratch" || exit 1

calls='openat read getdents64 readlinkat readlink newfstatat kcmp clone waitid'
calls+=' wait4 bpf getrandom write'
message='Too many open files'
# That of a command for which nothing fails
whole_status=0
strace_max=65535

# Where strace and taskshare run, if not here; and a + if all that come after the
# one that fails do, too, so that looking again does not help.
via=() on=

# lets CALL NTH COMMAND...: which fails; the status is the command's. The filter
# spares all other calls the way through strace.
lets()
{
	local call=$1 nth=$2
	shift 2
	timeout -k 5 "$(limit 20)" "${via[@]}" strace -f --seccomp-bpf -o trace -e trace="$call" \
		-e inject="$call:error=EMFILE:when=$nth$on" \
		"$taskshare" "$@" >out 2>err </dev/null
}

# Number of calls of that name before the first that matters
before()
{
	awk -v call="$1" '$NF == call { n = $4 } END { print n + 0 }' startup
}

# An error says why; "no such process" would be a lie.
survives()
{
	local status=$1 command=$2
	case $status in
	0 | 4)
		if [[ $command == audit ]]; then
			audits_less
		else
			tells_less "$command"
		fi
		;;
	1 | 2)
		! grep -v '^taskshare: ' err && tail -n 1 err | grep -q "$message"
		;;
	*)
		false
		;;
	esac
}

# exhausts COMMAND...: each call of each name, until there are no more. Those
# between the first $begin_calls and the last 24 are mostly of the same few
# places. On a machine with many tasks there are more than strace can count.
begin_calls=16
exhausts()
{
	local call first last n step tried=0 status
	"${via[@]}" strace -f -c -o all "$taskshare" "$@" >whole 2>err \
		</dev/null || [[ $? == "$whole_status" ]] ||
		{ cat err; return 1; }
	for call in $calls; do
		first=$(before "$call")
		last=$(($(awk -v call="$call" '$NF == call { print $4 }' all) -
			first - 24))
		n=0
		while
			step=$((n < begin_calls || n >= last ? 1 : n / 2))
			((n >= last || n + step <= last)) || step=$((last - n))
			n=$((n + step))
			((first + n > strace_max)) && break
			status=0
			lets "$call" "$((first + n))" "$@" || status=$?
			grep -q INJECTED trace
		do
			tried=$((tried + 1))
			survives "$status" "$1" && continue
			echo "status $status: $(grep -m 3 INJECTED trace)"
			cat err
			return 1
		done
	done
	echo "$tried calls"
	((tried > 10))
}

# asks PATH: the body of what the server that "serving" is of answers
asks()
{
	local port token
	IFS=' ' read -r port token < <(sed -n \
		's,.*127.0.0.1:\([0-9]*\)/#token=\(.*\),\1 \2,p' serving)
	exec 5<>"/dev/tcp/127.0.0.1/$port" || return
	printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n%s: %s\r\n\r\n' \
		"$1" "$port" X-Taskshare-Token "$token" >&5
	timeout "$(limit 10)" sed '1,/^\r$/d' <&5
	exec 5>&-
}

# A viewer gets all of the recording or nothing, and the next one all of it;
# otherwise serve ends, and says why. serves CALL NTH: that call fails.
serves()
{
	local tries=0 server status=0
	: >serving
	strace -D -f --seccomp-bpf -o trace -e trace="$1" \
		-e inject="$1:error=EMFILE:when=$2" "$taskshare" serve \
		--engine=proc --json serve.json "${both[0]}" 2>serving &
	server=$!
	until grep -q 'token\|taskshare: ' serving ||
		! kill -0 "$server" 2>/dev/null
	do
		sleep 0.02
	done
	while grep -q token serving && ((tries++ < 4)); do
		asks '/recording?after=0' >out 2>/dev/null
		asks /page >page 2>/dev/null
		! { [[ -s out ]] && ! jq -e .steps out; } &&
			! { [[ -s page ]] && ! page_data page | jq -e .steps; } ||
			return 1
		[[ ! -s out || ! -s page ]] || break
	done >/dev/null
	kill -INT "$server" 2>/dev/null
	wait "$server" || status=$?
	cat serving
	case $status in
	0)
		[[ -s out && -s page ]] && jq -e .steps serve.json >/dev/null
		;;
	1 | 2)
		tail -n 1 serving | grep -q "$message\|the server"
		;;
	*)
		false
		;;
	esac
}

viewers()
{
	local call n injected=0
	for call in memfd_create dup sendmsg recvmsg accept4 socket bind \
		listen socketpair signalfd4 setrlimit; do
		for n in 1 2; do
			serves "$call" "$n" || { echo "$call $n"; return 1; }
			injected=$((injected + $(grep -c INJECTED trace)))
		done
	done
	echo "$injected calls"
	((injected > 10))
}

# begin [COMMAND...]: two tasks that share something, until end
begin()
{
	exec 4< <(exec "$@" "$tests/trace_tasks" share)
	child=$!
	read -ra both <&4
}

end()
{
	kill "$child"
	wait "$child" 2>/dev/null
	child=
}

if ! strace -c -o startup "$taskshare" --version >/dev/null 2>err; then
	skip "system calls that fail" "strace: $(head -n 1 err)"
	finish
fi
check "two tasks that share" begin
columns=PID,TGID,PPID,MM,FILES,SIGHAND,FS,SIGNAL,IO,SEMUNDO,KIND
table=(-r -n -o "$columns" "${both[@]}")
why=(why -J "${both[0]}")
check "by proc" exhausts "${table[@]}" --engine=proc
check "serve, with viewers" viewers
if "$taskshare" --engine=bpf -o PID $$ >/dev/null 2>err; then
	check "by bpf" exhausts "${table[@]}" --engine=bpf
else
	skip "by bpf" "$(head -n 1 err)"
fi
# It looks again at what is unknown, so that one failure does not show. All that
# it says is written, also that nothing can be written.
on=+ calls=${calls/ write/}
calls+=' statx ioctl setns sched_getscheduler'
check "why" exhausts "${why[@]}" --engine=proc
end
# Threads of which one has no_new_privs, which is a finding
begin_audited()
{
	exec 4< <(exec "$tests/audit_task" nnp-thread)
	child=$!
	read -r _ pid _ <&4
}
check "a finding" begin_audited
# Each file that is read, in both looks
whole_status=4 on='' calls=openat begin_calls=1000
check "audit" exhausts audit -J --least 0 --interval 0.01 --engine=proc "$pid"
whole_status=0 begin_calls=16
end
# Where numbers of users are others inside and outside, it depends on who looks.
if ((EUID)); then
	skip "why, in a user namespace" "only root may enter it"
elif ! userns_works; then
	skip "why, in a user namespace" "$no_userns"
else
	check "two tasks in a user namespace" \
		begin unshare --user --map-user=1000 --map-group=1000
	via=(nsenter --user --preserve-credentials -t "$child")
	calls='openat read newfstatat readlink statx'
	check "why, in a user namespace" exhausts why -J --engine=proc "${both[0]}"
	end
fi
finish
