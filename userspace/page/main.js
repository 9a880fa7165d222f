// SPDX-License-Identifier: GPL-2.0-only
// @ts-check
// The page: which step is shown, and everything that shows it.

/* Such a sentence does not fit two lines. */
const LONG_SENTENCE = 150;

class Page {
	/* Set by take() */
	run = /** @type {Run} */ (/** @type {unknown} */ (null));
	matrix = /** @type {Matrix} */ (/** @type {unknown} */ (null));
	source = /** @type {SourcePane} */ (/** @type {unknown} */ (null));
	/** @type {Prediction | null} that is being asked */
	asking = null;
	/** @type {Prediction | null} that was judged */
	judged = null;
	index = -1;

	/** @param {Recording} recording */
	constructor(recording) {
		this.slider = /** @type {HTMLInputElement} */ (byId("slider"));
		/** @type {Set<string>} panes that were switched on or off */
		this.switched = new Set();
		/** @type {(() => void) | null} asks for a step behind the last */
		this.more = null;
		this.take(recording);
		this.listen();
		this.go(this.wanted());
	}

	/**
	 * A recording, or one that has grown; go() shows a step of it.
	 * @param {Recording} recording
	 */
	take(recording) {
		this.run = new Run(recording);
		this.matrix = new Matrix(this.run,
			/** @type {HTMLTableElement} */ (byId("matrix")));
		this.source = new SourcePane(this.run, byId("source-place"),
			byId("source-body"), (step) => this.go(step));
		this.slider.max = String(this.run.last);
		this.asking = null;
		this.judged = null;
		this.index = -1;
		this.title();
		this.timeline();
		this.panes();
		this.fit();
	}

	title() {
		const { command, engine, host, kernel, time, exit, notes, lab } =
			this.run.recording;
		const text = plainLine(lab?.number === undefined ?
			command.join(" ") : `Lab ${lab.number}: ${lab.title}`);
		const end = exit?.signal ? `killed by ${exit.signal}` :
			    exit ? `exit status ${exit.status}` : "";

		document.title = text;
		byId("command").textContent = text;
		byId("about").textContent = plainLine([host, `Linux ${kernel}`,
			`seen by ${engine}`, time.replace("T", " ")
				.replace("Z", " UTC"), end]
			.filter(Boolean).join("  ·  "));
		byId("notes-body").replaceChildren(...(notes ?? []).map((note) =>
			make("p", "", plain(note))));
		if (lab)
			showLab(lab, byId("lab-title"), byId("lab-body"));
	}

	/** A mark for each step, taller where a task begins or ends. */
	timeline() {
		const { steps, last } = this.run;
		const height = /** @type {Record<string, number>} */ ({
			create: 14, exit: 8, exec: 11, change: 11 });
		const path = steps.map(({ event, index }) =>
			`M${last ? index * 1000 / last : 0} 16` +
			`v-${height[event] ?? 5}`);
		const svg = makeSvg("svg", { viewBox: "0 0 1000 16",
			preserveAspectRatio: "none", "aria-hidden": "true" });

		svg.append(makeSvg("path", { d: path.join("") }));
		byId("ticks").replaceChildren(svg);
	}

	/** Panes without content are not offered. */
	panes() {
		const { run } = this;
		const there = /** @type {Record<string, boolean>} */ ({
			source: run.steps.some(({ place }) => place),
			output: run.recording.output.length > 0,
			files: run.steps.some(({ files }) => files),
			objects: true,
			details: run.steps.some(({ details }) => details.length),
			lab: !!run.recording.lab,
			notes: !!run.recording.notes?.length,
		});

		for (const [name, is] of Object.entries(there)) {
			const button = byId(`show-${name}`);
			const on = is && (name === "objects" ? !there.source :
				name === "output" ? !there.lab :
				["lab", "source", "notes"].includes(name));
			if (this.switched.has(name))
				continue;
			button.hidden = !is;
			byId(name).hidden = !on;
			button.setAttribute("aria-pressed", String(on));
		}
	}

	/** @param {Element} button */
	switchPane(button) {
		const pane = byId(button.id.replace("show-", ""));

		this.switched.add(pane.id);
		pane.hidden = !pane.hidden;
		button.setAttribute("aria-pressed", String(!pane.hidden));
		this.fit();
		this.show();
	}

	listen() {
		const by = (/** @type {number} */ n) => this.by(n);

		new Keys({
			go: (step) => this.go(step), by,
			last: () => this.run.last,
			enter: () => this.compare(),
			along: (n) => this.along(n),
		});
		for (const button of document.querySelectorAll("[id^=show-]"))
			button.addEventListener("click", () =>
				this.switchPane(button));
		byId("first").addEventListener("click", () => this.go(0));
		byId("back").addEventListener("click", () => by(-1));
		byId("next").addEventListener("click", () => by(1));
		byId("last").addEventListener("click", () =>
			this.go(this.run.last));
		this.slider.addEventListener("input", () =>
			this.go(Number(this.slider.value)));
		byId("compare").addEventListener("click", () => this.compare());
		byId("predict").addEventListener("click", () => {
			const on = byId("predict").ariaPressed !== "true";
			byId("predict").ariaPressed = String(on);
			if (this.asking)
				this.compare();
		});
		byId("theme").addEventListener("click", () => this.theme());
		window.addEventListener("hashchange", () =>
			this.go(this.wanted()));
		window.addEventListener("resize", () => {
			this.fit();
			this.show();
		});
		document.addEventListener("matrix", () => this.show());
		window.addEventListener("beforeprint", () =>
			fillStrip(this.run, this.matrix, byId("strip")));
		window.addEventListener("afterprint", () =>
			byId("strip").replaceChildren());
	}

	theme() {
		const root = document.documentElement;
		const dark = matchMedia("(prefers-color-scheme: dark)").matches;

		root.dataset.theme = (root.dataset.theme ??
			(dark ? "dark" : "light")) === "dark" ? "light" : "dark";
	}

	/** The step that the address names, or the first */
	wanted() {
		const step = Number(/#step=(\d+)/.exec(location.hash)?.[1] ?? 0);

		return Math.min(step, this.run.last);
	}

	/** @param {number} by */
	by(by) {
		const to = this.index + by;
		const step = this.run.steps[to];

		if (by > 0 && this.asking)
			this.compare();
		else if (by > 0 && !step && this.more)
			this.more();
		else if (by > 0 && step &&
			 byId("predict").ariaPressed === "true" &&
			 Prediction.possible(this.matrix, step))
			this.ask(step);
		else
			this.go(this.asking ? this.index : to);
	}

	/** @param {number} to */
	go(to) {
		const index = Math.max(0, Math.min(to, this.run.last));

		if (index === this.index && !this.asking && !this.judged)
			return;
		this.judged?.clear();
		this.asking = null;
		this.judged = null;
		this.index = index;
		this.show();
		try {
			history.replaceState(null, "", `#step=${index}`);
		} catch {
			// Some browsers allow few of them in a second.
		}
	}

	show() {
		const step = this.run.steps[this.index];

		if (!step || this.asking)
			return;
		this.matrix.show(step);
		this.sentence(step, step.sentence, "");
		this.place(step);
		this.reveal(step);
		this.showPanes(step);
	}

	/**
	 * @param {Step} step
	 * @param {string} text
	 * @param {string} verdict
	 */
	sentence(step, text, verdict) {
		const actor = (this.asking ? step.before : step)
			?.rows[step.task];

		byId("event").textContent = plainLine(step.event);
		byId("event").dataset.event = step.event;
		byId("who").textContent = plainLine(`${actor?.pid ?? ""} ` +
						    `${actor?.name ?? ""}`);
		byId("says").textContent = plainLine(text);
		byId("said").classList.toggle("long", text.length > LONG_SENTENCE);
		byId("verdict").textContent = verdict;
		byId("flags").replaceChildren(
			step.call ? make("code", "call",
					 `${plainLine(step.call)}()`) : "",
			...step.flags.map((flag) =>
				make("code", "", plainLine(flag))));
		document.body.classList.toggle("asking", !!this.asking);
	}

	/** @param {Step} step */
	place(step) {
		const { last } = this.run;

		this.slider.value = String(step.index);
		this.slider.setAttribute("aria-valuetext",
					 `step ${step.index} of ${last}`);
		byId("count").textContent = `${step.index} / ${last}`;
		byId("first").toggleAttribute("disabled", !step.index);
		byId("back").toggleAttribute("disabled", !step.index);
		byId("next").toggleAttribute("disabled", step.index === last &&
					     !this.more);
		byId("last").toggleAttribute("disabled", step.index === last);
		document.body.classList.toggle("at-end", step.index === last);
	}

	/**
	 * The arrow, and what the step is about where one can see it
	 * @param {Step} step
	 */
	reveal(step) {
		const row = this.matrix.rowOf(Prediction.subject(step))?.tr;
		const area = byId("matrix-area");

		showArrow(this.matrix, step, byId("arrow"));
		if (!row)
			return;
		const head = this.matrix.table.tHead?.offsetHeight ?? 0;
		const top = row.offsetTop - head;
		if (top < area.scrollTop)
			area.scrollTop = top;
		else if (row.offsetTop + row.offsetHeight >
			 area.scrollTop + area.clientHeight)
			area.scrollTop = row.offsetTop + row.offsetHeight -
					 area.clientHeight + 8;
	}

	/** @param {Step} step */
	showPanes(step) {
		const on = (/** @type {string} */ name) => !byId(name).hidden;

		this.source.current = step.index;
		if (on("source"))
			this.source.show(step);
		if (on("output"))
			showOutput(this.run, step, byId("output-body"));
		if (on("files"))
			showFiles(this.run, step, byId("files-body"));
		if (on("objects"))
			showObjects(this.run, step, byId("objects-body"));
		if (on("details"))
			showDetails(step, byId("details-body"));
		byId("panes").hidden = ![...byId("panes").children].some((pane) =>
			pane instanceof HTMLElement && !pane.hidden);
	}

	/** @param {Step} step */
	ask(step) {
		this.judged?.clear();
		this.judged = null;
		this.asking = new Prediction(this.matrix, step);
		this.sentence(step, this.asking.question, "");
		byId("arrow").replaceChildren();
		this.asking.ask();
	}

	/** Returns true if there was something to compare. */
	compare() {
		const { asking } = this;

		if (!asking)
			return false;
		this.go(asking.step.index);
		this.judged = asking;
		this.sentence(asking.step, asking.step.sentence,
			      asking.compare());
		return true;
	}

	/**
	 * Moves among what is asked. Returns false if nothing is.
	 * @param {number} by
	 */
	along(by) {
		const all = [...document.querySelectorAll("button.answer")];
		const at = all.indexOf(/** @type {Element} */ (
			document.activeElement));
		const next = all[at + by];

		if (at < 0 || !this.asking)
			return false;
		if (next instanceof HTMLElement)
			next.focus();
		return true;
	}

	/** As large as there is room for: it has to be read from far away. */
	fit() {
		const area = byId("matrix-area");
		const { slots, loud, columns } = this.matrix;
		const rest = columns.length - loud;
		const between = (/** @type {number} */ low,
				 /** @type {number} */ n,
				 /** @type {number} */ high) =>
			Math.max(low, Math.min(n, high));
		const above = (this.matrix.table.tHead?.offsetHeight ?? 0) +
			      byId("legend").offsetHeight + 48;
		const row = between(26, (area.clientHeight - above) /
				    slots.length,
				    Math.max(52, area.clientHeight / 14));
		const room = area.clientWidth - 68;
		const quiet = between(20, room / columns.length * .6, row);
		const names = between(170, room - rest * quiet -
				      loud * Math.min(row, 32), row * 5 + 80);
		const column = between(28, (room - names - rest * quiet) /
				       Math.max(loud, 1), row * 1.7);

		for (const [name, size] of /** @type {[string, number][]} */ ([
			["--row", row], ["--quiet", quiet], ["--names", names],
			["--loud", column],
			["--table", Math.floor(names) + 16 +
				loud * Math.floor(column) +
				rest * Math.floor(quiet)],
			["--letter", Math.min(row * .5, column * .52)],
			["--title", between(14, Math.min(row * .4, names / 13),
					    19)],
			["--small", between(11, quiet * .5, 14)]]))
			area.style.setProperty(name, `${Math.floor(size)}px`);
	}
}
