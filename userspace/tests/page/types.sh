#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# types.sh DIR: TypeScript checks the page's JavaScript. Packages of npm are
# installed in DIR, once.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/modules.sh"
npm_modules "$here" "$1/page-lint" || { cat "$1/page-lint.log"; exit 1; }
"$1/page-lint/node_modules/.bin/tsc" --allowJs --checkJs --noEmit --strict \
	--noUnusedLocals --target es2022 --lib es2023,dom,dom.iterable \
	"$here"/../../page/*.js
