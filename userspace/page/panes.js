// SPDX-License-Identifier: GPL-2.0-only
// @ts-check
// The panes beside the matrix: source, output, objects, details. Each shows one
// step, whatever was shown before.

const MAX_ENTRIES = 400;
const MAX_CHARACTERS = 40000;
const MAX_OBJECTS = 100;

class SourcePane {
	/**
	 * @param {Run} run
	 * @param {HTMLElement} title
	 * @param {HTMLElement} body
	 * @param {(step: number) => void} go
	 */
	constructor(run, title, body, go) {
		this.run = run;
		this.title = title;
		this.body = body;
		this.go = go;
		/** @type {Map<number, HTMLElement>} */
		this.listings = new Map();
		/** @type {Map<string, number[]>} steps of a line */
		this.stepsOf = new Map();
		for (const { place, index } of run.steps) {
			const key = `${place?.source}:${place?.line}`;
			this.stepsOf.set(key, [...this.stepsOf.get(key) ?? [],
					       index]);
		}
	}

	/** @param {Step} step */
	show(step) {
		const { place } = step;
		const path = place?.source === undefined ? place?.file :
			     this.run.sources[place.source].path;
		const where = [place?.function ? `${place.function}()` : "",
			       path ? path.split("/").pop() : "",
			       place?.line].filter(Boolean).join("  ");

		this.title.textContent = plainLine(where) ||
					 "not known for this step";
		this.title.title = plainLine(path ?? "");
		const source = place?.source ?? this.nearest(step);
		if (source === undefined)
			return;
		const listing = this.listing(source);
		if (this.body.firstChild !== listing)
			this.body.replaceChildren(listing);
		listing.querySelector(".now")?.classList.remove("now");
		const line = place?.source === undefined ? undefined :
			     listing.children[(place.line ?? 0) - 1];
		line?.classList.add("now");
		if (line instanceof HTMLElement)
			this.body.scrollTop = line.offsetTop -
				this.body.clientHeight / 2;
	}

	/**
	 * The source of the last step before that has one, or the first behind
	 * @param {Step} step
	 */
	nearest(step) {
		for (let at = step.before; at; at = at.before)
			if (at.place?.source !== undefined)
				return at.place.source;
		return this.run.steps.find(({ place }) =>
			place?.source !== undefined)?.place?.source;
	}

	/** @param {number} source */
	listing(source) {
		const known = this.listings.get(source);
		const { text } = this.run.sources[source];
		const listing = make("ol", "listing");

		if (known)
			return known;
		if (text === null)
			listing.append(make("li", "missing",
					    "The source could not be read."));
		else
			text.replace(/\n$/, "").split("\n").forEach((line, i) =>
				listing.append(this.line(source, i + 1, line)));
		this.listings.set(source, listing);
		return listing;
	}

	/**
	 * @param {number} source
	 * @param {number} number
	 * @param {string} text
	 */
	line(source, number, text) {
		const steps = this.stepsOf.get(`${source}:${number}`);
		const code = plain(text) || " ";

		if (!steps)
			return make("li", "", code);
		const button = make("button", "", code);
		button.title = `${count(steps.length, "step")}: go to the next`;
		button.addEventListener("click", () => this.go(steps.find(
			(step) => step > this.current) ?? steps[0]));
		return make("li", "runs", button);
	}

	current = 0;
}

/**
 * The program's output until a step
 * @param {Run} run
 * @param {Step} step
 * @param {HTMLElement} body
 */
function showOutput(run, step, body) {
	const fresh = step.before?.output ?? 0;
	const { output } = run.recording;
	const end = Math.min(step.output, output.length);
	let characters = 0, first = end;

	while (first > 0 && end - first < MAX_ENTRIES &&
	       characters < MAX_CHARACTERS)
		characters += output[--first].text.length;
	body.replaceChildren();
	if (first)
		body.append(make("div", "missing",
				 `${count(first, "earlier piece")} not shown`));
	for (let i = first; i < end;) {
		const { stream } = output[i], from = i;
		do
			i++;
		while (i < end && i !== fresh && output[i].stream === stream);
		body.append(outputBlock(output.slice(from, i), from >= fresh));
	}
	if (!end)
		body.append(make("div", "missing", "nothing yet"));
	body.scrollTop = body.scrollHeight;
}

/**
 * Output to one stream, without anything to another one in between
 * @param {{stream: string, text: string}[]} pieces
 * @param {boolean} fresh
 */
function outputBlock(pieces, fresh) {
	const text = pieces.map((piece) => piece.text).join("");
	const error = pieces[0].stream === "stderr";
	const pre = make("pre", (error ? "stderr" : "") + (fresh ? " fresh" : ""),
			 plain(text.slice(-MAX_CHARACTERS)).replace(/\n$/, ""));

	pre.dataset.stream = error ? "err" : "out";
	return pre;
}

/**
 * The holders of objects, and the kernel's counts. Only those in which tasks
 * differ: the others say the same in every step.
 * @param {Run} run
 * @param {Step} step
 * @param {HTMLElement} body
 */
function showObjects(run, step, body) {
	const { holders, refs } = step;
	const table = make("table", "", make("thead", "", make("tr", "",
		...["kind", "", "held by", "refs"].map((text) =>
			make("th", "", text)))));
	const rows = make("tbody");
	const objects = [...holders.keys()].filter((object) =>
		!run.quiet[run.objects[object].kind]).sort((a, b) =>
		run.objects[a].kind - run.objects[b].kind || a - b);

	for (const object of objects.slice(0, MAX_OBJECTS)) {
		const { kind, letter, about } = run.objects[object];
		const here = holders.get(object)?.size ?? 0;
		rows.append(make("tr", "",
			make("td", "", plainLine(run.kinds[kind].name)),
			make("td", "", chip(letter, here > 1)),
			make("td", "", count(here, "task"), about ?
			     make("small", "", plainLine(about)) : ""),
			make("td", "", String(refs.get(object) ?? ""))));
	}
	table.append(rows);
	body.replaceChildren(table);
	if (objects.length > MAX_OBJECTS)
		body.append(make("div", "missing",
			`${objects.length - MAX_OBJECTS} more not shown`));
}

/**
 * @param {Step} step
 * @param {HTMLElement} body
 */
function showDetails(step, body) {
	body.replaceChildren(...step.details.map((line) =>
		make("p", "", plain(line))));
	if (!step.details.length)
		body.append(make("div", "missing", "nothing more is known"));
}
