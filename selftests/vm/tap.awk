# SPDX-License-Identifier: GPL-2.0-only
#
# Sums up test output: TAP between lines "#: begin NAME" and "#: end NAME
# STATUS SECONDS". Prints a line for each program, its failures and their reasons
# below it, and at the end "sum PASSED FAILED SKIPPED". A program fails also if it
# has no plan, does not keep to it, or ends with an error without a "not ok".
# -v where=... names the kernel.

function note(text)
{
	notes = notes "          " text "\n"
}

# A failure, and the comments since the last result.
function fail(text)
{
	f++
	note(text)
	notes = notes said
	said = ""
}

function begin(name)
{
	if (program)
		end("lost", "?")
	program = name
	p = f = s = planned = plans = 0
	notes = said = ""
}

# Judges the end of a program: one failure at most, as one cause has many effects.
function judge(status)
{
	if (status == "lost")
		fail("it did not end: the VM was lost while it ran")
	else if (status == 124 || status == 137)
		fail("it was killed when its time was up")
	else if (status > 128)
		fail("it was killed by signal " status - 128)
	else if (!plans)
		fail("it printed no plan")
	else if (p + f + s != planned)
		fail("it planned " planned " tests and ran " p + f + s)
	else if (status && !f && !(status == 4 && s))
		fail("it ended with status " status " though no test failed")
}

function end(status, seconds)
{
	judge(status)
	printf "  %-6s  %-24s %4d passed%s%s  %ss\n", f ? "FAIL" : "ok",
		where ": " program, p, f ? ", " f " failed" : "",
		s ? ", " s " skipped" : "", seconds
	printf "%s", notes
	passed += p; failed += f; skipped += s
	program = ""
}

/^#: begin / {
	begin($3)
	next
}

/^#: end / && program == $3 {
	end($4 + 0, $5)
	next
}

!program { next }

/^1\.\.[0-9]+/ {
	plans++
	planned += substr($1, 4)
	if ($1 == "1..0") {
		planned++
		s++
		note("skipped: " $0)
	}
	next
}

/^(not )?ok( |$)/ && /# *[Ss][Kk][Ii][Pp]/ {
	s++
	note("skipped: " $0)
	next
}

/^not ok( |$)/ { fail($0) }
/^ok( |$)/ {
	p++
	said = ""
}
/^Bail out!/ { fail($0) }

/^# / { said = said "            " $0 "\n" }

END {
	if (program)
		end("lost", "?")
	print "sum", passed + 0, failed + 0, skipped + 0
}
