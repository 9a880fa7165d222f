/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_EXIT_H
#define CLI_EXIT_H

/* How taskshare ends; a contract */
enum exits {
	EXIT_OK = 0,
	EXIT_ERROR = 1,
	EXIT_NO_ENGINE = 2,
	EXIT_GONE = 3,
	EXIT_INPUT = 4,
	/* Of audit only, which reads no input */
	EXIT_FINDINGS = 4,
};

#endif /* CLI_EXIT_H */
