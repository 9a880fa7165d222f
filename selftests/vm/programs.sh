#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# programs.sh KERNEL: prints the directory with the reader and the test programs
# for the VM of that kernel. Those for this machine's architecture are built by
# the Makefile; those for another one here, by the compiler that its module is
# built with.

. "${0%/*}/lib.sh"
. "$here/arch.sh"

kernel=${1:?usage: programs.sh KERNEL}
about=$("$here/kernel.sh" "$kernel")
mapfile -t about <<<"$about"
arch_of "${about[4]}"
dir=$(build_dir)

make_in() {
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS "${MAKE:-make}" -s \
		--no-print-directory -C "$top/$1" CC="$cc" "${@:2}" >&2
}

if is_foreign; then
	root=$("$here/sysroot.sh" "$kernel")
	compiler=${about[2]%/usr/src/*}/compiler/usr/bin
	cc=$(cd "$compiler" && echo "$arch_gnu"-gcc-[0-9]*)
	cc="$compiler/${cc%% *} --sysroot=$root"
	export PATH=$compiler:$PATH PKG_CONFIG_SYSROOT_DIR=$root
	export PKG_CONFIG_LIBDIR=$root/usr/lib/$arch_gnu/pkgconfig
	mkdir -p "$dir"
	exec 9>"$dir/.lock"
	flock 9
	make_in userspace BUILD="../build/$arch" SYSROOT="$root" \
		all "../build/$arch/userspace/tests"/{trace_cases,record_random,record_tasks} 9>&-
	make_in selftests OUTPUT="../build/$arch/selftests" 9>&- \
		KSELFTEST_INC="$("$here/fetch-source.sh")/tools/testing/selftests"
fi
echo "$dir"
