/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For coverage.sh: put before every source of the reader, so that those of its
 * children that leave by _exit(2) write down first what they did. Those that are
 * killed do not; where they share their creator's memory, they count there.
 */
#ifndef GCOV_EXIT_H
#define GCOV_EXIT_H

#include <unistd.h>

void __gcov_dump(void);

#define _exit(status)		\
	do {			\
		__gcov_dump();	\
		(_exit)(status);\
	} while (0)

#endif
