// SPDX-License-Identifier: GPL-2.0-only
// @ts-check
// Open files: descriptors of each table, the descriptions that they lead to,
// and the files of those.

const MAX_BOXES = 120;

/**
 * @param {Run} run
 * @param {Step} step
 * @param {HTMLElement} body
 */
function showFiles(run, step, body) {
	const { files } = step;
	const columns = make("div", "columns");
	const svg = makeSvg("svg", { class: "wires", "aria-hidden": "true" });

	if (!files) {
		body.replaceChildren(make("div", "missing",
					  "not recorded at this step"));
		return;
	}
	/** @type {[Element, Element][]} */
	const wires = [];
	const sorted = (/** @type {any[][]} */ list) =>
		[...list].sort(([a], [b]) => a - b).slice(0, MAX_BOXES);
	const shown = /** @type {OpenFiles["descriptions"]} */ (
		sorted(files.descriptions));
	const shownFiles = /** @type {OpenFiles["files"]} */ (
		sorted(files.files));
	const targets = shownFiles.map(fileBox);
	const descriptions = shown.map(descriptionBox);
	const byFile = new Map(shownFiles.map(([place], i) =>
		[place, targets[i]]));
	const byDescription = new Map(shown.map(([place], i) =>
		[place, descriptions[i]]));
	const tables = files.tables.slice(0, MAX_BOXES).map((table) =>
		tableBox(run, step, table, (row, index) => {
			const to = byDescription.get(index);
			if (to)
				wires.push([row, to]);
		}));

	shown.forEach(([, , , file], i) => {
		const to = byFile.get(file);
		if (to)
			wires.push([descriptions[i], to]);
	});
	columns.append(column("descriptors", tables),
		       column("open file descriptions", descriptions),
		       column("files", targets));
	body.replaceChildren(columns);
	columns.append(svg);
	drawWires(svg, columns, wires);
}

/**
 * @param {string} title
 * @param {HTMLElement[]} boxes
 */
function column(title, boxes) {
	return make("div", "column", make("h3", "", title), ...boxes);
}

/**
 * @param {Run} run
 * @param {Step} step
 * @param {OpenFiles["tables"][0]} table
 * @param {(row: HTMLElement, description: number) => void} wire
 */
function tableBox(run, step, [object, descriptors], wire) {
	const holders = [...step.holders.get(object) ?? []];
	const box = make("div", "box table", make("div", "owner",
		chip(run.letter(object), holders.length > 1), " ",
		holders.slice(0, 3).map((task) => step.rows[task]?.pid)
			.join(", ") + (holders.length > 3 ? " …" : "")));

	for (const [fd, description, cloexec] of descriptors.slice(0, MAX_BOXES)) {
		const row = make("div", "fd", String(fd), cloexec ?
				 make("small", "", "closed by exec") : "");
		box.append(row);
		wire(row, description);
	}
	if (descriptors.length > MAX_BOXES)
		box.append(make("div", "missing",
				`${descriptors.length - MAX_BOXES} more`));
	return box;
}

/** @param {OpenFiles["descriptions"][0]} description */
function descriptionBox([, offset, flags]) {
	return make("div", "box", make("div", "", offset === null ?
		"no offset" : `offset ${offset}`),
		make("small", "", plainLine(flags)));
}

/** @param {OpenFiles["files"][0]} file */
function fileBox([, device, inode, path, type]) {
	const box = make("div", "box", make("div", "path",
			 plainLine(path ?? "") || "(no path)"),
		make("small", "", plainLine(`${type} ${device} ${inode}`)));

	box.title = plainLine(path ?? "");
	return box;
}

/**
 * @param {Element} svg
 * @param {HTMLElement} columns
 * @param {[Element, Element][]} wires
 */
function drawWires(svg, columns, wires) {
	const origin = columns.getBoundingClientRect();

	svg.setAttribute("width", String(columns.scrollWidth));
	svg.setAttribute("height", String(columns.scrollHeight));
	const ends = wires.map(([a, b]) => [a.getBoundingClientRect(),
					    b.getBoundingClientRect()]);
	for (const [a, b] of ends) {
		const x1 = a.right - origin.left, x2 = b.left - origin.left;
		const y1 = a.top + a.height / 2 - origin.top;
		const y2 = b.top + b.height / 2 - origin.top;
		const bend = (x2 - x1) / 2;
		svg.append(makeSvg("path", { d: `M${x1} ${y1}C${x1 + bend} ` +
			`${y1} ${x2 - bend} ${y2} ${x2} ${y2}` }));
	}
}
