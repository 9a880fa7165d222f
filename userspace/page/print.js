// SPDX-License-Identifier: GPL-2.0-only
// @ts-check
// For paper: all steps, one below the other, made when they are to be printed.

const MAX_PRINTED_ROWS = 14;
/* From this number of steps on, only rows that change are printed. */
const MANY_STEPS = 100;
const MAX_PRINTED_LINES = 6;
/* More columns have their names upright. */
const MANY_KINDS = 13;

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
 * The line of source text that made the call, and the output since the step
 * before
 * @param {Run} run
 * @param {Step} step
 */
function printedContext(run, step) {
	const { place } = step;
	const { path, text } = run.sources[place?.source ?? -1] ?? {};
	const line = text?.split("\n")[(place?.line ?? 0) - 1]?.trim();
	const output = run.recording.output.slice(step.before?.output ?? 0,
		step.output).map((piece) => piece.text).join("").trimEnd();
	const lines = output.split("\n");

	return make("div", "context",
		line ? make("p", "source", make("span", "", plainLine(
			`${path?.split("/").pop()}:${place?.line}`)), " ",
			plainLine(line)) : "",
		...output ? lines.slice(0, MAX_PRINTED_LINES).map((text) =>
			make("p", "output", plainLine(text))) : [],
		lines.length > MAX_PRINTED_LINES ? make("p", "missing",
			count(lines.length - MAX_PRINTED_LINES, "more line")) :
			"");
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
		printedContext(run, step),
		make("table", "", make("thead", "", make("tr", "",
			make("th", "", ""), ...kinds.map((kind) =>
				make("th", "", make("span", "",
					columnName(run.kinds[kind].name)))))),
			body),
		rest ? make("p", "missing",
			    `${count(rest, "more task")}, unchanged`) : "");
}

/**
 * The question of a lab, and room for the answers; and what explains them
 * @param {Lab | null | undefined} lab
 * @returns {[HTMLElement[], HTMLElement[]]}
 */
function printedLab(lab) {
	if (!lab)
		return [[], []];
	return [[make("p", "lab-question", paragraph(lab.question)),
		 ...(lab.ask ?? []).map(({ text }) =>
			make("p", "blank", plain(text), make("span")))],
		[make("article", "", make("h2", "", "Why"),
		      make("p", "", paragraph(lab.explanation)))]];
}

/**
 * @param {Run} run
 * @param {Matrix} matrix
 * @param {HTMLElement} strip
 */
function fillStrip(run, matrix, strip) {
	const { lab, notes } = run.recording;
	const loud = matrix.columns.slice(0, matrix.loud);
	const quiet = matrix.columns.slice(matrix.loud).map((kind) =>
		run.kinds[kind].name);
	const kinds = loud.length ? loud : matrix.columns;
	const [question, explanation] = printedLab(lab);
	const legend = byId("legend").cloneNode(true);

	if (legend instanceof HTMLElement)
		legend.removeAttribute("id");
	strip.classList.toggle("many", kinds.length > MANY_KINDS);
	strip.replaceChildren(
		make("h1", "", byId("command").textContent ?? ""),
		make("p", "", byId("about").textContent ?? ""),
		...question, make("div", "legend", legend),
		...run.steps.map((step) => printedStep(run, matrix, kinds, step)),
		make("p", "", loud.length && quiet.length ? plainLine(
			`The same for all tasks in every step: ${
				quiet.join(", ")}.`) : ""),
		...(notes ?? []).map((note) => make("p", "", plain(note))),
		...explanation);
}
