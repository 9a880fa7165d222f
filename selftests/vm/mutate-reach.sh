#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mutate-reach.sh module|reader DIR: finds the lines that each test reaches. The
# tests of the module are the programs of tests.list, those of the reader the
# parts of userspace/tests/check.sh. Afterwards DIR has
#	TEST.lines	the lines that this test reaches, as FILE:LINE
#	lines		all lines that are counted, reached or not
#	seconds		TEST SECONDS, the quickest first
#	fails		the tests of parts that fail without a bug

. "${0%/*}/lib.sh"
. "$here/mutate-lib.sh"

side=${1:?usage: mutate-reach.sh module|reader DIR}
dir=$2
out=$dir/build

. "$here/coverage-lib.sh"

# keep TEST: reads "FILE:LINE COUNT".
keep() {
	sort -u | tee -a "$tmp/all" | awk '$2 > 0 { print $1 }' >"$dir/$1.lines"
}

# Without fuzzers, whose finds depend on chance
parts() {
	"${MAKE:-make}" -s -C "$top/userspace" test-programs |
		sed -n 's,.*/\(unit_\),\1,p'
	sed -n 's/^part \([a-z_]*\) .*/\1/p' "$top/userspace/tests/check.sh"
}

reader_lines() {
	find "$counts" -name '*.profraw' >"$tmp/profiles"
	llvm profdata merge -f "$tmp/profiles" -o "$tmp/profile"
	llvm cov export -format=lcov -instr-profile "$tmp/profile" \
		"${objects[@]}" |
		awk -F '[:,]' -v top="$top/" '
			/^SF:/ { file = substr($2, length(top) + 1) }
			/^DA:/ && file ~ /^userspace\// { print file ":" $2, $3 }'
}

reader() {
	local part start program
	local -a objects=()

	# shellcheck disable=SC2046 # words
	make_reader all "$out/userspace/tests/mkrecords" \
		$(make_reader test-programs | grep -v /fuzz) >"$out/build.log" 2>&1
	for program in "$out"/taskshare "$out"/userspace/tests/*; do
		! readelf -SW "$program" 2>/dev/null | grep -q __llvm_covmap ||
			objects+=(-object "$program")
	done
	for part in $(parts); do
		say REACH "$part"
		rm -f "$counts"/*.profraw
		start=$SECONDS
		# Processes that have dropped their privileges count, too.
		(umask 0 && PARTS=$part sandbox "$top/userspace/tests/check.sh" \
			"$out/taskshare" "$out/userspace/tests") \
			>"$out/$part.log" 2>&1 </dev/null || true
		echo "$part $((SECONDS - start))" >>"$tmp/seconds"
		sed -n 's/^not ok [0-9]* - //p' "$out/$part.log" >>"$dir/fails"
		reader_lines | keep "$part"
	done
}

# gcov wants the compiler's notes next to the counts, whose path is that of the
# directory of the build.
module_lines() {
	local gcda gcno

	find "$1" -name '*.gcda' | while read -r gcda; do
		gcno=${gcda%.gcda}.gcno
		cp "${gcno#"$1"}" "$gcno"
		(cd "${gcda%/*}" && gcov -j -t "$gcda" 2>/dev/null)
	done | jq -r '.files[] | .file as $f | .lines[] |
		"\($f):\(.line_number) \(.count)"' |
		sed -n 's,^.*/module/,module/,p'
}

# The size of a file of counts is not known before it is read.
guest() {
	cat <<-'END'
		gcov=/sys/kernel/debug/gcov
		for test; do
			each=/tmp/each/${test%=*}
			echo 1 >$gcov/reset
			bash guest-tests.sh "$test"
			(cd $gcov && find . -name '*.gcda') | while read -r f; do
				mkdir -p "$each/${f%/*}"
				cat "$gcov/$f" >"$each/$f"
			done
		done
		echo '#: counts'
		tar -czf - -C /tmp/each . | base64
	END
}

module() {
	local module test
	local -a kos files tests

	mapfile -t tests < <(awk '$3 == "all" && NF == 3 && $1 != "lockdown" {
			print $1 "=" 2 * $2
		}' "$top/selftests/tests.list")
	EXTRA=$flags build "${tests[@]%=*}" 2>"$out/build.log"
	mapfile -t files < <(find "$bin" -maxdepth 1 -type f -executable)
	guest >"$tmp/guest.sh"
	MODULE=$module READER=0 KERNEL=$kernel TIMEOUT=7200 \
		VMLOG=$out/console.log \
		FILES="${files[*]} ${kos[*]} $tmp/guest.sh $here/guest-tests.sh" \
		CMD="$sizes bash guest.sh ${tests[*]}" "$here/run.sh" >"$out/vm.log"
	sed -n '/^#: counts$/q; s/^#: end \([^ ]*\) [0-9]* /\1 /p' \
		"$out/vm.log" >"$tmp/seconds"
	mkdir "$tmp/each"
	sed '1,/^#: counts$/d' "$out/vm.log" | base64 -d |
		tar -C "$tmp/each" -xzf -
	for test in "${tests[@]%=*}"; do
		module_lines "$tmp/each/$test" | keep "$test"
	done
}

rm -rf "$dir"
mkdir -p "$out"
mkdir -m 0777 "$counts"
scratch
: >"$dir/fails"
tree=$top
memory=16777216
"$side"
cut -d ' ' -f 1 "$tmp/all" | sort -u >"$dir/lines"
sort -k 2n "$tmp/seconds" >"$dir/seconds"
