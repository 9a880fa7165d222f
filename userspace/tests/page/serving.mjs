// SPDX-License-Identifier: GPL-2.0-only
// taskshare serve, and what speaks to it. From the environment: TASKSHARE
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { connect } from "node:net";

// Servers that have been started, for the end of all tests
export const started = new Set();

// serve(ARGUMENTS): the command, once it has printed its address
export async function serve(...args) {
	const child = spawn(process.env.TASKSHARE,
		["serve", "--engine=proc", ...args],
		{ stdio: ["ignore", "pipe", "pipe"] });
	const served = { child, out: "", err: "" };

	started.add(child);
	served.ended = once(child, "close").then(([status, signal]) => {
		started.delete(child);
		return status ?? signal;
	});
	child.stdout.on("data", (text) => { served.out += text; });
	await new Promise((resolve, reject) => {
		child.stderr.on("data", (text) => {
			served.err += text;
			if (/#token=.*\n/.test(served.err))
				resolve();
		});
		child.on("close", () => reject(new Error(served.err)));
	});
	const [, origin, token] = /open (http:\S+)\/#token=([0-9a-f]{32})\n/
		.exec(served.err);
	return Object.assign(served, { origin, token,
		port: Number(new URL(origin).port),
		address: `${origin}/#token=${token}` });
}

// says(SERVED, TEXT): waits until it has printed that
export async function says(served, text) {
	while (!served.err.includes(text))
		await once(served.child.stderr, "data");
}

// ask(SERVED, METHOD, PATH): as the page does it
export function ask({ origin, token }, method, path) {
	return fetch(origin + path, { method, headers: {
		"X-Taskshare-Token": token,
		...method === "POST" ? { Origin: origin } : {} } });
}

// until(SERVED, WORKS): the first recording, with state, for which that is true
export async function until(served, works) {
	for (let serial = "0";;) {
		const answer = await ask(served, "GET",
			`/recording?after=${serial}`);
		if (answer.status === 204)
			continue;
		serial = answer.headers.get("X-Taskshare-Serial");
		const state = answer.headers.get("X-Taskshare-State");
		const recording = await answer.json();
		if (works(recording, state))
			return recording;
	}
}

// raw(PORT, TEXT): the status of what is answered, 0 for nothing
export function raw(port, text) {
	return new Promise((resolve) => {
		let answer = "";
		const socket = connect(port, "127.0.0.1");
		socket.on("data", (data) => { answer += data; });
		socket.on("error", () => {});
		socket.on("close", () =>
			resolve(Number(answer.split(" ")[1] ?? 0)));
		socket.write(text);
	});
}

// The process that has the listening socket of a port. Only root can see that.
export function serverOf(port) {
	const hex = port.toString(16).toUpperCase().padStart(4, "0");
	const inode = readFileSync("/proc/net/tcp", "ascii").split("\n")
		.map((line) => line.trim().split(/\s+/))
		.find(([, local, , state]) =>
			local === `0100007F:${hex}` && state === "0A")[9];

	for (const pid of readdirSync("/proc").filter((name) => Number(name)))
		if (links(pid).includes(`socket:[${inode}]`) &&
		    readFileSync(`/proc/${pid}/comm`, "ascii") ===
		    "taskshare-http\n")
			return Number(pid);
	throw new Error(`no server of port ${port}`);
}

// The arguments of a process; none of one that is gone
export function cmdline(pid) {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, "utf8");
	} catch {
		return "";
	}
}

// The file descriptors of a process; none of one that is gone
export function links(pid) {
	try {
		return readdirSync(`/proc/${pid}/fd`).map((fd) =>
			readlinkSync(`/proc/${pid}/fd/${fd}`));
	} catch {
		return [];
	}
}
