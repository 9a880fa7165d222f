#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Fills the pages of the labs with the output of a run: between
# "<!-- lab: HEADING -->" and "<!-- end -->" stands the section of that heading.
#
#	update.sh TASKSHARE	runs all labs and writes it into the pages
#	update.sh --check PAGE OUTPUT
#		compares a page with what a run has printed, numbers aside
#		0: it is the same; 1: it is not; 4: it cannot be the same, because
#		the page is of another kernel or engine
set -eu
export LC_ALL=C

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# section HEADING: the lines of a run under it, as Markdown
section()
{
	awk -v want="$1" '
		/^(Question|Observations|Why|Further reading|Verdict)$/ {
			on = $0 == want
			next
		}
		on { sub(/ +$/, ""); lines[++n] = $0 }
		END {
			fence = want == "Observations"
			while (n && lines[n] == "")
				n--
			first = 1
			while (first < n && lines[first] == "")
				first++
			if (fence)
				print "```text"
			for (i = first; i <= n; i++)
				print (want == "Further reading" &&
				       lines[i] !~ /^ / ? "- " : "") lines[i]
			if (fence)
				print "```"
		}'
}

# fill OUTPUT: a page with its quotes taken from a run anew
fill()
{
	local line quoting=
	while IFS= read -r line; do
		if [[ $line =~ ^'<!-- lab: '(.*)' -->'$ ]]; then
			printf '%s\n' "$line"
			section "${BASH_REMATCH[1]}" <"$1"
			quoting=1
		elif [[ $line == '<!-- end -->' ]]; then
			printf '%s\n' "$line"
			quoting=
		elif [[ ! $quoting ]]; then
			printf '%s\n' "$line"
		fi
	done
}

# PIDs, times and widths differ from run to run, and with them where sentences
# are broken; how many sizes there are in lab 10 depends on the memory.
normalise()
{
	sed -E ':join; N; s/\n {10}([^ ])/ \1/; t join; P; D' |
		sed -E 's/[0-9]+(\.[0-9]+)?/N/g; s/ +/ /g; s/^ //' | uniq
}

# The kernel's version and the engine that a page or a run is of
system()
{
	sed -nE 's/^Linux ([0-9]+\.[0-9]+).*seen by (.*)\.$/\1 \2/p' "$1"
}

check()
{
	local page=$1 output=$2
	if [[ $(system "$page") != "$(system "$output")" ]]; then
		echo "the page is of $(system "$page"), this is $(system "$output")"
		return 4
	fi
	fill "$output" <"$page" | normalise >"$scratch/new"
	normalise <"$page" >"$scratch/old"
	diff -u --label "$page" --label run "$scratch/old" "$scratch/new"
}

update()
{
	local taskshare=$1 page name
	for page in "$(dirname "$0")"/[0-9]*.md; do
		name=${page##*/[0-9][0-9]-}
		"$taskshare" lab "${name%.md}" >"$scratch/output"
		fill "$scratch/output" <"$page" >"$scratch/page"
		cat "$scratch/page" >"$page"
	done
}

case ${1-} in
--check)
	check "$2" "$3"
	;;
'')
	sed -n '/^#	/s/^#	//p' "$0" >&2
	exit 1
	;;
*)
	update "$1"
	;;
esac
