/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's own answers about sharing: kcmp(2) and /proc/PID/ns. */
#ifndef TASKSHARE_SELFTESTS_ORACLE_H
#define TASKSHARE_SELFTESTS_ORACLE_H

#include <stdbool.h>
#include <sys/types.h>

/* A kind of object that kcmp(2) compares, or that /proc/PID/ns names. */
struct oracle_kind {
	int kind;		/* enum taskshare_kind */
	int kcmp;		/* kcmp(2)'s type */
	const char *ns;		/* or the name in /proc/PID/ns */
};

extern const struct oracle_kind oracle_kinds[];
extern const int oracle_nr_kinds;

int oracle_kcmp(pid_t a, pid_t b, int type);
long long oracle_ns(pid_t pid, const char *name);
bool oracle_missing(void);

#endif
