// SPDX-License-Identifier: GPL-2.0-only
// @ts-check
// The page of a program that runs: asks taskshare serve for the recording so
// far, and for more of it.

/** @typedef {"waits" | "runs" | "watches" | "over"} State */

class Live {
	constructor() {
		/** @type {Page | null} once there is a step */
		this.page = null;
		/** @type {Recording | null} while a prediction is on the page */
		this.later = null;
		/** @type {State} */
		this.state = "runs";
		this.ended = false;
		/* Processes are looked at, and no program is run. */
		this.looks = false;
		/* This viewer has asked for a step, and waits for it. */
		this.asked = false;
		/* This viewer steps, so that each step is for a key. */
		this.leads = false;
		this.until = document.createElement("select");
		this.token = Live.takeToken();
		this.controls();
		this.follow();
		/* A printed address that replaces this one differs in its fragment
		   only, so nothing is loaded for it. */
		window.addEventListener("hashchange", () => {
			if (Live.takeToken() !== this.token)
				location.reload();
		});
	}

	/**
	 * The token of the address, which need not stay where a class can read
	 * it. It is kept for when this page is loaded again.
	 */
	static takeToken() {
		const token = /#token=([0-9a-f]+)/.exec(location.hash)?.[1];

		if (token) {
			sessionStorage.setItem("token", token);
			history.replaceState(null, "", "#step=0");
		}
		return token ?? sessionStorage.getItem("token") ?? "";
	}

	controls() {
		const nav = byId("predict").parentElement;

		this.until.id = "until";
		this.until.title = "Where Run stops";
		for (const [event, text] of [
			["", "to the end"], ["create", "to a new task"],
			["exec", "to an exec"], ["change", "to a change"],
			["exit", "to an end"], ["fail", "to a failure"]])
			this.until.append(new Option(text, event));
		/* After a choice by pointer, keys are for the page again. */
		let keys = false;
		this.until.addEventListener("keydown", () => { keys = true; });
		this.until.addEventListener("pointerdown", () => { keys = false; });
		this.until.addEventListener("change", () => keys || this.until.blur());
		for (const [name, text, title] of [
			["continue", "Run", "Go on without waiting at each step"],
			["pause", "Pause", "Wait at each step from now on"],
			["release", "Let go", "Let the program go on without recording it"],
			["end", "End", "Kill the program"],
			["save", "Save", "Save the page of what was recorded so far"],
		]) {
			const button = make("button", "", text);
			button.id = name;
			button.title = title;
			button.addEventListener("click", () =>
				name === "save" ? this.save() :
				this.order(name === "continue" ?
					`continue?until=${this.until.value}` :
					name));
			nav?.insertBefore(button, byId("predict"));
		}
		byId("continue").after(this.until);
		const state = make("output");
		state.id = "state";
		nav?.insertBefore(state, byId("continue"));
		nav?.insertBefore(make("span", "gap"), byId("predict"));
		this.showState("connecting");
	}

	/**
	 * @param {string} method
	 * @param {string} path
	 */
	async ask(method, path) {
		const answer = await fetch(path, { method, cache: "no-store",
			headers: { "X-Taskshare-Token": this.token } })
			.catch(() => null);

		if (answer?.ok)
			return answer;
		this.showState(answer?.status === 403 ?
			"not allowed: open the address that taskshare serve printed" :
			"taskshare serve has ended");
		return null;
	}

	/** @param {string} what */
	async order(what) {
		this.leads &&= !what.startsWith("continue");
		await this.ask("POST", `/${what}`);
	}

	/** One step or look more, however many viewers ask for it */
	step() {
		if (this.later)
			this.grow();
		else if (this.page && (this.state === "waits" ||
				       this.state === "watches")) {
			this.asked = true;
			this.leads = this.state === "waits";
			this.order(`step?after=${this.page.run.last}`);
		}
	}

	/** Asks until nothing can change any more. */
	async follow() {
		for (let serial = "0"; this.state !== "over";) {
			const answer = await this.ask("GET",
				`/recording?after=${serial}`);

			if (!answer)
				return;
			if (answer.status === 204)
				continue;
			serial = answer.headers.get("X-Taskshare-Serial") ?? "0";
			this.state = /** @type {State} */ (
				answer.headers.get("X-Taskshare-State"));
			this.take(await answer.json());
		}
	}

	/** @param {Recording} recording */
	take(recording) {
		this.later = recording;
		this.ended = !!recording.exit;
		this.looks = recording.steps[0].event === "look";
		if (!this.page) {
			this.page = new Page(recording);
			this.page.more = () => this.step();
			this.later = null;
		} else if (!this.page.asking &&
			   (!this.page.judged || this.asked)) {
			this.grow();
		}
		this.showState(this.state);
	}

	/** Shows what has been waited for, unless an older step is looked at. */
	grow() {
		const { page, later } = this;
		const predicts = byId("predict").ariaPressed === "true";

		if (!page || !later)
			return;
		const at = page.index, steps = later.steps.length;
		const follows = at === page.run.last && at < steps - 1;

		this.later = null;
		page.take(later);
		page.go(at);
		if (follows && (predicts || this.asked))
			page.by(1);
		else if (follows && !this.leads)
			page.go(steps - 1);
		this.asked &&= !follows;
		this.showState(this.state);
	}

	/** @param {string} state */
	showState(state) {
		const text = /** @type {Record<string, string>} */ ({
			waits: "waits for Next",
			watches: "looks every second",
			over: this.ended ? "has ended" :
			      this.looks ? "no more looks" :
					   "is not recorded any more" });
		const leads = state === "waits" || state === "runs";

		byId("state").textContent = text[state] ?? state;
		byId("continue").hidden = this.until.hidden = state !== "waits";
		byId("pause").hidden = state !== "runs";
		byId("release").hidden = byId("end").hidden = !leads;
		byId("save").hidden = !this.page;
		if (!this.page)
			return;
		if (!this.later && !leads && state !== "watches")
			this.page.more = null;
		byId("next").toggleAttribute("disabled", !this.page.more &&
			this.page.index === this.page.run.last);
	}

	async save() {
		const answer = await this.ask("GET", "/page");

		if (!answer)
			return;
		const link = document.createElement("a");
		link.href = URL.createObjectURL(await answer.blob());
		link.download = "taskshare.html";
		link.click();
		URL.revokeObjectURL(link.href);
	}
}

const live = new Live();
