// SPDX-License-Identifier: GPL-2.0-only
// @ts-check
// The arrow from the task that made another one to that one; a tip alone at a
// task that did something else.

const GUTTER = 26;

/**
 * @param {Matrix} matrix
 * @param {Step} step
 * @param {Element} svg above the matrix, of its size
 */
function showArrow(matrix, step, svg) {
	const from = matrix.rowOf(step.task)?.tr;
	const to = matrix.rowOf(step.other)?.tr;

	svg.replaceChildren();
	svg.setAttribute("height", String(matrix.table.offsetHeight));
	if (!from)
		return;
	const x = GUTTER - 2, left = 5;
	const y1 = from.offsetTop + from.offsetHeight / 2;
	const y2 = to ? to.offsetTop + to.offsetHeight / 2 : y1;
	const tip = makeSvg("path", { class: "tip", d:
		`M${x + 3} ${y2}l-10 -5.5v11z` });

	svg.append(tip);
	if (!to || from === to)
		return;
	const turn = Math.min(12, Math.abs(y2 - y1) / 2) * Math.sign(y2 - y1);
	svg.append(
		makeSvg("circle", { cx: x, cy: y1, r: 3.5 }),
		makeSvg("path", { class: "stem", d:
			`M${x} ${y1}H${left + 10}Q${left} ${y1} ${left} ` +
			`${y1 + turn}V${y2 - turn}Q${left} ${y2} ${left + 10} ` +
			`${y2}H${x - 6}` }));
}
