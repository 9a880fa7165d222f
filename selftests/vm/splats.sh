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
patterns+='|VFS: Busy inodes|use-after-free|already (exists|present)'
patterns+='|memory leak detector disabled|printk messages dropped'

[ -s "${1:?usage: splats.sh LOG}" ] || {
	echo "no log $1"
	exit 1
}
# Of KCSAN's reports only those count that have a module's function in one of
# their stacks, and are not known: the kernel has races of its own, on purpose.
of_modules() {
	awk -F '\t' '
		NR == FNR { if (NF == 2) known[$1] = 1; next }
		/kcsan: non-strict mode configured/ { next }
		/BUG: KCSAN:/ {
			held = 1; block = ""; from_module = 0
			between = $0
			sub(/.*data-race in /, "", between)
		}
		!held { print; next }
		/(WARNING|INFO|Oops|panic|KASAN|UBSAN|stall)/ && !/\+0x[0-9a-f]+\/0x/ {
			print
			next
		}
		{ block = block $0 "\n" }
		/ \[[a-z_]+\]$/ && !(between in known) { from_module = 1 }
		/\] =+$/ { held = 0; if (from_module) printf "%s", block }
		END { if (held) printf "%s", block }' "${0%/*}/kcsan.known" -
}

# No faults: that a kernel can look for some, the time after which it reports a
# stall, and the stack that it shows where failnth lets an allocation fail.
! tr -d '\r' <"$1" | of_modules | awk '
	/\] failnth: (vmalloc error|page allocation failure)/ { announced = 1 }
	announced && /Call Trace:/ { announced = 0; next }
	!/rcu: .* debug is enabled|rcu_cpu_stall_timeout/ { print }' | grep -a -E "$patterns"
