// SPDX-License-Identifier: GPL-2.0-only
// All tests, as one stream of TAP
import "./page.test.mjs";
import "./serve.test.mjs";
