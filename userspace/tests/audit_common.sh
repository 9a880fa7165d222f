# SPDX-License-Identifier: GPL-2.0-only
# Parts that the tests of taskshare audit share. Sourced, with the arguments
# TASKSHARE TESTS-DIR.
# shellcheck shell=bash disable=SC2034,SC2317
. "${0%/*}/tap.sh"

taskshare=$(realpath "$1")
tests=$(realpath "$2")
here=$(realpath "${0%/*}")
cd "$scratch" || exit 1
export XDG_CONFIG_HOME=$scratch/config

# Without --least states would have to last as long as rules say.
audit()
{
	timeout -k 5 "$(limit 60)" "$taskshare" audit --least 0 --interval 0.05 \
		--severity information "$@"
}

# begin SITUATION [NAME]: the task is then $pid, its thread $tid and its child
# $other.
begin()
{
	task_begin "$tests/audit_task" "$@"
}
