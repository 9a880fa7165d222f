/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTTASK_TESTTASK_H
#define TESTTASK_TESTTASK_H

#include <stdbool.h>
#include <sys/types.h>

#include <linux/types.h>

#include "util/error.h"

#define MAX_PUPPETS	640

/* How verify_main() is told to go on as a puppet after execve(2) */
#define PUPPET_OPTION	"--puppet"

int puppets_open(struct error *error);
void puppets_close(void);
int puppets_nr(void);
void puppets_end(void);
int puppets_resume(int argc, char **argv);

int puppet_fork(void);
int puppet_clone(int creator, long nr, __u64 flags, int exit_signal);
long puppet_call(int puppet, long nr, long a, long b, long c, long d);
void *puppet_text(int puppet);
long puppet_call_path(int puppet, long nr, long a, const char *path, long c);
int puppet_exec(int puppet);
int puppet_exit(int puppet);
int puppet_make_io(int puppet);
int puppet_make_semundo(int puppet);
pid_t puppet_pid(int puppet);

#endif /* TESTTASK_TESTTASK_H */
