// SPDX-License-Identifier: GPL-2.0-only
// @ts-check
// Elements and text. All that came from a program gets into the page through
// these, as text.

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function byId(id) {
	const element = document.getElementById(id);

	if (!element)
		throw new Error(`no element ${id}`);
	return element;
}

/**
 * @param {string} tag
 * @param {string} classes
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
function make(tag, classes = "", ...children) {
	const element = document.createElement(tag);

	if (classes)
		element.className = classes;
	element.append(...children);
	return element;
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function makeSvg(tag, attributes) {
	const element = document.createElementNS("http://www.w3.org/2000/svg",
						 tag);

	for (const [name, value] of Object.entries(attributes))
		element.setAttribute(name, String(value));
	return element;
}

// Characters that hide, or turn the direction of those around them
const CONTROL = new RegExp("[\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u061c" +
	"\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff0-\\ufffb]",
	"g");

/**
 * Text of a program, with nothing in it that cannot be seen.
 * @param {string} text
 */
function plain(text) {
	return text.replace(CONTROL, (c) => {
		const code = c.charCodeAt(0).toString(16);

		return code.length > 2 ? "\\u" + code.padStart(4, "0") :
					 "\\x" + code.padStart(2, "0");
	});
}

/** @param {string} text */
function plainLine(text) {
	return plain(text).replace(/\n/g, "\\n").replace(/\t/g, "\\t");
}

/**
 * @param {number} n
 * @param {string} one
 */
function count(n, one) {
	return `${n} ${one}${n === 1 ? "" : "s"}`;
}

/**
 * The number of a letter, for its colour: A 0, Z 25, AA 26.
 * @param {string} letter
 */
function letterIndex(letter) {
	let n = 0;

	for (const c of letter)
		n = n * 26 + c.charCodeAt(0) - 64;
	return n > 0 ? n - 1 : 0;
}

const NR_COLOURS = 8;

/**
 * An object's letter in its colour.
 * @param {string} letter
 * @param {boolean} shared filled if it is, else an outline
 */
function chip(letter, shared) {
	const colour = letterIndex(letter) % NR_COLOURS;

	return make("span", `chip c${colour} ${shared ? "shared" : "alone"}`,
		    plainLine(letter));
}
