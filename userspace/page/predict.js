// SPDX-License-Identifier: GPL-2.0-only
// @ts-check
// Asks for the letters that a task will have, before they are shown.

/** @typedef {"" | "same" | "new" | "none"} Answer */

/** @type {Answer[]} */
const ANSWERS = ["same", "new", "none"];

class Prediction {
	/**
	 * @param {Matrix} matrix
	 * @param {Step} step
	 */
	constructor(matrix, step) {
		this.matrix = matrix;
		this.step = step;
		this.task = Prediction.subject(step);
		/** @type {Row | undefined} whose letters it may keep */
		this.base = step.before?.rows[step.task];
		/** @type {Map<number, Answer>} by kind */
		this.answers = new Map();
	}

	/**
	 * A new task, or the one that changes itself
	 * @param {Step} step
	 */
	static subject(step) {
		return step.other ?? step.task;
	}

	/**
	 * Returns true if there is something to ask about a step.
	 * @param {Matrix} matrix
	 * @param {Step} step
	 */
	static possible(matrix, step) {
		const now = step.rows[Prediction.subject(step)];

		return !!step.before?.rows[step.task] && now !== undefined &&
		       !hasEnded(now.state) && step.event !== "fail" &&
		       (step.other === null ? now.cells.some((_, kind) =>
				step.changed(step.task, kind)) :
			step.isNew(step.other)) &&
		       matrix.rowOf(now.task)?.slot.fold === false;
	}

	get question() {
		const { step } = this;
		const { pid } = step.rows[this.task] ?? {};
		const call = step.call || (step.other === null ? step.event :
					   "clone");

		return plainLine(step.other === null ?
			`calls ${call}(). Which letters will it have?` :
			`calls ${call}() and makes ${pid}. ` +
			`Which letters will ${pid} have?`);
	}

	/** Puts buttons in place of the cells. */
	ask() {
		const place = this.matrix.rowOf(this.task);

		if (!place || !this.step.before)
			return;
		this.matrix.show(this.step.before);
		place.tr.className = "asked";
		this.matrix.showName(place, this.step.rows[this.task],
				     this.step);
		this.matrix.columns.forEach((kind, i) => {
			const td = place.cells[i];
			td.dataset.key = "asked";
			td.replaceChildren(
				typeof this.base?.cells[kind] === "number" ?
				this.button(kind) : "");
		});
		place.tr.querySelector("button")?.focus();
	}

	/** @param {number} kind */
	button(kind) {
		const button = make("button", "answer");
		const turn = (/** @type {number} */ by) => {
			const at = ANSWERS.indexOf(this.answers.get(kind) || "");
			const next = at < 0 ? (by > 0 ? 0 : ANSWERS.length - 1) :
				     (at + by + ANSWERS.length) % ANSWERS.length;
			this.answers.set(kind, ANSWERS[next]);
			this.showAnswer(button, kind);
		};

		button.addEventListener("click", () => turn(1));
		button.addEventListener("keydown", (event) => {
			const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
			if (!by)
				return;
			turn(by);
			event.preventDefault();
			event.stopPropagation();
		});
		this.showAnswer(button, kind);
		return button;
	}

	/**
	 * @param {HTMLElement} button
	 * @param {number} kind
	 */
	showAnswer(button, kind) {
		const answer = this.answers.get(kind) ?? "";
		const base = this.base?.cells[kind];
		const { title } = this.matrix.run.kinds[kind];

		button.dataset.answer = answer;
		button.setAttribute("aria-label", plainLine(`${title}: ${{
			"": "not answered", same: "the same", new: "a new one",
			none: "none" }[answer]}`));
		button.replaceChildren(answer === "same" &&
			typeof base === "number" ?
			chip(this.matrix.run.letter(base), true) :
			{ "": "?", same: "", new: "new", none: "·" }[answer]);
	}

	/**
	 * The right answer for a kind; empty if that is not known
	 * @param {number} kind
	 * @returns {Answer}
	 */
	truth(kind) {
		const cell = this.step.rows[this.task]?.cells[kind];

		if (cell === null)
			return "none";
		if (typeof cell !== "number")
			return "";
		return cell === this.base?.cells[kind] ? "same" : "new";
	}

	/** Shows the step, with marks at what was answered. Returns words. */
	compare() {
		const place = this.matrix.rowOf(this.task);
		let right = 0, judged = 0;

		this.matrix.show(this.step);
		this.matrix.columns.forEach((kind, i) => {
			const answer = this.answers.get(kind);
			const truth = this.truth(kind);
			if (!answer || !truth || !place)
				return;
			const good = answer === truth;
			const td = place.cells[i];
			judged++;
			right += Number(good);
			td.append(make("span", good ? "right" : "wrong",
				       good ? "✓" : "✗"));
			td.dataset.key = "judged";
			td.title = good ? "you were right" :
				   `you said: ${answer}`;
		});
		return judged ? `${right} of ${judged} right.` : "";
	}

	/** Leaves no mark of an answer in the matrix. */
	clear() {
		for (const td of this.matrix.rowOf(this.task)?.cells ?? [])
			td.removeAttribute("title");
	}
}
