/* SPDX-License-Identifier: GPL-2.0-only */
/* The tasks that claims looks at, how they are made, and what they share. */
#ifndef CLAIMS_WORLD_H
#define CLAIMS_WORLD_H

#include <stdbool.h>
#include <sys/types.h>

#include "record/kinds.h"

#define MAX_WORLD	64
#define BIT(kind)	(1u << TASKSHARE_##kind)

/*
 * struct member - a task that sentences may name
 * @dead: a leader that has exited
 * @vfork: the child of a vfork(2) that is not over
 * @sibling: its parent is that of its creator
 * @creator: index of the one that made it
 * @id: what construction says that it holds; 0 for none
 */
struct member {
	pid_t pid;
	pid_t tgid;
	bool dead;
	bool vfork;
	bool sibling;
	int creator;
	unsigned int id[TASKSHARE_NR_KINDS];
};

extern struct member world[MAX_WORLD];
extern int nr_world;

/*
 * Construction, of the kinds for which kcmp(2) and /proc cannot be asked or
 * call two NULL pointers equal: @task has a new object, or was made.
 */
void renew(int task, int kind);
void born(int task, int pid, int creator, __u64 flags);

/* Asks about all tasks as they are now; same() has the answers. */
void ask_all(void);
bool same(int i, int j, int kind);
/* Returns true if a task has an object of a kind at all. */
bool has(int task, int kind);

/* Index of a task, -1 without it */
int find_pid(long pid);
int leader_of(int task);
/* Returns true if @j is another living task of the process of @i. */
bool lives_with(int i, int j);
/*
 * Number of tasks of a process, or of those but @with that hold the same object
 * as @with does, unless that is negative
 */
int count_process(pid_t tgid, int with, int kind);
/* Returns true if one of that process, but @task, holds the same object. */
bool holds_in(int task, pid_t tgid, int kind);

/* A process of some threads, with other processes that share with it */
void make_process(void);

/*
 * The tasks live in namespaces that nothing else of the machine is in, so that
 * every partner is known: leave_machine() goes there. @home has the names of
 * those where the reader runs, @net is open for the network namespace of the
 * world.
 */
void leave_machine(void);
extern bool is_root;
extern char home[TASKSHARE_NR_KINDS][32];
extern int net;

/* The directory of the cgroup of the world; NULL if none can be made */
extern char *cgroup_dir;
void cgroup_enter(void);
/* For the reader, which is not one of those that are looked at */
void cgroup_leave(void);
/* Returns true if the task is in the inner cgroup now. */
bool cgroup_join(pid_t tid);
/* As in sentences, for a task that has joined the inner cgroup or has not */
const char *cgroup_text(bool moved);
void cgroup_remove(void);

#endif /* CLAIMS_WORLD_H */
