// SPDX-License-Identifier: GPL-2.0-only
// @ts-check
// For paper: all steps, one below the other, made when they are to be printed.

const MAX_PRINTED_ROWS = 14;
/* From this number of steps on, only rows that change are printed. */
const MANY_STEPS = 100;

/**
 * The rows that are printed of a step: all if there is room.
 * @param {Run} run
 * @param {Matrix} matrix
 * @param {Step} step
 */
function printedRows(run, matrix, step) {
	const all = matrix.slots.flatMap((slot) => slot.tasks).filter((task) =>
		step.alive(task) || task === step.task && step.rows[task]);
	const concerned = (/** @type {number} */ task) =>
		task === step.task || task === step.other ||
		run.kinds.some((_, kind) => step.changed(task, kind));

	if (all.length <= MAX_PRINTED_ROWS && run.steps.length < MANY_STEPS)
		return { rows: all, rest: 0 };
	const rows = all.filter(concerned).slice(0, MAX_PRINTED_ROWS);
	return { rows, rest: all.length - rows.length };
}

/**
 * @param {Run} run
 * @param {Matrix} matrix
 * @param {number[]} kinds
 * @param {Step} step
 */
function printedStep(run, matrix, kinds, step) {
	const { rows, rest } = printedRows(run, matrix, step);
	const holders = step.holders;
	const body = make("tbody");

	for (const task of rows) {
		const row = step.rows[task];
		if (!row)
			continue;
		const tr = make("tr", `${row.state} ` +
			(step.isNew(task) ? "new" : ""),
			make("th", "", String(row.pid), " ",
			     make("span", "comm", plainLine(row.name))));
		for (const kind of kinds) {
			const look = cellLook(row, row.cells[kind], holders);
			tr.append(make("td", step.changed(task, kind) ?
				       "changed" : "",
				       matrix.cellContent(look,
							  row.cells[kind])));
		}
		body.append(tr);
	}
	return make("article", "", make("h2", "",
			make("span", "number", String(step.index)), " ",
			make("b", "", String(step.rows[step.task]?.pid ?? "")),
			" ", plainLine(step.sentence)),
		make("table", "", make("thead", "", make("tr", "",
			make("th", "", ""), ...kinds.map((kind) =>
				make("th", "", make("span", "",
					plainLine(run.kinds[kind].name)))))),
			body),
		rest ? make("p", "missing",
			    `${count(rest, "more task")}, unchanged`) : "");
}

/**
 * @param {Run} run
 * @param {Matrix} matrix
 * @param {HTMLElement} strip
 */
function fillStrip(run, matrix, strip) {
	const { command, host, kernel, time } = run.recording;
	const loud = matrix.columns.slice(0, matrix.loud);
	const quiet = matrix.columns.slice(matrix.loud).map((kind) =>
		run.kinds[kind].name);

	strip.replaceChildren(
		make("h1", "", plainLine(command.join(" "))),
		make("p", "", plainLine(`${host}, Linux ${kernel}, ${time}`)),
		...run.steps.map((step) => printedStep(run, matrix,
			loud.length ? loud : matrix.columns, step)),
		make("p", "", loud.length && quiet.length ? plainLine(
			`The same for all tasks in every step: ${
				quiet.join(", ")}.`) : ""));
}
