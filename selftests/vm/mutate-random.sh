#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mutate-random.sh: bugs at random, see mutate-make.py, and the share of them
# that the tests notice. Each bug is tried on the tests that reach its line, the
# quickest first, until one of them notices. From the environment:
#	SEED		which bugs
#	SIDE		"module" or "reader": the code that they are put into
#	COUNT		how many, default 20
#	LONGEST		maximum of seconds that a test may take to be tried
#	JOBS		bugs that are tried at a time, default 1
#	MUTATE_KERNEL	kernel of the module's VMs, as for kernel.sh; default 6.12
# build/mutate/SIDE-SEED has the bugs and, in "done", a line for each that was
# tried. It is kept until the sources change: a run goes on where the last one
# was broken off, and tries again each bug whose line is deleted from it. The
# lines that tests reach are in SIDE-reach, which is kept as long.
#
# A bug that does not compile, or compiles to the same code as before, does not
# count. The reader's tests run as root, and a bug may kill or unmount at random:
# they have their own processes and mounts.

. "${0%/*}/lib.sh"
. "$here/mutate-lib.sh"

COUNT=${COUNT:-20}
kernel=${MUTATE_KERNEL:-6.12}

# Bugs in headers and BPF programs are not tried: their lines are not counted.
sources() {
	case $SIDE in
	module) printf '%s\n' module/*.c | grep -v -x module/testing.c ;;
	reader) printf '%s\n' userspace/*.c userspace/*/*.c | grep -v \
		-e '^userspace/tests/' -e '\.bpf\.c$' ;;
	esac
}

# commands: how the sources are compiled, as mutate-make.py wants it.
commands() {
	local module about cmd name

	if [ "$SIDE" = module ]; then
		module=$("$here/module.sh" "$kernel")
		about=$("$here/kernel.sh" "$kernel" | sed -n 3p)
		for cmd in "${module%/*}"/module/.*.o.cmd; do
			name=${cmd##*/.}
			printf '%s\t%s\t' "module/${name%.o.cmd}.c" "$about"
			sed -n 's/^\(saved\)\?cmd_[^:]*:= *//p' "$cmd"
		done
	else
		"${MAKE:-make}" -C "$top/userspace" -nB V=1 all | sed -n \
			"s,^.* -c -o .* \([^ ]*\.c\)$,userspace/\1\t$top/userspace\t&,p"
	fi
}

# prepare: the bugs, and the lines that the tests reach.
prepare() {
	local key

	key=$(sources | xargs sha256sum "$here/mutate-make.py" | sha256sum)
	if [ "$(cat "$reach/key" 2>/dev/null)" != "$key" ]; then
		"$here/mutate-reach.sh" "$SIDE" "$reach"
		echo "$key" >"$reach/key"
	fi
	if [ "$(cat "$state/key" 2>/dev/null)" != "$key" ]; then
		rm -rf "$state"
		mkdir "$state"
		# shellcheck disable=SC2046 # words
		commands | "$here/mutate-make.py" "$SEED" "$state" $(sources)
		echo "$key" >"$state/key"
	fi
	touch "$state/done"
}

compile() {
	if [ "$SIDE" = module ]; then
		build && objects=${module%/*}/module
	else
		make_user all && objects=$tree/build/userspace
	fi >"$tmp/build" 2>&1
}

# A bug may leave a variable without use: that is no error.
make_user() {
	"${MAKE:-make}" --no-print-directory -s -C "$tree/userspace" \
		CFLAGS='-O2 -g -w' "$@"
}

# same FILE: it compiles to the same code as without the bug.
same() {
	local object=${1#*/}

	object=${object%.c}.o
	strip -d -o "$tmp/old" "$tmp/before/$object"
	strip -d -o "$tmp/new" "$objects/$object"
	cmp -s "$tmp/old" "$tmp/new"
}

# tests_of FILE LINE FUNCTION: as TEST SECONDS, the quickest first. A statement
# is counted on its first line; a table is reached where its file is, and if that
# has no other lines, every test may use it.
tests_of() {
	local test seconds where="$1:.*"

	if ! grep -q "^$1:" "$reach/lines"; then
		where=".*"
	elif [ "$3" != - ]; then
		where=$1:$(awk -F : -v file="$1" -v line="$2" '
			$1 == file && $2 <= line && $2 > max { max = $2 }
			END { print max }' "$reach/lines")
	fi
	while read -r test seconds; do
		[ "$seconds" -gt "${LONGEST:-$seconds}" ] ||
			! grep -qx "$where" "$reach/$test.lines" ||
			echo "$test $seconds"
	done <"$reach/seconds"
}

# try_reader: the parts of the tests on stdin; prints what noticed, twice: once may
# be chance on a machine with more to do.
try_reader() {
	local part seconds limit noticed

	while read -r part seconds; do
		# shellcheck disable=SC2046 # words
		make_user ../build/userspace/tests/mkrecords \
			$(reader_programs "$part") >"$tmp/build" 2>&1 || continue
		limit=$((30 + 5 * seconds))
		noticed=$(try_part "$part" "$limit")
		if [ -n "$noticed" ] &&
			[ "$noticed" = "$(try_part "$part" "$limit")" ]; then
			echo "$noticed"
			return
		fi
	done
}

# try_module: the programs on stdin; those that need no other build of the module
# come first.
try_module() {
	local test noticed
	local -a plain=() others=()

	while read -r test _; do
		if [ -z "$(variants "$test")" ]; then
			plain+=("$test")
		else
			others+=("$test")
		fi
	done
	[ "${#plain[@]}" -eq 0 ] || noticed=$(try_vm "${plain[@]}") || return
	if [ -z "${noticed-}" ] && [ "${#others[@]}" -gt 0 ]; then
		noticed=$(try_vm "${others[@]}") || return
	fi
	echo "${noticed-}"
}

# try MUTANT: prints what came of it.
try() {
	local at file line function tests noticed

	at=$(head_of "$1" At)
	read -r file line function <<<"${at/:/ }"
	spoil "$1" || die "$1 does not apply: $(head -n 1 "$tmp/why")"
	if ! compile; then
		echo "does not compile"
	elif same "$file"; then
		echo "same code"
	elif tests=$(tests_of "$file" "$line" "$function") && [ -z "$tests" ]; then
		echo "SURVIVED: no test reaches it${LONGEST:+ in $LONGEST s}"
	elif ! noticed=$("try_$SIDE" <<<"$tests"); then
		echo "the VM said nothing"
	else
		echo "${noticed:-SURVIVED}"
	fi
	restore "$1"
}

counted() {
	grep -c -v -x -e '.*does not compile' -e '.*same code' \
		-e '.*the VM said nothing' "$state/done" || true
}

# work NR: tries every one of $jobs bugs.
work() {
	local mutant nr start result

	compile || die "does not compile without a bug: see $tmp/build"
	cp -R "$objects" "$tmp/before"
	for mutant in "$state"/*.patch; do
		[ "$(counted)" -lt "$COUNT" ] || break
		nr=${mutant##*/} nr=${nr%.patch}
		((10#$nr % jobs == $1)) || continue
		! grep -q "^$nr " "$state/done" || continue
		start=$SECONDS
		result=$(try "$mutant")
		printf '%s %s: %s (%s s): %s\n' "$nr" "$(head_of "$mutant" At)" \
			"$(head_of "$mutant" Bug)" "$((SECONDS - start))" \
			"$result" | tee -a "$state/done"
	done
}

[[ $SIDE == module || $SIDE == reader ]] ||
	die "SIDE: module or reader, not '$SIDE'"
[ "$(id -u)" -eq 0 ] || die "needs root, to keep the bugs apart"
state=$top/build/mutate/$SIDE-$SEED
reach=$top/build/mutate/$SIDE-reach
known=$reach/fails
memory=16777216
jobs=${JOBS:-1}
cd "$top"
prepare
workers "$state/tmp"
survived=$(grep -c ' s): SURVIVED' "$state/done" || true)
echo "$(($(counted) - survived)) passed, $survived failed"
[ "$survived" -eq 0 ]
