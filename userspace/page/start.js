// SPDX-License-Identifier: GPL-2.0-only
// @ts-check
// The page of a recording that is in it.

const page = new Page(JSON.parse(byId("recording").textContent ?? ""));
