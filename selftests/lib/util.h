/* SPDX-License-Identifier: GPL-2.0-only */
/* Helpers of every test program: paths, waiting, processes, random numbers. */
#ifndef TASKSHARE_SELFTESTS_UTIL_H
#define TASKSHARE_SELFTESTS_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

/* A user with no privileges at all */
#define NOBODY		65534

/* No single step of any test takes longer, even on an emulated machine. */
#define DEADLINE_MS	(20000 * slowness() * patience())

/*
 * Polls a condition until it holds, or the deadline has passed: then it is
 * false. For conditions that no system call waits for, such as a task's state.
 */
#define eventually(condition) ({					\
	uint64_t eventually_end = now_ms() + DEADLINE_MS;		\
	bool eventually_held;						\
									\
	while (!(eventually_held = (condition)) &&			\
	       now_ms() < eventually_end)				\
		nap_ms(1);						\
	eventually_held;						\
})

void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
void figure(const char *name, unsigned long value);
long env_number(const char *name, long otherwise);
const char *env_string(const char *name, const char *otherwise);
unsigned int slowness(void);
unsigned int patience(void);
uint64_t now_ms(void);
uint64_t now_us(void);
void nap_ms(unsigned int ms);

const char *taskshare_dir(void);
bool taskshare_missing(void);
int taskshare_open(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

ssize_t taskshare_size(const char *dir, const char *name);

ssize_t read_file(const char *path, char *buf, size_t size);
ssize_t read_all(int fd, char **bufp);
int open_errno(const char *dir, const char *name);
bool write_file(const char *path, const char *what);
bool copy_file(const char *from, const char *to, mode_t mode);
long proc_field(const char *path, const char *key);
char proc_state(pid_t pid, pid_t tid);
bool kernel_at_least(int major, int minor);
bool kernel_has_btf(void);
bool kernel_has_timens(void);
bool wait_for_rcu(void);

const char *sibling(const char *program);
void become_nobody(void);
void die_with_parent(void);
pid_t spawn(void (*fn)(void *arg), void *arg);
void kill_and_reap(pid_t pid);
bool exited_with(pid_t pid, int code);
bool readable(int fd);

unsigned int random_next(uint64_t *state);
uint64_t random_fork(uint64_t *state);
unsigned int random_below(uint64_t *state, unsigned int limit);
uint64_t random_seed(void);

/**
 * NEEDS_TASKSHARE() - skip a test or a fixture where there is nothing to test
 */
#define NEEDS_TASKSHARE()						\
	do {								\
		if (taskshare_missing())				\
			SKIP(return, "no %s: insmod, or TASKSHARE_DIR",	\
			     taskshare_dir());				\
	} while (0)

#endif
