#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# accelerator.sh IMAGE: prints "kvm" if QEMU can run kernels with it here, else
# "tcg". That /dev/kvm is there says little: nested in another VM it may start
# no ordinary kernel, or QEMU gives up on a register of the host's. So it is
# tried, once for every boot of this machine: without an initramfs the image
# ends in a panic, and QEMU with it, in about a second.

. "${0%/*}/lib.sh"
. "$here/arch.sh"

arch_of "$machine_arch"
image=${1:?usage: accelerator.sh IMAGE}

works() {
	timeout -k 1 10 "qemu-system-$arch_qemu" -machine "$arch_machine" \
		-nodefaults -no-user-config -no-reboot -display none \
		-accel kvm -cpu host -m 512M \
		-kernel "$image" -append panic=-1 </dev/null >/dev/null 2>&1
}

if [ ! -w /dev/kvm ]; then
	echo tcg
	exit
fi

known=$cache/accelerator-$(cat /proc/sys/kernel/random/boot_id)
lock accelerator
if [ ! -s "$known" ]; then
	rm -f "$cache"/accelerator-*
	# bash reports a program that was aborted.
	if works 2>/dev/null; then
		echo kvm >"$known"
	else
		warn "/dev/kvm is there, but starts no kernel: emulating instead"
		echo tcg >"$known"
	fi
fi
cat "$known"
