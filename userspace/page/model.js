// SPDX-License-Identifier: GPL-2.0-only
// @ts-check
// The recording as complete steps: no step needs its neighbours to be shown.

/**
 * The object that a task holds of a kind: an index, null for none, "?" if it
 * changed while it was looked at, "-" if the engine does not see it.
 * @typedef {number | null | "?" | "-"} Cell
 *
 * @typedef {{task: number, pid: number, tgid: number, ppid: number,
 *	state: string, name: string, cells: Cell[]}} Row
 * @typedef {{source?: number, line?: number, function?: string,
 *	file?: string}} Place
 * @typedef {{tables: [number, [number, number, boolean | number][]][],
 *	descriptions: [number, number | null, string, number][],
 *	files: [number, string, number | string, string | null,
 *	string][]}} OpenFiles
 * @typedef {{time?: number, event: string, task: number | null,
 *	other?: number | null, sentence: string, details?: string[],
 *	call?: string | null, flags?: string[], source?: Place | null,
 *	rows: any[][], refs?: [number, number][] | null, output?: number,
 *	files?: OpenFiles | null}} RecordedStep
 * @typedef {{name: string, title: string, about?: string | null,
 *	seen: boolean}} Kind
 * @typedef {{pid: number, tgid: number, kind: string, origin?: string,
 *	creator?: number | null}} Task
 * @typedef {{kind: number, letter: string, about?: string | null}} Thing
 * @typedef {{number?: number, title: string, question: string,
 *	explanation: string, index?: string, ask?: {text: string, set: boolean,
 *	answer: string | null}[]}} Lab
 * @typedef {{engine: string, host: string, kernel: string, time: string,
 *	command: string[], exit: {status?: number, signal?: string} | null,
 *	kinds: Kind[], tasks: Task[], objects: Thing[],
 *	sources: {path: string, text: string | null}[],
 *	steps: RecordedStep[], output: {stream: string, text: string}[],
 *	lab?: Lab | null,
 *	notes?: string[]}} Recording
 */

/** @param {string} state */
function hasEnded(state) {
	return state === "gone" || state === "zombie";
}

/** A step, and all that is true behind it */
class Step {
	/**
	 * @param {RecordedStep} recorded
	 * @param {number} index
	 * @param {Step | undefined} before
	 */
	constructor(recorded, index, before) {
		this.index = index;
		this.before = before;
		this.event = recorded.event;
		/* No task: only the result was seen. */
		this.task = recorded.task ?? -1;
		this.other = recorded.other ?? null;
		this.sentence = recorded.sentence;
		this.details = recorded.details ?? [];
		this.call = recorded.call ?? "";
		this.flags = recorded.flags ?? [];
		this.place = recorded.source ?? null;
		this.output = recorded.output ?? 0;
		this.files = recorded.files ?? before?.files ?? null;
		/** @type {(Row | undefined)[]} by task */
		this.rows = before ? before.rows.slice() : [];
		for (const [task, pid, tgid, ppid, state, name, cells]
		     of recorded.rows)
			this.rows[task] = { task, pid, tgid, ppid, state, name,
					    cells };
		this.recordedRefs = recorded.refs ?? null;
	}

	/** @param {number} task */
	alive(task) {
		const state = this.rows[task]?.state;

		return state !== undefined && state !== "gone";
	}

	/** @returns {Map<number, Set<number>>} who holds each object */
	get holders() {
		const holders = new Map();

		for (const row of this.rows)
			for (const cell of row?.state === "gone" ? [] :
					   row?.cells ?? []) {
				if (typeof cell !== "number")
					continue;
				if (!holders.has(cell))
					holders.set(cell, new Set());
				holders.get(cell).add(row?.task);
			}
		return holders;
	}

	/** @returns {Map<number, number>} the kernel's count for objects */
	get refs() {
		/** @type {Map<number, number>} */
		const refs = new Map();

		for (let step = /** @type {Step | undefined} */ (this); step;
		     step = step.before)
			for (const [object, n] of step.recordedRefs ?? [])
				if (!refs.has(object))
					refs.set(object, n);
		return refs;
	}

	/** @param {number} task */
	isNew(task) {
		return !!this.rows[task] && !!this.before &&
		       !this.before.rows[task];
	}

	/**
	 * Did this step change a task's object of a kind? The end of the task
	 * does not count.
	 * @param {number} task
	 * @param {number} kind
	 */
	changed(task, kind) {
		const before = this.before?.rows[task], now = this.rows[task];

		return !!before && !!now && before !== now &&
		       !hasEnded(now.state) && before.cells[kind] !== now.cells[kind];
	}
}

const MAIN_KINDS = ["mm", "files", "sighand", "fs", "signal"];

class Run {
	/** @param {Recording} recording */
	constructor(recording) {
		this.recording = recording;
		this.kinds = recording.kinds;
		this.tasks = recording.tasks;
		this.objects = recording.objects;
		this.sources = recording.sources;
		/** @type {Step[]} */
		this.steps = [];
		recording.steps.forEach((step, i) => {
			this.steps.push(new Step(step, i, this.steps[i - 1]));
		});
		this.last = this.steps.length - 1;
		this.quiet = this.kinds.map((_, kind) => this.isQuiet(kind));
	}

	/**
	 * Returns true if all live tasks hold one object of a kind, always. What
	 * threads are known to share is of interest even then.
	 * @param {number} kind
	 */
	isQuiet(kind) {
		/** @type {Cell | undefined} */
		let only;

		if (this.tasks.length > 1 &&
		    MAIN_KINDS.includes(this.kinds[kind].name))
			return false;
		for (const step of this.recording.steps)
			for (const [, , , , state, , cells] of step.rows) {
				if (hasEnded(state))
					continue;
				only ??= cells[kind] ?? "none";
				if ((cells[kind] ?? "none") !== only)
					return false;
			}
		return true;
	}

	/** @param {number} object */
	letter(object) {
		return this.objects[object].letter;
	}

	/** @param {number} task */
	isThread(task) {
		return this.tasks[task].pid !== this.tasks[task].tgid;
	}

	/** The step that made each task, by task */
	get birth() {
		/** @type {Map<number, Step>} */
		const birth = new Map();

		for (const step of this.steps)
			if (step.other !== null && step.isNew(step.other))
				birth.set(step.other, step);
		return birth;
	}
}
