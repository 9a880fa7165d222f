// SPDX-License-Identifier: GPL-2.0-only
// @ts-check
// The matrix: tasks and what they hold. Its rows and columns never move.

/**
 * How a cell looks, as one word: two cells with the same word look the same.
 * @param {Row} row
 * @param {Cell} cell
 * @param {Map<number, Set<number>>} holders
 */
function cellLook(row, cell, holders) {
	if (cell === "-")
		return "unseen";
	if (cell === "?")
		return "moved";
	if (cell === null)
		return hasEnded(row.state) ? "" : "none";
	return (holders.get(cell)?.size ?? 0) > 1 ? "shared" : "alone";
}

/** @type {Record<string, string>} */
const STATE_TEXT = {
	vfork: "waits", zombie: "zombie", stopped: "stopped", gone: "ended",
};

/** @param {string} name of a kind */
function columnName(name) {
	return plainLine(name.replace("_for_children", "_child"));
}

class Matrix {
	/**
	 * @param {Run} run
	 * @param {HTMLTableElement} table
	 */
	constructor(run, table) {
		this.run = run;
		this.slots = layout(run);
		/** @type {Set<Slot>} */
		this.opened = new Set();
		this.columns = [...run.kinds.keys()].sort((a, b) =>
			Number(run.quiet[a]) - Number(run.quiet[b]) || a - b);
		this.loud = run.quiet.filter((quiet) => !quiet).length;
		this.table = table;
		this.body = make("tbody");
		table.replaceChildren(make("colgroup", "", make("col", "names"),
			...this.columns.map((kind, i) =>
				make("col", this.columnClass(kind, i)))),
			this.head(), this.body);
		/** @type {{slot: Slot, tr: HTMLElement, th: HTMLElement,
			    cells: HTMLElement[], task: number}[]} */
		this.rows = [];
		for (const slot of this.slots)
			this.addRow(slot);
		/* Not one more for each recording */
		table.onpointerover = (event) => this.point(event.target);
		table.onpointerleave = () => this.point(null);
	}

	head() {
		const groups = make("tr", "groups", make("td")), rest =
			this.columns.length - this.loud;
		const names = make("tr", "names");

		for (const [n, text] of /** @type {[number, string][]} */ ([
			[this.loud, ""],
			[rest, this.loud ? "the same for all" :
					   "all the same"]])) {
			const th = make("th", "group", text);
			th.setAttribute("colspan", String(n));
			th.setAttribute("scope", "colgroup");
			if (n)
				groups.append(th);
		}
		names.append(make("th", "corner", "task"));
		this.columns.forEach((kind, i) => {
			const { name, title, about, seen } = this.run.kinds[kind];
			const th = make("th", this.columnClass(kind, i), make(
				"span", "", columnName(name)));
			th.setAttribute("scope", "col");
			th.title = plainLine(title + (about ? `: ${about}` : "") +
				(seen ? "" : " (not seen by this engine)"));
			names.append(th);
		});
		return make("thead", "", groups, names);
	}

	/**
	 * @param {number} kind
	 * @param {number} i
	 */
	columnClass(kind, i) {
		return (this.run.quiet[kind] ? "quiet" : "loud") +
		       (i === this.loud && i ? " first" : "") +
		       (this.run.kinds[kind].seen ? "" : " unseen-kind");
	}

	/**
	 * @param {Slot} slot
	 * @param {HTMLElement | null} after
	 */
	addRow(slot, after = null) {
		const th = make("th"), tr = make("tr", "", th);
		const cells = this.columns.map((kind, i) =>
			make("td", this.columnClass(kind, i)));

		th.setAttribute("scope", "row");
		tr.append(...cells);
		if (after)
			after.after(tr);
		else
			this.body.append(tr);
		this.rows.push({ slot, tr, th, cells, task: slot.tasks[0] });
		return tr;
	}

	/**
	 * The row of a task; that of a fold if it is in one.
	 * @param {number | null} task
	 */
	rowOf(task) {
		return this.rows.find(({ slot, tr }) => task !== null &&
			!tr.hidden && slot.tasks.includes(task));
	}

	/** @param {Step} step */
	show(step) {
		const holders = step.holders;

		for (const row of this.rows)
			if (!row.tr.hidden)
				this.showRow(row, step, holders);
		this.step = step;
	}

	/**
	 * @param {Matrix["rows"][0]} place
	 * @param {Step} step
	 * @param {Map<number, Set<number>>} holders
	 */
	showRow(place, step, holders) {
		const { slot, tr, cells } = place;
		const concerned = slot.tasks.find((task) => task === step.other) ??
				  slot.tasks.find((task) => task === step.task);
		const task = concerned ?? slot.tasks[0];
		const row = slot.fold && concerned === undefined ? undefined :
			    step.rows[task];

		place.task = task;
		tr.className = [
			slot.fold ? "fold" : "", row ? row.state : "unborn",
			row && step.isNew(task) ? "new" : "",
			row && task === step.task ? "acts" : "",
			row && step.before?.rows[task] &&
				step.before.rows[task]?.state !== row.state ?
				"turned" : "",
		].join(" ");
		this.showName(place, row, step);
		this.columns.forEach((kind, i) => {
			const look = row ? cellLook(row, row.cells[kind],
						    holders) : "";
			this.showCell(cells[i], look, row?.cells[kind],
				      !!row && step.changed(task, kind));
		});
	}

	/**
	 * @param {HTMLElement} td
	 * @param {string} look
	 * @param {Cell | undefined} cell
	 * @param {boolean} changed
	 */
	showCell(td, look, cell, changed) {
		const key = `${look} ${cell ?? ""}`;

		if (td.dataset.key !== key) {
			td.dataset.key = key;
			td.replaceChildren(this.cellContent(look, cell));
		}
		td.classList.toggle("changed", changed);
	}

	/**
	 * @param {string} look
	 * @param {Cell | undefined} cell
	 */
	cellContent(look, cell) {
		if (typeof cell === "number" && look) {
			const element = chip(this.run.letter(cell),
					     look === "shared");
			element.dataset.object = String(cell);
			return element;
		}
		const text = { none: "·", moved: "?" }[look] ?? "";
		return make("span", look, text, look === "unseen" ?
			    make("span", "hidden", "not seen") : "");
	}

	/**
	 * @param {Matrix["rows"][0]} place
	 * @param {Row | undefined} row
	 * @param {Step} step
	 */
	showName({ slot, th }, row, step) {
		const alive = slot.tasks.filter((task) =>
			step.alive(task)).length;
		const key = JSON.stringify([row?.pid, row?.name, row?.state,
					    slot.fold && alive]);

		if (th.dataset.key === key)
			return;
		th.dataset.key = key;
		const line = make("div", "name", ...slot.lines.map((kind) =>
			make("span", `line ${kind || "blank"}`)));
		if (slot.fold)
			line.append(this.foldButton(slot, alive, !row));
		if (row) {
			const state = STATE_TEXT[row.state];
			line.append(
				make("span", this.run.isThread(row.task) ?
				     "mark thread" : "mark process"),
				make("span", "pid", String(row.pid)), " ",
				make("span", "comm", plainLine(row.name)));
			if (state)
				line.append(make("span", "state", state));
		}
		th.replaceChildren(line);
	}

	/**
	 * @param {Slot} slot
	 * @param {number} alive
	 * @param {boolean} wide whether there is room for more words
	 */
	foldButton(slot, alive, wide) {
		const { length } = slot.tasks;
		const button = make("button", "unfold",
			`… ${length} more${wide ? " like these" : ""}`,
			wide && alive ?
			make("span", "state", `${alive} here`) : "");

		button.title = "Tasks that were made in the same way: show them";
		button.addEventListener("click", () => this.unfold(slot));
		return button;
	}

	/** @param {Slot} slot */
	unfold(slot) {
		const place = this.rows.find((row) => row.slot === slot);
		let after = place?.tr;

		if (!place || !after || !this.step)
			return;
		place.tr.hidden = true;
		for (const task of slot.tasks)
			after = this.addRow({ ...slot, tasks: [task],
					      fold: false }, after);
		this.show(this.step);
		document.dispatchEvent(new Event("matrix"));
	}

	/**
	 * Marks all cells with the object that is pointed at, and names holders.
	 * @param {EventTarget | null} target
	 */
	point(target) {
		const at = target instanceof HTMLElement ?
			   target.closest("[data-object]") : null;
		const object = at instanceof HTMLElement ?
			       at.dataset.object : undefined;

		for (const old of this.table.querySelectorAll(".same"))
			old.classList.remove("same");
		if (object === undefined || !(at instanceof HTMLElement) ||
		    !this.step)
			return;
		for (const same of this.table.querySelectorAll(
			`[data-object="${object}"]`))
			same.classList.add("same");
		at.title = objectText(this.run, this.step, Number(object));
	}
}

/**
 * @param {Run} run
 * @param {Step} step
 * @param {number} object
 */
function objectText(run, step, object) {
	const { kind, letter, about } = run.objects[object];
	const tasks = [...step.holders.get(object) ?? []];
	const pids = tasks.slice(0, 8).map((task) => step.rows[task]?.pid);
	const more = tasks.length > 8 ? ` and ${tasks.length - 8} more` : "";

	return plainLine(`${run.kinds[kind].title} ${letter}` +
		(about ? ` (${about})` : "") +
		`: held by ${pids.join(", ") || "no task here"}${more}`);
}
