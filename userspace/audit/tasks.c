// SPDX-License-Identifier: GPL-2.0-only
/* Rules about single tasks, and about namespaces without a process. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/conditions.h"
#include "audit/privilege.h"
#include "clone/namespace.h"
#include "record/kinds.h"
#include "util/array.h"
#include "util/procfs.h"

#define GONE	(TASKSHARE_F_EXITING | TASKSHARE_F_DEAD)

/* Whether the PID namespace for children is right below the task's own */
static enum verdict is_child(const struct look *look, __u32 task)
{
	__u64 parent, own, level, own_level;

	if (look_number(look, task, FIELD_PID_FOR_CHILDREN_PARENT, &parent) &&
	    look_number(look, task, FIELD_PID_INODE, &own) && parent == own)
		return VERDICT_FOUND;
	if (!look_number(look, task, FIELD_PID_FOR_CHILDREN_LEVEL, &level) ||
	    !look_number(look, task, FIELD_PID_LEVEL, &own_level))
		return VERDICT_UNKNOWN;
	if (level > own_level + 1)
		return VERDICT_FOUND;
	return level <= own_level ||
	       look_number(look, task, FIELD_PID_FOR_CHILDREN_PARENT, &parent) ?
	       VERDICT_NO : VERDICT_UNKNOWN;
}

/* Whether children go to another namespace than the task is in */
static enum verdict children_elsewhere(const struct look *look, __u32 task,
				       int own, int childrens)
{
	const struct model *model = &look->snap.model;

	if (model_holding(model, task, own) != HOLDS_OBJECT ||
	    model_holding(model, task, childrens) != HOLDS_OBJECT)
		return VERDICT_UNKNOWN;
	return model->task[task]->id[own] == model->task[task]->id[childrens] ?
	       VERDICT_NO : VERDICT_FOUND;
}

static void put_inodes(const struct look *look, __u32 task,
		       enum content_field own, enum content_field childrens,
		       struct finding *finding)
{
	char text[EVIDENCE_TEXT] = "unknown";
	__u64 inode;

	if (look_number(look, task, own, &inode))
		snprintf(text, sizeof(text), "%llu", inode);
	finding_evidence(finding, kind_name[content_fields[own].kind], text,
			 NULL);
	strcpy(text, "unknown");
	if (look_number(look, task, childrens, &inode))
		snprintf(text, sizeof(text), "%llu", inode);
	finding_evidence(finding, kind_name[content_fields[childrens].kind],
			 text, NULL);
}

/**
 * pidns_ancestor() - children would go to a PID namespace that is not below
 * @a: a task
 * @b: NO_TASK
 *
 * pidns_install() and copy_pid_ns() allow none but those below the task's own.
 * One that is several levels below may be below another one; that is not seen.
 *
 * Return: one of enum verdict.
 */
enum verdict pidns_ancestor(const struct look *look, __u32 a, __u32 b,
			    struct finding *finding)
{
	enum verdict elsewhere = children_elsewhere(look, a, TASKSHARE_PID,
						    TASKSHARE_PID_FOR_CHILDREN);
	enum verdict child;

	(void)b;
	if (elsewhere != VERDICT_FOUND)
		return elsewhere;
	child = is_child(look, a);
	if (child == VERDICT_UNKNOWN)
		return VERDICT_UNKNOWN;
	put_inodes(look, a, FIELD_PID_INODE, FIELD_PID_FOR_CHILDREN_INODE,
		   finding);
	return child == VERDICT_FOUND ? VERDICT_NO : VERDICT_FOUND;
}

/**
 * cred_initial() - a task that holds the credentials of the idle task
 * @a: a task
 * @b: NO_TASK
 *
 * copy_creds() and prepare_kernel_cred() copy them; nothing commits them.
 *
 * Return: one of enum verdict.
 */
enum verdict cred_initial(const struct look *look, __u32 a, __u32 b,
			  struct finding *finding)
{
	bool same;

	(void)b;
	(void)finding;
	if (!content_idle_cred(&look->snap.content, a, &same))
		return VERDICT_UNKNOWN;
	return same ? VERDICT_FOUND : VERDICT_NO;
}

/* Whether all members of a task's namespace are threads of live leaders */
static bool only_threads(const struct look *look, __u32 task, int kind)
{
	const struct model *model = &look->snap.model;
	const struct object *obj = model_object(model, task, kind);
	const __u32 *holder = &model->kind[kind].holders[obj->first];
	__u32 i, leader;

	for (i = 0; i < obj->nr; i++) {
		leader = look_leader(look, holder[i]);
		if (leader == holder[i] || !look_live(look, leader))
			return false;
	}
	return true;
}

/* That of the initial PID namespace: PROC_PID_INIT_INO of linux/proc_ns.h */
#define INITIAL_PID	0xeffffffcu

/*
 * Whether it is known of every task what it holds. In a PID namespace, tasks
 * outside of it are not seen, and may be in the same namespaces of other types.
 */
static bool sees_every_task(const struct look *look, __u32 task, int kind)
{
	return !look->unseen[kind] &&
	       look->snap.model.task[task]->pidns == INITIAL_PID;
}

/**
 * namespace_pinned() - a namespace whose only members are threads
 * @a: the first live task of a process
 * @b: another one, in such a namespace
 * @finding: the finding; the thread is the first
 *
 * Programs that look only at /proc/PID/ns do not see it.
 *
 * Return: one of enum verdict.
 */
enum verdict namespace_pinned(const struct look *look, __u32 a, __u32 b,
			      struct finding *finding)
{
	static const int kind[] = {
		TASKSHARE_MNT, TASKSHARE_NET, TASKSHARE_UTS, TASKSHARE_IPC,
		TASKSHARE_CGROUP,
	};
	const struct model *model = &look->snap.model;
	bool unknown = false, found = false;
	struct finding unused;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kind); i++) {
		unused.nr_evidence = 0;
		if (!namespaces_differ(look, a, b, kind[i], &unused, &unknown) ||
		    !only_threads(look, b, kind[i]))
			continue;
		if (!sees_every_task(look, b, kind[i]))
			unknown = true;
		else if (model_object(model, b, kind[i])->oldest == b)
			found |= namespaces_differ(look, a, b, kind[i],
						   finding, &unknown);
	}
	finding_swap(finding);
	return found ? VERDICT_FOUND : unknown ? VERDICT_UNKNOWN : VERDICT_NO;
}

/* Evidence of why a task does not go on: its state, and where it waits */
static void put_state(const struct look *look, __u32 task, const char *key,
		      struct finding *finding)
{
	const struct taskshare_record *rec = look->snap.model.task[task];
	char path[64], wchan[64], text[EVIDENCE_TEXT];
	ssize_t n = -1;

	snprintf(path, sizeof(path), "/proc/%u/task/%u/wchan", rec->tgid,
		 rec->pid);
	if (look->snap.source && look->snap.source->proc_usable)
		n = procfs_read(path, wchan, sizeof(wchan) - 1);
	if (n > 0 && *wchan != '0') {
		wchan[n] = 0;
		snprintf(text, sizeof(text), "%c in %s", rec->state, wchan);
	} else {
		snprintf(text, sizeof(text), "%c", rec->state);
	}
	finding_evidence(finding, key, text, NULL);
}

/* The task with this number that waits for another one, or NO_TASK */
static __u32 find_waiter(const struct look *look, __u32 task)
{
	const struct model *model = &look->snap.model;
	__u64 pid;
	__u32 i;

	if (!look_number(look, task, FIELD_WAITER, &pid))
		return NO_TASK;
	for (i = 0; i < model->nr; i++)
		if (model->task[i]->pid == pid)
			return i;
	return NO_TASK;
}

/**
 * vfork_stuck() - a task that waits in vfork(2) for too long
 * @a: a task, the child
 * @b: NO_TASK
 * @finding: the finding; the waiting task is its first, if that is known
 *
 * The child was created by the call, so it is as old as the wait is long.
 *
 * Return: one of enum verdict.
 */
enum verdict vfork_stuck(const struct look *look, __u32 a, __u32 b,
			 struct finding *finding)
{
	static const char unknown_waiter[] =
		"A task waits in vfork(2) for {a}, which neither executes a program nor ends.";
	__u32 waiter;

	(void)b;
	if (!look_sees_vfork(look))
		return VERDICT_UNKNOWN;
	if (!(look->snap.model.task[a]->flags & TASKSHARE_F_VFORK))
		return VERDICT_NO;
	if (!look_number(look, a, FIELD_ELAPSED, &finding->for_ns))
		return VERDICT_UNKNOWN;
	if (finding->for_ns < finding->least_ns)
		return VERDICT_NO;
	waiter = find_waiter(look, a);
	if (waiter != NO_TASK) {
		finding->shown[0] = waiter;
		finding->shown[1] = a;
	} else {
		finding->sentence = unknown_waiter;
	}
	put_state(look, a, "state of child", finding);
	return VERDICT_FOUND;
}

/**
 * zombie_leader() - a process whose first thread has ended
 * @a: the first live task of a process
 * @b: NO_TASK
 * @finding: the finding; the leader is the first
 *
 * Return: one of enum verdict.
 */
enum verdict zombie_leader(const struct look *look, __u32 a, __u32 b,
			   struct finding *finding)
{
	const struct model *model = &look->snap.model;
	__u32 leader = look_leader(look, a), i;
	__u64 age;

	(void)b;
	if (leader == a || !(model->task[leader]->flags & TASKSHARE_F_DEAD))
		return VERDICT_NO;
	for (i = leader; i < a; i++)
		if (look_live(look, i))
			return VERDICT_NO;
	if (!look_number(look, a, FIELD_ELAPSED, &age))
		return VERDICT_UNKNOWN;
	if (age < finding->least_ns)
		return VERDICT_NO;
	finding->shown[0] = leader;
	finding->shown[1] = a;
	put_state(look, leader, "state of leader", finding);
	put_state(look, a, "state of thread", finding);
	return VERDICT_FOUND;
}

static bool has_ended(const struct look *look, __u32 leader)
{
	const struct model *model = &look->snap.model;
	const struct process *process =
		&model->process[model->process_of[leader]];
	__u32 i;

	for (i = process->first; i < process->first + process->nr; i++)
		if (!(model->task[i]->flags & GONE))
			return false;
	return true;
}

/**
 * pidns_teardown() - a PID namespace whose first process cannot end
 * @a: a task
 * @b: NO_TASK
 *
 * zap_pid_ns_processes() waits until no other task has a number there. Nothing
 * says for how long, but it is no longer than the process exists.
 *
 * Return: one of enum verdict.
 */
enum verdict pidns_teardown(const struct look *look, __u32 a, __u32 b,
			    struct finding *finding)
{
	const struct model *model = &look->snap.model;
	const struct object *obj;
	const __u32 *holder;
	__u64 nspid, age;
	__u32 i;

	(void)b;
	if (!look_user(look, a) || !(model->task[a]->flags & GONE) ||
	    model->task[a]->pid != model->task[a]->tgid ||
	    !has_ended(look, a))
		return VERDICT_NO;
	obj = model_object(model, a, TASKSHARE_PID);
	if (!obj || !look_number(look, a, FIELD_NSPID, &nspid) ||
	    !look_number(look, a, FIELD_ELAPSED, &age))
		return VERDICT_UNKNOWN;
	if (nspid != 1 || age < finding->least_ns)
		return VERDICT_NO;
	holder = &model->kind[TASKSHARE_PID].holders[obj->first];
	for (i = 0; i < obj->nr; i++)
		if (model->process_of[holder[i]] != model->process_of[a])
			break;
	if (i == obj->nr)
		return VERDICT_NO;
	finding->shown[1] = holder[i];
	put_state(look, a, "state of first process", finding);
	put_state(look, holder[i], "state of member", finding);
	return VERDICT_FOUND;
}

/* Whether any live task is in a PID namespace */
static bool has_members(const struct look *look, __u64 id)
{
	const struct model_kind *pid = &look->snap.model.kind[TASKSHARE_PID];
	__u32 i, j;

	for (i = 0; i < pid->nr; i++) {
		if (pid->obj[i].id != id)
			continue;
		for (j = 0; j < pid->obj[i].nr; j++)
			if (look_live(look, pid->holders[pid->obj[i].first + j]))
				return true;
	}
	return false;
}

/* Whether it is sure that the PID namespace for children has lost its init */
static bool is_dead(const struct look *look, __u32 task)
{
	const struct taskshare_record *rec = look->snap.model.task[task];
	char path[80], text[64];

	if (!namespace_empty_is_dead() ||
	    look->unseen[TASKSHARE_PID] || !look->snap.source ||
	    !look->snap.source->proc_usable ||
	    has_members(look, rec->id[TASKSHARE_PID_FOR_CHILDREN]))
		return false;
	snprintf(path, sizeof(path), "/proc/%u/task/%u/ns/pid_for_children",
		 rec->tgid, rec->pid);
	return readlink(path, text, sizeof(text)) > 0;
}

/**
 * pending_namespace() - children would go to another PID or time namespace
 * @a: a task
 * @b: NO_TASK
 * @finding: the finding; about correctness if fork(2) fails
 *
 * Return: one of enum verdict.
 */
enum verdict pending_namespace(const struct look *look, __u32 a, __u32 b,
			       struct finding *finding)
{
	static const char dead[] =
		"{a} cannot create processes: the first one of their PID namespace has ended.";
	enum verdict pid = children_elsewhere(look, a, TASKSHARE_PID,
					      TASKSHARE_PID_FOR_CHILDREN);
	enum verdict time = children_elsewhere(look, a, TASKSHARE_TIME,
					       TASKSHARE_TIME_FOR_CHILDREN);

	(void)b;
	/* The other ones are for pidns_ancestor(). */
	if (pid == VERDICT_FOUND && is_child(look, a) == VERDICT_NO)
		pid = VERDICT_NO;
	if (pid != VERDICT_FOUND && time != VERDICT_FOUND)
		return pid == VERDICT_UNKNOWN ? pid : time;
	if (pid == VERDICT_FOUND)
		put_inodes(look, a, FIELD_PID_INODE,
			   FIELD_PID_FOR_CHILDREN_INODE, finding);
	if (time == VERDICT_FOUND)
		put_inodes(look, a, FIELD_TIME_INODE,
			   FIELD_TIME_FOR_CHILDREN_INODE, finding);
	if (pid == VERDICT_FOUND && is_dead(look, a)) {
		finding->severity = SEVERITY_CORRECTNESS;
		finding->sentence = dead;
	}
	return VERDICT_FOUND;
}

/**
 * iouring_filters() - an io_uring worker of a process that has filters
 * @a: a task
 * @b: NO_TASK
 * @finding: the finding; it is about the process
 *
 * Return: one of enum verdict.
 */
enum verdict iouring_filters(const struct look *look, __u32 a, __u32 b,
			     struct finding *finding)
{
	const struct model *model = &look->snap.model;
	const struct process *process = &model->process[model->process_of[a]];
	char text[EVIDENCE_TEXT];
	bool unknown = false;
	__u64 mode;
	__u32 i;

	(void)b;
	if (model->task[a]->kind != TASKSHARE_TASK_IO_WORKER)
		return VERDICT_NO;
	for (i = process->first; i < process->first + process->nr; i++) {
		if (!look_live(look, i))
			continue;
		if (!look_number(look, i, FIELD_SECCOMPMODE, &mode)) {
			unknown = true;
		} else if (mode) {
			finding->shown[0] = i;
			finding->shown[1] = a;
			snprintf(text, sizeof(text), "%llu", mode);
			finding_evidence(finding, "seccomp_mode", text, NULL);
			return VERDICT_FOUND;
		}
	}
	return unknown ? VERDICT_UNKNOWN : VERDICT_NO;
}
