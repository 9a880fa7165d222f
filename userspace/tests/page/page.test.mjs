// SPDX-License-Identifier: GPL-2.0-only
// The page in Chromium, from a file, without a network. From the environment:
//	TASKSHARE	the program
//	MODULES		where npm put what is needed of it
//	CHROMIUM	the browser, if it is not Debian's
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { evil, kindNames, recordings } from "./recordings.mjs";
import { shown } from "./shown.mjs";

const { chromium } = createRequire(`${process.env.MODULES}/`)("playwright-core");
const patience = Number(process.env.TASKSHARE_PATIENCE ?? 1);
const scratch = mkdtempSync(`${tmpdir()}/page-`);
const made = {};
let browser;

// The file with the page of a recording
function pageOf(name) {
	if (made[name])
		return made[name];
	const recording = recordings[name]();
	const json = `${scratch}/${name}.json`, html = `${scratch}/${name}.html`;
	writeFileSync(json, JSON.stringify(recording.data));
	execFileSync(process.env.TASKSHARE, ["page", json, "-o", html]);
	made[name] = { recording, url: pathToFileURL(html).href };
	return made[name];
}

// open(NAME): the page; what it asks for, reports and logs is collected.
async function open(name, { fragment = "", ...options } = {}) {
	const context = await browser.newContext({
		viewport: { width: 1280, height: 720 }, offline: true,
		reducedMotion: "reduce", ...options });
	context.setDefaultTimeout(30000 * patience);
	const page = await context.newPage();
	const { recording, url } = pageOf(name);
	const seen = { requests: [], errors: [] };

	page.on("request", (request) => seen.requests.push(request.url()));
	page.on("pageerror", (error) => seen.errors.push(String(error)));
	page.on("console", (message) => seen.errors.push(message.text()));
	page.on("dialog", (dialog) => seen.errors.push(dialog.message()));
	await page.goto(url + fragment);
	return { page, recording, seen, url, close: async () => {
		assert.deepEqual(seen.errors, []);
		assert.deepEqual(seen.requests, [url]);
		await context.close();
	} };
}

const step = (page) => page.evaluate(() => location.hash);
const at = (n) => `#step=${n}`;

// Types digits, each the given milliseconds after the other, however slow this is
function type(page, digits, apart) {
	return page.evaluate(([digits, apart]) => {
		[...digits].forEach((key, i) => {
			const event = new KeyboardEvent("keydown", { key });
			Object.defineProperty(event, "timeStamp",
				{ value: 1e9 + i * apart });
			document.dispatchEvent(event);
		});
	}, [digits, apart]);
}

// The same, of the rows that the recorder kept
function expected({ data, states }, n) {
	const rows = states[n].filter(Boolean);
	const before = (task) => states[n - 1]?.[task];
	const held = new Map();
	for (const row of rows)
		for (const cell of row[4] === "gone" ? [] : new Set(row[6]))
			held.set(cell, (held.get(cell) ?? 0) + 1);
	const holders = (cell) => held.get(cell) ?? 0;
	const text = { vfork: "waits", gone: "ended" };
	const look = (cell, gone) => {
		if (cell === null)
			return gone ? ["", ""] : ["·", "none"];
		if (typeof cell === "string")
			return cell === "?" ? ["?", "moved"] :
					      ["not seen", "unseen"];
		const { letter } = data.objects[cell];
		let n = 0;
		for (const c of letter)
			n = n * 26 + c.charCodeAt(0) - 64;
		return [letter, `chip c${(n - 1) % 8} ` +
			(holders(cell) > 1 ? "shared" : "alone")];
	};
	return rows.map((row) => ({
		pid: row[1], name: row[5], state: text[row[4]],
		cells: Object.fromEntries(row[6].map((cell, k) => {
			const old = before(row[0]);
			return [kindNames[k], [...look(cell, row[4] === "gone"),
				!!old && row[4] !== "gone" && old[6][k] !== cell]];
		})),
	}));
}

const byPid = (rows) => rows.sort((a, b) => a.pid - b.pid);

before(async () => {
	browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		timeout: 60000 * patience,
		args: ["--no-sandbox", "--disable-dev-shm-usage"],
	});
});

after(async () => {
	await browser?.close();
	rmSync(scratch, { recursive: true });
});

for (const name of ["small", "twelve"])
	test(`${name}: every step, there and back, as it was recorded`, async () => {
		const { page, recording, close } = await open(name);
		const steps = [...recording.states.keys()];
		const check = async (n) => {
			assert.equal(await step(page), at(n));
			assert.deepEqual(byPid(await shown(page)),
					 byPid(expected(recording, n)), `step ${n}`);
			assert.equal(await page.textContent("#says"),
				     recording.data.steps[n].sentence);
		};

		await check(0);
		for (const n of steps.slice(1)) {
			await page.keyboard.press("ArrowRight");
			await check(n);
		}
		for (const n of steps.slice(0, -1).reverse()) {
			await page.keyboard.press("ArrowLeft");
			await check(n);
		}
		await close();
	});

test("nothing moves: rows and columns stay where they are", async () => {
	const { page, recording, close } = await open("twelve");
	const places = () => page.$$eval("#matrix tr", (rows) => [
		JSON.stringify(document.querySelector("main")
			.getBoundingClientRect()),
		...rows.map((tr) => [tr.offsetTop, ...[...tr.cells].map((td) =>
			td.offsetLeft)])].join("\n"));
	const first = await places();

	for (let n = 1; n < recording.states.length; n++) {
		await page.keyboard.press("ArrowRight");
		assert.equal(await places(), first, `step ${n}`);
	}
	await close();
});

test("keys, buttons, the slider and links lead to steps", async () => {
	const { page, recording, close } = await open("twelve", {
		fragment: at(12) });
	const last = recording.states.length - 1;
	const press = async (key, n) => {
		await page.keyboard.press(key);
		assert.equal(await step(page), at(n), key);
		assert.equal(await page.textContent("#count"), `${n} / ${last}`);
	};

	assert.equal(await page.textContent("#count"), `12 / ${last}`);
	await press("Home", 0);
	await press("ArrowLeft", 0);
	await press("Space", 1);
	await press("Shift+Space", 0);
	await press("PageDown", 1);
	await press("End", last);
	await press("ArrowRight", last);
	await press("PageUp", last - 1);
	await type(page, "17", 500);
	assert.equal(await step(page), at(17));
	await type(page, "17", 1500);
	assert.equal(await step(page), at(7));
	await page.click("#first");
	assert.equal(await step(page), at(0));
	await page.click("#next");
	await page.click("#next");
	await page.click("#back");
	assert.equal(await step(page), at(1));
	await page.click("#last");
	assert.equal(await step(page), at(last));
	await page.fill("#slider", "5");
	assert.equal(await page.textContent("#count"), `5 / ${last}`);
	await page.evaluate(() => { location.hash = "#step=7"; });
	await page.waitForFunction(() =>
		document.getElementById("count").textContent.startsWith("7 "));
	await page.evaluate(() => { location.hash = "#step=99999"; });
	await page.waitForFunction((n) =>
		document.getElementById("count").textContent === `${n} / ${n}`,
		last);
	await close();
});

test("the arrow leads from the creator to the new task", async () => {
	const { page, close } = await open("small", { fragment: at(2) });
	const ends = await page.evaluate(() => {
		const rows = [...document.querySelectorAll("#matrix tbody tr")];
		const middle = (pid) => {
			const tr = rows.find((row) =>
				row.querySelector(".pid")?.textContent === pid);
			return tr.offsetTop + tr.offsetHeight / 2;
		};
		const number = (name, at) => Number(document.querySelector(
			"#arrow circle").getAttribute(name)) - at;
		const tip = document.querySelector("#arrow .tip")
			.getAttribute("d").match(/^M\S+ ([\d.]+)l/)[1];
		return [number("cy", middle("812")), tip - middle("814")];
	});

	assert.deepEqual(ends, [0, 0]);
	await page.keyboard.press("ArrowRight");
	assert.equal(await page.locator("#arrow circle").count(), 0);
	await close();
});

test("the source: its line, and a click leads to the next execution", async () => {
	const { page, close } = await open("small", { fragment: at(1) });
	const now = () => page.$eval(".listing .now", (li) =>
		[...li.parentNode.children].indexOf(li) + 1);

	assert.equal(await now(), 19);
	await page.click(".listing li:nth-child(24) button");
	assert.equal(await step(page), at(7));
	assert.equal(await now(), 24);
	await page.click(".listing li:nth-child(11) button");
	assert.equal(await step(page), at(3));
	await page.keyboard.press("4");
	assert.equal(await page.locator(".listing .now").count(), 0);
	assert.equal(await page.textContent("#source-place"),
		     "start_thread()  libc.so.6");
	await close();
});

test("panes: output until the step, open files, objects; each can go", async () => {
	const { page, recording, close } = await open("small");
	const output = () => page.$$eval("#output pre", (all) => all.map((pre) =>
		[pre.dataset.stream, pre.textContent, pre.classList.contains(
			"fresh")]));

	assert.deepEqual(await output(), []);
	await page.keyboard.press("3");
	assert.deepEqual(await output(), [["out", "1 works", false],
					  ["out", "2 works", true]]);
	await page.keyboard.press("End");
	assert.deepEqual((await output()).map(([stream]) => stream),
			 ["out", "err"]);
	assert.equal((await output())[0][1].split("\n").length, 3);
	for (const name of ["source", "output", "files", "objects", "details"]) {
		const before = await page.isVisible(`#${name}`);
		await page.click(`#show-${name}`);
		assert.equal(await page.isVisible(`#${name}`), !before);
		assert.equal(await page.getAttribute(`#show-${name}`,
			"aria-pressed"), String(!before));
	}
	await page.keyboard.press("6");
	assert.deepEqual(await page.$$eval("#files .box.table", (boxes) =>
		boxes.map((box) => box.querySelectorAll(".fd").length)), [4, 5]);
	assert.equal(await page.locator("#files .wires path").count(), 4 + 5 + 3);
	const { objects } = recording.data;
	const mm = await page.$$eval("#objects tbody tr", (rows) => rows
		.map((tr) => [...tr.cells].map((td) => td.textContent))
		.filter(([kind]) => kind === "mm"));
	assert.equal(objects[0].letter, "A");
	assert.deepEqual(mm.map((row) => row.slice(1)),
			 [["A", "1 task", "1"], ["B", "1 task", "1"]]);
	assert.equal(await page.isVisible("#show-lab"), false);
	await close();
});

test("predict: asks before it shows, and compares", async () => {
	const { page, close } = await open("small");
	const answer = (kind) => page.locator(
		`button.answer[aria-label^='${kind}:']`);

	await page.click("#predict");
	await page.keyboard.press("ArrowRight");
	assert.match(await page.textContent("#says"),
		     /^calls clone3\(\) and makes 813\. Which letters/);
	assert.equal(await step(page), at(0));
	// Memory the same, which is right; open files new, which is wrong.
	await answer("memory").focus();
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("ArrowRight");
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("ArrowDown");
	assert.equal(await answer("memory").textContent(), "A");
	assert.equal(await answer("file descriptor table").textContent(), "new");
	await page.keyboard.press("Enter");
	assert.equal(await page.textContent("#verdict"), "1 of 2 right.");
	assert.equal(await step(page), at(1));
	assert.deepEqual(await page.$$eval("#matrix .right, #matrix .wrong",
		(marks) => marks.map((mark) => mark.textContent)), ["✓", "✗"]);
	// The next question, which is left unanswered
	await page.keyboard.press("ArrowRight");
	assert.equal(await page.locator("#matrix .right").count(), 0);
	assert.equal(await page.locator("button.answer").count() > 5, true);
	await page.click("#compare");
	assert.equal(await page.textContent("#verdict"), "");
	assert.equal(await step(page), at(2));
	await page.click("#predict");
	await page.keyboard.press("Home");
	await page.keyboard.press("ArrowRight");
	assert.equal(await page.locator("button.answer").count(), 0);
	await close();
});

test("a lab: predictions are compared, the last step explains", async () => {
	const { page, close } = await open("lab");
	const said = () => page.locator(".said b").allTextContents();
	const explained = () => page.locator(".explanation").isVisible();

	assert.equal(await page.title(), "Lab 7: a fork");
	assert.equal(await page.locator(".lab-question").textContent(),
		     "Who forks?");
	assert.deepEqual(await said(), ["", "", ""]);
	assert.equal(await explained(), false);
	// Typed letters are no keys of the page.
	await page.locator(".prediction").nth(0).pressSequentially("3 ");
	await page.locator(".prediction").nth(1).pressSequentially("m, f");
	assert.equal(await step(page), at(0));
	await page.keyboard.press("Enter");
	assert.deepEqual(await said(), ["\u2717 it was: 2", "\u2713 right",
					"not observed here"]);
	await page.locator(".prediction").nth(0).fill("2");
	await page.locator("button.compare").click();
	assert.equal((await said())[0], "\u2713 right");
	await page.locator("#matrix-area").press("End");
	assert.equal(await explained(), true);
	assert.equal(await page.locator("#lab a").getAttribute("href"),
		     "index.html");
	await close();
});

test("sixty tasks: 50 rows, the others where one asks for them", async () => {
	const { page, recording, close } = await open("sixty", {
		fragment: at(9) });
	const rows = () => page.locator("#matrix tbody tr:visible").count();
	const pids = async () => (await shown(page)).map(({ pid }) => pid);

	assert.equal(await rows() <= 50, true);
	assert.equal(recording.data.tasks.length, 60);
	// The task that this step makes is in a fold, and shown there.
	assert.equal((await pids()).includes(821), true);
	await page.keyboard.press("ArrowRight");
	assert.equal((await pids()).includes(821), false);
	for (const fold of await page.locator(".unfold:visible").all())
		await page.locator(".unfold:visible").first().click();
	assert.equal(await rows(), 60);
	await page.keyboard.press("End");
	const last = recording.states.length - 1;
	assert.deepEqual(byPid(await shown(page)),
			 byPid(expected(recording, last)));
	await close();
});

test("names, output, paths and source that are markup stay text", async () => {
	const { page, recording, close } = await open("hostile");
	const last = recording.states.length - 1;

	for (const name of ["output", "files", "objects", "details"])
		await page.click(`#show-${name}`);
	for (let n = 0; n <= last; n++) {
		await page.evaluate((hash) => { location.hash = hash; }, at(n));
		await page.waitForFunction((text) => document.getElementById(
			"count").textContent === text, `${n} / ${last}`);
	}
	assert.equal(await page.evaluate(() => window.hit), undefined);
	assert.equal(await page.locator("img, iframe, body script:not(#recording)")
		.count(), 1);
	assert.match(await page.textContent("#says"), /<\/style><style>/);
	const output = await page.$$eval("#output pre", (all) =>
		all.map((pre) => pre.textContent));
	assert.equal(output.length, 2 * evil.length);
	for (const text of [evil[0], evil[1], "\\u202egnp.exe", "\\x1b[31mred"])
		assert.equal(output.includes(text), true, text);
	assert.equal(/[\0-\x08\u202e\u2028]/.test(await page.innerText("body")),
		     false);
	await page.emulateMedia({ media: "print" });
	await page.pdf();
	assert.equal(await page.evaluate(() => window.hit), undefined);
	await close();
});

test("the policy lets nothing else run", async () => {
	const { page, url } = await open("small");
	const policy = await page.getAttribute("meta[http-equiv]", "content");

	assert.match(policy, /^default-src 'none'; base-uri 'none'; /);
	assert.equal(/unsafe|\*|https?:|data:/.test(policy), false);
	assert.equal(await page.evaluate(() => {
		const script = document.createElement("script");
		script.textContent = "window.hit = 1";
		document.body.append(script);
		const style = document.createElement("style");
		style.textContent = "body { visibility: hidden }";
		document.body.append(style);
		return [window.hit, getComputedStyle(document.body).visibility]
			.join();
	}), ",visible");
	assert.equal(url.startsWith("file:"), true);
});

test("not seen, moved, none and alone look different, also without colours",
	async () => {
	for (const options of [{}, { forcedColors: "active" },
			       { colorScheme: "dark" }]) {
		const { page, close } = await open("twelve", options);
		const looks = await page.evaluate(() => {
			const td = document.querySelector("#matrix td.loud");
			return ["shared", "alone", "none", "moved", "unseen"]
				.map((look) => {
					td.innerHTML = "";
					td.append(look === "shared" ||
						  look === "alone" ?
						  chip("A", look === "shared") :
						  page.matrix.cellContent(look));
					const style = getComputedStyle(
						td.firstElementChild);
					return [td.textContent,
						style.borderStyle,
						style.backgroundColor,
						style.backgroundImage].join();
				});
		});
		assert.equal(new Set(looks).size, 5, looks.join("\n"));
		await close();
	}
});

test("the sentence is a live region, the matrix a table with headings", async () => {
	const { page, close } = await open("twelve");

	assert.equal(await page.getAttribute("#sentence", "aria-live"), "polite");
	assert.equal(await page.locator("#sentence #says").count(), 1);
	assert.equal(await page.locator("#matrix th[scope=col]").count(), 21);
	assert.equal(await page.locator("#matrix tbody th[scope=row]").count(), 12);
	const focus = [];
	for (let i = 0; i < 6; i++) {
		await page.keyboard.press("Tab");
		focus.push(await page.evaluate(() => document.activeElement.id));
	}
	assert.deepEqual(focus.slice(0, 2), ["show-output", "show-objects"]);
	await close();
});

test("what is new fades in, unless one asks for less motion", async () => {
	for (const [reducedMotion, moves] of [["reduce", false],
					      ["no-preference", true]]) {
		const { page, close } = await open("small", { reducedMotion });
		for (const n of [2, 3])
			assert.equal(await page.evaluate((n) => {
				page.go(n);
				return document.getAnimations().length > 0;
			}, n), moves, `${reducedMotion}, step ${n}`);
		await close();
	}
});

// Pages of a PDF as Chromium writes it
const pages = (pdf) => pdf.toString("latin1").match(/\/Type \/Page\b/g).length;

test("a small screen: rows, panes and buttons have room", async () => {
	for (const viewport of [{ width: 360, height: 740 },
				{ width: 740, height: 360 }]) {
		const { page, close } = await open("small", { viewport });

		await page.keyboard.press("End");
		const { rows, panes, next, wide } = await page.evaluate(() => {
			const height = (element) =>
				element.getBoundingClientRect().height;
			const area = document.getElementById("matrix-area");
			const head = document.querySelector("#matrix thead");
			const button = document.getElementById("next");
			return { rows: area.clientHeight - height(head),
				panes: [...document.querySelectorAll(
					".pane:not([hidden])")].map(height),
				next: button.getBoundingClientRect().bottom,
				wide: document.documentElement.scrollWidth };
		});
		assert.equal(rows > 100, true, `rows: ${rows}`);
		assert.equal(panes.length > 1 && panes.every((n) => n > 50), true,
			     `panes: ${panes}`);
		assert.equal(next <= viewport.height, true);
		assert.equal(wide <= viewport.width, true);
		await close();
	}
});

test("print: every step, on paper", async () => {
	const { page, recording, close } = await open("twelve");
	const pdf = await page.pdf({ format: "A4" });

	assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
	const steps = recording.states.length;
	assert.equal(pages(pdf) > 1 && pages(pdf) < steps, true, pages(pdf));
	await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
	await page.emulateMedia({ media: "print" });
	assert.deepEqual(await page.$$eval("#strip article h2", (all) =>
		all.map((h2) => h2.textContent)),
		recording.data.steps.map(({ sentence, task }, n) =>
			`${n} ${recording.states[n][task][1]} ${sentence}`));
	assert.equal(await page.isVisible("#matrix"), false);
	assert.equal(await page.isVisible("#strip"), true);
	await page.evaluate(() => dispatchEvent(new Event("afterprint")));
	assert.equal(await page.locator("#strip article").count(), 0);
	await close();
});

test("print: a hand-out, dark on white, as wide as the paper", async () => {
	for (const name of ["small", "lab"]) {
		const { page, recording, close } = await open(name, {
			colorScheme: "dark",
			viewport: { width: 688, height: 1000 } });
		await page.click("#theme");
		await page.click("#theme");
		await page.emulateMedia({ media: "print" });
		// Also with each kind in a column
		for (const loud of [null, recording.data.kinds.length]) {
			await page.evaluate((loud) => {
				page.matrix.loud = loud ?? page.matrix.loud;
				dispatchEvent(new Event("beforeprint"));
			}, loud);
			const paper = await page.evaluate(() => ({
				controls: [...document.querySelectorAll(
					"button, input, select, nav, footer")]
					.filter((it) => it.checkVisibility()).length,
				scheme: getComputedStyle(document.documentElement)
					.colorScheme,
				right: Math.max(...[...document.querySelectorAll(
					"#strip *")].map((it) =>
					it.getBoundingClientRect().right)),
				room: document.documentElement.clientWidth,
				split: [...document.querySelectorAll("article")]
					.filter((it) => getComputedStyle(it)
						.breakInside !== "avoid").length,
				columns: document.querySelector("#strip article tr")
					.cells.length - 1,
			}));
			assert.deepEqual([paper.controls, paper.scheme, paper.split],
					 [0, "light", 0]);
			assert.equal(paper.right <= paper.room, true,
				     JSON.stringify(paper));
			assert.equal(loud === null || loud === paper.columns, true);
		}
		const text = await page.locator("#strip").innerText();
		for (const line of name === "lab" ?
		     ["Lab 7: a fork", "Who forks?", "Why"] :
		     ["shared", "1 works", "by this step"])
			assert.equal(text.includes(line), true, line);
		if (name === "small") {
			const { source, line } = recording.data.steps[1].source;
			assert.match(text, new RegExp(`:${line} `));
			assert.equal(text.includes(recording.data.sources[source]
				.text.split("\n")[line - 1].trim()), true);
		}
		await close();
	}
});

// Numbers that are the same in each run
function random(seed) {
	return (n) => {
		seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
		return Math.floor(seed / 2 ** 32 * n);
	};
}

// mutate(RANDOM, VALUE): replaces something in it.
function mutate(pick, value) {
	const other = [null, 0, 1, 7, "", "?", "-", true, [], {}];
	for (let at = value; ;) {
		const keys = Object.keys(at);
		const key = keys[pick(keys.length)];
		if (key === undefined)
			return;
		if (at[key] && typeof at[key] === "object" && pick(5)) {
			at = at[key];
			continue;
		}
		if (pick(4))
			at[key] = other[pick(other.length)];
		else if (Array.isArray(at))
			at.splice(key, 1);
		else
			delete at[key];
		return;
	}
}

test("whatever the program takes for a recording the page can show", async () => {
	const { page, close } = await open("small");
	const pick = random(7);
	let taken = 0;

	for (let i = 0; i < 150; i++) {
		const data = JSON.parse(JSON.stringify(recordings.small().data));
		for (let n = pick(3); n >= 0; n--)
			mutate(pick, data);
		const text = JSON.stringify(data);
		const { status, stderr } = spawnSync(process.env.TASKSHARE,
			["page", "-"], { input: text });
		assert.equal([0, 5].includes(status), true, String(stderr));
		if (status)
			continue;
		taken++;
		assert.equal(await page.evaluate((text) => {
			try {
				const run = new Run(JSON.parse(text));
				const matrix = new Matrix(run, make("table"));
				const body = make("div");
				const source = new SourcePane(run, make("b"),
					make("b"), () => {});
				for (const step of run.steps) {
					matrix.show(step);
					showArrow(matrix, step, make("b"));
					for (const pane of [showOutput, showFiles,
							    showObjects])
						pane(run, step, body);
					showDetails(step, body);
					source.show(step);
					if (Prediction.possible(matrix, step)) {
						const asked = new Prediction(
							matrix, step);
						asked.ask();
						asked.compare();
					}
				}
				fillStrip(run, matrix, body);
				return "";
			} catch (error) {
				return error.stack;
			}
		}, text), "", text);
	}
	// Some of either kind, or nothing was tried.
	assert.equal(taken > 20 && taken < 140, true, String(taken));
	await close();
});

test("2,000 steps of 100 tasks: any of them", async () => {
	const { page, recording, close } = await open("longest");
	const shows = async (n) => {
		const want = byPid(expected(recording, n));
		for (const row of await shown(page))
			assert.deepEqual(row, want.find(({ pid }) =>
				pid === row.pid), `step ${n}`);
	};

	await page.keyboard.press("End");
	assert.equal(await page.textContent("#count"), "1999 / 1999");
	await shows(1999);
	await type(page, "1000", 500);
	assert.equal(await step(page), at(1000));
	await shows(1000);
	await close();
});
