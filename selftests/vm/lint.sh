#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lint.sh: everything that reads the sources without running them.
# shellcheck disable=SC2317 # its functions are called through lint()

. "${0%/*}/lib.sh"

cd "$top"
scratch
source=$("$here/fetch-source.sh")
mapfile -t scripts < <(git ls-files -co --exclude-standard |
	while read -r f; do
		[ ! -f "$f" ] || ! head -n 1 "$f" | grep -q '^#!.*sh$' ||
			echo "$f"
	done)

# Warnings of checkpatch that do not apply here
# Macros that are lists of kinds, or take such a list apart.
lists=MACRO_ARG_UNUSED,MACRO_ARG_PRECEDENCE,BRACKET_SPACE,COMPLEX_MACRO
# Words of C that it does not know, such as _Static_assert and _Generic.
words=CAMELCASE
# compat.h is there for these; and _Generic is mistaken for ?:.
compat=LINUX_VERSION_CODE,CONSTANT_COMPARISON,SPACING
# Advice that leads to things that only the kernel has.
user=BIT_MACRO,ENOSYS,PREFER_DEFINED_ATTRIBUTE_MACRO,PREFER_KERNEL_TYPES
user+=,STRCPY,VOLATILE,SSCANF_TO_KSTRTO,MACRO_ARG_REUSE
# gcc wants them for (a == b) != (c == d); commands have a word twice.
user+=,UNNECESSARY_PARENTHESES,REPEATED_WORD
# Programs know the architecture from nothing else.
user+=,ARCH_DEFINES
# A macro that skips a test returns from it.
user+=,MACRO_WITH_FLOW_CONTROL
# Messages stay in one piece; and they may have a word that is a function, too.
user+=,LONG_LINE_STRING,EMBEDDED_FUNCTION_NAME

# c_files PATHSPEC...: those in the tree, committed or not.
c_files() {
	git ls-files -co --exclude-standard "$@" | grep '\.[ch]$' |
		while read -r f; do
			[ ! -f "$f" ] || echo "$f"
		done
}

# Of the macros of the self tests' harness it does not know that
# FIXTURE_DATA(x) is a type and that ASSERT_EQ(a, b) is two statements; nor that
# _Generic evaluates nothing, or that a member's name is no expression.
but_macros() {
	local file line rest known

	while IFS=: read -r file line rest; do
		case $rest in
		*:SPACING:* | *:BRACES:*) known='FIXTURE_|ASSERT_|EXPECT_' ;;
		*:MACRO_ARG_REUSE:*) known='_Generic|TASKSHARE_##' ;;
		*) known= ;;
		esac
		[ "$known" ] && sed -n "$line,+1p" "$file" |
			grep -q -E "$known" || echo "$file:$line:$rest"
	done
}

# checkpatch IGNORED PATHSPEC...; it leaves files in the current directory. xargs
# ends with 123 if it has found something.
checkpatch() {
	local ignored=$1

	shift
	c_files "$@" | sed "s,^,$top/," |
		(cd "$tmp" && { xargs perl "$source/scripts/checkpatch.pl" \
			--no-tree --strict --terse --no-summary --quiet \
			--show-types --ignore "$lists,$words,$ignored" -f ||
			[ $? -eq 123 ] ||
			echo "checkpatch:0: did not run"; }) 2>"$tmp/perl" |
		sed "s,^$top/,," | but_macros | tee "$tmp/checkpatch"
	[ ! -s "$tmp/checkpatch" ]
}

kernel_doc() {
	perl "$source/scripts/kernel-doc" -none -Wall module/*.[ch] 2>&1 |
		tee "$tmp/doc"
	[ ! -s "$tmp/doc" ]
}

# The compiler with W=1, and sparse where that is this machine's; warnings in
# headers of the kernel are not the project's.
build() {
	local sparse=

	! kernels_of check | grep -q -x -F -e "$1" || sparse=2
	rm -rf build/*-DLINT{,-sparse}
	C=$sparse EXTRA=-DLINT "$here/module.sh" "$1" >/dev/null \
		2>"$tmp/build" || {
		cat "$tmp/build"
		return 1
	}
	! grep -E '/module/[^ ]*: (warning|error)' "$tmp/build"
}

# without KERNEL: compiles with each optional part of that kernel left out.
without() {
	local part status=0
	local -a parts

	mapfile -t parts < <(sed -n 's/^#ifdef //p' "$here/without.h")
	for part in "${parts[@]}"; do
		rm -rf build/*"-D$part-"*
		EXTRA="-D$part -include $here/without.h" \
			"$here/module.sh" "$1" >/dev/null 2>"$tmp/build" ||
			status=1
		! grep -E '/module/[^ ]*: (warning|error)' "$tmp/build" ||
			status=1
	done
	rm -rf build/*-DWITHOUT_*
	return "$status"
}

versions() {
	! git grep -n -E 'LINUX_VERSION_CODE|KERNEL_VERSION' -- \
		'*.[ch]' Kbuild ':!module/compat.h'
}

# A mutant that does not apply would be noticed only when it is tried.
mutants() {
	local m status=0

	for m in selftests/mutants/*.patch; do
		git apply --check "$m" || status=1
	done
	return "$status"
}

# reader KERNEL: the reader's own, and who uses whom in the module, too
reader() {
	local ko

	ko=$(EXTRA=-DLINT "$here/module.sh" "$1" 2>/dev/null) &&
		"${MAKE:-make}" -s -C userspace lint MODULE_OBJECTS="${ko%/*}"
}

failed=0
lint() {
	say LINT "${*:1:2}"
	"$@" >&2 || failed=1
}

lint checkpatch none module ':!module/compat.h' ':!module/uapi'
lint checkpatch "$compat" module/compat.h
lint checkpatch "$user" module/uapi userspace selftests bench
lint kernel_doc
missing=
for kernel in $(kernel_names); do
	# An archive may lack a package for days; check-matrix fails then.
	if kernels_of matrix | grep -q -x -F -e "$kernel" &&
		! "$here/kernel.sh" "$kernel" >/dev/null; then
		missing+=" $kernel"
	else
		lint build "$kernel"
	fi
done
lint without "$(kernels_of check | tail -n 1)"
lint versions
lint mutants
lint shellcheck -x -P SCRIPTDIR "${scripts[@]}"
lint reader "$(kernels_of check | tail -n 1)"
[ -z "$missing" ] || warn "not built for, as the archive lacks it:$missing"
exit "$failed"
