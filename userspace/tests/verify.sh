#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# taskshare verify, natively: every flag does what it says, and a table
# that says otherwise is found out.
#
#	verify.sh TASKSHARE TESTS-DIR
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/tap.sh"

taskshare=$(realpath "$1")
tests=$(realpath "$2")
wrong=$tests/mutant-flag-fs
cd "$scratch" || exit 1

run()
{
	timeout -k 5 "$(limit 100)" "$@"
}

# The plan is kept, nothing is wrong, and the bulk of it was tried.
all_as_expected()
{
	run "$taskshare" verify --engine=all --tap --seed 1 --runs 10 >tap
	echo "exit status $?"
	grep -v '^ok' tap
	[[ $(grep -c '^ok' tap) == "$(sed -n 's/^1\.\.//p' tap)" ]] &&
		! grep -q '^not ok' tap && (($(grep -c '^ok' tap) >= 150))
}

# As root, no call is refused that should work.
nothing_refused()
{
	local words='# not tried'
	grep "^$words" tap
	! grep "^$words" tap | grep -vE "INTO_CGROUP|new in 7|module: not loaded"
}

# The table for people: a row for each flag, and what it shares or renews
text_for_people()
{
	run "$taskshare" verify --engine=proc --seed 1 --runs 0 >text || return 1
	cat text
	[[ $(tail -n 1 text) == "all as expected" ]] &&
		grep -q -E '^no flags +own +own +own +own +own ' text &&
		grep -q -E '^VM += ' text && grep -q -E '^FILES +\. +=' text &&
		grep -q -E '^proc: [0-9]+ facts as expected, 0 not, and could not see ' \
			text && ! grep -q WRONG text
}

wrong_text()
{
	run "$wrong" verify --engine=proc --seed 1 --runs 0 >text
	[[ $? == 1 ]] && grep -q -E '^FS .*WRONG' text &&
		grep -q '^This program shows it:' text &&
		grep -q -E '^[0-9]+ mismatches, of which' text
}

# A mismatch of each group is a failed test, with what it was.
wrong_tap()
{
	run "$wrong" verify --engine=proc --seed 1 --runs 0 --tap >wrong.tap
	[[ $? == 1 ]] && grep -q '^not ok ' wrong.tap &&
		grep -q '^# .*files' wrong.tap &&
		[[ $(grep -c -E '^(not )?ok ' wrong.tap) == \
			"$(sed -n 's/^1\.\.//p' wrong.tap)" ]]
}

wrong_table_is_found()
{
	run "$wrong" verify --engine=proc --runs 0 -J >found
	[[ $? == 1 ]] && jq -e '.mismatches > 100 and .kinds.proc.fs.wrong > 0
		and .kinds.proc.files.wrong > 0 and .kinds.proc.mm.wrong == 0
		and .kinds.proc.sighand.wrong == 0' found
}

# show_it FILE SAYS: the programs in that output of verify compile, and each
# reports what the kernel does, which is not what the table says.
show_it()
{
	local i nr
	nr=$(jq '[.shown[] | select(.program)] | length' "$1")
	((nr > 0)) || return 1
	for ((i = 0; i < nr; i++)); do
		jq -r "[.shown[] | select(.program)][$i].program" "$1" \
			>program.c
		"${CC:-cc}" -Wall -Werror -O2 -o program program.c || return 1
		timeout "$(limit 20)" ./program >said
		[[ $? == 1 ]] || { cat said; return 1; }
		cat said
		grep -Eqx "$2" said || return 1
	done
}

wrong_errno_is_found()
{
	run "$tests/mutant-rule-errno" verify --engine=proc --runs 0 -J >refused
	[[ $? == 1 ]] && jq -e '.shown[0].what |
		startswith("clone(THREAD) fails with EINVAL, but must fail with EPERM")' \
		refused && show_it refused 'it fails with EINVAL, and has to fail with EPERM'
}

# As a user who may create nothing but user namespaces, every refusal is
# expected.
nobody_verifies()
{
	"${as_nobody[@]}" timeout -k 5 "$(limit 100)" \
		"$(for_all "$taskshare")" verify --engine=proc --seed 1 \
		--runs 0 >text || return 1
	cat text
	[[ $(tail -n 1 text) == "all as expected" ]] &&
		grep -q -E '^unshare NEWUSER .* own$' text &&
		! grep '^not tried, [0-9]*: refused: ' text
}

if ((EUID)); then
	skip "all as expected" "only root may try everything"
	skip "nothing refused" "only root may try everything"
	skip "without privileges, refusals are expected" "only root becomes nobody"
else
	check "all as expected, through every engine" all_as_expected
	check_userns "nothing refused that should not be" nothing_refused
	check_userns "without privileges, refusals are expected" nobody_verifies
fi
check "the program that is printed, by itself" "$tests/reproduce"
check "a table for people" text_for_people
check "a wrong table of flags is reported to people" wrong_text
check "a wrong table of flags fails tests" wrong_tap
if command -v jq >/dev/null; then
	check "a wrong table of flags is found" wrong_table_is_found
	check "programs that show it compile, and do" show_it found \
		'[0-9]+ and [0-9]+: (files|fs) (shared|apart), and has to be (shared|apart)'
	check "a wrong errno is found, and a program shows it" \
		wrong_errno_is_found
else
	skip "a wrong table, and programs" "no jq"
fi
check "an unknown engine is 1" \
	fails 1 'is no engine' "$taskshare" verify --engine=nope
check "an unknown option is 1" \
	fails 1 'unknown option' "$taskshare" verify --nope
check "a seed that is no number is 1" \
	fails 1 'is no number' "$taskshare" verify --seed=x
check "an operand is 1" fails 1 'no operand' "$taskshare" verify 1
if "$taskshare" --engine=module -o PID $$ >/dev/null 2>&1; then
	skip "no module is 2" "it is loaded"
else
	check "no module is 2" \
		fails 2 'module: ' "$taskshare" verify --engine=module
fi
finish
