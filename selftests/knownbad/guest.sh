#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh SIN...: runs in the VM. Commits one after the other.

report() {
	echo "<5>knownbad.sh: $*" >/dev/kmsg
}

# It takes an object for lost when it is some seconds old, and only if nothing
# looks like a pointer to it by accident.
find_leak() {
	local i

	for ((i = 0; i < 30; i++)); do
		sleep 1
		echo scan >/sys/kernel/debug/kmemleak
		! grep -q knownbad /sys/kernel/debug/kmemleak || return 0
	done
}

for sin; do
	report "begin $sin"
	insmod knownbad.ko "bad=$sin"
	[ "$sin" != leak ] || find_leak
	report "end $sin"
	rmmod knownbad
done
