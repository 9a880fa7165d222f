#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# taskshare files: what is open, with each engine, and options.
#
#	files.sh TASKSHARE TESTS-DIR
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/tap.sh"

script=$(realpath "$0")
taskshare=$(realpath "$1")
tests=$(realpath "$2")
cd "$scratch" || exit 1

# usable ENGINE: true if it can be used here
usable()
{
	"$taskshare" --engine="$1" $$ >/dev/null 2>&1
}

# part NAME COMMAND...: a TAP stream of its own becomes one test
part()
{
	local name=$1
	shift
	check "$name" tap "$@"
}

tap()
{
	timeout -k 5 "$(limit 60)" "$@" >"$scratch/tap"
	local status=$?
	grep -v '^ok' "$scratch/tap"
	grep -q '^1\.\.' "$scratch/tap" && [[ $status == 0 ]]
}

# A reader that takes descriptors of one file for those of one description
wrong_reader()
{
	tap "$tests/files" "$tests/mutant-files-by-inode" proc && return 1
	grep '^not ok.*opened twice' "$scratch/tap" &&
		grep '^not ok.*all descriptors are there' "$scratch/tap"
}

# JSON and the table say the same of each descriptor.
json_and_table()
{
	exec 7<"$script" 8<"$script" 9<&7
	read -r -u 7 _
	"$taskshare" files --engine="$1" --json $$ >j || return 1
	"$taskshare" files --engine="$1" -r -n -o PID,FD,OFFSET,FLAGS,DEV,INODE \
		$$ >want || return 1
	jq -r '. as $all | .tables[] | .descriptors[] |
		$all.descriptions[.description] as $d | $all.files[$d.file] as $f |
		"\($all.tasks[0].pid) \(.fd) \($d.offset // "-") \($d.flag_names | join(",")) \($f.dev) \($f.inode)"' \
		j >got || return 1
	exec 7<&- 8<&- 9<&-
	diff want got && [[ $(jq '."taskshare-files"' j) == 1 ]] &&
		jq -e '[.tables[0].descriptors[] | select(.fd >= 7 and .fd <= 9) |
			.description] | .[0] == .[2] and .[0] != .[1]' j
}

# The table for people has the words of the raw one, in columns.
in_columns()
{
	"$taskshare" files "$@" -o PID,FD,TYPE $$ | tr -s ' ' | sed 's/^ //' >got &&
		"$taskshare" files -r "$@" -o PID,FD,TYPE $$ >want &&
		grep -q "^$$ 255 " want && diff want got
}

# The text says what fork(2) and a second open(2) did, in 80 columns but for paths.
words()
{
	local i
	sleep 100 7<"$script" 8<"$script" &
	child=$!
	exec 9<"$script"
	# Descriptors are as they will be when it executes the program.
	for ((i = 0; i < 1000; i++)); do
		[[ $(readlink "/proc/$child/exe") == "$(realpath "$BASH")" ]] ||
			break
		sleep 0.01
	done
	"$taskshare" files --engine="$1" --all $$ "$child" >text
	exec 9<&-
	kill "$child"
	child=
	cat text
	! grep -v '^/' text | grep -E '.{81}' || return 1
	# One description of a pipe or whatever standard error is, in both tables
	grep -q '^Open file descriptions in several tables' text &&
		grep -q -E '^  [A-Z]+ +(no offset|offset [0-9]+) .*A:[0-9,-]* B:' text &&
		sed -n '/^Files that were opened more than once/,$p' text |
			grep -A 4 -F "$script" |
			grep -c -E '^  [A-Z]+ +offset 0 +RDONLY +[AB]:[789]$' |
			grep -x 3
}

as_nobody_of_root()
{
	fails 0 '' "${as_nobody[@]}" "$(for_all "$taskshare")" files \
		--engine=proc 1 || :
	grep -q 'cannot be seen\|no permission' out err
}

plain_user()
{
	# mkdtemp(3) of the test has to work for it.
	tap "${as_nobody[@]}" "$(for_all "$tests/files")" \
		"$(for_all "$taskshare")" proc
}

for engine in bpf proc; do
	if ! usable $engine; then
		skip "$engine: all" "not usable here"
		continue
	fi
	part "$engine: what was built, kcmp(2) and /proc" \
		"$tests/files" "$taskshare" $engine
	part "$engine: what is closed meanwhile is not shared" \
		"$tests/files" "$taskshare" $engine storm 1000
	# By proc, no other processes are looked at.
	[[ $engine == proc ]] ||
		part "$engine: what another process had is not said to be there" \
			"$tests/files" "$taskshare" $engine others
	many=30000
	[[ $engine == proc ]] || many=100000
	part "$engine: $many descriptors, in bounded memory" \
		"$tests/files" "$taskshare" $engine many $many
	check "$engine: JSON and table agree" json_and_table $engine
	check "$engine: in words" words $engine
done
check "a mutant that does not ask kcmp(2) is noticed" wrong_reader
if [[ $EUID == 0 ]]; then
	check "without privilege, one's own processes" plain_user
	check "without privilege, others are not known" as_nobody_of_root
else
	skip "without privilege" "not root"
fi
check "in columns" in_columns
check "in columns without headings" in_columns -n
check "no PID" fails 1 'give a PID' "$taskshare" files
check "no such column" fails 1 "no column is called 'X'" \
	"$taskshare" files -o FD,X $$
check "JSON is no table" fails 1 'leave out' "$taskshare" files -J -o FD $$
check "no file can be replayed" fails 1 'cannot be asked again' \
	"$taskshare" files --engine=file:x $$
check "a process that does not exist" fails 3 'no such process: 2147483647' \
	"$taskshare" files 2147483647
finish
