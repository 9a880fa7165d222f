#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-debug.sh KERNEL: runs the test programs on a kernel that debugs itself,
# one of those that debug-kernel.sh builds, and sums up as check.sh does. Before
# them, known sins: what the kernel would not notice, it cannot be asked for.
# From the environment:
#	TESTS	programs of tests.list to run instead of all, or "knownbad"
#	STORM	seconds of the mixed storm, default 60
#	TASKSHARE_*	sizes, for the test programs

. "${0%/*}/lib.sh"

kernel=${1:?usage: check-debug.sh KERNEL}

# As long a run as on a kernel that is not slow: less of everything. A kernel
# that sees what is wrong the first time needs no thousand more.
export TASKSHARE_SLOWNESS=${TASKSHARE_SLOWNESS:-$(slowness_of "$kernel")}
export TASKSHARE_PATIENCE=${TASKSHARE_PATIENCE:-2}
export TASKSHARE_CYCLES=${TASKSHARE_CYCLES:-40}
export TASKSHARE_OPS=${TASKSHARE_OPS:-2000}
export TASKSHARE_GROUND_TREES=${TASKSHARE_GROUND_TREES:-2}
export TASKSHARE_ROUNDS=${TASKSHARE_ROUNDS:-60}
export TASKSHARE_RACES=${TASKSHARE_RACES:-40}
export TASKSHARE_THREADS=${TASKSHARE_THREADS:-1500}
export TASKSHARE_TASKS=${TASKSHARE_TASKS:-2000}
export TASKSHARE_FORKS=${TASKSHARE_FORKS:-2000}
export TASKSHARE_SNAPSHOTS=${TASKSHARE_SNAPSHOTS:-60}
export TASKSHARE_IDLE=${TASKSHARE_IDLE:-100}
export TASKSHARE_NEWTASKS=${TASKSHARE_NEWTASKS:-2000}
export TASKSHARE_TREES=${TASKSHARE_TREES:-20}
export TASKSHARE_STORM=${STORM:-60} KERNELS=$kernel JOBS=1

# The kernel's own races are no reason to stop: splats.sh looks for the module's.
[ "$kernel" != kcsan ] || export APPEND="panic_on_warn=0 ${APPEND-}"

"$here/debug-kernel.sh" "$kernel" >/dev/null
[ -n "${TESTS-}" ] || TESTS="knownbad $(sed -n \
	's/^\([a-z]\w*\)[[:space:]].*/\1/p' "$top/selftests/tests.list" |
	tr '\n' ' ')"
export TESTS
exec "$here/check.sh"
