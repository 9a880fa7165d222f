// SPDX-License-Identifier: GPL-2.0-only
// @ts-check
// Where the tasks stand: one place for each, for the whole run.

/**
 * Lines to the parent, by level: whether a line goes on below, or ends here
 * @typedef {{tasks: number[], depth: number, lines: string[],
 *	fold: boolean}} Slot
 */

const MAX_SLOTS = 50;
/* Number of tasks shown of those that are folded */
const SHOWN_OF_FOLD = 2;

/**
 * The process that made a task; if that was not seen, its parent then
 * @param {Run} run
 * @param {number} task
 */
function processFrom(run, task) {
	const creator = run.tasks[task].creator ?? null;

	return creator === null ?
		run.steps.find(({ rows }) => rows[task])?.rows[task]?.ppid :
		run.tasks[creator].tgid;
}

/**
 * Processes with their tasks, in the order in which they came
 * @param {Run} run
 */
function processes(run) {
	/** @type {Map<number, {tasks: number[], children: number[]}>} */
	const all = new Map();
	/** @type {number[]} */
	const roots = [];

	run.tasks.forEach((task, i) => {
		if (!all.has(task.tgid)) {
			all.set(task.tgid, { tasks: [], children: [] });
			const from = processFrom(run, i);
			if (from !== undefined && from !== task.tgid &&
			    all.has(from))
				all.get(from)?.children.push(task.tgid);
			else
				roots.push(task.tgid);
		}
		all.get(task.tgid)?.tasks.push(i);
	});
	return { all, roots };
}

/**
 * Every task in its order: a process, its threads, then its children.
 * @param {Run} run
 */
function treeOrder(run) {
	const { all, roots } = processes(run);
	/** @type {Slot[]} */
	const slots = [];
	/** @type {{tgid: number, lines: string[], last: boolean}[]} */
	const todo = roots.map((tgid) => ({ tgid, lines: [], last: true }))
			  .reverse();

	for (let next = todo.pop(); next; next = todo.pop()) {
		const process = all.get(next.tgid);
		if (!process)
			break;
		const depth = next.lines.length;
		const below = next.lines.map((line) => line === "fork" ? "pass" :
					     line === "corner" ? "" : line);
		process.tasks.forEach((task, i) => {
			const more = i + 1 < process.tasks.length ||
				     process.children.length > 0;
			slots.push({ tasks: [task], fold: false,
				     depth: i ? depth + 1 : depth,
				     lines: i ? [...below, more ? "fork" :
						 "corner"] : next.lines });
		});
		process.children.slice().reverse().forEach((tgid, i) => {
			todo.push({ tgid, last: !i, lines: [...below, i ?
					"fork" : "corner"] });
		});
	}
	return slots;
}

/**
 * Tasks that were made in the same way have the same text.
 * @param {Run} run
 * @param {Map<number, Step>} birth
 * @param {number} task
 */
function sort(run, birth, task) {
	const { creator, kind } = run.tasks[task];
	const step = birth.get(task);

	return JSON.stringify([creator, kind, step?.call, step?.flags]);
}

/**
 * Folds what stands in a row and was made in the same way, the longest rows
 * first, until the rest has room; then the end.
 * @param {Run} run
 * @returns {Slot[]}
 */
function layout(run) {
	const slots = treeOrder(run);
	const birth = run.birth;
	const parents = new Set(run.tasks.map((task) => task.creator));
	/** @type {Slot[][]} */
	const groups = [];
	let before = "";

	if (slots.length <= MAX_SLOTS)
		return slots;
	for (const slot of slots) {
		const like = parents.has(slot.tasks[0]) ? "" :
			     sort(run, birth, slot.tasks[0]);
		if (!like || like !== before)
			groups.push([]);
		groups[groups.length - 1].push(slot);
		before = like;
	}
	let length = slots.length;
	for (const group of groups.slice().sort((a, b) => b.length - a.length)) {
		const saved = group.length - SHOWN_OF_FOLD - 1;
		if (length <= MAX_SLOTS || saved < 1)
			break;
		group.push(fold(group.splice(SHOWN_OF_FOLD)));
		length -= saved;
	}
	const folded = groups.flat();
	if (folded.length > MAX_SLOTS)
		folded.push(fold(folded.splice(MAX_SLOTS - 1)));
	return folded;
}

/**
 * @param {Slot[]} slots
 * @returns {Slot}
 */
function fold(slots) {
	const { depth, lines } = slots[slots.length - 1];

	return { tasks: slots.flatMap((slot) => slot.tasks), fold: true, depth,
		 lines };
}
