/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_EXIT_H
#define CLI_EXIT_H

/* Exit statuses, which scripts rely on */
enum exits {
	EXIT_OK = 0,
	EXIT_ERROR = 1,
	EXIT_NO_ENGINE = 2,
	EXIT_GONE = 3,
	EXIT_FINDINGS = 4,
	EXIT_INPUT = 5,
};

#endif /* CLI_EXIT_H */
