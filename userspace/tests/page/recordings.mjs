// SPDX-License-Identifier: GPL-2.0-only
// Recordings of programs that never ran: a small model of what clone(2),
// unshare(2), execve(2) and exit do to tasks. It keeps every step as a whole,
// so that what a page shows can be compared with it.

const kinds = [
	["mm", "memory", "VM"], ["files", "file descriptor table", "FILES"],
	["sighand", "signal handlers", "SIGHAND"],
	["fs", "filesystem information", "FS"],
	["signal", "thread group", "THREAD"], ["io", "I/O context", "IO"],
	["semundo", "semaphore undo list", "SYSVSEM"],
	["nsproxy", "nsproxy"], ["cred", "credentials"], ["cgroups", "cgroups"],
	["seccomp", "seccomp filters"], ["uts", "UTS namespace", "-NEWUTS"],
	["ipc", "IPC namespace", "-NEWIPC"], ["mnt", "mount namespace", "-NEWNS"],
	["net", "network namespace", "-NEWNET"], ["pid", "PID namespace"],
	["pid_for_children", "PID namespace for children"],
	["cgroup", "cgroup namespace", "-NEWCGROUP"],
	["time", "time namespace"],
	["time_for_children", "time namespace for children"],
	["user", "user namespace", "-NEWUSER"],
];
export const kindNames = kinds.map(([name]) => name);
const indexOf = (name) => kindNames.indexOf(name);
const PAIRS = [["pid_for_children", "pid"], ["time_for_children", "time"]];
export const THREAD = ["VM", "FS", "FILES", "SIGHAND", "THREAD", "SYSVSEM",
		       "SETTLS", "PARENT_SETTID", "CHILD_CLEARTID"];

function letters(n) {
	let text = "";
	for (n++; n > 0; n = Math.floor((n - 1) / 26))
		text = String.fromCharCode(65 + (n - 1) % 26) + text;
	return text;
}

export class Recorder {
	constructor(command, options = {}) {
		this.data = {
			recording: 1, taskshare: "1", engine: "bpf", lasting: true,
			host: "lecture", kernel: "6.12.48", machine: "x86_64",
			uid: 0, time: "2026-11-26T10:30:00Z", command,
			exit: { status: 0 },
			kinds: kinds.map(([name, title]) => ({
				name, title, about: `The ${title} of a task.`,
				seen: !(options.unseen ?? []).includes(name),
			})),
			tasks: [], objects: [], sources: [], steps: [],
			output: [], lab: null, notes: [], ...options.data,
		};
		this.unseen = this.data.kinds.map((kind) => !kind.seen);
		this.rows = [];
		this.states = [];
		this.kept = [];
		this.before = [];
		this.refsBefore = new Map();
		this.nextPid = options.pid ?? 812;
		this.lettersUsed = kinds.map(() => 0);
		const first = this.newTask(null, "leader");
		this.rows[first] = this.row(first, command[0].split("/").pop(),
			kinds.map(([name], k) => this.unseen[k] ? "-" :
				  ["io", "semundo", "seccomp"].includes(name) ?
				  null : name.endsWith("_for_children") ?
				  undefined : this.newObject(k)));
		const { 6: cells } = this.rows[first];
		for (const [child, kind] of PAIRS)
			cells[indexOf(child)] ??= cells[indexOf(kind)];
	}

	newObject(kind) {
		this.data.objects.push({
			kind, letter: letters(this.lettersUsed[kind]++),
			first: this.data.steps.length, last: this.data.steps.length,
			about: null,
		});
		return this.data.objects.length - 1;
	}

	newTask(creator, kind) {
		const pid = this.nextPid++;
		this.data.tasks.push({
			pid, tgid: kind === "thread" ? this.data.tasks[creator].tgid : pid,
			kind, origin: "stopped", creator,
			first: this.data.steps.length, last: null,
		});
		return this.data.tasks.length - 1;
	}

	row(task, name, cells) {
		const { pid, tgid, creator } = this.data.tasks[task];
		const ppid = creator === null ? 700 : this.data.tasks[creator].tgid;
		return [task, pid, tgid, ppid, "runs", name, cells];
	}

	// The content of a step: rows that differ, and who holds what.
	step(event, task, more) {
		const rows = this.rows.filter((row, i) => {
			const text = JSON.stringify(row);
			const differs = text !== this.before[i];
			if (differs)
				this.kept[i] = JSON.parse(text);
			this.before[i] = text;
			return differs;
		});
		this.states.push(this.kept.slice());
		const held = new Map();
		for (const row of this.rows)
			for (const cell of row[6])
				if (typeof cell === "number")
					held.set(cell, (held.get(cell) ?? 0) + 1);
		const refs = [...held].filter(([object, n]) =>
			this.refsBefore.get(object) !== n);
		this.refsBefore = held;
		for (const object of held.keys())
			this.data.objects[object].last = this.data.steps.length;
		this.data.steps.push({
			time: this.data.steps.length * 1500000, event, task,
			other: null, details: [], call: null, flags: [],
			source: null, sentence: event,
			rows: rows.map((row) => this.kept[row[0]]), refs,
			output: this.data.output.length, files: null, ...more,
		});
		return this;
	}

	start(more) {
		return this.step("start", 0, {
			call: "execve",
			sentence: `execve() runs ${this.data.command[0]}`, ...more,
		});
	}

	create(creator, flags, more = {}) {
		const thread = flags.includes("THREAD");
		const child = this.newTask(creator, thread ? "thread" : "leader");
		const parent = this.rows[creator];
		const cells = kinds.map(([name, , flag], k) => {
			if (typeof parent[6][k] !== "number" || !flag && name !== "cred")
				return parent[6][k];
			if (flag?.startsWith("-"))
				return flags.includes(flag.slice(1)) ?
				       this.newObject(k) : parent[6][k];
			return flag && flags.includes(flag) || name === "cred" && thread ?
			       parent[6][k] : this.newObject(k);
		});
		this.rows[child] = this.row(child, more.name ?? parent[5], cells);
		if (flags.includes("VFORK"))
			parent[4] = "vfork";
		const { pid } = this.data.tasks[child];
		const call = thread ? "clone3" : "clone";
		this.step("create", creator, {
			other: child, call, flags, sentence: `${call}() creates ` +
				`${thread ? "thread" : "process"} ${pid} like ` +
				(thread ? "pthread_create" : "fork") +
				"; matches the flags",
			details: flags.map((flag) => `${flag}: as it should be`),
			...more,
		});
		return child;
	}

	exec(task, name, more) {
		const row = this.rows[task];
		row[5] = name;
		for (const kind of ["mm", "cred"])
			if (!this.unseen[indexOf(kind)])
				row[6][indexOf(kind)] = this.newObject(indexOf(kind));
		for (const other of this.rows)
			if (other[4] === "vfork" && other[1] === row[3])
				other[4] = "runs";
		return this.step("exec", task, {
			call: "execve",
			sentence: `execve() runs /usr/bin/${name}`, ...more,
		});
	}

	unshare(task, names, more) {
		const row = this.rows[task];
		for (const name of names)
			row[6][indexOf(name)] = this.newObject(indexOf(name));
		return this.step("change", task, {
			call: "unshare",
			sentence: `unshare() makes private: ${names.join(", ")}`,
			...more,
		});
	}

	exit(task, more) {
		const row = this.rows[task];
		row[4] = "gone";
		row[6] = row[6].map((cell, k) => this.unseen[k] ? "-" : null);
		this.data.tasks[task].last = this.data.steps.length;
		return this.step("exit", task, {
			sentence: "exits with status 0", ...more,
		});
	}

	say(stream, text) {
		this.data.output.push({ stream, time: 0, text });
		return this;
	}
}

const program = `#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void *work(void *name)
{
	printf("%s works\\n", (char *)name);
	if (*(char *)name == '2')
		unshare(CLONE_FS);
	return NULL;
}

int main(void)
{
	pthread_t thread[2];

	pthread_create(&thread[0], NULL, work, "1");
	pthread_create(&thread[1], NULL, work, "2");
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	if (!fork())
		execlp("date", "date", NULL);
	wait(NULL);
	return 0;
}
`;

function openFiles(tables, offset) {
	const terminal = [0, 1, 2].map((fd) => [fd, 0, false]);
	return {
		tables: tables.map(([object, more]) => [object, [...terminal, ...more]]),
		descriptions: [[0, null, "RDWR", 0], [1, offset, "RDONLY", 1],
			       [2, 0, "RDONLY", 1]],
		files: [[0, "0:25", 3, "/dev/pts/0", "character device"],
			[1, "8:1", 1573, "/etc/services", "file"]],
	};
}

// Two threads, one of which leaves the shared directory, and a child.
export function small(options) {
	const rec = new Recorder(["./two-threads", "-x"], options);
	const at = (line, name = "main") => ({
		source: { source: 0, line, function: name } });
	const table = (task) => rec.rows[task][6][1];
	rec.data.sources.push({ path: "/home/student/two-threads.c",
				text: program });
	rec.start({ files: openFiles([[table(0), [[3, 1, true]]]], 0) });
	const one = rec.create(0, THREAD, at(19));
	rec.say("stdout", "1 works\n");
	const two = rec.create(0, THREAD, at(20));
	rec.say("stdout", "2 works\n");
	rec.unshare(two, ["fs"], { ...at(11, "work"), flags: ["FS"] });
	rec.exit(one, { source: { function: "start_thread",
				  file: "libc.so.6" } });
	rec.exit(two);
	const child = rec.create(0, [], at(23));
	rec.data.steps.at(-1).files = openFiles([
		[table(0), [[3, 1, true]]],
		[table(child), [[3, 1, true], [4, 2, false]]]], 4096);
	rec.exec(child, "date", at(24));
	rec.say("stdout", "Thu Nov 26 10:30:00 UTC 2026\n");
	rec.say("stderr", "date: a warning\n");
	rec.exit(child);
	rec.exit(0);
	return rec;
}

// A shell's pipeline and a sandbox: twelve tasks
export function twelve(options) {
	const rec = new Recorder(["bash", "-c", "make -j4 | tee log"], options);
	rec.start();
	const make = rec.create(0, []);
	rec.exec(make, "make");
	const tee = rec.create(0, []);
	rec.exec(tee, "tee");
	const jobs = [];
	for (let i = 0; i < 4; i++) {
		const job = rec.create(make, ["VM", "VFORK"]);
		rec.exec(job, "cc");
		jobs.push(job);
		rec.say("stdout", `  CC      part${i}.o\n`);
	}
	const box = rec.create(make, ["NEWUSER", "NEWNS", "NEWNET"]);
	rec.exec(box, "sandbox");
	for (let i = 0; i < 3; i++)
		rec.create(box, THREAD, { name: `worker ${i}` });
	rec.unshare(10, ["fs", "files"], {
		sentence: "unshare() makes private: filesystem information, which " +
			"is a root, a working directory and a umask, and the file " +
			"descriptor table; matches the flags",
	});
	rec.create(10, ["VM", "FS"], { name: "odd one" });
	rec.say("stderr", "part2.c:14: warning: unused variable ‘x’\n");
	for (const job of jobs.slice(0, 2))
		rec.exit(job);
	return rec;
}

// A server with a pool of processes, each with threads
export function sixty(options) {
	const rec = new Recorder(["./server", "--workers=6"], options);
	rec.start();
	for (let i = 0; i < 6; i++) {
		const worker = rec.create(0, [], { name: `worker ${i}` });
		for (let j = 0; j < 8; j++)
			rec.create(worker, THREAD, { name: `pool ${j}` });
	}
	for (let j = 0; j < 5; j++)
		rec.create(0, THREAD, { name: "logger" });
	rec.unshare(12, ["fs"]);
	rec.exit(30);
	return rec;
}

// As long as a recording can be
export function longest(steps = 2000, tasks = 100) {
	const rec = new Recorder(["./long"]);
	rec.start();
	const alive = [];
	for (let i = 1; i < tasks; i++)
		alive.push(rec.create(i % 7 ? 0 : alive[i % alive.length],
				      i % 3 ? THREAD : []));
	while (rec.data.steps.length < steps) {
		const n = rec.data.steps.length;
		rec.say(n % 9 ? "stdout" : "stderr", `line ${n} of the output\n`);
		rec.unshare(alive[n % alive.length], [n % 2 ? "fs" : "files"]);
	}
	return rec;
}

// Names, output, paths and source that would be something else as HTML
export const evil = [
	"</script><script>window.hit = 1</script>",
	"<img src=x onerror='window.hit = 1'>", "<!--", "]]>", "&lt;b&gt;",
	"\u202egnp.exe", "\u001b[31mred", "\u2028\u2029", "'\"`${window.hit = 1}",
	"<iframe src='https://example.invalid/'>", "javascript:window.hit=1",
	"\ufffd\u0000end", "</style><style>*{display:none}</style>",
];

export function hostile() {
	const rec = new Recorder(evil, { unseen: ["io"], data: {
		host: evil[0], kernel: evil[1], notes: evil,
		lab: { name: evil[1], title: evil[0], question: evil[1],
		       explanation: evil[0], number: 1, index: evil[0],
		       ask: [{ text: evil[1], set: false, answer: evil[0] }] },
	} });
	for (const kind of rec.data.kinds)
		kind.about = kind.title = evil[0];
	rec.data.sources.push({ path: evil[0], text: evil.join("\n") });
	rec.start({ source: { source: 0, line: 1, function: evil[1] } });
	for (const text of evil) {
		rec.say("stdout", text);
		rec.say("stderr", text);
		rec.create(0, [text, "VM"], {
			name: text, sentence: text, call: text, details: [text],
			source: { function: text, file: text },
			files: {
				tables: [[rec.rows[0][6][1], [[0, 0, true]]]],
				descriptions: [[0, null, text, 0]],
				files: [[0, text, "1", text, text]],
			},
		});
		rec.data.objects.at(-1).about = text;
	}
	return rec;
}

// A lab: three questions, of which one has no answer
export function lab() {
	const recording = small();

	recording.data.lab = {
		number: 7, name: "fork", title: "a fork", question: "Who\nforks?",
		explanation: "It was\nthe parent.", index: "index.html", ask: [
			{ text: "How many?", set: false, answer: "2" },
			{ text: "Which letters?", set: true, answer: "FM" },
			{ text: "How fast?", set: false, answer: null },
		],
	};
	return recording;
}

export const recordings = { small, twelve, sixty, longest, hostile, lab };

// node recordings.mjs NAME: prints one
if (import.meta.url === `file://${process.argv[1]}`)
	process.stdout.write(JSON.stringify(recordings[process.argv[2]]().data));
