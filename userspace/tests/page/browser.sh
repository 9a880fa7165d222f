#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# browser.sh TASKSHARE DIR: the page in a browser, from a file and from its server;
# prints TAP. Packages of npm are installed in DIR, once. Without a browser the
# tests fail.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/modules.sh"
modules=$2/page-modules
npm_modules "$here" "$modules" --omit=dev || {
	sed 's/^/# /' "$modules.log"
	printf '1..1\nnot ok 1 - npm has what drives the browser\n'
	exit 1
}
TASKSHARE=$(realpath "$1") MODULES=$(realpath "$modules") \
	exec timeout -k 5 $((300 * ${TASKSHARE_PATIENCE:-1})) \
	node --test-reporter=tap "$here/all.mjs"
