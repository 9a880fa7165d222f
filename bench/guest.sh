#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh: what `make bench` runs in the VM.
set -eu
uname -sr
echo 200000 >/proc/sys/kernel/threads-max
./bench task_iter.bpf.o
printf '\nA process of 10,000 threads, in seconds\n\n'
# shellcheck disable=SC2016 # expanded inside
./with_crowd threads 10000 bash -ec '
	TIMEFORMAT=%R
	for command in "taskshare --engine=module" "taskshare --engine=bpf" \
			"ps -L -p"; do
		printf "%-28s" "$command"
		time $command "$CROWD" >/dev/null
	done 2>&1'
printf '\nThe longest sections, for 10,000 threads of one process\n\n'
./with_crowd threads 10000 ./sections.sh
printf '\nA loop of cat\n\n'
./opens.sh
