/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LAB_ACTORS_H
#define LAB_ACTORS_H

#include <stddef.h>
#include <sys/types.h>

#define LAB_ACTORS	16
#define LAB_VALUES	128
#define LAB_STACK	(64 * 1024)

/**
 * struct actor - a task of an experiment
 * @tid: its number; 0 before it has entered and after it has left
 * @name: name that it gives itself
 */
struct actor {
	volatile pid_t tid;
	char name[16];
};

/**
 * struct shared - memory that the tasks of an experiment share with the
 *		  observer, whatever else they share
 * @fd: the memory of this struct, so that it can be found after an exec
 * @observer: a pidfd of the observer, or -1 if there can be none
 * @ready: number of arrivals so far
 * @go: stage that the observer lets the actors reach
 * @failed: action of an actor that failed, or NULL
 * @failed_errno: and why
 * @word: words for futex(2)
 * @value: observations of actors; their meaning is each lab's own
 * @actor: the tasks
 * @stack: for those made by clone(2)
 */
struct shared {
	int fd;
	int observer;
	int ready;
	int go;
	const char *volatile failed;
	volatile int failed_errno;
	int word[2];
	volatile long value[LAB_VALUES];
	struct actor actor[LAB_ACTORS];
	char stack[LAB_ACTORS][LAB_STACK] __attribute__((aligned(16)));
};

extern struct shared *shared;

/* Values for the findings of a program that actor_exec() has started */
enum exec_value {
	EXEC_GETPID = 120,
	EXEC_GETTID,
	EXEC_FD_100,
	EXEC_FD_101,
	EXEC_SIGUSR1,
	EXEC_SIGUSR2,
};

/* For actors */
void actor_enter(int slot, const char *name);
void actor_leave(int slot);
void actor_arrive(void);
void actor_await(int go);
void actor_pause(void);
void actor_fail(const char *what, int err);
pid_t actor_clone(int slot, unsigned int flags, int (*act)(void *slot));
int actor_idle(void *slot);
#define LAB_ARG	64
char *actor_exec_arg(char *to, int slot, const char *name);
void actor_exec(int slot, const char *name);
int actor_exec_main(const char *arg);

/* For the observer */
struct lab_run;
void lab_start(struct lab_run *run, const char *name, void (*act)(void));
void lab_wait(struct lab_run *run, int ready);
void lab_go(struct lab_run *run, int go);
void lab_stop(struct lab_run *run);

#endif /* LAB_ACTORS_H */
