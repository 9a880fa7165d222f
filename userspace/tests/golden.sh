#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Golden outputs: every line of golden/list runs the reader on a recorded
# input; what it prints and how it ends is compared with golden/NAME.out.
#
#	golden.sh TASKSHARE MKRECORDS [--update]
#
# TAP on standard output. --update writes what came out to golden/NAME.out.
. "${0%/*}/tap.sh"
unset NO_COLOR COLUMNS

taskshare=$(realpath "$1")
mkrecords=$(realpath "$2")
update=${3-}
cd "$(dirname "$0")/golden" || exit 1

for in in *.in; do
	"$mkrecords" <"$in" >"$scratch/${in%.in}.tsr" || exit 1
done
head -c 700 "$scratch/firefox.tsr" >"$scratch/torn.tsr"
: >"$scratch/empty.tsr"
echo "This is no stream of records, but a long enough line of text." \
	>"$scratch/stranger.tsr"
# Byte 4 of a record is its version; byte 0 to 3 are its magic number.
{ head -c 4 "$scratch/firefox.tsr"; printf "\2\0"; tail -c +7 "$scratch/firefox.tsr"; } \
	>"$scratch/newer.tsr"
{ printf "RHST"; tail -c +5 "$scratch/firefox.tsr"; } >"$scratch/swapped.tsr"

# A list for the shell: names, inputs and arguments without blanks in them.
run()
{
	local locale=$1 input=$2
	shift 2
	(
		cd "$scratch" || exit 1
		LC_ALL=$locale "$taskshare" --engine="file:$input.tsr" "$@" 2>&1
		echo "exit $?"
	)
}

# Without headings, libsmartcols 2.41 makes narrower columns than before.
columns()
{
	[[ $1 == *noheadings* ]] && sed -i 's/  */ /g' "$2"
	return 0
}

while read -r name locale input args; do
	[[ $name == \#* || -z $name ]] && continue
	# shellcheck disable=SC2086 # the arguments are words
	run "$locale" "$input" $args >"$scratch/out"
	columns "$name" "$scratch/out"
	[[ $update == --update ]] && cp "$scratch/out" "$name.out"
	check "$name" diff -u "$name.out" "$scratch/out"
done <list

# On a terminal libsmartcols prints the table, elsewhere output/plain.c does.
# shellcheck disable=SC2317 # called by check
same_on_terminal()
{
	local columns=COMM,PID,TGID,PPID,mm,files,fs,KIND,START,FLAGS,COMM locale in
	local -a args

	for in in *.in; do
		for locale in C C.UTF-8; do
			args=("--engine=file:$scratch/${in%.in}.tsr" --all -o "$columns")
			LC_ALL=$locale "$taskshare" "${args[@]}" >"$scratch/pipe"
			LC_ALL=$locale script -qec "stty cols 500 -onlcr
				exec $taskshare ${args[*]}" /dev/null \
				</dev/null >"$scratch/terminal"
			cmp "$scratch/pipe" "$scratch/terminal" || return
		done
	done
	[ -s "$scratch/pipe" ]
}
if command -v script >/dev/null; then
	check "a terminal has the same table" same_on_terminal
else
	skip "a terminal has the same table" "no script"
fi

# The picture of README is that of golden/picture.in.
sed '$d' matrix-svg.out >"$scratch/picture.svg"
[[ $update == --update ]] && cp "$scratch/picture.svg" ../../../docs/picture.svg
check "README's picture" cmp "$scratch/picture.svg" ../../../docs/picture.svg
finish
