#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh: what `make bench` runs in the VM.
set -eu
uname -sr
echo 200000 >/proc/sys/kernel/threads-max
./bench task_iter.bpf.o
printf '\nThe longest sections, for 10,000 threads of one process\n\n'
./with_crowd threads 10000 ./sections.sh
printf '\nA loop of cat\n\n'
./opens.sh
