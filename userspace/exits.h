/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITS_H
#define EXITS_H

/* How taskshare ends; a contract */
enum exits {
	EXIT_SHOWN = 0,
	EXIT_ERROR = 1,
	EXIT_NO_ENGINE = 2,
	EXIT_GONE = 3,
};

#endif /* EXITS_H */
