#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# suites.sh: does what README says in fresh roots of Debian's suites, as a new
# user would: installs make, then runs each command. The root has nothing but
# the packages of debootstrap. All but check, which tests user namespaces, have
# to do without them: there the root is entered by chroot(2). Reads what the
# commands printed, and sums up as check.sh does. Root only. From the environment:
#	ENTER		"chroot": check has to do without them, too
#	SUITES		instead of all that are supported
#	COMMANDS	targets of make instead of "demo" and "check"
#	TESTS, KERNELS, JOBS	for "check", see check.sh
# Roots as debootstrap leaves them, packages and what the commands download
# are kept in the cache.

. "${0%/*}/lib.sh"
. "$here/apt.sh"
. "$here/arch.sh"
. "$here/jobs.sh"
. "$here/roots.sh"

SUITES=${SUITES:-bookworm trixie}
COMMANDS=${COMMANDS:-demo check}
JOBS=1
enter_check=${ENTER:-pivot_root}
ENTER=
logs=$top/build/suites

# Messages of programs that something was missing for, whatever the status.
complaints='command not found|Cannot stat|No such file or directory'
complaints+='|Error [0-9]+|not installed|cannot fetch|library not found'

# try SUITE NAME COMMAND...: one test: status 0, and no complaint.
try() {
	local suite=$1 name=$2 log=$logs/$1-$2.log status=0
	shift 2

	within "$tmp/$suite" "$suite" "$@" >"$log" 2>&1 || status=$?
	n=$((n + 1))
	if [ "$status" -ne 0 ] || grep -E "$complaints" "$log" |
		grep -v -e 'since apt-utils is not installed' -e ' skipped: ' |
		sed 's/^/# /' | head -n 20 | grep . ; then
		tail -n 5 "$log" | sed 's/^/# /'
		echo "# status $status, see $log"
		echo -n "not "
	fi
	echo "ok $n - $name"
}

# The last line that is shown proves that everything before it was.
demo_shown() {
	n=$((n + 1))
	grep -q '^== No process reads any more' "$logs/$1-demo.log" &&
		grep -q ' thread *worker 1' "$logs/$1-demo.log" || echo -n "not "
	echo "ok $n - demo showed all of it"
}

check_summed_up() {
	n=$((n + 1))
	sed -n 's/^ *skipped: /# skipped: /p' "$logs/$1-check.log"
	grep -E '^[1-9][0-9]* passed, 0 failed' "$logs/$1-check.log" |
		sed 's/^/# /' | grep . || echo -n "not "
	echo "ok $n - check summed up"
}

suite() {
	local suite=$1 n=0 command start

	echo "1..$((3 + 2 * $(wc -w <<<"$COMMANDS")))"
	fresh "$suite" "$tmp/$suite"
	try "$suite" update apt-get -qq update
	try "$suite" make apt-get -qq -y --no-install-recommends install make
	n=$((n + 1))
	! within "$tmp/$suite" "$suite" unshare -r true 2>/dev/null ||
		echo -n "not "
	echo "ok $n - there are no user namespaces after chroot(2)"
	for command in $COMMANDS; do
		start=$SECONDS ENTER=
		[ "$command $enter_check" != "check pivot_root" ] ||
			ENTER=pivot_root
		try "$suite" "$command" make "$command"
		echo "# make $command: $((SECONDS - start)) s"
		case $command in
		demo) demo_shown "$suite" ;;
		check) check_summed_up "$suite" ;;
		*) n=$((n + 1)); echo "ok $n - $command has no sum" ;;
		esac
	done
	[ ! -d "$tmp/$suite/root/taskshare/build/check" ] ||
		mv "$tmp/$suite/root/taskshare/build/check" "$logs/$suite-logs"
	rm -rf "${tmp:?}/$suite"
}

rm -rf "$logs"
mkdir -p "$logs"
need_roots
scratch
for suite in $SUITES; do
	base "$suite"
	job "$suite" native "$suite" suite "$suite"
	wait
done
say LOGS "$logs"
total
