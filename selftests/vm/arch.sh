# SPDX-License-Identifier: GPL-2.0-only
# Everything that the harness knows about an architecture; sourced.
# shellcheck shell=bash disable=SC2034 # for the scripts that source this

# Debian's name of this machine's architecture, also where there is no dpkg
machine_arch=$(dpkg --print-architecture 2>/dev/null || uname -m |
	sed -e 's/x86_64/amd64/' -e 's/aarch64/arm64/' -e 's/armv7l/armhf/')

# arch_of ARCH: sets what depends on an architecture, by Debian's name of it:
#	arch		the name itself
#	arch_gnu	the prefix of its compiler, and the folder of its libraries
#	arch_image	the image in a kernel build tree
#	arch_qemu	the emulator, and arch_qemu_package that has it
#	arch_user	the package with the emulator of its programs, where this
#			machine has another byte order: bpftool knows only its own
#	arch_machine	the machine it emulates
#	arch_cpu	without KVM; not the newest that there is where checking
#			of signed pointers, which is emulated, takes half the time
#	arch_console	the kernel's console
#	arch_off	its last line; s390x loses what comes after it
#	arch_virtio	the bus of virtio devices
#	arch_drivers	what the output needs of the kernel's own modules
#	arch_uarts	1: a port for the verdict and one for the output besides
#			the console; without them both go through virtio
arch_of() {
	arch=$1
	arch_uarts=0 arch_virtio=pci arch_drivers='virtio_pci virtio_console'
	arch_user='' arch_off='reboot: Power down'
	case $arch in
	amd64)
		arch_gnu=x86_64-linux-gnu arch_image=arch/x86/boot/bzImage
		arch_qemu=x86_64 arch_qemu_package=qemu-system-x86
		arch_machine=pc arch_cpu=max arch_console=ttyS0 arch_uarts=1
		;;
	arm64)
		arch_gnu=aarch64-linux-gnu arch_image=arch/arm64/boot/Image
		arch_qemu=aarch64 arch_qemu_package=qemu-system-arm
		arch_machine=virt arch_cpu=max,pauth-impdef=on
		arch_console=ttyAMA0
		;;
	armhf)
		arch_gnu=arm-linux-gnueabihf arch_image=arch/arm/boot/zImage
		arch_qemu=arm arch_qemu_package=qemu-system-arm
		arch_machine=virt arch_cpu=max arch_console=ttyAMA0
		;;
	riscv64)
		arch_gnu=riscv64-linux-gnu arch_image=arch/riscv/boot/Image
		# QEMU 7.2 has no "max" for it.
		arch_qemu=riscv64 arch_qemu_package=qemu-system-riscv
		arch_machine=virt arch_cpu=rv64 arch_console=ttyS0
		;;
	s390x)
		arch_gnu=s390x-linux-gnu arch_image=arch/s390/boot/bzImage
		arch_qemu=s390x arch_qemu_package=qemu-system-s390x
		arch_machine=s390-ccw-virtio arch_cpu=max
		arch_console=ttysclp0 arch_virtio=ccw
		arch_off='sysrq: Power Off'
		arch_drivers=virtio_console arch_user=qemu-user
		;;
	*)
		die "the harness does not know the architecture $arch:" \
			"see arch.sh"
		;;
	esac
	# Debian 12 has those that are seldom wanted in one package.
	[[ $(own_suite) != bookworm || $arch != @(riscv64|s390x) ]] ||
		arch_qemu_package=qemu-system-misc
}

# is_foreign: programs for $arch are made with a cross compiler.
is_foreign() {
	[ "$arch" != "$machine_arch" ]
}

# build_dir: where the programs for $arch are.
build_dir() {
	# shellcheck disable=SC2154 # from lib.sh
	echo "$top/build$(! is_foreign || echo "/$arch")"
}
