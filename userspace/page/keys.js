// SPDX-License-Identifier: GPL-2.0-only
// @ts-check
// Keys, as those of a speaker's remote control.

/* Digits that come faster than that are one number. */
const DIGITS_MS = 1200;

class Keys {
	/**
	 * @param {{go: (step: number) => void, by: (steps: number) => void,
	 *	last: () => number, enter: () => boolean,
	 *	along: (by: number) => boolean}} player
	 */
	constructor(player) {
		this.player = player;
		this.number = 0;
		this.typed = -DIGITS_MS;
		document.addEventListener("keydown", (event) => {
			if (this.press(event))
				event.preventDefault();
		});
	}

	/**
	 * Returns true if the key was one of these.
	 * @param {KeyboardEvent} event
	 */
	press(event) {
		const { target } = event;
		const { go, by, last, enter, along } = this.player;
		const onButton = target instanceof HTMLButtonElement;

		if (event.altKey || event.ctrlKey || event.metaKey ||
		    target instanceof HTMLSelectElement ||
		    target instanceof HTMLInputElement && target.type === "text")
			return false;
		switch (event.key) {
		case "ArrowRight":
			along(1) || by(1);
			return true;
		case "ArrowLeft":
			along(-1) || by(-1);
			return true;
		case "PageDown":
			by(1);
			return true;
		case "PageUp":
			by(-1);
			return true;
		case " ":
			if (onButton)
				return false;
			by(event.shiftKey ? -1 : 1);
			return true;
		case "Home":
			go(0);
			return true;
		case "End":
			go(last());
			return true;
		case "Enter":
			return (!onButton || target.className === "answer") &&
			       enter();
		}
		return /^[0-9]$/.test(event.key) && this.digit(
			Number(event.key), event.timeStamp);
	}

	/**
	 * @param {number} digit
	 * @param {number} now
	 */
	digit(digit, now) {
		const number = this.number * 10 + digit;

		this.number = now - this.typed < DIGITS_MS &&
			      number <= this.player.last() ? number : digit;
		this.typed = now;
		this.player.go(this.number);
		return true;
	}
}
