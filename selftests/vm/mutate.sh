#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mutate.sh: are the tests tested? Every file of selftests/mutants is a bug to
# be put into the code; a test that it names must notice. From the environment:
#	MUTANTS		files, or beginnings of their names, to try; default: all
#	MUTATE_KERNEL	for those of the module that name none, as for kernel.sh;
#			default 6.12
# A mutant begins with a few words, then comes the patch:
#	Bug:	what is wrong
#	Tests:	programs of tests.list that may notice it, in this order
#	Reader:	instead: the part of userspace/tests/check.sh that does
#	Kernel:	one of debug-kernel.sh's, if only that sees it
# A VM that is lost is noticed, too, if the same tests pass without the bug.

. "${0%/*}/lib.sh"

MUTATE_KERNEL=${MUTATE_KERNEL:-6.12}
mutants=$top/selftests/mutants
bin=$top/build/selftests

# Less than the tests do by themselves, yet enough to notice.
sizes='TASKSHARE_CYCLES=32 TASKSHARE_TREES=20 TASKSHARE_RACES=90'
sizes+=' TASKSHARE_ROUNDS=100 TASKSHARE_OPS=2000 TASKSHARE_FORKS=2000'
sizes+=' TASKSHARE_SNAPSHOTS=150 TASKSHARE_THREADS=2000 TASKSHARE_TASKS=5000'

# head FILE WORD: what the mutant says behind it.
head_of() {
	sed -n "/^--- /q; s/^$2:[[:space:]]*//p" "$1"
}

chosen() {
	local name

	[ -n "${MUTANTS-}" ] || return 0
	for name in $MUTANTS; do
		[[ $1 != "$name"* ]] || return 0
	done
	return 1
}

# Everything as it is, in a directory of its own, to be spoilt.
copy_tree() {
	mkdir "$tree"
	(cd "$top" && git ls-files -co --exclude-standard -z |
		while IFS= read -r -d '' f; do
			[ ! -f "$f" ] || printf '%s\0' "$f"
		done | xargs -0 cp -p --parents -t "$tree")
	mkdir "$tree/build"
	[ ! -d "$top/build/userspace" ] ||
		cp -pR "$top/build/userspace" "$top/build/taskshare" "$tree/build"
}

# git apply is strict about the context, and silent where it finds itself in a
# repository that is not this one.
spoil() {
	(cd "$tree" && GIT_CEILING_DIRECTORIES=$tmp git apply -p1 "$1") \
		2>"$tmp/why"
}

# With new dates, so that what was built of them is built again.
restore() {
	local f

	sed -n 's,^[-+]\{3\} [ab]/,,p' "$1" | cut -f 1 | sort -u |
		while read -r f; do
			cp "$top/$f" "$tree/$f"
		done
}

limit_of() {
	awk -v test="$1" '$1 == test { print $2; found = 1; exit }
		END { exit !found }' "$top/selftests/tests.list" ||
		die "no test $1 in tests.list"
}

# The variants of the module that a test's source asks for.
variants() {
	local test

	for test; do
		sed -n 's/.*"\(taskshare-\(faults\|noverify\)\.ko\)".*/\1/p' \
			"$top/selftests/$test.c"
	done | sort -u
}

# build TEST...: the module for $kernel, and its variants; fills $kos.
build() {
	local variant flags

	module=$("$tree/selftests/vm/module.sh" "$kernel") || return 1
	kos=()
	for variant in $(variants "$@"); do
		case $variant in
		*faults*) flags=-DTASKSHARE_FAULTS ;;
		*) flags=-DTASKSHARE_NO_VERIFY ;;
		esac
		cp "$(EXTRA=$flags "$tree/selftests/vm/module.sh" \
			"$kernel")" "$tmp/$variant" || return 1
		kos+=("$tmp/$variant")
	done
}

# boot TEST...: runs them on $kernel until one fails; their output is in $tmp/out.
boot() {
	local slow test limit seconds=60 cmd files=$bin/child icount=0 vm

	slow=$(slowness_of "$kernel")
	cmd="$sizes TASKSHARE_SLOWNESS=$slow bash guest-tests.sh"
	for test; do
		limit=$(($(limit_of "$test") * slow))
		! grep -q "^$test\s.*\sicount$" "$top/selftests/tests.list" ||
			icount=1
		seconds=$((seconds + limit + 5))
		cmd+=" $test=$limit"
		files+=" $bin/$test"
	done
	: >"$tmp/out"
	CMD=$cmd TIMEOUT=$seconds VMLOG=$tmp/console KERNEL=$kernel \
		ICOUNT=$icount \
		FILES="$files ${kos[*]} $here/guest-tests.sh" \
		MODULE=$module READER=0 "$here/run.sh" \
		>"$tmp/out" 2>"$tmp/err" </dev/null &
	vm=$!
	while kill -0 "$vm" 2>/dev/null && ! grep -q '^not ok' "$tmp/out"; do
		sleep 0.3
	done
	kill "$vm" 2>/dev/null || true
	wait "$vm" || true
}

# The fault of the VM in a few words; nothing if all is well. That it ran
# no test at all, and did not refuse the module, says nothing about the mutant.
verdict_vm() {
	local program case lost splat

	program=$(sed -n 's/^#: begin //p' "$tmp/out" | tail -n 1)
	case=$(sed -n 's/^not ok [0-9]* //p' "$tmp/out" | sed -n 1p)
	if [ -n "$case" ]; then
		echo "$program: $case"
		return
	fi
	lost=$(sed -n 's/^run.sh: the VM was lost: \([^;]*\).*/\1/p' "$tmp/err")
	splat=$("$here/splats.sh" "$tmp/console" | head -n 1 |
		sed 's/^\[[^]]*\] *//') || true
	if [ -z "$program" ] && [[ $lost != *"could not be loaded"* ]]; then
		tail -n 3 "$tmp/err" >&2
		return 2
	elif [[ $lost == "QEMU failed"* ]]; then
		echo "$lost" >&2
		return 2
	elif [ -n "$lost" ]; then
		echo "$program: VM lost: ${splat:-$lost}"
	elif [ -n "$splat" ]; then
		echo "${program}: kernel's log: $splat"
	else
		awk -f "$here/tap.awk" "$tmp/out" |
			sed -n '/^  FAIL/,$ s/^ \{10\}//p' | head -n 1
	fi
}

# try_vm TEST...: prints what noticed; status 1 if it does not build, 2
# if the VM said nothing: it ran no test, or was lost by QEMU's own fault.
try_vm() {
	build "$@" >"$tmp/build" 2>&1 || return 1
	boot "$@"
	verdict_vm
}

# try_reader PART: the same without a VM.
try_reader() {
	PARTS=$1 "${MAKE:-make}" --no-print-directory -C "$tree/userspace" \
		check TESTS="$(reader_programs "$1")" \
		>"$tmp/out" 2>"$tmp/build" </dev/null || true
	grep -q '^1\.\.[1-9]' "$tmp/out" || return 1
	sed -n 's/^not ok [0-9]* - //p' "$tmp/out" | head -n 1
}

# The programs that a part needs are built, and no others: its own, or those that
# its script names.
reader_programs() {
	local part program name

	for program in $("${MAKE:-make}" -s -C "$top/userspace" test-programs); do
		name=${program##*/}
		for part in $1; do
			[ "$part" != "$name" ] && ! grep -qs "/$name\b" \
				"$top/userspace/tests/$part.sh" || echo "$program"
		done
	done | sort -u | tr '\n' ' '
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

# Without a bug nobody may notice one.
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
			"${noticed:-noticed by nobody}"
		[ -z "$noticed" ] || return 1
	done
	reader=$(heads Reader)
	[ -n "$reader" ] || return 0
	start=$SECONDS
	noticed=$(try_reader "${reader//$'\n'/ }") || noticed="status $?"
	line "none, reader" "$((SECONDS - start))" "${noticed:-noticed by nobody}"
	[ -z "$noticed" ]
}

tmp=$top/build/mutate
rm -rf "$tmp"
mkdir -p "$tmp"
tree=$tmp/tree
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
caught=0 lost=0
for m in "${todo[@]}"; do
	start=$SECONDS
	try "$m"
	if [ -z "$fault" ] && [ -n "$noticed" ]; then
		caught=$((caught + 1))
		[[ $noticed != *"VM lost"* ]] || lost=$((lost + 1))
	fi
	name=${m##*/}
	line "${name%.patch}" "$((SECONDS - start))" \
		"${fault:-${noticed:-NOBODY: $(head_of "$m" Bug)}}"
done
all=${#todo[@]}
echo "$caught of $all mutants were noticed, $lost of them by the loss of the VM"
echo "$((caught + 1)) passed, $((all - caught)) failed"
[ "$caught" -eq "$all" ]
