// SPDX-License-Identifier: GPL-2.0-only
/* The PID and time namespaces that a task's children go to. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clone/namespace.h"
#include "util/procfs.h"
#include "why/nsfs.h"
#include "why/caller.h"

#define GONE	(TASKSHARE_F_EXITING | TASKSHARE_F_DEAD)

/* PID namespaces have levels from 0 to 32: MAX_PID_NS_LEVEL of the kernel. */
#define MAX_PID_LEVEL	32

/* Whether a namespace for children is another one than the task's own */
static void compare_kinds(struct caller *caller, enum fact fact, int own,
			  int childrens)
{
	const struct taskshare_record *rec = caller_record(caller);
	const struct model *model = caller->model;

	if (model_holding(model, caller->task, own) == HOLDS_OBJECT &&
	    model_holding(model, caller->task, childrens) == HOLDS_OBJECT)
		caller_set(caller, fact, rec->id[own] != rec->id[childrens]);
	else
		caller_unknown(caller, fact, "the engine does not see it");
}

/* Whether a PID namespace has a live task in it */
static enum truth is_inhabited(const struct caller *caller, __u64 id)
{
	enum truth inhabited = IS_NOT;
	__u32 i;

	for (i = 0; i < caller->model->nr; i++) {
		const struct taskshare_record *rec = caller->model->task[i];

		if (rec->flags & GONE)
			continue;
		if (model_holding(caller->model, i, TASKSHARE_PID) < HOLDS_NONE)
			inhabited = IS_UNKNOWN;
		else if (rec->id[TASKSHARE_PID] == id)
			return IS_SO;
	}
	return inhabited;
}

/* The link is there in any case, only following it may fail. */
static bool has_pid_namespaces(void)
{
	struct stat st;

	return !lstat("/proc/self/ns/pid_for_children", &st) || errno != ENOENT;
}

/*
 * Where /proc shows the PID namespace for children only after its first process
 * has been created, one that could not be created after all may count as ended,
 * too (free_pid()), and nothing shows that.
 */
static void look_at_first(struct caller *caller)
{
	const struct taskshare_record *rec = caller_record(caller);
	enum truth inhabited;
	bool born;

	if (!has_pid_namespaces()) {
		caller_set(caller, PID_ELSEWHERE, false);
		caller_set(caller, PID_DEAD, false);
		return;
	}
	born = nsfs_inode(rec->pid, "pid_for_children");
	if (!born && errno != ENOENT) {
		caller_unknown(caller, PID_DEAD,
			       "its namespaces cannot be read");
		return;
	}
	caller_set(caller, PID_DEAD, false);
	if (!born) {
		caller_set(caller, PID_ELSEWHERE, true);
		caller_unknown(caller, PID_DEAD,
			       "none is there yet, but one may have failed to start");
		return;
	}
	if (fact_get(&caller->facts, PID_ELSEWHERE) == IS_NOT)
		return;
	inhabited = fact_get(&caller->facts, PID_ELSEWHERE) == IS_UNKNOWN ?
		    IS_UNKNOWN :
		    is_inhabited(caller, rec->id[TASKSHARE_PID_FOR_CHILDREN]);
	if (inhabited == IS_UNKNOWN)
		caller_unknown(caller, PID_DEAD,
			       "the engine does not see who is in it");
	else if (inhabited == IS_NOT && procfs_hides())
		caller_unknown(caller, PID_DEAD, HIDDEN_TASKS);
	else if (inhabited == IS_NOT && !namespace_empty_is_dead())
		caller_unknown(caller, PID_DEAD,
			       "no task is in it: the first one has ended, or is still to come");
	else
		caller_set(caller, PID_DEAD, inhabited == IS_NOT);
}

/* The level of the PID namespace in which a child would create another one */
static void look_at_level(struct caller *caller, const struct chain *chain)
{
	if (!chain->nr)
		caller_unknown(caller, PID_DEEP,
			       "its PID namespace cannot be read");
	else if (chain->nr - 1 >= MAX_PID_LEVEL)
		caller_set(caller, PID_DEEP, true);
	else if (chain->whole)
		caller_set(caller, PID_DEEP, false);
	else
		caller_unknown(caller, PID_DEEP,
			       "this program is in a PID namespace of unknown level");
}

/*
 * A PID namespace must belong to a user namespace above that of its creator,
 * or to that one.
 */
static void look_at_owner(struct caller *caller, const struct chain *pids)
{
	int owner = pids->nr ? nsfs_user_of(pids->fd[0]) : -1;
	struct chain users;
	struct stat st;

	chain_open(&users, nsfs_open(caller_record(caller)->pid, "user"), true);
	if (owner < 0 || fstat(owner, &st) || !users.nr)
		caller_unknown(caller, PID_FOREIGN,
			       "the owner of its PID namespace cannot be seen");
	else if (chain_find(&users, st.st_ino) >= 0)
		caller_set(caller, PID_FOREIGN, false);
	else if (users.whole)
		caller_set(caller, PID_FOREIGN, true);
	else
		caller_unknown(caller, PID_FOREIGN,
			       "the owner of its PID namespace cannot be seen");
	chain_close(&users);
	if (owner >= 0)
		close(owner);
}

/**
 * look_at_children() - find out which namespaces a task's children go to
 * @caller: the task; set are PID_ELSEWHERE, PID_DEAD, PID_DEEP, PID_FOREIGN and
 *	  TIME_ELSEWHERE
 */
void look_at_children(struct caller *caller)
{
	__u32 pid = caller_record(caller)->pid;
	struct chain pids;

	compare_kinds(caller, PID_ELSEWHERE, TASKSHARE_PID,
		      TASKSHARE_PID_FOR_CHILDREN);
	look_at_first(caller);
	if (access("/proc/self/ns/time_for_children", F_OK))
		caller_set(caller, TIME_ELSEWHERE, false);
	else
		compare_kinds(caller, TIME_ELSEWHERE, TASKSHARE_TIME,
			      TASKSHARE_TIME_FOR_CHILDREN);
	chain_open(&pids, nsfs_open(pid, "pid_for_children"), false);
	look_at_level(caller, &pids);
	look_at_owner(caller, &pids);
	chain_close(&pids);
}
