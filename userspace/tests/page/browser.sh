#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# browser.sh TASKSHARE DIR: the page in a browser; prints TAP. What it needs of
# npm goes to DIR, once. Without a browser its tests fail.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
modules=$2/page-modules

# All or nothing, also if it is interrupted
fetch()
{
	rm -rf "$modules" "$modules.new"
	mkdir -p "$modules.new"
	cp "$here"/package.json "$here"/package-lock.json "$modules.new"
	npm ci --prefix "$modules.new" --ignore-scripts --no-audit --no-fund \
		--prefer-offline >"$modules.log" 2>&1 || {
		sed 's/^/# /' "$modules.log"
		printf '1..1\nnot ok 1 - npm has what the browser is driven by\n'
		exit 1
	}
	mv "$modules.new" "$modules"
}

mkdir -p "$2"
cmp -s "$here/package-lock.json" "$modules/package-lock.json" || fetch
TASKSHARE=$(realpath "$1") MODULES=$(realpath "$modules") \
	exec timeout -k 5 $((300 * ${TASKSHARE_PATIENCE:-1})) \
	node --test-reporter=tap "$here/page.test.mjs"
