#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# taskshare lab: every lab agrees with this kernel, notices if it did not, and
# is what its page shows.
#
#	labs.sh TASKSHARE TESTS-DIR
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/tap.sh"

taskshare=$(realpath "$1")
liar=$(realpath "$2")/mutant-lab-observation
here=$(realpath "$(dirname "$0")")
docs=$(realpath "$(dirname "$0")/../../docs/labs")
cd "$scratch" || exit 1

# Enough of lab 10 to see what grows
largest=256M

# One line on stderr and status 1
refuses()
{
	"$@" >out 2>err </dev/null
	[[ $? == 1 && $(wc -l <err) == 1 ]] || { cat out err; return 1; }
}

lists_all()
{
	local nr=0 number name
	"$taskshare" lab >out
	while read -r number name _; do
		nr=$((nr + 1))
		echo "$number $name"
		[[ $number == "$nr" ]] || return 1
		printf -v number '%02d' "$nr"
		[[ -f $docs/$number-$name.md ]] || return 1
		grep -q "^| \[$nr\](.*$name\.md) |" "$docs/README.md" || return 1
	done <out
	[[ $nr -ge 13 && $(find "$docs" -name "[0-9]*.md" | wc -l) == "$nr" ]]
}

# The number that was given to a task last
last_pid()
{
	awk '{ print $NF }' /proc/loadavg
}

# The kernel agrees, in as many observations as there should be at least. Rows are
# in the order of PIDs, and those of the page in that of their creation: where
# PIDs have wrapped around meanwhile, this is no run to compare with it.
agrees()
{
	local before tries
	for ((tries = 0; tries < 20; tries++)); do
		before=$(last_pid)
		"$taskshare" lab --max "$largest" "$1" >"$1.out" || {
			cat "$1.out"
			return 1
		}
		(($(last_pid) < before)) || break
	done
	[[ $(observations <"$1.out") -ge 8 ]]
}

observations()
{
	sed -n 's/^All \([0-9]*\) checks passed\.$/\1/p'
}

# One observation is made false: status 1, and just that one is reported.
disagrees()
{
	local lab=$1 nth=$2 of=$3
	LAB_MUTANT=$nth "$liar" lab --max "$largest" "$lab" >out 2>err
	[[ $? == 1 && ! -s err ]] || { cat out err; return 1; }
	grep 'NOT SO' out || { cat out; return 1; }
	[[ $(grep -c 'NOT SO' out) == 1 ]] &&
		grep "^1 of $of checks failed\.$" out
}

# The first observation, one in the middle, the last
notices()
{
	local lab=$1 of nth
	of=$(LAB_MUTANT=0 "$liar" lab --max "$largest" "$lab" | observations)
	for nth in 1 $((of / 2)) "$of"; do
		disagrees "$lab" "$nth" "$of" || return 1
	done
}

page()
{
	local name=$1 what file status=0
	file=$(echo "$docs"/[0-9][0-9]-"$name".md)
	what="the page of $name is what a run shows"
	"$docs/update.sh" --check "$file" "$name.out" >page 2>&1 || status=$?
	if [[ $status == 4 ]]; then
		skip "$what" "$(cat page)"
	elif ! grep -q ' more could not be made' "$file" &&
		grep ' more could not be made' "$name.out" >unseen; then
		skip "$what" "$(cat unseen)"
	else
		check "$what" shown "$status"
	fi
}

shown()
{
	cat page
	[[ $1 == 0 ]]
}

by_number()
{
	"$taskshare" lab 2 | grep 'Lab 2: threads'
}

# Four answers, of which one is wrong
asks()
{
	printf '%s\n' 5 1 1 p | "$taskshare" lab --ask threads >out
	cat out
	grep '^Your prediction$' out && [[ $(grep -c '^> ' out) == 4 ]] &&
		[[ $(grep -c '^  right: ' out) == 3 ]] &&
		grep '^  you said: 1; outcome: 5$' out &&
		grep '^3 of 4 predictions were right\.$' out
}

# The input reaches the terminal as printable ASCII only.
asks_hostile()
{
	printf '\033[31m\n1\n5\nP\n' | "$taskshare" lab --ask threads >out
	cat -v out
	! grep -q $'\033' out && grep '^  you said: ?\[31m; outcome: 5$' out
}

# Each stage waits for a line: two of them in this lab.
steps()
{
	printf '\n\n' | "$taskshare" lab --step threads >out || return 1
	[[ $(grep -c 'Enter: the next stage' out) == 2 ]] &&
		refuses "$taskshare" lab --step threads
}

sources()
{
	"$taskshare" lab --source where offset >out
	cat "$here/../lab/where.c" "$here/../lab/offset.c" | cmp - out
}

draws()
{
	"$taskshare" lab cost --max 4M -o cost.svg >out || return 1
	[[ $(grep -c '<polyline' cost.svg) == 6 ]] &&
		[[ $(tail -1 cost.svg) == '</svg>' ]]
}

# The kernel shows the frames of pages to CAP_SYS_ADMIN of the initial user
# namespace.
shows_frames()
{
	local eff
	eff=$(awk '$1 == "CapEff:" { print $2 }' /proc/self/status)
	(((16#$eff >> 21) & 1)) && [[ $(readlink /proc/self/ns/user) == *4026531837* ]]
}

compares_frames()
{
	"$taskshare" lab --max "$largest" cow >out && ! grep '^  unseen' out
}

# Its table of all tasks is about all of them.
counts_all()
{
	local i others=()
	for ((i = 0; i < 50; i++)); do
		sleep 1000 &
		others+=($!)
	done
	"$taskshare" lab system >out
	kill "${others[@]}"
	wait "${others[@]}" 2>/dev/null
	[[ $(awk '$1 == "leader" { print $2 }' out) -ge 50 ]] || { cat out; return 1; }
}

sizes()
{
	local size
	for size in 1T 1 0M 1M1 4097M 5G; do
		fails 1 "'$size' is no size" "$taskshare" lab --max "$size" cost ||
			return 1
	done
	for size in 1M 4096M 1G 4G; do
		fails 1 "'nosuch' is no lab" "$taskshare" lab --max "$size" \
			nosuch || return 1
	done
}

# No task of an experiment outlives the reader, even if that is killed. It may be
# a zombie, where the first process of the PID namespace reaps none.
leaves_nothing()
{
	local actor='' pid tries
	for ((tries = $(limit 200); tries > 0; tries--)); do
		for pid in $(<"/proc/$child/task/$child/children"); do
			[[ /proc/$pid/exe -ef $taskshare ]] && actor=$pid
		done
		[[ $actor ]] && break
		sleep 0.05
	done
	[[ $actor ]] || { cat out; return 1; }
	kill -9 "$child"
	wait "$child"
	child=
	for ((tries = $(limit 200); tries > 0; tries--)); do
		grep -q -s '^State:\s*[^Z]' "/proc/$actor/status" || return 0
		sleep 0.05
	done
	cat "/proc/$actor/status"
	kill -9 "$actor"
	return 1
}

killed()
{
	"$taskshare" lab cost --max 1024M >out 2>&1 &
	child=$!
	leaves_nothing
}

# Before the actor has asked for a signal at that moment
killed_early()
{
	strace -D -f -o trace -e trace=prctl -e inject=prctl:delay_enter=500000 \
		"$taskshare" lab cost --max 1M >out 2>&1 &
	child=$!
	leaves_nothing
}

# With the engine of those who are not root
agrees_by_proc()
{
	"$taskshare" lab --engine=proc "$1" >out || { cat out; return 1; }
}

# A page for each lab, and an index that leads to each of them
records()
{
	local number name file nr=0
	"$taskshare" lab --record lesson >out 2>err || { cat out err; return 1; }
	while read -r number name _; do
		nr=$((nr + 1))
		printf -v file '%02d-%s.html' "$number" "$name"
		grep -q "^lesson/$file: [0-9]* steps$" out || return 1
		grep -q "<a href=\"$file\">" lesson/index.html || return 1
		page_data "lesson/$file" | jq -e --arg name "$name" '
			.lab.name == $name and
			(.lab.question | length > 20) and
			(.lab.explanation | length > 100) and
			(.lab.ask | length >= 2) and
			any(.steps[]; .event == "create") and
			([.output[].text] | add |
			 contains("NOT SO") | not)' >jq.out || return 1
	done < <("$taskshare" lab)
	[[ ! -s err && $(wc -l <out) == "$nr" ]] &&
		[[ $(find lesson -type f | wc -l) == $((nr + 1)) ]]
}

# The observation is the answer: a process of 5 tasks, which the observer has
# created. The engine's own processes are none of them.
records_answers()
{
	"$taskshare" lab "--engine=$1" --record "by-$1" threads >out || return 1
	page_data "by-$1/02-threads.html" | jq -e --arg engine "$1" '
		.engine == $engine and
		[.lab.ask[].answer] == ["5", "1", "5", "P"] and
		(.tasks | length) == 6 and
		([.steps[] | select(.call == "clone3" or .call == "clone") |
		  .other] | length) == 5'
}

# Only some labs; a page that is there is written again.
records_some()
{
	"$taskshare" lab --record lesson threads 13 threads >out || return 1
	[[ $(wc -l <out) == 2 && $(grep -c '<a href' lesson/index.html) == 2 ]]
}

full_disk()
{
	"$taskshare" lab >/dev/full 2>err
	[[ $? == 1 ]] && grep "cannot be written" err
}

check "each lab has a page, and stands in the list of pages" lists_all
for lab in $("$taskshare" lab | awk '{ print $2 }'); do
	check "$lab agrees with this kernel" agrees "$lab"
	check "$lab notices a kernel that does otherwise" notices "$lab"
	[[ $lab == cost ]] ||
		check "$lab agrees, seen by proc" agrees_by_proc "$lab"
	page "$lab"
done
check "a lab by its number" by_number
check "--ask compares predictions with the outcome" asks
check "--ask, and an answer that steers the terminal" asks_hostile
check "--step waits before each stage" steps
check "--source prints the experiment" sources
check "--ask without one" refuses "$taskshare" lab --ask threads
check "-o draws the curves" draws
check "-o where nothing can be drawn" \
	refuses "$taskshare" lab cost --max 4M -o /nonexistent/cost.svg
check "--record makes a page for each lab, and an index" records
for engine in bpf proc; do
	name="the answers to questions are those of the run, by $engine"
	if "$taskshare" --engine="$engine" -o PID $$ >out 2>err; then
		check "$name" records_answers "$engine"
	else
		skip "$name" "$(<err)"
	fi
done
check "--record, and the names of labs" records_some
check "--record where no directory can be" \
	refuses "$taskshare" lab --record /nonexistent/lesson threads
check "--record and --ask" \
	refuses "$taskshare" lab --record lesson --ask threads
check "an unknown lab" refuses "$taskshare" lab nosuch
check "an unknown option" refuses "$taskshare" lab --nosuch
check "an unknown engine" refuses "$taskshare" lab --engine=nosuch threads
check "no replay" refuses "$taskshare" lab --engine=file:x threads
check "system counts all tasks" counts_all
if shows_frames; then
	check "cow compares the frames of pages" compares_frames
else
	skip "cow compares the frames of pages" "they are hidden here"
fi
check "sizes, and what is none" sizes
check "--ask, but no lab" refuses "$taskshare" lab --ask
check "--all and a name" refuses "$taskshare" lab --all threads
check "a full disk" full_disk
check "nothing is left behind" killed
if strace -o trace true 2>err; then
	check "nor of what has only begun" killed_early
else
	skip "nor of what has only begun" "strace: $(head -n 1 err)"
fi
finish
