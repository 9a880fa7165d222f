#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# demo.sh: runs in the VM, as `make demo`: real programs, and what they share.

taskshare=/sys/kernel/debug/taskshare

# show HEADING COMMAND...: one line of what is to be seen, the command as one
# would type it, and what it prints.
show() {
	printf '\n== %s\n# %s\n' "$1" "${*:2}"
	"${@:2}" || { echo "demo.sh: failed: ${*:2}" >&2; exit 1; }
}

# begin NAME: starts a program that arranges its tasks, says so, and waits.
# Sets $pid.
begin() {
	local ready

	coproc ./demo "$1"
	pid=$COPROC_PID
	if ! read -r -t 20 ready <&"${COPROC[0]}" || [ -z "$ready" ]; then
		echo "demo.sh: ./demo $1 did not get ready" >&2
		exit 1
	fi
}

finish() {
	kill -9 "$@" 2>/dev/null
	wait 2>/dev/null
}

children() {
	pgrep -d ' ' -P "$1"
}

show "The kernel of this VM, and the module" uname -sr
show "It is loaded, and costs nothing until somebody reads" insmod taskshare.ko
show "Every process has a file there, as in /proc" ls $taskshare

begin threads
show "Threads share everything but what they unshared themselves" \
	cat $taskshare/"$pid"
show "The same, grouped and drawn" taskshare "$pid"
finish "$pid"

begin vfork
child=$(children "$pid")
show "vfork: the child uses its parent's memory while the parent waits" \
	taskshare "$pid" "$child"
finish "$child" "$pid"

begin files
child=$(children "$pid")
show "CLONE_FILES without CLONE_VM: two programs, one table of open files" \
	taskshare "$pid" "$child"
finish "$child" "$pid"

tail -f /dev/null | grep -i x | sort &
sleep 0.5
mapfile -t pids < <(jobs -l | grep -o '[0-9]\{2,\}')
show "A pipeline: a fork each, so nothing of their own is shared" \
	taskshare "${pids[@]}"
finish "${pids[@]}"

show "The module goes as soon as nobody reads" rmmod taskshare
