#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# build-tests.sh: what is built where something is missing, and what is said about
# it; prints TAP. Works in what `make dist` packs, so that needs no git either.

. "${0%/*}/lib.sh"

n=0
why=

# result NAME: a test; fails if $why says why.
result() {
	n=$((n + 1))
	[ -z "$why" ] || printf '# %s\nnot ' "${why//$'\n'/$'\n# '}"
	echo "ok $n - $1"
	why=
}

# run STATUS COMMAND...: in the unpacked tree; what it prints is in $tmp/out.
run() {
	local want=$1 got=0
	shift

	(cd "$tree" && env -u MAKEFLAGS -u MAKELEVEL "$@") >"$tmp/out" 2>&1 ||
		got=$?
	[ "$got" -eq "$want" ] ||
		why="status $got: $*"$'\n'$(tail -n 5 "$tmp/out")
}

# said LINE: one line of what was printed matches it.
said() {
	grep -q -E -e "$1" "$tmp/out" ||
		why+=$'\n'"did not say '$1' but: $(tail -n 3 "$tmp/out")"
}

scratch
# shellcheck source=/dev/null
. "$top/VERSION"
tree=$tmp/taskshare-$VERSION
make -s -C "$top" dist >/dev/null
tar -C "$tmp" -xf "$top/build/taskshare-$VERSION.tar.gz"

run 2 make reader CC=no-such-compiler
said '^To build the reader install gcc, '
result "without a compiler a line says what to install"

run 0 make reader CLANG=no-such-clang -j2
said '^The reader was built without its bpf engine and trace.*: clang$'
result "without clang there is a reader without BPF"

run 0 build/taskshare --version
said "^taskshare $VERSION, .* $KERNEL_OLDEST to $KERNEL_NEWEST.*: module, proc\$"
result "its version says so"

run 2 build/taskshare --engine=bpf 1
said '^taskshare: bpf: .* install clang, bpftool and libbpf-dev'
run 2 build/taskshare trace true
said '^taskshare: trace: .* install clang, bpftool and libbpf-dev'
run 0 build/taskshare --engine=proc $$
result "so do its bpf engine and trace, and proc works"

mkdir -p "$tree/build"
touch "$tree/build/taskshare.ko"
run 0 make KREL=0.0-none CLANG=no-such-clang
said 'only the reader was built: the module needs linux-headers-0.0-none'
[ ! -e "$tree/build/taskshare.ko" ] || why+=" build/taskshare.ko is there"
result "without headers only the reader is built, and no module left"

run 0 make install KREL=0.0-none CLANG=no-such-clang DESTDIR="$tmp/dest" \
	PREFIX=/usr
for file in bin/taskshare share/man/man1/taskshare.1 include/taskshare.h \
	share/doc/taskshare/{COPYING,LICENSES/GPL-2.0-only.txt,labs/README.md} \
	share/doc/taskshare/docs/picture.svg; do
	[ -s "$tmp/dest/usr/$file" ] || why+=" no $file"
done
grep -q '](docs/picture.svg)' "$tmp/dest/usr/share/doc/taskshare/README.md" ||
	why+=" README shows another picture"
run 0 make uninstall KREL=0.0-none CLANG=no-such-clang DESTDIR="$tmp/dest" \
	PREFIX=/usr
why+=$(find "$tmp/dest" -type f)
result "install, and uninstall leaves nothing"

# A kernel that loads signed modules only says this.
mkdir "$tmp/bin"
printf '#!/bin/sh\necho "insmod: ERROR: could not insert module x: Key was %s" >&2\nexit 1\n' \
	"rejected by service" >"$tmp/bin/insmod"
cp "$tmp/bin/insmod" "$tmp/bin/sudo"
chmod +x "$tmp/bin"/*
run 1 env PATH="$tmp/bin:$PATH" selftests/vm/load.sh x
said 'mokutil --import /var/lib/dkms/mok.pub.* taskshare --engine=bpf'
result "a module without a key that the firmware knows"

# The packages build the module for these kernels, and for no newer one.
range=$(sed -n 's/^BUILD_EXCLUSIVE_KERNEL="\(.*\)"$/\1/p' \
	"$top/debian/taskshare-dkms.dkms")
newest=${KERNEL_NEWEST%.*} minor=${KERNEL_NEWEST#*.}
for kernel in "$KERNEL_OLDEST.300" "$newest.$minor-rc1" "$newest.$minor.9+x" \
	6.1.0-56-amd64 6.12.118+deb13-arm64; do
	[[ $kernel =~ $range ]] || why+=" $kernel does not match"
done
for kernel in "$newest.$((minor + 1)).0" "$((newest + 1)).0.1" 5.11.1 6.0.3 \
	5.100.1 "$newest.${minor}0.1"; do
	[[ ! $kernel =~ $range ]] || why+=" $kernel matches"
done
result "the range of kernels of taskshare-dkms"

[ "$(sed -n '1s/.*(\(.*\)).*/\1/p' "$top/debian/changelog")" = "$VERSION" ] ||
	why="debian/changelog names another version than VERSION"
result "one version"
echo "1..$n"
