// SPDX-License-Identifier: GPL-2.0-only
// How long the page of a long recording takes: until it is there, and for a
// step, laid out. page.mjs TASKSHARE MODULES
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { resolve } from "node:path";

import { longest } from "../userspace/tests/page/recordings.mjs";

const [taskshare, modules] = process.argv.slice(2);
const { chromium } = createRequire(`${resolve(modules)}/`)("playwright-core");
const scratch = mkdtempSync(`${tmpdir()}/page-`);
const quantile = (list, q) => list.sort((a, b) => a - b)[
	Math.floor(q * (list.length - 1))];

function report(name, list) {
	console.log(`${name.padEnd(28)} median ${quantile(list, .5).toFixed(1)} ` +
		    `ms, of ${list.length} the slowest ${
			quantile(list, 1).toFixed(1)} ms`);
}

try {
	writeFileSync(`${scratch}/json`, JSON.stringify(longest(2000, 200).data));
	execFileSync(taskshare, ["page", `${scratch}/json`, "-o",
				 `${scratch}/page.html`]);
	const browser = await chromium.launch({
		executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
	const opened = [];
	let steps;
	for (let i = 0; i < 3; i++) {
		const tab = await browser.newPage({
			viewport: { width: 1920, height: 1080 } });
		await tab.goto(`file://${scratch}/page.html`);
		opened.push(await tab.evaluate(() =>
			performance.getEntriesByType("navigation")[0]
				.loadEventEnd));
		steps = await tab.evaluate(() => [1, 700, -90].map((by) => {
			const times = [];
			for (let n = 1000; times.length < 100;
			     n = (n + by + 2000) % 2000) {
				const start = performance.now();
				page.go(n);
				document.body.getBoundingClientRect();
				times.push(performance.now() - start);
			}
			return times;
		}));
		await tab.close();
	}
	report("2,000 steps, 200 tasks: open", opened);
	report("a step", steps[0]);
	report("a jump forward", steps[1]);
	report("a jump back", steps[2]);
	await browser.close();
} finally {
	rmSync(scratch, { recursive: true });
}
