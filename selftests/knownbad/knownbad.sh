#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# knownbad.sh KERNEL: demands that a kernel that debugs itself notices what
# knownbad.ko does, and that splats.sh finds it in the log; prints TAP. KERNEL
# is one of those that debug-kernel.sh builds.

. "${0%/*}/../vm/lib.sh"

kernel=${1:?usage: knownbad.sh KERNEL}
log=$top/build/check/console-knownbad-$kernel.log

# The sins, and what the kernel must say to each. In this order: lockdep is
# done when it has found something, and when KASAN has.
declare -A says=(
	[rcu_unlocked]='suspicious RCU usage'
	[rcu_sleep]='BUG: sleeping function called from invalid context'
	[inversion]='possible circular locking dependency'
	[active_timer]='ODEBUG: free active'
	[twice_from_list]='list_del corruption'
	[shift]='UBSAN: shift-out-of-bounds'
	[use_after_free]='BUG: KASAN: slab-use-after-free in use_after_free'
	[typesafe]='BUG: KASAN: slab-use-after-free in typesafe'
	[vmalloc_bounds]='BUG: KASAN: vmalloc-out-of-bounds'
	[leak]='kmemleak: [0-9]+ new suspected memory leaks'
	[race]='BUG: KCSAN: data-race in .*(race|racer)'
)
case $kernel in
debug)
	sins=(rcu_unlocked rcu_sleep inversion active_timer twice_from_list
		shift use_after_free typesafe vmalloc_bounds leak)
	;;
kcsan)
	sins=(race)
	;;
*)
	die "what must $kernel notice?"
	;;
esac

# The log between a sin's beginning and its end.
said() {
	tr -d '\r' <"$log" | awk -v name="$1" '
		/knownbad\.sh: end / { here = 0 }
		here { print }
		$0 ~ "knownbad\\.sh: begin " name "$" { here = 1 }'
}

noticed() {
	said "$1" >"$tmp/said"
	"$here/splats.sh" "$tmp/said" >"$tmp/splats" && return 1
	grep -q -E "${says[$1]}" "$tmp/splats"
}

ko=$("$here/module.sh" "$kernel" selftests/knownbad)
scratch
mkdir -p "${log%/*}"
VMDEBUG=0 APPEND="kasan_multi_shot" MODULE=0 READER=0 VMLOG=$log \
	KERNEL=$kernel TIMEOUT=1800 FILES="$ko $top/selftests/knownbad/guest.sh" \
	CMD="bash guest.sh ${sins[*]}" "$here/run.sh" >&2
echo "TAP version 13"
echo "1..${#sins[@]}"
n=0
for sin in "${sins[@]}"; do
	n=$((n + 1))
	if noticed "$sin"; then
		echo "ok $n $kernel notices $sin"
	else
		echo "not ok $n $kernel does not notice $sin: ${says[$sin]}"
	fi
done
