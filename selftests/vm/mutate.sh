#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mutate.sh: are the tests tested? Every file of selftests/mutants is a bug to
# be put into the code; a test that it names must notice. From the environment:
#	MUTANTS		files, or beginnings of their names, to try; default: all
#	MUTATE_KERNEL	for those of the module that name none, as for kernel.sh;
#			default 6.12
#	JOBS		mutants that are tried at a time, default 1
# A mutant begins with a few words, then comes the patch:
#	Bug:	what is wrong
#	Tests:	programs of tests.list that may notice it, in this order
#	Reader:	instead: the part of userspace/tests/check.sh that does
#	Kernel:	one of debug-kernel.sh's, if only that sees it
# A VM that is lost is noticed, too, if the same tests pass without the bug.

. "${0%/*}/lib.sh"
. "$here/mutate-lib.sh"

# Less than claims does by itself, yet enough to notice
export TASKSHARE_CLAIMS=${TASKSHARE_CLAIMS:-30}
MUTATE_KERNEL=${MUTATE_KERNEL:-6.12}
mutants=$top/selftests/mutants

chosen() {
	local name

	[ -n "${MUTANTS-}" ] || return 0
	for name in $MUTANTS; do
		[[ $1 != "$name"* ]] || return 0
	done
	return 1
}

# try_reader PARTS: the same without a VM.
try_reader() {
	# shellcheck disable=SC2046 # words
	"${MAKE:-make}" --no-print-directory -s -C "$tree/userspace" all \
		../build/userspace/tests/mkrecords $(reader_programs "$1") \
		>"$tmp/build" 2>&1 || return 1
	try_part "$1"
}

kernel_of() {
	local kernel

	kernel=$(head_of "$1" Kernel)
	echo "${kernel:-$MUTATE_KERNEL}"
}

# try MUTANT: sets $noticed, or $fault if there is none to be noticed.
try() {
	local kernel tests reader

	noticed='' fault=''
	kernel=$(kernel_of "$1")
	tests=$(head_of "$1" Tests)
	reader=$(head_of "$1" Reader)
	if ! spoil "$1"; then
		fault="does not apply: $(head -n 1 "$tmp/why")"
	elif [ -n "$reader" ]; then
		noticed=$(try_reader "$reader") || fault=$?
	else
		# shellcheck disable=SC2086 # a list of words
		noticed=$(try_vm $tests) || fault=$?
	fi
	case $fault in
	1)
		fault="does not build"
		grep -m 3 error "$tmp/build" >&2 || true
		;;
	2) fault="the VM said nothing" ;;
	esac
	restore "$1"
}

# check_head MUTANT: a name that is wrong must not be the reason of a failure.
check_head() {
	local test tests

	tests=$(head_of "$1" Tests)
	[ -n "$tests" ] || [ -n "$(head_of "$1" Reader)" ] ||
		die "$1 names no tests"
	for test in $tests; do
		limit_of "$test" >/dev/null
	done
}

line() {
	printf '  %-34s %5s  %s\n' "$@"
}

# heads WORD [KERNEL]: what the mutants say behind it, word by word; those that
# are tried on that kernel.
heads() {
	local m

	for m in "${todo[@]}"; do
		if [ -z "${2-}" ] || [ "$(kernel_of "$m")" = "$2" ]; then
			head_of "$m" "$1"
		fi
	done | tr ' ' '\n' | sort -u
}

# Without a bug no test may fail.
control() {
	local kernel tests reader start

	for kernel in $(for m in "${todo[@]}"; do kernel_of "$m"; done | sort -u); do
		start=$SECONDS
		tests=$(awk '!/^#/ { print $1 }' "$top/selftests/tests.list" |
			grep -x -F "$(heads Tests "$kernel")" || true)
		[ -n "$tests" ] || continue
		# shellcheck disable=SC2086
		noticed=$(try_vm $tests) || noticed="status $?"
		line "none, $kernel" "$((SECONDS - start))" \
			"${noticed:-no test fails}"
		[ -z "$noticed" ] || return 1
	done
	reader=$(heads Reader)
	[ -n "$reader" ] || return 0
	start=$SECONDS
	noticed=$(try_reader "${reader//$'\n'/ }") || noticed="status $?"
	line "none, reader" "$((SECONDS - start))" "${noticed:-no test fails}"
	[ -z "$noticed" ]
}

# work NR: tries every one of $jobs mutants; $results has a line for each that is
# noticed.
work() {
	local i m start name result

	for ((i = $1; i < ${#todo[@]}; i += jobs)); do
		m=${todo[i]}
		start=$SECONDS
		try "$m"
		result=${fault:-$noticed}
		[ -n "$fault" ] || [ -z "$noticed" ] ||
			echo "noticed by $noticed" >>"$results"
		name=${m##*/}
		line "${name%.patch}" "$((SECONDS - start))" \
			"${result:-SURVIVED: $(head_of "$m" Bug)}"
	done
}

jobs=${JOBS:-1}
tmp=$top/build/mutate
rm -rf "$tmp"
mkdir -p "$tmp/job-c"
results=$tmp/results
: >"$results"
# A path as long as those of workers: no test may fail because of its length.
tree=$tmp/job-c/tree
todo=()
for m in "$mutants"/*.patch; do
	name=${m##*/}
	chosen "$name" || continue
	check_head "$m"
	todo+=("$m")
done
[ "${#todo[@]}" -gt 0 ] || die "no mutants '${MUTANTS-}' in $mutants"
copy_tree

line mutant seconds "noticed by"
control || {
	sed 's/^/  | /' "$tmp/out" | tail -n 20
	echo "0 passed, 1 failed"
	exit 1
}
workers "$tmp/job"
all=${#todo[@]}
caught=$(grep -c '^noticed' "$results" || true)
lost=$(grep -c '^noticed.*VM lost' "$results" || true)
echo "$caught of $all mutants were noticed, $lost of them by the loss of the VM"
echo "$((caught + 1)) passed, $((all - caught)) failed"
[ "$caught" -eq "$all" ]
