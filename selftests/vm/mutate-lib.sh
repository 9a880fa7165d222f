# SPDX-License-Identifier: GPL-2.0-only
# A tree to put a bug into, and the tests that are to notice it: sourced by
# mutate.sh and mutate-random.sh, after lib.sh. $tree is the tree, $tmp a
# directory of the script that uses it, $kernel the kernel of the VMs, $jobs how
# many bugs are tried at a time.
# shellcheck shell=bash disable=SC2034,SC2154

bin=$top/build/selftests

# Less than the tests do by themselves, yet enough to notice.
# 8000 tasks: their records are more than the 2 MiB that kmalloc() serves.
sizes='TASKSHARE_CYCLES=32 TASKSHARE_TREES=20 TASKSHARE_RACES=90'
sizes+=' TASKSHARE_ROUNDS=100 TASKSHARE_OPS=2000 TASKSHARE_FORKS=2000'
sizes+=' TASKSHARE_SNAPSHOTS=150 TASKSHARE_THREADS=2000 TASKSHARE_TASKS=8000'

# head FILE WORD: what the mutant says behind it.
head_of() {
	sed -n "/^--- /q; s/^$2:[[:space:]]*//p" "$1"
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
		cp "$(EXTRA="${EXTRA:+$EXTRA }$flags" "$tree/selftests/vm/module.sh" \
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
		KMODS=$(kmods_of "$kernel") MODULE=$module READER=0 \
		TASKSHARE_PATIENCE=5 "$here/run.sh" \
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

# scripts_of PART: the script of a part of the tests, and those that it sources.
scripts_of() {
	local tests=$top/userspace/tests

	[ -f "$tests/$1.sh" ] || return 0
	echo "$tests/$1.sh"
	sed -n "s,^\. \"\${0%/\*}/\(.*\)\"\$,$tests/\1,p" "$tests/$1.sh"
}

# reader_programs PARTS: the programs that these parts need: their own, and those
# that their scripts name.
reader_programs() {
	local part program name scripts

	scripts=$(for part in $1; do scripts_of "$part"; done | sort -u)
	for program in $("${MAKE:-make}" -s -C "$top/userspace" test-programs); do
		name=${program##*/}
		if [[ " $1 " == *" $name "* ]] ||
			{ [ -n "$scripts" ] &&
				xargs grep -qs "/$name\b" <<<"$scripts"; }; then
			echo "$program"
		fi
	done | tr '\n' ' '
}

# sandbox COMMAND...: root's command with its own processes, mounts and BPF
# filesystem, and at most $memory KiB of address space: it cannot kill other
# processes. Its shell reaps those whose parents have ended. Does not return.
# Other users cannot do much harm.
sandbox() {
	[ "$(id -u)" -eq 0 ] || exec "$@"
	# shellcheck disable=SC2016 # the inner shell expands it
	exec unshare --ipc --pid --fork --kill-child --mount --mount-proc bash -euc '
		mount -t bpf bpf /sys/fs/bpf
		ulimit -v "$1"
		shift
		"$@"
		exit' sandbox "${memory:-unlimited}" "$@"
}

# first_failure PARTS: of the tests on stdin, but for those in the file $known,
# which fail without a bug, too. Their names may have counts in them.
first_failure() {
	awk -v fails="${known:-/dev/null}" -v parts="$1" -v out="$tmp/out" '
		function plain(name) {
			gsub(/[0-9]+/, "0", name)
			return name
		}
		BEGIN { while ((getline <fails) > 0) known[plain($0)] = 1 }
		{ print >out }
		/^1\.\./ { whole = 1 }
		sub(/^not ok [0-9]* - /, "") && !(plain($0) in known) {
			print
			whole = 1
			exit
		}
		END { if (!whole) print parts ": did not end" }'
}

# try_part PARTS [SECONDS]: tests of the reader until one fails; prints which one.
# Their output is in $tmp/out.
try_part() {
	(cd "$tree/userspace" && first_failure "$1" < <(
		PARTS=$1 sandbox timeout -k 5 "${2:-0}" tests/check.sh \
			../build/taskshare ../build/userspace/tests \
			2>&1 </dev/null)
		kill -KILL $! 2>/dev/null || true)
}

# worker DIR NR: calls work NR with a tree of its own in DIR.
worker() {
	local tmp=$1 tree=$1/tree

	rm -rf "$tmp"
	mkdir "$tmp"
	copy_tree
	work "$2"
}

# workers DIR: $jobs of them at a time, NR from 0 on. Fails if one of them could
# not work.
workers() {
	local nr pid status=0
	local -a pids=()

	for ((nr = 0; nr < jobs; nr++)); do
		worker "$1-$nr" "$nr" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || status=1
	done
	return "$status"
}
