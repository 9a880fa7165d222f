#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# When a request for memory fails, taskshare says so in one line, and ends with
# an error; or nothing of what it shows is missing.
#
#	nomem.sh TASKSHARE TESTS-DIR
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/tap.sh"
. "${0%/*}/tells_less.sh"
among_few "$0" "$@"

taskshare=$(realpath "$1")
tests=$(realpath "$2")
golden=$(realpath "$(dirname "$0")/golden")
cd "$scratch" || exit 1
# That of a command for which nothing fails
whole_status=0
# Words before the command, which start it
via=()

# nth N COMMAND...: number N fails; the status is the command's
nth()
{
	local n=$1
	shift
	: >reached
	timeout -k 5 "$(limit 20)" "${via[@]}" env NOMEM_NTH="$n" NOMEM_FD=9 \
		LD_PRELOAD="$tests/nomem.so" "$taskshare" "$@" \
		>out 2>err 9>reached
}

# The recording "out" has the tasks and the letters of "whole". Without open files
# it says so; without anything at all the command does.
serves_less()
{
	[[ -s out ]] || { grep -qi 'no memory' err; return; }
	jq -n -e --slurpfile whole whole --slurpfile out out '
		def shown: .[0] | .tasks, [.steps[].rows], [.steps[].sentence];
		[$out | shown] == [$whole | shown] and
		($out[0].steps[0].files == $whole[0].steps[0].files or
		 any($out[0].notes[]; test("^Open files")))' >/dev/null
}

# The whole output, or an error message; rows left out are reported.
survives()
{
	local status=$1 command=$2
	case $status in
	0 | 4)
		if [[ $command == why ]]; then
			tells_less why
		elif [[ $command == audit ]]; then
			audits_less
		elif [[ $command == serve ]]; then
			serves_less
		else
			cmp out whole || ! cmp -s err whole.err
		fi
		;;
	1 | 2)
		! grep -v '^taskshare: ' err && tail -n 1 err | grep -qi memory
		;;
	*)
		false
		;;
	esac
}

# exhausts COMMAND...: one after the other, until there are no more; those after
# the first 64 are mostly of the same few places, and some of them will do.
exhausts()
{
	local n=0 tried=0 status
	nth 0 "$@" || [[ $? == "$whole_status" ]] ||
		{ echo "status $?"; cat err; return 1; }
	cp out whole
	cp err whole.err
	while
		n=$((n + 1 + n / 64))
		status=0
		nth "$n" "$@" || status=$?
		[[ -s reached ]]
	do
		tried=$((tried + 1))
		survives "$status" "$1" ||
			{ echo "request $n, status $status:"; cat err; return 1; }
	done
	((tried > 1))
}

"$tests/mkrecords" <"$golden/hostile.in" >hostile.tsr
"$tests/mkrecords" <"$golden/firefox.in" >firefox.tsr
columns=$("$taskshare" --list-columns | sed 's, .*,,' | paste -sd,)
from=--engine=file:$scratch/hostile.tsr
check "a system" exhausts "$from"
check "a system, as JSON" exhausts "$from" -J
for view in matrix tree dot; do
	check "all, --$view" exhausts "$from" --all "--$view"
done
check "all, --matrix --svg" exhausts "$from" --all --matrix --svg
check "the flags of one" exhausts "$from" --flags 10
check "all, what is odd, every column" exhausts "$from" --all --odd -o "$columns"
check "of a program" exhausts "--engine=file:$scratch/firefox.tsr" -J --all
check "saving" exhausts "$from" --save saved.tsr
check "by proc" exhausts --engine=proc -o PID,COMM $$
check "page" exhausts page "$golden/../corpus_page/minimal"
# Its answer is unknown where one of the many files cannot be read.
check "why" exhausts why -J --engine=proc $$
# Threads of which one has no_new_privs, which is a finding
coproc task { exec "$tests/audit_task" nnp-thread; }
# shellcheck disable=SC2154 # by coproc
child=$task_PID
read -r _ pid _ <&"${task[0]}"
whole_status=4
check "audit" exhausts audit -J --least 0 --interval 0.01 --engine=proc "$pid"
whole_status=0
# Ctrl-C has come before it serves, so that it ends at the first look.
via=(env --block-signal=INT sh -c 'kill -INT $$; exec "$@"' sh)
task_end
sleep infinity &
child=$!
# Each run shows it by its name.
until [[ $(<"/proc/$child/comm") == sleep ]]; do
	kill -0 "$child" || exit 1
	sleep 0.02
done
check "serve" exhausts serve --engine=proc --json /dev/stdout "$child"
via=()
task_end
check "files" exhausts files --engine=proc -r -n -o PIDS,FD,DESC,FILE,FLAGS $$
if ((EUID)); then
	skip "by bpf" "only root may"
	skip "trace" "only root may"
else
	check "by bpf" exhausts --engine=bpf -o PID,COMM $$
	# If it has memory for a skeleton's maps and none for its programs, its
	# bpf_object__destroy_skeleton() goes through the programs all the same.
	if "$taskshare" --version | grep -q 'libbpf v1\.5'; then
		skip "trace" "libbpf 1.5 crashes without memory"
	else
		check "trace" exhausts trace --summary -- true
	fi
fi
finish
