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

# own_bpftool: one of the byte order of the BPF programs, if it needs to be another
# than this machine's; for make.
own_bpftool() {
	bpftool=
	[ -n "$arch_user" ] || return 0
	command -v "qemu-$arch_qemu" >/dev/null ||
		die "no qemu-$arch_qemu: apt-get install $arch_user"
	printf '#!/bin/sh\nexec qemu-%s -L %s %s/usr/sbin/bpftool "$@"\n' \
		"$arch_qemu" "$root" "$root" >"$dir/bpftool"
	chmod 0755 "$dir/bpftool"
	bpftool=BPFTOOL=$dir/bpftool
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
	own_bpftool
	tests=../build/$arch/userspace/tests
	# shellcheck disable=SC2086 # one word or none
	make_in userspace BUILD="../build/$arch" SYSROOT="$root" $bpftool all \
		"$tests"/{claims,content,predict,record_random,record_tasks} \
		"$tests"/{refusals,trace_cases} 9>&-
	make_in selftests OUTPUT="../build/$arch/selftests" 9>&- \
		KSELFTEST_INC="$("$here/fetch-source.sh")/tools/testing/selftests"
fi
echo "$dir"
