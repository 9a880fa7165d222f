# SPDX-License-Identifier: GPL-2.0-only
# Whether a run in which something failed says less than a whole one, and nothing
# else. Sourced.
# shellcheck shell=bash

# The answers: those of why are calls, and whether they work.
answers()
{
	if [[ $1 == why ]]; then
		jq -r '.calls[] | "\(.call)_\(.flags | join("_")) \(.works)"'
	else
		cat
	fi
}

# Table "out" says nothing that "whole" does not: the same tasks, unknown is
# allowed, NULL is NULL, and letters may be others as long as they are the same
# for the same tasks.
tells_less()
{
	awk '
		function wrong(what) {
			print what ": line " FNR ", word " i ": " was " is " $i
			bad = 1
		}
		NR == FNR { whole[FNR] = $0; lines = FNR; next }
		{
			n = split(whole[FNR], word)
			if (n != NF)
				wrong("words")
			for (i = 1; i <= NF; i++) {
				was = word[i]
				if ($i == was && $i !~ /^[A-Z]$/ ||
				    $i ~ /^([?.]|unknown)$/)
					continue
				if (was !~ /^[A-Z]$/ || $i !~ /^[A-Z]$/)
					wrong("object")
				else if ((i, was) in to && to[i, was] != $i)
					wrong("apart")
				else if ((i, $i) in from && from[i, $i] != was)
					wrong("shared")
				to[i, was] = $i
				from[i, $i] = was
			}
		}
		END { if (FNR != lines) wrong("lines"); exit bad }' \
		<(answers "$1" <whole) <(answers "$1" <out)
}

# The audit "out" reports what "whole" does; a rule of which something is missing
# is one that could not be checked.
audits_less()
{
	jq -n -e --slurpfile whole whole --slurpfile out out '
		def findings: map(select(.type == "finding") |
			{rule, pids: [.tasks[].pid]});
		def unchecked($rule): [.[-1].not_checked[] |
			select(.rule == $rule).cases] | add // 0;
		($out | findings) - ($whole | findings) == [] and
		all(($whole | findings) - ($out | findings) | .[].rule;
			. as $rule | ($out | unchecked($rule)) >
			($whole | unchecked($rule)))' >/dev/null
}
