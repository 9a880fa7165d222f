#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# splats.sh LOG: prints the lines of a console's log that say that the kernel
# found something wrong with itself; status 1 if there are any.

patterns='WARNING:|BUG[: ]|Oops|Kernel panic|general protection fault'
patterns+='|KASAN|KCSAN|UBSAN|KFENCE:|kmemleak: [0-9]+ new|memory corruption'
patterns+='|Poison overwritten|Redzone|Unable to handle|unable to handle'
patterns+='|INFO: (rcu|task|trying|possible)|stall|soft lockup|hard LOCKUP'
patterns+='|possible (circular|recursive|irq)|inconsistent lock state'
patterns+='|suspicious RCU|bad unlock balance|held lock|locks held by'
patterns+='|blocked for more than|hung_task|scheduling while atomic'
patterns+='|sleeping function called|refcount_t:|list_(add|del) corruption'
patterns+='|ODEBUG|Call Trace|still has .* (objects|references)'
patterns+='|VFS: Busy inodes|use-after-free|already exists'

[ -s "${1:?usage: splats.sh LOG}" ] || {
	echo "no log $1"
	exit 1
}
# No faults: that a kernel can look for some, and the stack that it shows where
# failnth lets an allocation fail.
! tr -d '\r' <"$1" | awk '
	/\] failnth: (vmalloc error|page allocation failure)/ { told = 1 }
	told && /Call Trace:/ { told = 0; next }
	!/rcu: .* debug is enabled/ { print }' | grep -a -E "$patterns"
