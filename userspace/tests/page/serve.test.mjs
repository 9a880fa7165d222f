// SPDX-License-Identifier: GPL-2.0-only
// taskshare serve: the page that steps a program, and who may do so. From the
// environment, as for page.test.mjs.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { ask, cmdline, links, raw, says, serve, serverOf, started, until }
	from "./serving.mjs";
import { shown } from "./shown.mjs";

const { chromium } = createRequire(`${process.env.MODULES}/`)("playwright-core");
const patience = Number(process.env.TASKSHARE_PATIENCE ?? 1);
const scratch = mkdtempSync(`${tmpdir()}/serve-`);
const isRoot = process.getuid() === 0;
/* One task after the other, so that each run has the same steps */
const program = ["/bin/sh", "-c",
	"(exit 3); echo one; /bin/true; echo two; exec /bin/sh -c 'exit 4'"];
/* Each step of it takes an order of its own: there is no vfork(2). */
const plain = ["/bin/sh", "-c", "(exit 1); (exit 2); (exit 3); exit 4"];
let browser;

before(async () => {
	browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		timeout: 60000 * patience,
		args: ["--no-sandbox", "--disable-dev-shm-usage"],
	});
});

after(async () => {
	await browser?.close();
	for (const child of started)
		child.kill("SIGKILL");
	rmSync(scratch, { recursive: true });
});

// open(ADDRESS): the page; its errors are collected.
async function open(address) {
	const context = await browser.newContext({
		viewport: { width: 1280, height: 720 },
		acceptDownloads: true, reducedMotion: "reduce" });
	context.setDefaultTimeout(30000 * patience);
	const page = await context.newPage();
	const errors = [], requests = [];

	page.on("pageerror", (error) => errors.push(String(error)));
	page.on("console", (message) => errors.push(message.text()));
	page.on("request", (request) => requests.push(request.url()));
	await page.goto(address);
	return { page, errors, requests, close: () => context.close() };
}

const count = (page, n, last) => page.waitForFunction((text) =>
	document.getElementById("count").textContent === text, `${n} / ${last}`);
const state = (page, text) => page.waitForFunction((text) =>
	document.getElementById("state").textContent === text, text);

// The parts that are the same in each run: no PIDs, and of a task that has ended
// only that it has, as it may have been waited for already.
function same(rows) {
	return rows.map(({ name, state, cells }) =>
		state === "zombie" || state === "ended" ? "ended" :
		[name, state, Object.values(cells).map(([letter]) => letter)]);
}

function finish(served) {
	served.child.kill("SIGINT");
	return served.ended;
}

test("stepping: the picture changes, and is that of a recorded page", async () => {
	const html = `${scratch}/recorded.html`, own = `${scratch}/own.html`;
	const file = `${scratch}/saved.html`;
	const record = spawnSync(process.env.TASKSHARE, ["record",
		"--engine=proc", "-o", html, "--", ...program]);
	const served = await serve("-o", own, "--", ...program);
	const live = await open(served.address);
	const recorded = await open(pathToFileURL(html).href);
	const last = await recorded.page.evaluate(() => page.run.last);
	const seen = [];

	assert.equal(record.status, 4);
	assert.equal(last > 6, true);
	for (let n = 0; n <= last; n++) {
		await live.page.waitForFunction((n) =>
			document.getElementById("count").textContent
				.startsWith(`${n} /`), n);
		assert.equal(await live.page.evaluate(() => location.hash),
			     `#step=${n}`);
		seen.push(await shown(live.page));
		assert.deepEqual(same(seen[n]),
				 same(await shown(recorded.page)), `step ${n}`);
		assert.notDeepEqual(seen[n], seen[n - 1]);
		for (const id of ["event", "flags"])
			assert.equal(await live.page.textContent(`#${id}`),
				     await recorded.page.textContent(`#${id}`));
		if (n === last)
			break;
		await live.page.keyboard.press("ArrowRight");
		await recorded.page.keyboard.press("ArrowRight");
	}
	await state(live.page, "has ended");
	assert.equal(await live.page.isDisabled("#next"), true);
	assert.equal(await live.page.isVisible("#end"), false);
	assert.match(await live.page.textContent("#about"), /exit status 4$/);
	await live.page.keyboard.press("Home");
	assert.deepEqual((await shown(live.page)).length, 1);
	const download = live.page.waitForEvent("download");
	await live.page.click("#save");
	await (await download).saveAs(file);
	assert.deepEqual(live.errors, []);
	assert.equal(live.requests.some((url) => !url.startsWith("blob:") &&
		new URL(url).origin !== served.origin), false);
	await live.close();
	assert.equal(await finish(served), 4);
	assert.equal(served.out, "one\ntwo\n");
	await recorded.close();
	const saved = await open(pathToFileURL(file).href + `#step=${last}`);
	assert.deepEqual(await shown(saved.page), seen[last]);
	await saved.page.goto(pathToFileURL(own).href);
	for (let n = 0; n <= last; n++) {
		assert.deepEqual(await shown(saved.page), seen[n], `step ${n}`);
		await saved.page.keyboard.press("ArrowRight");
	}
	await saved.close();
});

test("no step is made before it is asked for", async () => {
	const served = await serve("--", ...plain);
	const first = await until(served, (_, state) => state === "waits");

	assert.equal(first.steps.length, 1);
	assert.equal(served.out, "");
	for (let n = 1; n < 4; n++) {
		assert.equal((await ask(served, "POST",
			`/step?after=${n - 1}`)).status, 204);
		const { steps } = await until(served, ({ steps }, state) =>
			state === "waits" && steps.length > n);
		assert.equal(steps.length, n + 1);
	}
	// Both have seen the same step; one that is older does nothing either.
	for (const seen of [3, 3, 1])
		assert.equal((await ask(served, "POST",
			`/step?after=${seen}`)).status, 204);
	const { steps } = await until(served, ({ steps }, state) =>
		state === "waits" && steps.length > 4);
	assert.equal(steps.length, 5);
	await ask(served, "POST", "/continue");
	await until(served, (_, state) => state === "over");
	assert.equal(await finish(served), 4);
});

test("two viewers: one steps, the other one follows; one goes away", async () => {
	const served = await serve("--", ...program);
	const one = await open(served.address), two = await open(served.address);

	await count(one.page, 0, 0);
	await count(two.page, 0, 0);
	await one.page.keyboard.press("ArrowRight");
	await count(one.page, 1, 1);
	await count(two.page, 1, 1);
	await one.page.keyboard.press("ArrowLeft");
	await one.close();
	await two.page.click("#next");
	await count(two.page, 2, 2);
	// Loaded again, without the token in its address
	await two.page.reload();
	await two.page.waitForFunction(() => document.getElementById(
		"count").textContent.endsWith("/ 2"));
	await two.page.click("#continue");
	await state(two.page, "has ended");
	assert.deepEqual(two.errors, []);
	await two.close();
	assert.equal(await finish(served), 4);
});

test("the address that was printed, in the tab that was not allowed", async () => {
	const served = await serve("--", ...plain);
	const { page, close } = await open(served.origin);

	await state(page, "not allowed: open the address that taskshare serve " +
		    "printed");
	await page.goto(served.address);
	await count(page, 0, 0);
	assert.equal(new URL(page.url()).hash, "#step=0");
	await close();
	await ask(served, "POST", "/end");
	assert.equal(await finish(served), 137);
});

test("predict asks before a step is shown", async () => {
	const served = await serve("--", ...program);
	const { page, errors, close } = await open(served.address);

	await count(page, 0, 0);
	await page.click("#predict");
	await page.keyboard.press("ArrowRight");
	await page.waitForSelector("button.answer");
	assert.match(await page.textContent("#says"), /Which letters/);
	assert.equal(await page.evaluate(() => location.hash), "#step=0");
	await page.click("#compare");
	assert.equal(await page.evaluate(() => location.hash), "#step=1");
	await page.click("#predict");
	await page.keyboard.press("ArrowRight");
	await count(page, 2, 2);
	assert.deepEqual(errors, []);
	await close();
	await ask(served, "POST", "/end");
	await until(served, (_, state) => state === "over");
	assert.equal(await finish(served), 137);
});

test("run, pause, let go, end", async () => {
	const loop = ["sh", "-c", "while :; do /bin/true; done"];
	const served = await serve("--", ...loop);
	const { page, errors, close } = await open(served.address);

	await count(page, 0, 0);
	await page.click("#continue");
	await page.waitForFunction(() => live.page.run.last > 5);
	await page.click("#pause");
	await state(page, "waits for Next");
	const { steps } = await until(served, (_, state) => state === "waits");
	// End goes to the last step that the page has.
	await page.waitForFunction((n) => live.page.run.last === n,
				   steps.length - 1);
	await page.keyboard.press("End");
	await count(page, steps.length - 1, steps.length - 1);
	await page.keyboard.press("ArrowRight");
	await page.waitForFunction((n) => live.page.index === n,
				   steps.length);
	await page.click("#end");
	await state(page, "has ended");
	assert.match(await page.textContent("#about"), /killed by SIGKILL$/);
	assert.deepEqual(errors, []);
	await close();
	assert.equal(await finish(served), 137);

	const go = `${scratch}/go`;
	const free = await serve("--json", `${scratch}/free.json`, "--",
		"/bin/sh", "-c",
		`(exit 3); until [ -e ${go} ]; do :; done; echo done; exit 4`);
	const released = await open(free.address);
	await count(released.page, 0, 0);
	await released.page.click("#release");
	await state(released.page, "is not recorded any more");
	writeFileSync(go, "");
	await says(free, "the program has ended");
	await released.close();
	assert.equal(await finish(free), 4);
	assert.equal(free.out, "done\n");
	assert.equal(JSON.parse(readFileSync(`${scratch}/free.json`)).steps.length, 1);
});

test("a program that never stops to create tasks can be ended", async () => {
	const seconds = `1000000${process.pid}`;
	const script = `while :; do (sleep ${seconds} &); done`;
	const served = await serve("--", "/bin/sh", "-c", script);

	await until(served, (_, state) => state === "waits");
	await ask(served, "POST", "/continue");
	await until(served, ({ steps }) => steps.length > 20);
	await ask(served, "POST", "/end");
	const { tasks } = await until(served, (_, state) => state === "over");
	assert.deepEqual(tasks.filter(({ last, tgid }) =>
		last === null || !tgid), []);
	assert.equal(await finish(served), 137);
	// The server has the script among its arguments, too, until it sees that
	// its end has come; and the number of another run may begin as this one.
	assert.deepEqual(readdirSync("/proc").map(cmdline).filter((line) =>
		[`sleep\0${seconds}\0`, `/bin/sh\0-c\0${script}\0`]
			.includes(line)), []);
});

test("run to the next step of a kind", async () => {
	const served = await serve("--", ...program);
	const { page, errors, close } = await open(served.address);
	let from = 0;

	await count(page, 0, 0);
	for (const want of ["create", "exec", "exec", "exit"]) {
		await page.selectOption("#until", want);
		await page.click("#continue");
		await page.waitForFunction((from) =>
			live.page.run.last > from && live.state !== "runs", from);
		await page.keyboard.press("End");
		// The end of a vfork(2) comes with what ends it.
		const events = await page.evaluate((from) =>
			live.page.run.steps.slice(from + 1)
				.map(({ event }) => event)
				.filter((event) => event !== "vfork-done"), from);
		assert.equal(events.at(-1), want);
		assert.equal(events.indexOf(want), events.length - 1);
		from = await page.evaluate(() => live.page.run.last);
	}
	assert.deepEqual(errors, []);
	await close();
	assert.equal((await ask(served, "POST",
		"/continue?until=nonsense")).status, 400);
	await ask(served, "POST", "/continue");
	await until(served, (_, state) => state === "over");
	assert.equal(await finish(served), 4);
});

test("the kind of step is chosen by keys alone, which make no step", async () => {
	const served = await serve("--", ...plain);
	const { page, errors, close } = await open(served.address);

	await count(page, 0, 0);
	await page.focus("#until");
	for (const kind of ["create", "exec", "change", "exit", "fail"]) {
		await page.keyboard.press("ArrowDown");
		assert.equal(await page.inputValue("#until"), kind);
	}
	await page.keyboard.press("Home");
	assert.equal(await page.inputValue("#until"), "");
	await page.keyboard.press("Space");
	await page.keyboard.press("Escape");
	await page.keyboard.press("Tab");
	await page.keyboard.press("PageDown");
	await count(page, 1, 1);
	assert.deepEqual(errors, []);
	await close();
	await ask(served, "POST", "/end");
	assert.equal(await finish(served), 137);
});

test("Ctrl-C: the program gets it, and the recording is kept", async () => {
	const html = `${scratch}/kept.html`;
	const served = await serve("-o", html, "--", "sh", "-c",
		"trap 'echo got it; exit 5' INT; (exit 3); while :; do :; done");

	await until(served, (_, state) => state === "waits");
	// At the next step its trap is set.
	await ask(served, "POST", "/step?after=0");
	await until(served, ({ steps }, state) =>
		state === "waits" && steps.length > 1);
	assert.equal(await finish(served), 5);
	assert.equal(served.out, "got it\n");
	assert.match(readFileSync(html, "utf8"), /"exit": \{"status": 5\}/);
	assert.equal(await raw(served.port, "GET / HTTP/1.1\r\n\r\n"), 0);
});

test("the server dies: the program goes on", { skip: !isRoot }, async () => {
	const json = `${scratch}/alone.json`;
	const served = await serve("--json", json, "--", ...program);

	await until(served, (_, state) => state === "waits");
	process.kill(serverOf(served.port), "SIGKILL");
	assert.equal(await served.ended, 4);
	assert.match(served.err, /the server is gone/);
	assert.equal(JSON.parse(readFileSync(json)).exit.status, 4);
});

test("what is refused", async () => {
	const served = await serve("--", ...program);
	const { port, token, origin } = served;
	const host = `Host: 127.0.0.1:${port}`;
	const secret = `X-Taskshare-Token: ${token}`;
	const from = `Origin: ${origin}`;
	const wrong = token.replace(/.$/, (c) => c === "0" ? "1" : "0");
	const get = "GET /recording?after=0", post = "POST /continue";
	const cases = [
		[200, "GET /", host],
		[200, get, host, secret],
		[200, get, host, secret, from, "Sec-Fetch-Site: same-origin"],
		[403, get, host],
		[403, get, host, `X-Taskshare-Token: ${wrong}`],
		[403, get, host, `X-Taskshare-Token: ${token}0`],
		[403, get, host, `X-Taskshare-Token: ${token.slice(1)}`],
		[403, get, host, "X-Taskshare-Token:"],
		[403, get, host, secret, secret],
		[403, `${get}&token=${token}`, host, `Cookie: token=${token}`],
		[403, "GET /", "Host: localhost"],
		[403, "GET /", `Host: localhost:${port}`],
		[403, "GET /", "Host: 127.0.0.1"],
		[403, "GET /", `Host: evil.example:${port}`],
		[403, "GET /", `${host}.`],
		[403, get, `Host: evil.example:${port}`, secret],
		[403, get, host, secret, "Origin: http://evil.example"],
		[403, get, host, secret, "Origin: null"],
		[403, get, host, secret, "Sec-Fetch-Site: cross-site"],
		[403, get, host, secret, "Sec-Fetch-Site: same-site"],
		[403, post, host, secret],
		[403, post, host, from],
		[403, post, host, secret, `Origin: http://localhost:${port}`],
		[403, post, host, secret, `Origin: https://127.0.0.1:${port}`],
		[403, post, host, secret, from, from],
		[405, "GET /continue", host, secret],
		[405, "POST /recording?after=0", host, secret, from],
		[403, "POST /", host, from],
		...["PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"].map(
			(method) => [405, `${method} /`, host, secret, from]),
		[413, post, host, secret, from, "Content-Length: 1"],
		[413, post, host, secret, from, "Content-Length: 99999999"],
		[413, post, host, secret, from, "Transfer-Encoding: chunked"],
		[400, "GET /recording", host, secret],
		[400, "GET /recording?after=", host, secret],
		[400, "GET /recording?after=-1", host, secret],
		[400, "GET /recording?after=4294967296", host, secret],
		[400, "POST /step", host, secret, from],
		[400, "POST /step?after=x", host, secret, from],
		...["/x", "/recording/", "//", "/../etc/passwd", "/%2e%2e/etc/passwd",
		    "/recording/../page/x", "/etc/passwd", "/%00", "/page%00x"].map(
			(path) => [404, `GET ${path}`, host, secret]),
	];

	await until(served, (_, state) => state === "waits");
	for (const [want, line, ...headers] of cases)
		assert.equal(await raw(port, [`${line} HTTP/1.1`, ...headers,
			"Connection: close", "", ""].join("\r\n")), want,
			[line, ...headers].join(" | "));
	// None of them has let it go on.
	const { steps } = await until(served, (_, state) => state === "waits");
	assert.equal(steps.length, 1);
	await ask(served, "POST", "/end");
	await until(served, (_, state) => state === "over");
	assert.equal(await finish(served), 137);
});

test("no answer lets others in, or stays anywhere", async () => {
	const served = await serve("--", ...program);
	const want = {
		"cache-control": "no-store",
		"x-content-type-options": "nosniff", "x-frame-options": "DENY",
		"referrer-policy": "no-referrer",
		"cross-origin-opener-policy": "same-origin",
		"cross-origin-resource-policy": "same-origin",
	};

	await until(served, (_, state) => state === "waits");
	for (const path of ["/", "/recording?after=0", "/page", "/x"]) {
		const answer = await ask(served, "GET", path);
		for (const [name, value] of Object.entries(want))
			assert.equal(answer.headers.get(name), value, path);
		assert.match(answer.headers.get("content-security-policy"),
			     /frame-ancestors 'none'/);
		assert.equal([...answer.headers.keys()].some((name) =>
			name.startsWith("access-control") ||
			name === "set-cookie" || name === "server"), false);
		if (path === "/")
			assert.doesNotMatch(await answer.text(),
				new RegExp(`${served.token}|exit 3`));
	}
	await ask(served, "POST", "/continue");
	await until(served, (_, state) => state === "over");
	assert.equal(await finish(served), 4);
});

test("too many connections, headers that are too long, one who does not read",
	async () => {
	const served = await serve("--", ...program);
	const { port, token } = served;
	const request = `GET /page HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
			`X-Taskshare-Token: ${token}\r\n`;
	const idle = [...Array(100)].map(() =>
		connect(port, "127.0.0.1").on("error", () => {}));

	await Promise.all(idle.map((socket) => new Promise((resolve) => {
		socket.on("connect", resolve).on("close", resolve);
	})));
	idle.forEach((socket) => socket.destroy());
	const long = await raw(port,
		`${request}X: ${"x".repeat(1 << 20)}\r\n\r\n`);
	assert.equal(long === 0 || long >= 400, true, String(long));
	const deaf = connect(port, "127.0.0.1").pause();
	deaf.write(`${request}\r\n`);
	await ask(served, "POST", "/continue");
	const { exit } = await until(served, (_, state) => state === "over");
	assert.equal(exit.status, 4);
	deaf.destroy();
	assert.equal(await finish(served), 4);
});

test("the server can do nothing else", { skip: !isRoot }, async () => {
	const served = await serve("--", ...program);
	await until(served, (_, state) => state === "waits");
	const pid = serverOf(served.port);
	const status = readFileSync(`/proc/${pid}/status`, "ascii");

	for (const line of ["Uid:	65534	65534	65534	65534",
			    "Gid:	65534	65534	65534	65534",
			    "Groups:	 ", "CapPrm:	0000000000000000",
			    "CapEff:	0000000000000000", "NoNewPrivs:	1"])
		assert.equal(status.split("\n").includes(line), true, line);
	for (const link of links(pid))
		assert.match(link, /^(\/dev\/null|socket:.*|anon_inode:.*|\/memfd:recording.*)$/);
	assert.equal(links(pid).filter((link) => link.startsWith("socket:")).length, 2);
	// The program has none of the server's files.
	const { tasks } = await until(served, () => true);
	assert.deepEqual(links(tasks[0].pid).slice(1)
		.filter((link) => !link.startsWith("pipe:")), []);
	await ask(served, "POST", "/continue");
	await until(served, (_, state) => state === "over");
	assert.equal(await finish(served), 4);
});

test("another user finds no token, and gets nothing without", { skip: !isRoot },
	async () => {
	const served = await serve("--", ...program);
	await until(served, (_, state) => state === "waits");
	const spy = `
		const fs = require("fs");
		const [token, port, server, tracer] =
			fs.readFileSync(0, "ascii").split(" ");
		const found = [];
		for (const pid of fs.readdirSync("/proc").filter(Number))
			for (const name of ["cmdline", "environ", "comm"])
				try {
					const path = "/proc/" + pid + "/" + name;
					if (fs.readFileSync(path).includes(token))
						found.push(path);
				} catch {}
		for (const pid of [server, tracer])
			for (const name of ["mem", "environ", "maps"])
				try {
					fs.openSync("/proc/" + pid + "/" + name);
					found.push(pid + " " + name);
				} catch {}
		Promise.all(["/recording?after=0", "/page"].map((path) =>
			fetch("http://127.0.0.1:" + port + path))).then((all) =>
			console.log(process.getuid(), found.join(),
				    all.map(({ status }) => status).join()));`;
	const out = execFileSync("setpriv", ["--reuid", "65534", "--regid", "65534",
		"--clear-groups", "--inh-caps=-all", process.execPath, "-e", spy],
		{ input: [served.token, served.port, serverOf(served.port),
			  served.child.pid].join(" "), cwd: "/" });

	assert.equal(String(out), "65534  403,403\n");
	await ask(served, "POST", "/continue");
	await until(served, (_, state) => state === "over");
	assert.equal(await finish(served), 4);
});

// The letters of a look as pairs of tasks that share, for each kind that is seen
function pairs({ kinds, steps }, n) {
	const rows = [];
	for (const step of steps.slice(0, n + 1))
		for (const [task, pid, , , , , cells] of step.rows)
			rows[task] = [pid, cells];
	return Object.fromEntries(kinds.map(({ name }, k) => [name,
		rows.flatMap(([a, was], i) => rows.slice(i + 1)
			.filter(([, is]) => typeof was[k] === "number" &&
				was[k] === is[k]).map(([b]) => `${a} ${b}`))]));
}

// The same from the table that the command without a name prints
function tablePairs(pids, kinds) {
	const [head, ...lines] = execFileSync(process.env.TASKSHARE,
		["--engine=proc", "-r", "-o", `PID,${kinds.map((name) =>
			name === "net" ? "ns/net" : name).join()}`, ...pids],
		{ encoding: "utf8" }).trim().split("\n").map((line) =>
		line.trim().split(/\s+/));
	assert.equal(head.length, kinds.length + 1);
	return Object.fromEntries(kinds.map((name, k) => [name,
		lines.flatMap(([a, ...was], i) => lines.slice(i + 1)
			.filter(([, ...is]) => /^[A-Z]+$/.test(was[k]) &&
				was[k] === is[k]).map(([b]) => `${a} ${b}`))]));
}

// A shell that executes the commands that it is given
function shell() {
	const child = spawn("/bin/sh", { stdio: ["pipe", "pipe", "inherit"] });
	started.add(child);
	return { child, pid: String(child.pid), gone: once(child, "close"),
		 does: async (command) => {
			child.stdin.write(`${command}\necho done\n`);
			await once(child.stdout, "data");
		} };
}

test("the port of http, which browsers leave out", { skip: !isRoot }, () => {
	// In a network namespace of its own, where nothing else has that port
	const up = `import fcntl, os, socket, struct, sys
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh22x", b"lo", 1))
os.execvp(sys.argv[1], sys.argv[1:])`;
	const script = `import { ask, serve } from "./serving.mjs";
const served = await serve("--port", "80", "--", "true");
const { status } = await ask(served, "GET", "/recording?after=0");
console.log(served.origin, status);
served.child.kill("SIGINT");
await served.ended;`;
	const { stdout, stderr } = spawnSync("unshare", ["--net",
		"python3", "-c", up, process.execPath, "--input-type=module",
		"-e", script], { encoding: "utf8", cwd:
		new URL(".", import.meta.url) });

	assert.equal(stdout, "http://127.0.0.1 200\n", stderr);
});

test("processes: each look that differs, and one for each Next", async () => {
	const html = `${scratch}/looks.html`;
	const one = shell(), two = shell();
	await Promise.all([one.does(":"), two.does(":")]);
	const served = await serve("-o", html, one.pid, two.pid);
	const { page, errors, close } = await open(served.address);
	const says = () => page.textContent("#says");

	await state(page, "looks every second");
	await count(page, 0, 0);
	assert.equal(await says(), "The first look at 2 tasks.");
	assert.equal(await page.title(),
		     `taskshare serve ${one.pid} ${two.pid}`);
	for (const id of ["continue", "until", "pause", "release", "end"])
		assert.equal(await page.isVisible(`#${id}`), false, id);
	const { kinds } = await until(served, () => true);
	const names = kinds.filter(({ name }) => ["mm", "files", "fs", "net"]
		.includes(name)).map(({ name }) => name);
	const first = pairs(await until(served, () => true), 0);
	const table = tablePairs([one.pid, two.pid], names);
	assert.equal(table.net.length, 1);
	for (const name of names)
		assert.deepEqual(first[name], table[name], name);
	// Two viewers who have seen the same look get one.
	for (const seen of [0, 0])
		await ask(served, "POST", `/step?after=${seen}`);
	await page.waitForFunction(() => live.page.run.last > 0);
	await page.keyboard.press("End");
	await count(page, 1, 1);
	assert.equal(await says(), "This look shows the same as the one before.");
	await page.keyboard.press("ArrowRight");
	await count(page, 2, 2);
	// A change that a look sees by itself
	await two.does("exec perl -e '$| = 1; print 1; <STDIN>'");
	await page.waitForFunction((line) => live.page.run.steps.some(
		({ details }) => details.includes(line)),
		`${two.pid} perl: was sh, running on`);
	await page.keyboard.press("Home");
	assert.equal((await shown(page)).find(({ pid }) =>
		pid === Number(two.pid)).name, "sh");
	// No order does anything to them.
	for (const order of ["end", "release", "pause", "continue"])
		assert.equal((await ask(served, "POST", `/${order}`)).status, 204);
	const { steps } = await until(served, () => true);
	await ask(served, "POST", `/step?after=${steps.length - 1}`);
	await until(served, (now) => now.steps.length > steps.length);
	for (const { child } of [one, two])
		assert.equal(child.exitCode ?? child.signalCode, null);
	await one.does(":");
	assert.equal(/^TracerPid:\t0$/m.test(
		readFileSync(`/proc/${one.pid}/status`, "ascii")), true);
	one.child.stdin.end();
	await one.gone;
	await until(served, ({ steps }) => steps.some(({ sentence, details }) =>
		[sentence, ...details].some((line) =>
			line === `${one.pid} sh: gone`)));
	two.child.kill("SIGKILL");
	await two.gone;
	await state(page, "no more looks");
	await page.keyboard.press("End");
	assert.equal(await says(), "None of the processes is there any more.");
	assert.equal((await shown(page)).every(({ state }) =>
		state === "ended"), true);
	assert.equal(await page.isDisabled("#next"), true);
	assert.match(served.err, /the processes have ended, the page is there/);
	const last = await page.evaluate(() => live.page.run.last);
	const seen = await shown(page);
	assert.deepEqual(errors, []);
	await close();
	assert.equal(await finish(served), 0);
	const saved = await open(pathToFileURL(html).href + `#step=${last}`);
	assert.deepEqual(await shown(saved.page), seen);
	assert.equal(await saved.page.isVisible("#notes"), true);
	await saved.close();
});

test("processes: none there, or only some; Ctrl-C leaves them alone", async () => {
	const run = (...args) => spawnSync(process.env.TASKSHARE,
		["serve", "--engine=proc", ...args], { encoding: "utf8" });
	const one = shell();
	await one.does(":");
	const none = run("4194304");

	assert.deepEqual([none.status, none.stderr],
		[3, "taskshare: no such process: 4194304\n"]);
	assert.equal(run("1", "two").status, 1);
	assert.equal(run("--", "1").status, 127);
	const served = await serve(one.pid, "4194304");
	assert.match(served.err, /no such process: 4194304/);
	const { steps, tasks } = await until(served, () => true);
	assert.deepEqual([steps.length, tasks.map(({ pid }) => String(pid))],
			 [1, [one.pid]]);
	for (const [status, ...headers] of [[200, "X: y"],
		[403, "X-Taskshare-Token: 0"]])
		assert.equal(await raw(served.port, [
			`GET ${status === 200 ? "/" : "/recording?after=0"} HTTP/1.1`,
			`Host: 127.0.0.1:${served.port}`, ...headers,
			"Connection: close", "", ""].join("\r\n")), status);
	assert.equal(await finish(served), 0);
	await one.does(":");
	one.child.stdin.end();
	await one.gone;
});

test("the command line", async () => {
	const run = (...args) => {
		const { status, stderr } = spawnSync(process.env.TASKSHARE,
			["serve", ...args], { encoding: "utf8" });
		return [status, stderr.split("\n").at(-2)];
	};
	const served = await serve("--", ...program);
	const used = String(served.port);

	assert.deepEqual(run(), [1, "taskshare: serve what? give PIDs or a command"]);
	assert.match(run("--port", "0", "true")[1], /give a number from 1 to 65535/);
	assert.match(run("--port", "80x", "true")[1], /give a number from 1 to 65535/);
	assert.deepEqual(run("--port", used, "true"),
		[1, `taskshare: port ${used} of 127.0.0.1: Address already in use`]);
	assert.equal(run("--engine", "nonsense", "true")[0], 1);
	assert.deepEqual(run("--engine=proc", "no-such-program"),
		[127, "taskshare: no-such-program: command not found"]);
	assert.match(run("-o", `${scratch}/no/file`, "true")[1], /No such file/);
	await ask(served, "POST", "/end");
	await until(served, (_, state) => state === "over");
	assert.equal(await finish(served), 137);
	const there = await serve("--port", used, "--", "true");
	assert.equal(there.port, Number(used));
	await ask(there, "POST", "/continue");
	await until(there, (_, state) => state === "over");
	assert.equal(await finish(there), 0);
});
