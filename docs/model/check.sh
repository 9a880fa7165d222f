#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check.sh [all]: asks spin the questions of the file "cases", those of every
# change or all, and prints TAP. A promise that must be kept is looked at in all
# states; one that must be broken shows that the model notices.
#
# check.sh trace MODEL OPTION...: prints the shortest way to break a promise
# that it finds.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
cp "$here"/*.pml .

# build MODEL COMPILER-OPTION... -- OPTION...: a program that looks at all states.
build() {
	local model=$1
	local -a cc=(-w -DSAFETY -DCOLLAPSE -DMEMLIM=12000)

	shift
	while [ "$1" != -- ]; do
		cc+=("$1")
		shift
	done
	shift
	spin -a "$@" "$model.pml" >log 2>&1 && gcc "${cc[@]}" -o pan pan.c >>log 2>&1
}

# broken: the name of the promise that pan's output says is broken.
broken() {
	case $(sed -n 's/^pan:1: assertion violated //p' out) in
	*always*) echo COMPLETE ;;
	*shared*) echo SOUND ;;
	*stayed*) echo KEPT ;;
	*'(u<=1)'*) echo SINGLE ;;
	'') echo none ;;
	*) echo another ;;
	esac
}

# complete: all states were looked at, and each step was taken in one of them.
complete() {
	grep -q 'errors: 0$' out && ! grep -q 'Search not completed' out ||
		return 1
	! awk '/^unreached in proctype/ { is = 1 } /^unreached in init/ { is = 0 }
		is && /state/ && !/"-end-"/ && !/^\t\(/' out | grep .
}

# ask DEMANDED MODEL OPTION...: sets $why if the answer is another one.
ask() {
	local demanded=$1 model=$2 got
	local -a cc=(-O0)

	shift 2
	why=
	[ "$demanded" != kept ] || cc=(-O1)
	build "$model" "${cc[@]}" -- "$@" || {
		why="does not build: $(head -n 1 log)"
		return
	}
	./pan -m200000 -w22 >out 2>&1 || true
	got=$(broken)
	if [ "$demanded" != kept ]; then
		[ "$got" = "$demanded" ] || why="broken: $got"
	elif [ "$got" != none ]; then
		why="broken: $got"
	else
		complete >unreached ||
			why="not complete: $(cat unreached out | head -n 1)"
	fi
}

figures() {
	awk '/states, stored/ { states = $1 }
		/total actual memory/ || /memory used for hash/ { }
		/actual memory usage|total actual memory usage/ { mem = $1 }
		/^pan: elapsed time/ { s = $4 }
		END { printf "%d states, %d MB, %.1f s", states, mem, s }' out
}

run() {
	local n=0 demanded model options
	local -a lines opts

	mapfile -t lines < <(grep -v -e '^#' -e '^$' "$here/cases" |
		if [ "$1" = all ]; then cat; else grep '^check'; fi)
	echo "TAP version 13"
	echo "1..${#lines[@]}"
	for line in "${lines[@]}"; do
		n=$((n + 1))
		read -r _ demanded model options <<<"$line"
		read -r -a opts <<<"$options"
		ask "$demanded" "$model" "${opts[@]}"
		line="$model ${options//-D/}: $demanded"
		if [ -z "$why" ]; then
			echo "ok $n $line # $(figures)"
		else
			echo "not ok $n $line # $why"
			failed=1
		fi
	done
}

trace() {
	local model=$1

	shift
	build "$model" -O2 -DBFS -- "$@" || {
		cat log >&2
		exit 1
	}
	./pan -w24 >out 2>&1 || true
	[ "$(broken)" != none ] || {
		echo "no promise is broken" >&2
		exit 1
	}
	spin -t "$@" "$model.pml" | sed -n '/assertion/q; s/^ *//p'
	echo "broken: $(broken)"
}

failed=0
case ${1-} in
trace)
	shift
	trace "$@"
	;;
all) run all ;;
'') run check ;;
*)
	echo "check.sh: '$1': neither 'all' nor 'trace'" >&2
	exit 1
	;;
esac
exit "$failed"
