#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# coverage.sh: which lines and branches the tests reach, of the reader and of
# the module, as pages of HTML in build/coverage/html and as a summary. The
# module is counted in the kernel that measures, whose gcov keeps the counts also
# when it is unloaded, and which can let any allocation fail; so is what the
# reader does with the module there. Status 1 if it is less than $least_lines or
# $least_branches percent. From the environment:
#	COVER	"reader" or "module", default both

. "${0%/*}/lib.sh"

COVER=${COVER:-reader module}
least_lines=90
least_branches=80
out=$top/build/coverage

. "$here/coverage-lib.sh"

# All branches, but for those that the compiler made of no word of the source.
lcov_() {
	lcov -q --rc lcov_branch_coverage=1 --rc lcov_function_coverage=0 "$@"
}

# Sources that are only in the tests' variants of a program count, too.
reader() {
	say TEST "the reader"
	# Those whom it drops its privileges to count, too.
	(umask 0 && make_reader check) >"$out/reader.log" 2>&1 ||
		warn "a test of the reader failed: see $out/reader.log"
}

# capture_reader FILE: what has been counted of its sources, here and in the VM.
capture_reader() {
	local program
	local -a objects=()

	for program in "$out"/taskshare "$out"/userspace/tests/*; do
		! readelf -SW "$program" 2>/dev/null | grep -q __llvm_covmap ||
			objects+=(-object "$program")
	done
	find "$counts" -name '*.profraw' >"$tmp/profiles"
	llvm profdata merge -f "$tmp/profiles" -o "$tmp/profile"
	llvm cov export -format=lcov -instr-profile "$tmp/profile" \
		"${objects[@]}" >"$tmp/reader.all"
	lcov_ -r "$tmp/reader.all" '*.skel.h' '*/userspace/tests/*' '/usr/*' \
		-o "$1"
}

# Short, as it is the code that is to be covered, not the machine to be tried.
settings() {
	echo TASKSHARE_TREES=4 TASKSHARE_FORKS=300 TASKSHARE_SNAPSHOTS=20
	echo TASKSHARE_CYCLES=4 TASKSHARE_OPS=1000 TASKSHARE_ROUNDS=10
	echo TASKSHARE_IDLE=50 TASKSHARE_STORM=20
}

# Tests that need no argument for the kernel, without slow ones that reach
# nothing new; and lockdown, after which counts cannot be read any more.
programs() {
	awk -v kernel="$kernel" '!/^#/ && NF == 3 && $3 ~ "all|" kernel &&
		$1 !~ /^(scale|side_effects|lockdown)$/ {
			print $1 "=" $2
		}' \
		"$top/selftests/tests.list"
}

# The module's counts are files whose size is not known before they are read.
guest() {
	echo "umask 0; mkdir -p $counts/vm /tmp/counts"
	cat <<-'END'
		bash guest-tests.sh "$@"
		cd /sys/kernel/debug/gcov
		find . -name '*.gcda' | while read -r f; do
			mkdir -p "/tmp/counts/${f%/*}"
			cat "$f" >"/tmp/counts/$f"
		done
		echo '#: counts'
	END
	echo "mv $counts/*.profraw $counts/vm"
	echo "tar -czf - -C / ${counts#/}/vm -C /tmp/counts . | base64"
}

# capture_module FILE DIR...: what has been counted where the module was built,
# reported for the sources that it was built of.
capture_module() {
	local file=$1 dir
	local -a parts=()

	shift
	for dir; do
		# The kernel's headers, which it does not find, do not count.
		rm -f "$tmp/module.all"
		lcov_ -c -d "$dir" -b "$dir" -o "$tmp/module.all" 2>&1 |
			grep -v -e '/include/.*\.h$' -e 'exclusion markers' \
				>&2 || [ "${PIPESTATUS[0]}" -eq 0 ]
		lcov_ -e "$tmp/module.all" '*/module/*' -o "$tmp/module.part"
		sed "s,^SF:.*/module/,SF:$top/module/," "$tmp/module.part" \
			>"$tmp/module.${#parts[@]}"
		parts+=(-a "$tmp/module.${#parts[@]}")
	done
	lcov_ "${parts[@]}" -o "$file"
}

module() {
	local ko faults
	local -a files tests

	say TEST "the module"
	make_reader all
	ko=$(EXTRA=$flags "$here/module.sh" "$kernel")
	faults=$(EXTRA="$flags -DTASKSHARE_FAULTS" "$here/module.sh" "$kernel")
	find "${ko%/*}" "${faults%/*}" -name '*.gcda' -delete
	cp "$faults" "$tmp/taskshare-faults.ko"
	mapfile -t files < <(find "$top/build/selftests" -maxdepth 1 -type f \
		-executable)
	mapfile -t tests < <(programs)
	guest >"$tmp/guest.sh"
	MODULE=$ko READER=$out/taskshare KERNEL=$kernel TIMEOUT=7200 \
		VMLOG=$out/console.log \
		FILES="${files[*]} $tmp/taskshare-faults.ko $tmp/guest.sh \
			$here/guest-tests.sh" \
		CMD="$(settings | tr '\n' ' ') bash guest.sh ${tests[*]}" \
		"$here/run.sh" >"$out/module.log"
	"$here/splats.sh" "$out/console.log" >&2 || {
		warn "the kernel complained while the module was counted"
		status=1
	}
	awk -v where=module -f "$here/tap.awk" \
		<(sed '/^#: counts$/,$d' "$out/module.log") >"$out/module.sum"
	sed '1,/^#: counts$/d' "$out/module.log" | base64 -d | tar -C / -xzf -
	capture_module "$out/module.info" "${ko%/*}" "${faults%/*}"
}

# rate FILE FOUND HIT: a percentage, of all files together.
rate() {
	awk -F: -v found="$2" -v hit="$3" '
		$1 == found { f += $2 }
		$1 == hit { h += $2 }
		END { printf "%.1f", f ? 100 * h / f : 0 }' "$1"
}

judge() {
	local name=$1 lines branches

	lines=$(rate "$out/$name.info" LF LH)
	branches=$(rate "$out/$name.info" BRF BRH)
	echo "$name: $lines % of lines, $branches % of branches"
	awk -v l="$lines" -v b="$branches" -v ml="$least_lines" -v mb="$least_branches" \
		'BEGIN { exit !(l >= ml && b >= mb) }'
}

rm -rf "$counts"
mkdir -p "$out"
mkdir -m 0777 "$counts"
scratch
infos=()
status=0
for part in $COVER; do
	case $part in
	reader) reader ;;
	module) module ;;
	*) die "COVER: reader or module, not '$part'" ;;
	esac
	infos+=("$out/$part.info")
done
[[ $COVER != *reader* ]] || capture_reader "$out/reader.info"
genhtml -q --branch-coverage -o "$out/html" "${infos[@]}"
for part in $COVER; do
	judge "$part" || status=1
done
say HTML "$out/html/index.html"
exit "$status"
