#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# demo.sh: runs in the VM, as `make demo`: real programs, and what they share.

dir=/sys/kernel/debug/taskshare

# show HEADING COMMAND...: what is to be seen, the command as one would type it,
# and what it prints.
show() {
	printf '\n== %s\n# %s\n' "$1" "${*:2}"
	"${@:2}" || { echo "demo.sh: failed: ${*:2}" >&2; exit 1; }
}

# begin TASKS DEMO...: starts ./demo; TASKS of its tasks say "PID ready".
# Sets $pids.
begin() {
	local i pid

	coproc ./demo "${@:2}"
	pids=()
	for ((i = 0; i < $1; i++)); do
		if ! read -r -t 20 pid _ <&"${COPROC[0]}"; then
			echo "demo.sh: ./demo ${*:2} did not get ready" >&2
			exit 1
		fi
		pids+=("$pid")
	done
}

# They end when the other end of their standard input is closed.
finish() {
	local in=${COPROC[1]}

	exec {in}>&-
	wait
}

show "The kernel, and the module" uname -sr
show "It hooks into nothing and does nothing until a process reads" \
	insmod taskshare.ko
show "It has a file for every process, as /proc does" ls -C -w 80 $dir

begin 1 threads 3
show "Threads share everything that can be shared: one letter a column" \
	cat "$dir/${pids[0]}"
show "The same, grouped and drawn" taskshare "${pids[@]}"
finish

begin 2 vfork
show "vfork: the child uses its parent's memory, and the parent waits" \
	taskshare "${pids[@]}"
finish

begin 2 files
show "clone with CLONE_FILES, without CLONE_VM: one table of open files" \
	taskshare "${pids[@]}"
finish

mkfifo /tmp/never
grep x </tmp/never | sort | uniq &
exec 7>/tmp/never
for name in grep sort uniq; do
	until pgrep -P $$ -x $name >/dev/null; do sleep 0.1; done
done
# shellcheck disable=SC2207 # numbers
pids=($(pgrep -d ' ' -P $$))
show "A pipeline: separate processes, which share no more than namespaces" \
	taskshare "${pids[@]}"
exec 7>&-
wait

# The module unmounts its files a moment after the last reader.
for ((i = 0; i < 200; i++)); do
	grep -q ' taskshare ' /proc/mounts || break
	sleep 0.1
done
show "No process reads any more, so the module can go" rmmod taskshare
