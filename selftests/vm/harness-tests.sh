#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# harness-tests.sh: tests the harness itself; prints TAP. Its reports about a
# command, and about a lost VM, must be true, or no other test can be believed.

. "${0%/*}/lib.sh"

scratch
n=0
export MODULE=0 READER=0 VMLOG=$tmp/console
export TIMEOUT=$((120 * ${TASKSHARE_PATIENCE:-1}))

# vm STATUS VAR=VALUE...: runs a VM and checks the status; output in $tmp/out.
vm() {
	local want=$1 got=0

	shift
	env "$@" "$here/run.sh" >"$tmp/out" 2>"$tmp/err" || got=$?
	[ "$got" -eq "$want" ] || why="status $got instead of $want"
}

# lost WORDS: the last VM was reported as lost, and for this reason.
lost() {
	grep -q "^run.sh: the VM was lost: .*$1" "$tmp/err" ||
		why="reported as: $(head -n 3 "$tmp/err" | tr '\n' ' ')"
}

printed() {
	[ "$(cat "$tmp/out")" = "$1" ] ||
		why="printed: $(head -c 300 "$tmp/out" | tr '\n' '~')"
}

# try NAME: runs the function of that name, which sets $why if it fails.
try() {
	n=$((n + 1))
	why=
	"$1"
	if [ -z "$why" ]; then
		echo "ok $n $1"
	else
		echo "not ok $n $1: $why"
	fi
}

# As a person types it, through make, with all that make and shells eat.
verbatim() {
	local cmd got=0

	# shellcheck disable=SC2016 # the shell in the VM expands it
	cmd='echo "$HOME" '\''a  $(b)'\''; printf "%s\n" "x\\y" # ; false
	echo "<$$>" | tr -d 0-9; (exit 7)'
	make -s -C "$top" vm CMD="$cmd" MODULE=0 READER=0 VMLOG="$VMLOG" \
		>"$tmp/out" 2>"$tmp/err" || got=$?
	[ "$got" -eq 7 ] || why="status $got instead of 7"
	# shellcheck disable=SC2016
	printed '/root a  $(b)'$'\nx\\y\n<>'
}

# Every byte value, more than any buffer holds, and what runs on is no hindrance.
output() {
	head -c 300000 /bin/bash >"$tmp/in"
	vm 255 CMD='cat in; sleep 100000 & exit 255' FILES="$tmp/in"
	cmp -s "$tmp/in" "$tmp/out" || why="bytes were changed or lost"
	"$here/splats.sh" "$VMLOG" >"$tmp/splats" ||
		why="false alarm: $(head -n 1 "$tmp/splats")"
}

splat() {
	vm 137 CMD='echo "WARNING: CPU: 0 PID: 1 at x" >/dev/kmsg; kill -9 $$'
	! "$here/splats.sh" "$VMLOG" >"$tmp/splats" || why="not noticed"
}

# race BETWEEN WHERE: a report of KCSAN's, with that function in a stack.
race() {
	printf '[ 1.0] %s\n' "BUG: KCSAN: data-race in $1" '' \
		'read to 0xffff888000645298 of 4 bytes by task 1 on cpu 1:' \
		" $2" '===='
}

# The kernel's own, one that is known, one that comes upon another complaint, and
# one that is not known: only the last two count.
races() {
	local known counts

	counts='[ 1.0]  WARNING: another'$'\n'
	counts+='[ 1.0] BUG: KCSAN: data-race in vfs_a / mine'
	known=$(awk -F '\t' '!/^#/ { print $1; exit }' "$here/kcsan.known")
	{
		race 'vfs_a / vfs_b' 'fd_install+0x1/0x2'
		race "$known" 'root_lookup+0x1/0x2 [taskshare]'
		race 'vfs_a / vfs_b' 'WARNING: another'
		race 'vfs_a / mine' 'mine+0x1/0x2 [taskshare]'
	} >"$tmp/log"
	! "$here/splats.sh" "$tmp/log" >"$tmp/splats" || why="none was noticed"
	[ "$(cat "$tmp/splats")" = "$counts" ] ||
		why="noticed: $(tr '\n' '~' <"$tmp/splats")"
}

panicked() {
	vm 125 CMD='echo before; echo c >/proc/sysrq-trigger; sleep 100000'
	lost 'Kernel panic'
	printed before
}

# A kernel that finds no process 1 is booted again, but not for ever.
early() {
	vm 125 CMD='echo never' APPEND='rdinit=/none root=/dev/none'
	lost 'Kernel panic'
	printed ''
	[ "$(grep -c 'booting it again' "$tmp/err")" -eq 2 ] ||
		why="not booted three times"
}

hung() {
	vm 125 CMD='sleep 100000' TIMEOUT=15
	lost 'no end after 15 seconds'
}

killed() {
	local killer

	{
		until grep -q begun "$tmp/out"; do
			sleep 0.1
		done
		pkill -KILL -f "^qemu-system-.*$VMLOG"
	} &
	killer=$!
	vm 125 CMD='echo begun; sleep 100000'
	lost 'QEMU was killed after [0-9]* seconds'
	kill "$killer" 2>/dev/null || true
	wait "$killer" || true
}

gone() {
	vm 125 CMD='echo o >/proc/sysrq-trigger; sleep 100000'
	lost 'no exit status'
}

unloadable() {
	echo nonsense >"$tmp/taskshare.ko"
	vm 125 CMD='echo never' MODULE="$tmp/taskshare.ko"
	lost 'could not be loaded'
	printed ''
}

# A kernel that finds only one of them sees hardly a race.
one_processor() {
	vm 125 CMD='echo never' APPEND=nosmp
	lost '1 of 2 processors came up'
	printed ''
}

# Output of tap.awk for programs that fail without a "not ok"
summed() {
	local sum

	sum=$(printf '%s\n' \
		'#: begin none' '#: end none 0 1' \
		'#: begin short' '1..3' 'ok 1' 'ok 2' '#: end short 0 1' \
		'#: begin died' '1..1' 'ok 1' '#: end died 139 1' \
		'#: begin slow' '1..1' 'ok 1' '#: end slow 137 1' \
		'#: begin silent' '1..1' 'ok 1' '#: end silent 1 1' \
		'#: begin skip' '1..1' 'ok 1 # SKIP why' '#: end skip 4 1' \
		'#: begin good' '1..1' 'ok 1 good' '#: end good 0 1' \
		'#: begin lost' '1..1' 'ok 1' |
		awk -f "$here/tap.awk" | tail -n 1)
	[ "$sum" = "sum 7 6 1" ] || why="$sum"
}

all=(summed verbatim output splat races panicked early hung killed gone unloadable
	one_processor)
echo "TAP version 13"
echo "1..${#all[@]}"
for t in "${all[@]}"; do
	try "$t"
done
