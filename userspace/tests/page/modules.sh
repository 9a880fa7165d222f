# SPDX-License-Identifier: GPL-2.0-only
# The npm packages that tests need; sourced.
# shellcheck shell=bash

# npm_modules FROM DIR OPTIONS...: a directory with what FROM/package.json names,
# once for each version of it; all or nothing, also if it is interrupted.
npm_modules()
{
	local from=$1 dir=$2
	shift 2
	! cmp -s "$from/package-lock.json" "$dir/package-lock.json" || return 0
	rm -rf "$dir" "$dir.new"
	mkdir -p "$dir.new"
	cp "$from"/package.json "$from"/package-lock.json "$dir.new"
	npm ci --prefix "$dir.new" --ignore-scripts --no-audit --no-fund \
		--prefer-offline "$@" >"$dir.log" 2>&1 || return 1
	mv "$dir.new" "$dir"
}
