#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# userland.sh KERNEL: prints the path of the cpio that the VMs of that kernel
# boot with: the programs of the packages in the file "userland", their
# libraries, and init. They are this machine's, or those of sysroot.sh. Built
# again when a package's version or one of these scripts changes.

. "${0%/*}/lib.sh"
. "$here/rootfs.sh"
. "$here/arch.sh"

kernel=${1:?usage: userland.sh KERNEL}
arch=$machine_arch
! line=$(kernel_line "$kernel") || read -r _ _ _ arch _ <<<"$line"
arch_of "$arch"

mapfile -t packages < <(sed -e 's/ *#.*//' -e '/^ *$/d' "$here/userland")

if is_foreign; then
	from=$("$here/sysroot.sh" "$kernel")
	versions=$from
else
	versions=$(dpkg-query -W -f '${Package} ${Version} ${Status}\n' libc6 \
		"${packages[@]}" 2>&1) ||
		die "not installed: $(awk '/no packages found/ {
			printf "%s ", $NF }' <<<"$versions"): run 'make deps'"
fi
key=$({ echo "$versions"; cat "$here"/{userland,userland.sh,rootfs.sh,init}; } |
	sha256sum | cut -c1-16)
out=$cache/userland/$arch-$key.cpio

programs() {
	if is_foreign; then
		(cd "$from" && find usr/bin usr/sbin -type f -perm /111 -o \
			-type l -xtype f) | sed 's,^,/,'
		return
	fi
	dpkg -L "${packages[@]}" | grep -E '^(/usr)?/s?bin/[^/]+$' |
		while read -r f; do
			[ ! -x "$f" ] || [ -d "$f" ] || echo "$f"
		done
	# These hang on the alternatives system.
	printf '%s\n' /usr/bin/awk
}

accounts() {
	cat >"$1/etc/passwd" <<-'END'
	root:x:0:0:root:/root:/bin/bash
	daemon:x:1:1:daemon:/:/usr/sbin/nologin
	nobody:x:65534:65534:nobody:/tmp:/bin/bash
	END
	cat >"$1/etc/group" <<-'END'
	root:x:0:
	daemon:x:1:
	tty:x:5:
	nogroup:x:65534:
	END
	echo "127.0.0.1 localhost taskshare" >"$1/etc/hosts"
	echo "passwd: files" >"$1/etc/nsswitch.conf"
	ln -s /proc/self/mounts "$1/etc/mtab"
}

filesystems() {
	cat >"$1/etc/fstab" <<-'END'
	sysfs /sys sysfs
	devtmpfs /dev devtmpfs
	devpts /dev/pts devpts x-mount.mkdir,gid=5,mode=620,ptmxmode=666
	tmpfs /dev/shm tmpfs x-mount.mkdir,mode=1777
	tmpfs /tmp tmpfs mode=1777
	tmpfs /run tmpfs mode=755
	cgroup2 /sys/fs/cgroup cgroup2
	debugfs /sys/kernel/debug debugfs
	bpf /sys/fs/bpf bpf
	END
}

build() {
	local root=$tmp/root
	local -a files

	skeleton "$root"
	mapfile -t files < <(programs)
	put "$root" "${files[@]}"
	ln -sfn bash "$root/usr/bin/sh"
	put_libs "$root" "${files[@]/#/$from}"
	# Loaded by the C library when a thread is cancelled.
	put "$root" "/usr/lib/$arch_gnu/libgcc_s.so.1" /usr/lib/locale/C.utf8
	# Debian 13 has the descriptions of terminals in /usr/share.
	if [ -d "$from/lib/terminfo" ]; then
		put "$root" /lib/terminfo
	else
		put "$root" /usr/share/terminfo
	fi
	accounts "$root"
	filesystems "$root"
	install -m 0755 "$here/init" "$root/init"
	pack "$root" >"$tmp/out.cpio"
}

lock "userland-$arch"
if [ ! -e "$out" ]; then
	say CPIO "${out#"$cache"/}"
	scratch
	build
	mkdir -p "${out%/*}"
	rm -f "${out%/*}/$arch"-*.cpio
	mv "$tmp/out.cpio" "$out"
fi
echo "$out"
