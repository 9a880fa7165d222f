#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# template.sh head|tail|live HTML COLOURS CSS JS...: prints the part of every page
# before the recording, or behind it; or a page that asks its server for a
# recording. HTML has a line for each part to be put in. The page names the hashes of its script
# and style: nothing in a recording runs or styles.
set -eu

part=$1 html=$2 colours=$3 css=$4
shift 4

style()
{
	cat "$colours" "$css"
}

script()
{
	echo '"use strict";'
	cat "$@"
}

hash()
{
	sha256sum | cut -c 1-64 | tr a-f A-F | basenc --base16 -d |
		basenc --base64
}

# An element begins right behind its tag, and ends right before the other.
# begin JS...
begin()
{
	policy="default-src 'none'; base-uri 'none'; form-action 'none'"
	[ "$part" != live ] || policy="$policy; connect-src 'self'"
	policy="$policy; script-src 'sha256-$(script "$@" | hash)'"
	policy="$policy; style-src 'sha256-$(style | hash)'"
	sed '/@RECORDING@/,$d' "$html" | while IFS= read -r line; do
		case $line in
		*@POLICY@*)
			printf '%s\n' "${line%@POLICY@*}$policy${line#*@POLICY@}"
			;;
		@STYLE@)
			printf '<style>'
			style
			echo '</style>'
			;;
		*)
			printf '%s\n' "$line"
			;;
		esac
	done
}

# end JS...
end()
{
	printf '<script>'
	script "$@"
	echo '</script>'
	sed '1,/@RECORDING@/d' "$html"
}

case $part in
head)
	begin "$@"
	printf '<script type="application/json" id="recording">'
	;;
tail)
	echo '</script>'
	end "$@"
	;;
live)
	begin "$@"
	end "$@"
	;;
esac
