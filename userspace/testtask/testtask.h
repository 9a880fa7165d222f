/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTTASK_TESTTASK_H
#define TESTTASK_TESTTASK_H

#include <stdbool.h>
#include <sys/types.h>

#include <linux/types.h>

#include "util/error.h"

#define MAX_TESTTASKS	640

/* The argument with which verify_main() goes on as a task after execve(2) */
#define TESTTASK_OPTION	"--test-task"

int testtasks_open(struct error *error);
void testtasks_close(void);
int testtasks_nr(void);
void testtasks_end(void);
int testtasks_resume(int argc, char **argv);

int testtask_fork(void);
int testtask_clone(int creator, long nr, __u64 flags, int exit_signal);
long testtask_call(int task, long nr, long a, long b, long c, long d);
void *testtask_text(int task);
long testtask_call_path(int task, long nr, long a, const char *path, long c);
int testtask_exec(int task);
int testtask_exit(int task);
int testtask_settle(int task);
int testtask_make_io(int task);
int testtask_make_semundo(int task);
pid_t testtask_pid(int task);

#endif /* TESTTASK_TESTTASK_H */
