#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh: boots a kernel, runs a command in it, prints on stdout what the
# command printed and exits with its status. Takes everything from the
# environment:
#	CMD	the command, run as root by bash
#	FILES	files for its working directory, separated by white space
#	KERNEL	as for kernel.sh; default: the first of the table "kernels"
#	MODULE	the taskshare.ko to load, 0 for none; default: built from this tree
#	READER	the taskshare program for the guest's PATH, 0 for none;
#		default: built from this tree
#	KMODS	modules of the kernel's own to load first, such as vhost_net
#	MEM	memory of the guest, default 2G
#	TIMEOUT	seconds until the VM counts as hung, default 300
#	APPEND	more arguments for the kernel
#	ICOUNT	1: the guest's clock counts instructions, a nanosecond each, so that
#		what it measures does not depend on what else this machine does;
#		one processor, as others would only wait for their turn
#	VMDEBUG	0: without the debugging arguments, for measuring
#	VMLOG	where the console's log goes
#	TASKSHARE_PATIENCE	how many times longer than by default a section of RCU
#		may last before the kernel reports it
# Exit status 125, and a line on stderr: the VM was lost, so the command has
# no status. (That line distinguishes it from a command that exits with 125.)

. "${0%/*}/lib.sh"
. "$here/rootfs.sh"
. "$here/arch.sh"
die_status=125
set -E
trap "exit 125" ERR

[ -n "${CMD-}" ] || die "say what to run: CMD='...'"
KERNEL=${KERNEL:-$(default_kernel)}
MODULE=${MODULE:-$("$here/module.sh" "$KERNEL")}
READER=${READER-}
MEM=${MEM:-2G}
TIMEOUT=${TIMEOUT:-300}
MAX_OUTPUT=4294967296
patience=${TASKSHARE_PATIENCE:-1}
VMLOG=${VMLOG:-$top/build/vm/console-$$.log}

lost() {
	printf '%s: the VM was lost: %s; console: %s\n' "$me" "$*" "$VMLOG" >&2
	[ ! -s "$VMLOG" ] || tail -n 20 "$VMLOG" | tr -d '\r' | sed 's/^/  | /' >&2
	exit 125
}

kernel_args() {
	echo "console=$arch_console panic=-1 mitigations=off nokaslr"
	if [ "${VMDEBUG:-1}" != 0 ]; then
		echo "slub_debug=FZP page_poison=1 kfence.sample_interval=1"
		echo "oops=panic panic_on_warn=1 softlockup_panic=1"
		# A processor of the VM has only the time that other work leaves.
		echo "rcupdate.rcu_cpu_stall_timeout=$((21 * patience))"
	fi
	# Where each access to memory is checked, the ACPI method that routes
	# interrupts takes longer than Linux lets it: then virtio has none.
	[ ! -e "$here/$KERNEL.config" ] || echo acpi=noirq
	echo "${APPEND-}"
}

# Files that this run adds to the common userland
payload() {
	local root=$1 f
	local -a files

	read -r -d '' -a files <<<"${FILES-}" || true
	mkdir -p "$root/vm"
	printf '%s\n' "$CMD" >"$root/vm/.command"
	echo "$processors" >"$root/vm/.processors"
	for f in "${files[@]}"; do
		[ -e "$f" ] || die "no such file: $f (from FILES)"
		put_at "$root" /vm "$f"
	done
	if [ "$MODULE" != 0 ]; then
		[ -f "$MODULE" ] || die "no module $MODULE: build it, or use MODULE=0"
		put_at "$root" /vm "$MODULE"
		touch "$root/vm/.load"
	fi
	if [ "$READER" != 0 ]; then
		[ -x "$READER" ] || die "no $READER: build it, or use READER=0"
		put_at "$root" /usr/bin "$READER"
		files+=("$READER")
	fi
	! is_foreign || from=$("$here/sysroot.sh" "$KERNEL")
	put_libs "$root" "${files[@]}"
}

# The kernel's own modules that the guest loads first. With virtio_console the
# output goes out in blocks, where the port of a PC takes it byte by byte.
drivers() {
	local root=$1 n=10 how file

	if [ -z "$modules" ]; then
		[ -z "${KMODS-}" ] || die "no modules for $krel, so no $KMODS"
		return
	fi
	mkdir -p "$root/usr/lib/modules"
	# shellcheck disable=SC2086 # lists of words
	modprobe -d "$modules" -S "$krel" --show-depends -a \
		$arch_drivers ${KMODS-} |
		awk '!seen[$2]++' |
		while read -r how file _; do
			[ "$how" = insmod ] || continue
			n=$((n + 1))
			cp "$file" "$root/usr/lib/modules/$n-${file##*/}"
		done
}

# ports: where the verdict goes, and the output, two ways. See init.
ports() {
	local bus=virtio-serial-$arch_virtio

	[ "$arch_virtio" != pci ] || bus+=,ioeventfd=off
	printf '%s\n' -device "$bus"
	if [ "$arch_uarts" = 1 ]; then
		printf '%s\n' -serial "file:$tmp/verdict" \
			-device virtserialport,chardev=fast,name=output \
			-serial chardev:slow
	else
		printf '%s\n' \
			-chardev "file,id=verdict,path=$tmp/verdict" \
			-device virtserialport,chardev=fast,name=output \
			-device virtserialport,chardev=verdict,name=verdict
	fi
}

# The output goes to a file, because QEMU drops what is on its way when the
# machine stops and a pipe is full.
boot() {
	local cpu=$arch_cpu
	local -a clock=() ports

	[ "${ICOUNT:-0}" = 0 ] || accelerator=tcg \
		clock=(-icount "shift=0,sleep=off")
	[ "$accelerator" != kvm ] || cpu=host
	mapfile -t ports < <(ports)
	ulimit -f $((MAX_OUTPUT / 1024))
	exec timeout -k 5 "$TIMEOUT" "qemu-system-$arch_qemu" \
		-nodefaults -no-user-config -no-reboot -display none \
		-machine "$arch_machine" -accel "$accelerator" -cpu "$cpu" \
		-smp "$processors" -m "$MEM" "${clock[@]}" \
		-kernel "$image" -initrd "$tmp/initrd" \
		-append "$(kernel_args | tr '\n' ' ')" \
		-chardev "file,id=fast,path=$tmp/output,append=on" \
		-chardev "file,id=slow,path=$tmp/output,append=on" \
		-serial "file:$VMLOG" "${ports[@]}" </dev/null >&2
}

# Sets $status to QEMU's.
run_vm() {
	rm -f "$VMLOG"
	: >"$tmp/output"
	: >"$tmp/verdict"
	began=$SECONDS
	boot &
	vm=$!
	tail -c +1 -f -s 0.1 --pid="$vm" "$tmp/output" &
	wait $! || true
	status=0
	wait "$vm" || status=$?
	vm=
}

# A stock kernel that patches its code early in its boot may fault when it is
# emulated on several processors. That is before process 1, so before any
# program of the test.
died_early() {
	grep -a -q 'Kernel panic' "$VMLOG" &&
		! grep -a -q 'Run /init as init process' "$VMLOG"
}

scratch
vm=
processors=2
[ "${ICOUNT:-0}" = 0 ] || processors=1
about=$("$here/kernel.sh" "$KERNEL")
mapfile -t about <<<"$about"
krel=${about[0]} image=${about[1]} modules=${about[3]-}
arch_of "${about[4]}"
command -v "qemu-system-$arch_qemu" >/dev/null ||
	die "no qemu-system-$arch_qemu: apt-get install $arch_qemu_package"
accelerator=tcg
is_foreign || accelerator=$("$here/accelerator.sh" "$image")
userland=$("$here/userland.sh" "$KERNEL")
[ -n "$READER" ] || READER=$("$here/programs.sh" "$KERNEL")/taskshare
payload "$tmp/root"
drivers "$tmp/root"
{ cat "$userland"; pack "$tmp/root"; } >"$tmp/initrd"
mkdir -p "${VMLOG%/*}"
trap '[ -z "$vm" ] || kill "$vm" || true; rm -rf "$tmp"' EXIT
trap 'exit 125' INT TERM HUP
for ((tries = 3; tries > 0; tries--)); do
	run_vm
	! died_early || [ "$tries" -eq 1 ] || {
		warn "the kernel died before it ran anything; booting it again"
		continue
	}
	break
done

verdict=$(tr -d '\r' <"$tmp/verdict")
case $status in
0) ;;
124 | 137)
	# The kernel that is short of memory kills, too.
	if ((SECONDS - began < TIMEOUT)); then
		lost "QEMU was killed after $((SECONDS - began)) seconds"
	else
		lost "no end after $TIMEOUT seconds"
	fi
	;;
153) lost "it printed more than $MAX_OUTPUT bytes" ;;
*) lost "QEMU failed with status $status" ;;
esac
panic=$(grep -a -m 1 -o 'Kernel panic.*' "$VMLOG" | tr -d '\r' || true)
[ -z "$panic" ] || lost "$panic"
[ "$verdict" != "load failed" ] || lost "taskshare.ko could not be loaded"
case $verdict in
"exit "*) ;;
"processors "*) lost "${verdict#* } of $processors processors came up" ;;
*) lost "it reported no exit status" ;;
esac
grep -a -q "$arch_off" "$VMLOG" || lost "it did not power off"
exit "${verdict#exit }"
