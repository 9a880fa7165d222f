// SPDX-License-Identifier: GPL-2.0-only
// The rows of the matrix: for each one with a task its number, name, state and,
// by kind, a letter, or what stands there instead.
export function shown(page) {
	return page.evaluate(() => {
		const kinds = [...document.querySelectorAll(
			"#matrix .names th:not(.corner)")].map((th) =>
			th.textContent.replace("_child", "_for_children"));
		return [...document.querySelectorAll("#matrix tbody tr")]
			.filter((tr) => tr.querySelector(".pid") && !tr.hidden)
			.map((tr) => ({
				pid: Number(tr.querySelector(".pid").textContent),
				name: tr.querySelector(".comm").textContent,
				state: tr.querySelector(".name > .state")?.textContent,
				cells: Object.fromEntries([...tr.cells].slice(1)
					.map((td, i) => [kinds[i], [
						td.textContent,
						td.firstElementChild?.className ?? "",
						td.classList.contains("changed"),
					]])),
			}));
	});
}
