# SPDX-License-Identifier: GPL-2.0-only
# How the reader and the module are built to count the lines that they run:
# sourced by scripts that set $out, the directory of that reader.
# shellcheck shell=bash disable=SC2034,SC2154

kernel=measure
flags='-fprofile-arcs -ftest-coverage -fprofile-update=atomic'

# The reader's counts are a file that is mapped while it runs (%c), one for each
# program (%m): so those of its children count, too, that are killed. Its name is
# built in, as some of them have no environment.
counts=$out/counts
reader_flags="-O0 -g -fprofile-instr-generate=$counts/%c%m.profraw"
reader_flags+=' -fcoverage-mapping -fprofile-update=atomic'
reader_flags+=' -mllvm -runtime-counter-relocation'
reader_flags+=' -Wno-unused-command-line-argument'

# llvm TOOL ARGUMENT...: that of the clang that built the reader.
llvm() {
	local tool=$1

	shift
	"$(clang -print-prog-name="llvm-$tool")" "$@"
}

make_reader() {
	"${MAKE:-make}" -s -C "$top/userspace" BUILD="$out" \
		CC=clang CFLAGS="$reader_flags" FUZZ_SECONDS=5 "$@"
}
