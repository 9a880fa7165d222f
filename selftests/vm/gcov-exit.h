/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For coverage.sh: put before every source of the reader, so that those of its
 * children that leave by _exit(2), or wait to be killed, write down first what
 * they did.
 */
#ifndef GCOV_EXIT_H
#define GCOV_EXIT_H

#include <sys/syscall.h>
#include <unistd.h>

void __gcov_dump(void);
void __gcov_reset(void);

#define _exit(status)		\
	do {			\
		__gcov_dump();	\
		(_exit)(status);\
	} while (0)

/*
 * Those who share their memory count in one place: what is written is over. Not
 * for the puppets of verify, who can call nothing of a library.
 */
#undef SYS_futex
#define SYS_futex							\
	(__builtin_strncmp(__FILE__, "lab_", 4) ? 0 :			\
	 (__gcov_dump(), __gcov_reset(), 0), __NR_futex)

#endif
