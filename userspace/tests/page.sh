#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# taskshare page: what it makes pages of, and what it refuses.
#
#	page.sh TASKSHARE
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/tap.sh"

taskshare=$(realpath "$1")
minimal=$(realpath "$(dirname "$0")/corpus_page/minimal")
cd "$scratch" || exit 1

makes()
{
	"$taskshare" page "$minimal" -o page.html && [[ -s page.html ]] &&
		page_data page.html | jq -S . >got && jq -S . "$minimal" | cmp - got
}

to_stdout()
{
	"$taskshare" page - <"$minimal" | cmp - page.html
}

# Nothing of a recording can end the element that it is in.
escapes()
{
	grep -q '</script>' "$minimal" && ! page_data page.html | grep '<'
}

# Each hash of the policy is that of an element, and each such element has one.
hashes()
{
	local element hash
	[[ $(grep -o -E "'sha256-[^']*'" page.html | wc -l) == 2 ]] || return 1
	for element in style script; do
		hash=$(perl -MDigest::SHA=sha256_base64 -0777 -ne "
			m{<$element>(.*?)</$element>}s or exit 1;
			print sha256_base64(\$1)" page.html)
		grep -q -F "$element-src 'sha256-$hash='" page.html || return 1
	done
	[[ $(grep -c -E '<(style|script)' page.html) == 3 ]]
}

# refuses CHANGE WORDS: the recording after that change, by jq
refuses()
{
	jq "$1" "$minimal" >changed.json
	fails 5 "changed.json: .*$2" "$taskshare" page changed.json
}

# accepts CHANGE
accepts()
{
	jq "$1" "$minimal" >changed.json && "$taskshare" page changed.json >/dev/null
}

# The rules, one a line: a change that breaks it, and what is said
broken()
{
	local change words n=0
	while IFS='#' read -r change words; do
		n=$((n + 1))
		refuses "$change" "$words" || { echo "$change"; return 1; }
	done <<-'END'
		[.]#has to be an object
		del(.recording)#no version
		.recording = 2#version 2: this program reads version 1
		del(.engine)#no engine$
		.engine = 1#engine has to be a string$
		.command = [1]#command.0.: has to be a string
		.exit = 0#exit has to be an object or null
		.exit.status = "0"#exit: status has to be a whole number
		.kinds[0].seen = 1#kinds.0.: seen has to be true or false
		.tasks[1].creator = 2#tasks.1.: creator is 2, but tasks has 2
		.objects[0].kind = 1#objects.0.: kind is 1, but kinds has 1
		.objects[0].letter = null#objects.0.: letter has to be a string
		.sources = [1]#sources.0.: has to be an object
		.steps = []#no steps
		.steps[1].task = -1#steps.1.: task is negative
		.steps[1].task = 1e99#steps.1.: task has to be a whole number
		.steps[1].other = 7#steps.1.: other is 7, but tasks has 2
		.steps[1].flags = [{}]#steps.1..flags.0.: has to be a string
		.steps[1].source.source = 1#steps.1..source: source is 1
		.steps[1].rows[0][6] = []#steps.1..rows.0.: 0 cells for 1 kinds
		.steps[1].rows[0][6] = [1]#a cell is 1, but objects has 1
		.steps[1].rows[0][6] = ["x"]#a cell is neither
		.steps[1].rows[0] |= .[1:]#rows.0.: has to be an array of 7
		.steps[1].rows = {}#rows has to be an array
		.steps[1].refs = [[9, 1]]#refs.0.: object is 9
		.steps[1].files.tables[0][0] = 5#files.tables.0.: object is 5
		.steps[1].files.tables[0][1][0][0] = null#descriptor has to be a whole
		.steps[1].files.descriptions[0][1] = "1"#offset has to be a whole number or null
		.steps[1].files.files[0][1] = 0#device has to be a string
		del(.steps[1].files.files)#files: no files
		.output[0].text = 1#output.0.: text has to be a string
		.lab.title = 1#lab: title has to be a string
		.lab.ask = [{}]#ask.0.: no text
		.notes = [1]#notes.0.: has to be a string
		.steps = [range(2001)]#2001 steps: a page holds 2000
	END
	((n > 30))
}

# Keys of a later format are no error, nor is what may be missing.
lenient()
{
	accepts '.later = 1 | .steps[0].later = {}' &&
		accepts 'del(.lab, .notes, .steps[1].files, .steps[1].source,
			.steps[1].refs, .steps[1].call, .steps[1].flags)' &&
		accepts '.exit = null | .steps[1].files = null | .lab = null'
}

not_json()
{
	printf '{"recording": 1' >short.json
	fails 5 'short.json: not JSON: line 1' "$taskshare" page short.json &&
		printf '{"a": "\xff\x1b[31m"}' >bytes.json &&
		fails 5 'bytes.json: not JSON' "$taskshare" page bytes.json &&
		! grep -q $'\x1b' err && fails 5 'not JSON' \
			"$taskshare" page /dev/null
}

too_large()
{
	{ cat "$minimal"; head -c 67108864 /dev/zero | tr '\0' ' '; } >large.json
	fails 5 'more than 67108864 bytes' "$taskshare" page large.json
}

# A page that is there stays.
keeps()
{
	fails 5 'not JSON' "$taskshare" page short.json -o page.html && to_stdout
}

check "a page has the recording in it" makes
check "the same from the standard input" to_stdout
check "no '<' of a recording is in a page" escapes
check "the policy names the hashes of script and style" hashes
check "a recording that breaks a rule: a line says which, status 5" broken
check "keys that are not known, and those that may be missing" lenient
check "what is no JSON, or no UTF-8" not_json
check "more than a page holds" too_large
check "a page that is there stays if there will be none" keeps
check "a file that is missing is 1" fails 1 'No such file' \
	"$taskshare" page missing.json
check "a page that cannot be written is 1" fails 1 'cannot be written' \
	"$taskshare" page "$minimal" -o /dev/full
check "no recording, or two, is 1" fails 1 'give one recording' \
	"$taskshare" page
finish
