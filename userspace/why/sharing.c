// SPDX-License-Identifier: GPL-2.0-only
/* The objects that a task shares, and its partners, by the model. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/kcmp.h>

#include "util/procfs.h"
#include "why/caller.h"

#define GONE	(TASKSHARE_F_EXITING | TASKSHARE_F_DEAD)

static void look_at_threads(struct caller *caller)
{
	const struct model *model = caller->model;
	const struct process *process =
		&model->process[model->process_of[caller->task]];
	__u32 i;

	caller_set(caller, HAS_THREADS, false);
	caller_set(caller, HAS_LIVE_THREADS, false);
	for (i = process->first; i < process->first + process->nr; i++) {
		if (i == caller->task)
			continue;
		caller_blame(caller, HAS_THREADS, i);
		if (!(model->task[i]->flags & GONE))
			caller_blame(caller, HAS_LIVE_THREADS, i);
	}
}

/*
 * Whether a task holds the same object as the one that is asked for, which is
 * known to hold one, by kcmp(2).
 */
static enum truth holds_same(const struct caller *caller, __u32 task, int kind)
{
	int type = kind == TASKSHARE_MM ? KCMP_VM :
		   kind == TASKSHARE_FS ? KCMP_FS : KCMP_SIGHAND;
	long ret = syscall(SYS_kcmp, caller_record(caller)->pid,
			   caller->model->task[task]->pid, type, 0, 0);

	if (ret >= 0)
		return ret ? IS_NOT : IS_SO;
	return errno == ESRCH ? IS_NOT : IS_UNKNOWN;
}

/* For an engine that knows no references, nor what some tasks hold */
static void compare_unseen(struct caller *caller, enum fact fact, int kind,
			   bool same_process)
{
	const struct model *model = caller->model;
	__u32 i;

	for (i = 0; i < model->nr; i++) {
		enum truth holds;

		if (model_holding(model, i, kind) >= HOLDS_NONE ||
		    model->task[i]->kind == TASKSHARE_TASK_KTHREAD ||
		    (!same_process &&
		     model->task[i]->tgid == caller_record(caller)->tgid))
			continue;
		holds = holds_same(caller, i, kind);
		if (holds == IS_SO)
			caller_blame(caller, fact, i);
		else if (holds == IS_UNKNOWN &&
			 fact_get(&caller->facts, fact) == IS_NOT)
			caller_unknown(caller, fact,
				       "some tasks could not be compared with it");
	}
	if (fact_get(&caller->facts, fact) == IS_NOT && procfs_hides())
		caller_unknown(caller, fact, HIDDEN_TASKS);
}

/* Sets a fact by the other holders of an object, of its process or of others. */
static void look_at_holders(struct caller *caller, enum fact fact, int kind,
			    bool same_process)
{
	const struct model *model = caller->model;
	const struct object *obj = model_object(model, caller->task, kind);
	__u32 tgid = caller_record(caller)->tgid, i;
	const __u32 *holder;

	if (model_holding(model, caller->task, kind) < HOLDS_NONE) {
		caller_unknown(caller, fact, "the engine does not see it");
		return;
	}
	caller_set(caller, fact, false);
	if (!obj)
		return;
	holder = &model->kind[kind].holders[obj->first];
	for (i = 0; i < obj->nr; i++)
		if (holder[i] != caller->task &&
		    (same_process || model->task[holder[i]]->tgid != tgid))
			caller_blame(caller, fact, holder[i]);
	if (fact_get(&caller->facts, fact) == IS_SO)
		return;
	if (obj->refs > obj->nr)
		caller_unknown(caller, fact,
			       "a task holds it that is not shown");
	else if (!obj->refs)
		compare_unseen(caller, fact, kind, same_process);
}

/* Whether a task is in execve(2) now */
static enum truth in_exec(__u32 pid)
{
	char path[64], text[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%u/syscall", pid);
	f = fopen(path, "re");
	if (!f)
		return IS_UNKNOWN;
	if (!fgets(text, sizeof(text), f))
		*text = 0;
	fclose(f);
	if (*text < '0' || *text > '9')
		return *text == '-' ? IS_NOT : IS_UNKNOWN;
	return atoi(text) == SYS_execve || atoi(text) == SYS_execveat;
}

/*
 * While a thread is in execve(2), no task may come to share the fs that only
 * its own process shares (check_unsafe_exec()).
 */
static void look_at_exec(struct caller *caller)
{
	const struct model *model = caller->model;
	const struct object *obj =
		model_object(model, caller->task, TASKSHARE_FS);
	const __u32 *holder;
	__u32 i;

	if (model_holding(model, caller->task, TASKSHARE_FS) < HOLDS_NONE) {
		caller_unknown(caller, FS_IN_EXEC,
			       "the engine does not see it");
		return;
	}
	caller_set(caller, FS_IN_EXEC, false);
	if (!obj)
		return;
	holder = &model->kind[TASKSHARE_FS].holders[obj->first];
	for (i = 0; i < obj->nr; i++)
		if (model->task[holder[i]]->tgid != caller_record(caller)->tgid)
			return;
	for (i = 0; i < obj->nr; i++) {
		enum truth is = holder[i] == caller->task ? IS_NOT :
				in_exec(model->task[holder[i]]->pid);

		if (is == IS_SO)
			caller_blame(caller, FS_IN_EXEC, holder[i]);
		else if (is == IS_UNKNOWN &&
			 fact_get(&caller->facts, FS_IN_EXEC) == IS_NOT)
			caller_unknown(caller, FS_IN_EXEC,
				       "one of those tasks runs now");
	}
}

/**
 * look_at_sharing() - find out with whom a task shares
 * @caller: the task; set are HAS_THREADS, HAS_LIVE_THREADS, SHARES_SIGHAND,
 *	    SHARES_MM, SHARES_FS and FS_IN_EXEC
 */
void look_at_sharing(struct caller *caller)
{
	look_at_threads(caller);
	look_at_holders(caller, SHARES_SIGHAND, TASKSHARE_SIGHAND, true);
	look_at_holders(caller, SHARES_MM, TASKSHARE_MM, false);
	look_at_holders(caller, SHARES_FS, TASKSHARE_FS, true);
	look_at_exec(caller);
}
