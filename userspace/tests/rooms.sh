#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# rooms.sh DESIGN OBJECTS [MODULE]: checks who uses whom.
#
#	DESIGN	the document with both tables. In that of folders, a line's
#		last cell names the folders that this one may use; in that of
#		the module's files, a file may use those of the lines below.
#	OBJECTS	a directory with the object files of the folders
#	MODULE	one with those of the module
#
# Reports each use that the tables do not allow, be it by #include or by
# a call, and each circle of files. Run it where the folders are.
set -eu -o pipefail

design=$1
objects=$2
module=${3-}

# The table of folders as lines "FOLDER USED"
allowed()
{
	awk -F '|' '$2 ~ /^ `[a-z]+\/`/ {
		gsub(/[ `\/]/, "", $2)
		print $2, $2
		n = split($4, used, " ")
		for (i = 1; i <= n; i++) {
			gsub(/`/, "", used[i])
			print $2, used[i]
		}
	}' "$design"
}

# Uses by #include, as lines "FILE FILE"
includes()
{
	grep -o -E '^#include "[a-z]+/[^"]+"' -- */*.[ch] |
		sed 's/:#include "/ /; s/"$//'
}

# calls DIRECTORY: uses by name of its object files, as lines "FILE FILE". What
# is left over from a source that is gone does not count.
calls()
{
	local top=$PWD

	(cd "$1" && find . -name '*.o' ! -name '*.bpf.o' ! -name '*.mod.o' \
		! -path './tests/*' ! -path './taskshare.o' -printf '%P\n' |
		while read -r object; do
			[ -f "${object%.o}.c" ] ||
				[ -f "$top/${object%.o}.c" ] || continue
			nm "$object" | awk -v file="${object%.o}" '
				$1 == "U" { print "U", $2, file }
				$2 ~ /^[TDBRVC]$/ { print "D", $3, file }'
		done) | awk '
		$1 == "D" { defined[$2] = $3 }
		$1 == "U" { used[++n] = $2; by[n] = $3 }
		END {
			for (i = 1; i <= n; i++)
				if (defined[used[i]] && defined[used[i]] != by[i])
					print by[i], defined[used[i]]
		}' | sort -u
}

# The table of the module's files as lines "NUMBER FILE"
order()
{
	sed -n '/^## The module/,/^### /p' "$design" | awk -F '|' '
		match($2, /`[a-z]+\.c`/) {
			print ++n, substr($2, RSTART + 1, RLENGTH - 4)
		}'
}

status=0
forbidden=$({ includes; calls "$objects"; } | awk '
	NR == FNR { ok[$1, $2] = 1; folder[$1] = 1; next }
	$1 !~ /\// { next }
	{ split($1, a, "/"); split($2, b, "/") }
	a[1] == "tests" { next }
	!(a[1] in folder) { print a[1] "/ is not in the table of folders" }
	!((a[1], b[1]) in ok) { print $1 " uses " $2 }' <(allowed) - | sort -u)
if [ -n "$forbidden" ]; then
	echo "$forbidden"
	echo "The table in ${design##*/} does not allow that."
	status=1
fi
circles=$(calls "$objects" | tsort 2>&1 >/dev/null) || true
if [ -n "$circles" ]; then
	echo "Files that use each other in a circle, by tsort(1):"
	echo "$circles"
	status=1
fi
[ -n "$module" ] || exit "$status"
upward=$(calls "$module/module" | awk '
	NR == FNR { line[$2] = $1; next }
	{ calls++ }
	!line[$1] { print "module/" $1 ".c is not in the table" }
	line[$2] <= line[$1] { print "module/" $1 ".c uses " $2 ".c" }
	END { if (!calls) print "no calls in the objects of the module" }
	' <(order) -)
if [ -n "$upward" ]; then
	echo "$upward"
	echo "In the table of ${design##*/}, a file of the module uses only those below."
	status=1
fi
exit "$status"
