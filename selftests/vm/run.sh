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
#	MEM	memory of the guest, default 2G
#	TIMEOUT	seconds until the VM counts as hung, default 300
#	APPEND	more arguments for the kernel
#	VMDEBUG	0: without the debugging arguments, for measuring
#	VMLOG	where the console's log goes
# Exit status 125, and a line on stderr: the VM was lost, so the command has
# no status. (That line tells it from a command that exits with 125.)

. "${0%/*}/lib.sh"
. "$here/rootfs.sh"
die_status=125
set -E
trap "exit 125" ERR

[ -n "${CMD-}" ] || die "say what to run: CMD='...'"
KERNEL=${KERNEL:-$(default_kernel)}
MODULE=${MODULE:-$("$here/module.sh" "$KERNEL")}
READER=${READER:-$top/build/taskshare}
MEM=${MEM:-2G}
TIMEOUT=${TIMEOUT:-300}
VMLOG=${VMLOG:-$top/build/vm/console-$$.log}

lost() {
	printf '%s: the VM was lost: %s; console: %s\n' "$me" "$*" "$VMLOG" >&2
	[ ! -s "$VMLOG" ] || tail -n 20 "$VMLOG" | tr -d '\r' | sed 's/^/  | /' >&2
	exit 125
}

kernel_args() {
	echo "console=ttyS0 panic=-1 mitigations=off nokaslr"
	if [ "${VMDEBUG:-1}" != 0 ]; then
		echo "slub_debug=FZP page_poison=1 kfence.sample_interval=1"
		echo "oops=panic panic_on_warn=1 softlockup_panic=1"
	fi
	echo "${APPEND-}"
}

# What this run adds to the common userland.
payload() {
	local root=$1 f
	local -a files

	read -r -d '' -a files <<<"${FILES-}" || true
	mkdir -p "$root/vm"
	printf '%s\n' "$CMD" >"$root/vm/.command"
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
	put_libs "$root" "${files[@]}"
}

accelerator() {
	if [ -w /dev/kvm ]; then
		echo -accel kvm -cpu host
	else
		echo -accel tcg -cpu max
	fi
}

boot() {
	local -a accel

	read -r -a accel < <(accelerator)
	timeout -k 5 "$TIMEOUT" qemu-system-x86_64 \
		-nodefaults -no-user-config -no-reboot -display none \
		"${accel[@]}" -smp 2 -m "$MEM" \
		-kernel "$image" -initrd "$tmp/initrd" \
		-append "$(kernel_args | tr '\n' ' ')" \
		-serial "file:$VMLOG" -serial "file:$tmp/output" \
		-serial "file:$tmp/verdict" </dev/null >&2
}

scratch
{ read -r _; read -r image; read -r _; } < <("$here/kernel.sh" "$KERNEL")
[ -n "${image-}" ] || exit 1
userland=$("$here/userland.sh")
payload "$tmp/root"
{ cat "$userland"; pack "$tmp/root"; } >"$tmp/initrd"
mkdir -p "${VMLOG%/*}"
rm -f "$VMLOG"

mkfifo "$tmp/output"
cat "$tmp/output" &
reader=$!
status=0
boot || status=$?
# If QEMU never opened it, the reader still waits for a first writer.
: >"$tmp/output" &
wait "$reader" || true
kill %% 2>/dev/null || true

verdict=
[ ! -e "$tmp/verdict" ] || verdict=$(tr -d '\r' <"$tmp/verdict")
case $status in
0) ;;
124 | 137) lost "no end after $TIMEOUT seconds" ;;
*) lost "QEMU failed with status $status" ;;
esac
panic=$(grep -a -m 1 -o 'Kernel panic.*' "$VMLOG" | tr -d '\r' || true)
[ -z "$panic" ] || lost "$panic"
[ "$verdict" != "load failed" ] || lost "taskshare.ko could not be loaded"
case $verdict in
"exit "*) ;;
*) lost "it reported no exit status" ;;
esac
grep -a -q 'reboot: Power down' "$VMLOG" || lost "it did not power off"
exit "${verdict#exit }"
