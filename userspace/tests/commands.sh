#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The reader on live processes and from the command line: what golden outputs
# cannot hold, because numbers differ from run to run.
#
#	commands.sh TASKSHARE MKRECORDS
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/tap.sh"

here=$(realpath "$(dirname "$0")")
taskshare=$(realpath "$1")
mkrecords=$(realpath "$2")
golden=$(realpath "$(dirname "$0")/golden")

# exits STATUS COMMAND...: it ends so, and says at most one line on stderr
exits()
{
	local want=$1 got
	shift
	"$@" >"$scratch/out" 2>"$scratch/err"
	got=$?
	cat "$scratch/err"
	[[ $got == "$want" ]] || { echo "exit status $got, not $want"; return 1; }
	[[ $want == 0 || $(wc -l <"$scratch/err") == 1 ]]
}

prints()
{
	local pattern=$1
	shift
	"$@" >"$scratch/out" 2>&1
	grep -E -- "$pattern" "$scratch/out" || { cat "$scratch/out"; return 1; }
}

self_by()
{
	local row
	row=$("$taskshare" --engine="$1" -r -n -o PID,TGID,COMM $$ 2>/dev/null)
	echo "$row"
	[[ $row == "$$ $$ $(tr ' ' _ </proc/$$/comm)" ]]
}

# --engine=file: shows the records that --save has written; they have no content.
save_and_replay()
{
	local records='del(.engine, .kernel, .tasks[].content, .objects[].content)'
	"$taskshare" --engine=proc --save "$scratch/s.tsr" -J $$ 2>/dev/null |
		jq "$records" >"$scratch/1"
	"$taskshare" --engine="file:$scratch/s.tsr" -J $$ |
		tee "$scratch/json" | jq "$records" >"$scratch/2"
	grep '"content"' "$scratch/json" && return 1
	[[ -s $scratch/1 ]] && cmp "$scratch/1" "$scratch/2" &&
		[[ $(stat -c %a "$scratch/s.tsr") == 600 ]]
}

# A stream joined of two, in any order, is the same picture.
joined()
{
	local big=$scratch/system.tsr size
	# half of its 15 records, of 328 bytes each
	size=$((7 * 328))
	{
		tail -c +$((size + 1)) "$big"
		cat "$big"
		head -c "$size" "$big"
	} >"$scratch/joined.tsr"
	"$taskshare" --engine="file:$big" -J >"$scratch/1"
	"$taskshare" --engine="file:$scratch/joined.tsr" -J >"$scratch/2"
	cmp "$scratch/1" "$scratch/2"
}

# shows PATTERN PID: what the watching PID shows has it, sooner or later
shows()
{
	until grep -q -s -E -- "$1" "$scratch/watch"; do
		kill -0 "$2" || return 1
		sleep 0.05
	done
}

# Its child, which is compared with, has to stay.
children_ignored()
{
	"$taskshare" --engine=proc $$ 2>"$scratch/err" >"$scratch/out"
	cat "$scratch/err"
	env --ignore-signal=CHLD "$taskshare" --engine=proc $$ 2>&1 \
		>"$scratch/out" | diff "$scratch/err" -
}

watch_changes()
{
	local pid
	rm -f "$scratch/go" "$scratch/watch"
	mkfifo "$scratch/go"
	(
		read -r _ <"$scratch/go"
		exec sleep 1000
	) &
	child=$!
	timeout "$(limit 20)" "$taskshare" --engine=proc --interval 0.05 watch "$child" \
		>"$scratch/watch" 2>&1 &
	pid=$!
	# The first picture is there before anything changes.
	shows "leader $(cat /proc/$$/comm)" "$pid" || return 1
	echo >"$scratch/go"
	shows 'leader sleep' "$pid" || return 1
	kill "$child"
	wait "$pid"
	[[ $? == 3 ]] || { cat "$scratch/watch"; return 1; }
	child=
	grep -q '^changed:' "$scratch/watch" &&
		grep -q 'leader sleep' "$scratch/watch" &&
		grep -q "was $(cat /proc/$$/comm)," "$scratch/watch" &&
		grep -q "no such process" "$scratch/watch"
}

# A namespace that all processes shared is one's own from now on, if that can be
# known. That they share it no more is reported of one of the two: that with the
# higher number, which is not always the child's. The other one's is still that of
# processes which are not watched.
others='shared with no other task watched'
watch_namespace()
{
	local engine=$1 now=$2 pid status
	rm -f "$scratch/go" "$scratch/watch"
	mkfifo "$scratch/go"
	(
		read -r _ <"$scratch/go"
		exec unshare --uts sleep 1000
	) &
	child=$!
	timeout "$(limit 20)" "$taskshare" --engine="$engine" --interval 0.05 watch "$child" $$ \
		>"$scratch/watch" 2>&1 &
	pid=$!
	shows "leader $(cat /proc/$$/comm)" "$pid" || return 1
	echo >"$scratch/go"
	shows 'UTS namespace was shared' "$pid" || return 1
	kill "$child"
	shows "^ *$child .*: gone" "$pid" || return 1
	kill -INT "$pid"
	wait "$pid"
	status=$?
	cat "$scratch/watch"
	[[ $status == 0 ]] && grep -q -E \
		-e "^ *$child [^ ]*: UTS namespace was shared with 1, is $now" \
		-e "^ *$$ [^ ]*: UTS namespace was shared with 1, is $others" \
		"$scratch/watch" || return 1
	child=
}

no_colours()
{
	"$taskshare" --engine=proc $$ 2>/dev/null | grep -c $'\033' && return 1
	return 0
}

full_disk()
{
	"$taskshare" --engine=proc -a >/dev/full 2>"$scratch/err"
	[[ $? == 1 ]] && grep 'cannot be written' "$scratch/err"
}

# In a mount namespace of its own, so that no other pin is touched
pinned()
{
	# shellcheck disable=SC2016 # expands in the inner shell
	unshare -m bash -ec '
		mount -t bpf bpf /sys/fs/bpf
		"$0" pin
		if "$0" pin; then exit 1; fi
		[[ $(stat -c %a /sys/fs/bpf/taskshare/records) == 400 ]]
		ids() { "$0" --engine=bpf -J $$ | grep -o "\"mm\": \"[0-9a-f]*\""; }
		first=$(ids)
		[[ -n $first && $first == $(ids) ]]
		cat /sys/fs/bpf/taskshare/records >"$1"
		"$0" --engine="file:$1" -J $$ | grep "$first"
		"$0" unpin
		[[ ! -e /sys/fs/bpf/taskshare ]]
		! "$0" unpin' "$taskshare" "$scratch/pinned.tsr"
}

# The numbers in /proc are those of other tasks then.
other_numbers()
{
	local words='/proc is that of another pid namespace: mount -t proc'
	local in=(unshare --pid --fork)
	fails 2 "$words" "${in[@]}" "$taskshare" --engine=proc &&
		fails 1 "$words" "${in[@]}" "$taskshare" why 1 &&
		fails 1 "$words" "${in[@]}" "$taskshare" lab threads &&
		fails 1 "$words" "${in[@]}" "$taskshare" verify &&
		"${in[@]}" --mount-proc "$taskshare" --engine=proc -rn -o PID,COMM 1 |
		grep -x '1 taskshare'
}

# Times in /proc are those of the reader's time namespace, START is the kernel's.
other_boottime()
{
	local in=(unshare --time --boottime 86400 --fork) here there
	local what=(--engine=proc -rn -o START $$)
	here=$("$taskshare" "${what[@]}") && there=$("${in[@]}" "$taskshare" "${what[@]}")
	echo "$here $there"
	[[ -n $here && $here == "$there" ]] || return 1
	exits 0 "${in[@]}" "$taskshare" --engine=all $$
	grep '^engines agree' "$scratch/out" ||
		grep 'fewer than two engines' "$scratch/err"
}

# asleep: waits until the child, with all that came before, has executed sleep(1)
asleep()
{
	until [[ $(<"/proc/$child/comm") == sleep ]]; do
		kill -0 "$child" || return 1
		sleep 0.02
	done
}

# Their groups come before most of what is looked for in a status.
many_groups()
{
	local in=(setpriv --groups "$(seq -s , 1 5000)")
	task_end
	"${in[@]}" sleep 1000 &
	child=$!
	asleep || return 1
	prints '^unshare NEWUTS +yes' "$taskshare" why -n --engine=proc "$child" ||
		return 1
	task_end
	fails 2 '/proc is that of another pid namespace' \
		"${in[@]}" unshare --pid --fork "$taskshare" --engine=proc
}

# Hidden processes are counted, or reported if asked for; the rest is shown.
hidden()
{
	# shellcheck disable=SC2016 # expands in the inner shell
	unshare -m bash -ec '
		out=$1
		shift
		mount -t proc -o hidepid=1 proc /proc
		"$@" --engine=proc -a -rn -o PID,COMM >"$out" 2>"$out.err"
		grep " taskshare$" "$out"
		if grep "^1 " "$out"; then exit 1; fi
		grep "nothing of [1-9][0-9]* processes that /proc hides" "$out.err"
		status=0
		"$@" --engine=proc 1 2>"$out.err" || status=$?
		cat "$out.err"
		[[ $status == 1 ]]
		grep -x "taskshare: proc: 1 cannot be looked at: .*" "$out.err"
		mount -t proc -o hidepid=2 proc /proc
		"$@" --engine=proc -a -rn -o PID,COMM >"$out" 2>"$out.err"
		grep " taskshare$" "$out"
		! grep "^1 " "$out"
		grep "none of the processes that /proc hides here" "$out.err"' \
		- "$scratch/hidden" "${as_nobody[@]}" "$(for_all "$taskshare")"
}

# A kernel may hide a process from BPF, as its first: then the engines differ in
# its tasks, and in nothing else.
agree_on_everything()
{
	local status=0 pid row
	"$taskshare" --engine=all >"$scratch/all" 2>"$scratch/err" || status=$?
	cat "$scratch/all"
	case $status in
	0)
		grep -q '^engines agree' "$scratch/all"
		;;
	1)
		exits 3 "$taskshare" --engine=bpf 1 || return 1
		grep 'not shown to the bpf engine; try --engine=proc: 1$' \
			"$scratch/err" || return 1
		"$taskshare" -rn -o PID 1 2>/dev/null | grep -qx 1 || return 1
		sed -n 's/^ *\([0-9]\)/\1/p' "$scratch/all" >"$scratch/rows"
		[[ -s $scratch/rows ]] || return 1
		while read -r pid row; do
			[[ $row =~ \ task\ +bpf\ +no\ such\ task\ +proc\ +is\ there &&
				-d /proc/1/task/$pid ]] || return 1
		done <"$scratch/rows"
		;;
	*)
		false
		;;
	esac
}

# Only public values of another user's task are known: the rest is
# unknown, which is neither none nor empty.
unreadable()
{
	local row filters
	task_end
	sleep 1000 &
	child=$!
	asleep || return 1
	filters=$(awk '$1 == "Seccomp_filters:" { print $2 }' \
		"/proc/$child/status")
	row=$("${as_nobody[@]}" "$(for_all "$taskshare")" --engine=proc -rn \
		-o PID,UID,FILTERS,VFORKWAITER,CWD,EXE,NETNS "$child" 2>/dev/null)
	echo "$row"
	[[ $row == "$child 0 $filters . . . ." ]] || return 1
	"${as_nobody[@]}" "$(for_all "$taskshare")" --engine=proc -J "$child" 2>/dev/null \
		>"$scratch/json"
	cat "$scratch/json"
	grep -q '"euid": 0' "$scratch/json" && grep -q '"umask": ' "$scratch/json" &&
		! grep -q -e '"cwd"' -e '"exe"' -e '"inode"' -e '"vfork' "$scratch/json" &&
		row=$("$taskshare" --engine=proc -rn \
			-o CWD,EXE,NETNS "$child" 2>/dev/null) || return 1
	echo "$row"
	[[ $row == "$(pwd -P) $(readlink "/proc/$child/exe") $(readlink "/proc/$child/ns/net" | tr -dc 0-9)" ]]
}

# Inside, those outside are all the same number: they are unknown, not equal.
no_number_inside()
{
	local row
	task_end
	sleep 1000 &
	child=$!
	asleep || return 1
	row=$(unshare --user "$taskshare" --engine=proc -rn -o PID,UID,GID,CAPEFF \
		"$child" 2>/dev/null)
	echo "$row"
	[[ $row == "$child . . "[0-9a-f]* ]]
}

# A name that would steer a terminal or pass for something else
# shellcheck disable=SC1003 # the backslashes are meant
hostile_directory()
{
	local dir=$scratch/$'x\033[31m\n\t y\xff\\' engine
	mkdir -p "$dir"
	task_end
	(cd "$dir" && exec sleep 1000) &
	child=$!
	asleep || return 1
	for engine in proc "$@"; do
		"$taskshare" --engine="$engine" "$child" >"$scratch/out" 2>/dev/null
		grep -F 'x\x1b[31m\x0a\x09 y\xff\\' "$scratch/out" || return 1
		"$taskshare" --engine="$engine" -o PID,CWD "$child" >>"$scratch/out" 2>/dev/null
		"$taskshare" --engine="$engine" -rn -o PID,CWD "$child" >"$scratch/raw" 2>/dev/null
		cat "$scratch/raw"
		[[ $(wc -l <"$scratch/raw") == 1 && $(wc -w <"$scratch/raw") == 2 ]] || return 1
		"$taskshare" --engine="$engine" -J "$child" >"$scratch/json" 2>/dev/null
		grep -F 'x\u001b[31m\u000a\u0009 y\ufffd\\' "$scratch/json" || return 1
		LC_ALL=C grep -l $'[\x01-\x09\x0b-\x1f\x7f-\xff]' "$scratch/out" \
			"$scratch/raw" "$scratch/json" && return 1
	done
	return 0
}

# The legend names the owner of a network, by the number that lsns(8) knows.
whose_network()
{
	local inode
	task_end
	unshare -n sleep 1000 &
	child=$!
	asleep || return 1
	inode=$(readlink "/proc/$child/ns/net")
	"$taskshare" --engine=bpf "$child" >"$scratch/out" || return 1
	cat "$scratch/out"
	grep -q -F "$inode of process $child (sleep)" "$scratch/out" &&
		"$taskshare" --engine=bpf -o +ns/net,ns/user $$ >"$scratch/out" &&
		cat "$scratch/out" &&
		[[ $("$taskshare" --engine=bpf -rn -o NETNS "$child") == "$(tr -dc 0-9 <<<"$inode")" ]]
}

# Every column at once, by every engine, and each by its own name in any case
every_column()
{
	local columns engine
	columns=$("$taskshare" --list-columns | sed 's, .*,,' | paste -sd,)
	for engine in proc "$@"; do
		"$taskshare" --engine="$engine" -r -o "${columns,,}" $$ >"$scratch/out" 2>/dev/null ||
			return 1
		cat "$scratch/out"
		[[ $(head -1 "$scratch/out" | wc -w) == $(tail -1 "$scratch/out" | wc -w) ]] ||
			return 1
	done
	[[ $("$taskshare" --engine=proc -r -o ns,egid,groups $$ 2>/dev/null | head -1) == \
		"nsproxy GID SUPGID" ]]
}

# Keys of content in JSON: taskshare(5) has every one, and they say what other
# programs say.
json_content()
{
	local engine key page
	page=$(dirname "$golden")/../taskshare.5
	for engine in proc "$@"; do
		"$taskshare" --engine="$engine" -J $$ >"$scratch/json" 2>/dev/null || return 1
		jq -r '[.objects[], .tasks[] | .content // {} | .. | objects | keys[]] |
			unique[]' "$scratch/json" >"$scratch/keys"
		[[ $(wc -l <"$scratch/keys") -gt 20 ]] || return 1
		while read -r key; do
			grep -q -w -e "$key" "$page" ||
				{ echo "no $key in taskshare(5)"; return 1; }
		done <"$scratch/keys"
		jq -c '
			([.objects[] | select(.content) |
			  {key: .kind, value: .content}] | from_entries) *
			(.tasks[0].content | with_entries(select(.value | type == "object"))) |
			[.cred.euid, .cred.egid, .fs.cwd, .fs.umask, .mm.exe, .net.inode]' \
			"$scratch/json" >"$scratch/got"
		jq -n -c --arg cwd "$(pwd -P)" --arg umask "$(umask)" \
			--arg exe "$(readlink /proc/$$/exe)" \
			"[$(id -u), $(id -g), \$cwd, \$umask, \$exe,
			$(readlink /proc/$$/ns/net | tr -dc 0-9)]" >"$scratch/want"
		diff "$scratch/want" "$scratch/got" || return 1
	done
}

# Content that no column shows is not read.
not_read()
{
	local column
	for column in PID EXE CWD,ROOT CGROUP; do
		strace -f -o "$scratch/trace" -e trace=openat,open,readlinkat,readlink \
			"$taskshare" --engine=bpf -o "$column" $$ >/dev/null || return 1
		sed -n -E 's/.*readlinkat\([0-9]+, "(exe|cwd|root)",.*/\1/p;
			s/.*openat\([0-9]+, "(cgroup|attr.current)",.*/\1/p' \
			"$scratch/trace" | sort -u | tr -d '\n' >"$scratch/read"
		echo "$column $(cat "$scratch/read")"
		case $column in
		PID)
			[[ ! -s $scratch/read ]]
			;;
		*)
			[[ $(cat "$scratch/read") == "$(tr , '\n' <<<"${column,,}" |
				sort | tr -d '\n')" ]]
			;;
		esac || return 1
	done
}

well_formed()
{
	"$mkrecords" <"$golden/hostile.in" >"$scratch/h.tsr" || return 1
	"$taskshare" --engine=file:"$scratch/h.tsr" --matrix --svg >"$scratch/h.svg" &&
		/usr/bin/python3 -c 'import sys, xml.dom.minidom
print(xml.dom.minidom.parse(sys.argv[1]).documentElement.tagName)' "$scratch/h.svg"
}

# In programs other than browsers all is black without them.
plain_colours()
{
	"$taskshare" --engine=proc --matrix --svg $$ >"$scratch/c.svg" &&
		grep -q 'text{[^}]*fill:#' "$scratch/c.svg" &&
		! grep 'var(' "$scratch/c.svg"
}

# A parent and children, between which there are lines
quiet_graphviz()
{
	sh -c "'$taskshare' --engine=proc --dot \$\$ $$" >"$scratch/g.dot" &&
		grep -q -e 't0:w -> t1:w' -e 't1:w -> t0:w' "$scratch/g.dot" &&
		dot -Tsvg "$scratch/g.dot" 2>"$scratch/warned" >/dev/null &&
		! grep . "$scratch/warned"
}

no_graphviz()
{
	local status=0
	env PATH="$scratch/none" "$taskshare" --engine=proc --svg $$ \
		>"$scratch/out" 2>"$scratch/err" || status=$?
	[[ $status == 1 && ! -s $scratch/out ]] &&
		grep 'apt-get install graphviz' "$scratch/err"
}

check "proc sees this shell" self_by proc
check "proc sees as much with SIGCHLD ignored" children_ignored
if "$taskshare" --engine=bpf -o PID $$ >/dev/null 2>"$scratch/why"; then
	check "bpf sees this shell" self_by bpf
	check "watch shows who leaves a namespace" watch_namespace bpf "its own"
	check "a pinned program is used, and its records can be read" pinned
	check "engines agree on this shell" \
		exits 0 "$taskshare" --engine=all $$
	check "engines agree on everything" agree_on_everything
	check "whose a network is" whose_network
	check "every column" every_column bpf
	check "a hostile directory" hostile_directory bpf
	check "content as JSON" json_content bpf
	if strace true 2>/dev/null; then
		check "what no column shows is not read" not_read
	else
		skip "what no column shows is not read" "no strace"
	fi
else
	why=$(head -1 "$scratch/why")
	skip "bpf sees this shell" "$why"
	skip "watch shows who leaves a namespace" "$why"
	skip "a pinned program is used, and its records can be read" "$why"
	skip "engines agree on this shell" "$why"
	skip "engines agree on everything" "$why"
	skip "whose a network is" "$why"
	check "every column" every_column
	check "a hostile directory" hostile_directory
	check "content as JSON" json_content
	skip "what no column shows is not read" "$why"
fi
"$mkrecords" <"$golden/system.in" >"$scratch/system.tsr" || exit 1
check "a pid that is gone" prints 'no such process: 2147483647' \
	"$taskshare" --engine=proc 2147483647
for command in files trace record serve page verify why audit lab; do
	check "$command --help" \
		prints "^ taskshare $command" "$taskshare" "$command" --help
done
check "an unknown engine is 1" exits 1 "$taskshare" --engine=nope
check "a missing file is 2" exits 2 "$taskshare" --engine=file:/nonexistent
check "a wrong pid is 1" exits 1 "$taskshare" 0x10
check "a directory is no stream" exits 1 "$taskshare" --engine=file:/
check "a device is no stream" exits 1 "$taskshare" --engine=file:/dev/zero
check "saving where nothing can be is 1" \
	exits 1 "$taskshare" --engine="file:$scratch/system.tsr" --save /proc/x
check "save and replay" save_and_replay
check "joined streams" joined
check "watch shows what changes, and ends" watch_changes
check "no colours but on a terminal" no_colours
check "a full disk is reported" full_disk
if ((EUID)); then
	skip "/proc of another pid namespace" "only root may enter one"
	skip "watch claims no more than proc sees" "only root may leave one"
	skip "processes that /proc hides" "only root may hide them"
	skip "another boot time" "only root may have one"
	skip "a user of many groups" "only root may be in many"
	skip "what may not be read is unknown" "only root may become nobody"
	skip "who has no number in a user namespace" "only root can be outside"
else
	check "/proc of another pid namespace" other_numbers
	check "watch claims no more than proc sees" \
		watch_namespace proc "$others"
	check "processes that /proc hides" hidden
	if [[ -e /proc/self/ns/time ]]; then
		check "another boot time" other_boottime
	else
		skip "another boot time" "this kernel has no time namespaces"
	fi
	check_unfiltered "a user of many groups" many_groups
	check "what may not be read is unknown" unreadable
	check_userns "who has no number in a user namespace" no_number_inside
fi
check "--svg without graphviz says what to install" no_graphviz
check "--matrix --svg draws" prints '</svg>' \
	"$taskshare" --engine=proc --matrix --svg $$
check "--matrix --svg is XML, whatever a task is called" well_formed
check "its colours are no variables, which not all programs know" plain_colours
if command -v dot >/dev/null; then
	check "--svg draws" prints '</svg>' \
		"$taskshare" --engine=proc --svg $$
	check "graphviz reads a hostile picture" \
		bash -c "'$mkrecords' <'$golden/hostile.in' >'$scratch/h.tsr' &&
		'$taskshare' --engine='file:$scratch/h.tsr' --dot | dot -Tsvg"
	check "graphviz has nothing to warn of" quiet_graphviz
else
	skip "--svg draws" "no dot"
	skip "graphviz reads a hostile picture" "no dot"
	skip "graphviz has nothing to warn of" "no dot"
fi
task_end
finish
