// SPDX-License-Identifier: GPL-2.0-only
// @ts-check
// The lab that was recorded: its question, the reader's prediction, which is
// compared on request, and the explanation, which the last step shows.

/**
 * Letters and digits count, in any case; of a set, in any order: as for
 * "taskshare lab --ask".
 * @param {string} text
 * @param {boolean} set
 */
function normalised(text, set) {
	const letters = text.toLowerCase().replace(/[^a-z0-9-]/g, "");

	return set ? [...letters].sort().join("") : letters;
}

/**
 * @param {NonNullable<Lab["ask"]>[0]} ask
 */
function question({ text, set, answer }) {
	const input = make("input", "prediction"), said = make("b", "");
	const field = make("label", "", plain(text), make("span", "said", input,
							  said));

	input.setAttribute("autocomplete", "off");
	input.setAttribute("spellcheck", "false");
	input.setAttribute("maxlength", "40");
	return { field, compare: () => {
		const typed = input instanceof HTMLInputElement ?
			      input.value : "";
		const right = answer !== null && normalised(typed, set) ===
			      normalised(answer, set);
		said.className = answer === null ? "unknown" :
				 right ? "is-right" : "is-wrong";
		said.textContent = answer === null ? "not observed here" :
				   right ? "\u2713 right" : `${
				typed.trim() ? "\u2717 " : ""}it was: ${
				plainLine(answer)}`;
	} };
}

/**
 * @param {Lab} lab
 * @param {HTMLElement} title
 * @param {HTMLElement} body
 */
function showLab(lab, title, body) {
	const questions = (lab.ask ?? []).map(question);
	const button = make("button", "compare", "Compare with the run");

	title.textContent = plainLine(lab.title);
	body.append(make("p", "lab-question", paragraph(lab.question)));
	if (questions.length) {
		body.append(make("h3", "", "Your prediction"), ...questions.map(
			({ field }) => field), button);
		const compareAll = () => {
			for (const { compare } of questions)
				compare();
		};
		button.addEventListener("click", compareAll);
		body.addEventListener("keydown", ({ key, target }) => {
			if (key === "Enter" && target instanceof HTMLInputElement)
				compareAll();
		});
	}
	body.append(make("div", "explanation", make("h3", "", "Why"),
			 make("p", "", paragraph(lab.explanation))),
		    make("p", "later", "The last step shows the explanation."));
	if (lab.index !== undefined && /^[a-z]+\.html$/.test(lab.index)) {
		const all = make("a", "", "All labs");
		all.setAttribute("href", lab.index);
		body.append(make("p", "", all));
	}
}

/**
 * Lines that were broken for a terminal, as one
 * @param {string} text
 */
function paragraph(text) {
	return plain(text).replace(/([^\n])\n(?=[^\s])/g, "$1 ");
}
