/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interfaces between the files of the module.
 *
 * One way through: pin.c finds the tasks, collect.c reads what each of them
 * holds, settle.c follows those that have executed meanwhile, verify.c checks
 * which of the objects they really share, ident.c turns addresses into ids,
 * text.c records into text. snapshot.c calls them in this order when fs.c opens
 * a file; automount.c brings fs.c to debugfs. alloc.c gives the memory.
 */
#ifndef _TASKSHARE_H
#define _TASKSHARE_H

#include <linux/fs.h>
#include <linux/mm.h>		/* kvfree(), before 6.3 */
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/types.h>

#include <taskshare.h>

#include "compat.h"
#include "testing.h"

#define TS_NAME "taskshare"

/* No row, where a row number is stored. */
#define TS_NONE U32_MAX

/**
 * struct ts_pin - a task that a snapshot is about
 * @task: the task, referenced
 * @nr: the number under which it was found
 */
struct ts_pin {
	struct task_struct *task;
	u32 nr;
};

/**
 * struct ts_set - a snapshot that is being made
 * @ns: the pid namespace whose numbers are used
 * @process: a task of the process to show, referenced; NULL for all tasks
 * @pin: the tasks, in ascending order of their numbers
 * @rec: one record for each task; its ids are addresses until ts_ident()
 * @nr: number of tasks
 * @capacity: number of tasks that @pin can hold
 */
struct ts_set {
	struct pid_namespace *ns;
	struct task_struct *process;
	struct ts_pin *pin;
	struct taskshare_record *rec;
	u32 nr;
	u32 capacity;
};

/**
 * struct ts_groups - the rows of records that hold the same object, by kind
 * @rec: the records
 * @nr: number of records
 * @head: by row: the first row with the same object, TS_NONE for no object
 * @next: by row: another row of its group, TS_NONE for the last one
 * @slot: hash table of heads
 * @bits: binary logarithm of the size of @slot
 */
struct ts_groups {
	const struct taskshare_record *rec;
	u32 nr;
	u32 *head;
	u32 *next;
	u32 *slot;
	unsigned int bits;
};

/**
 * struct ts_content - the content of an open file; it never changes
 * @data: the bytes
 * @size: number of bytes
 */
struct ts_content {
	void *data;
	size_t size;
};

/**
 * ts_rest() - let others run, every 64th time in a long loop
 * @i: number of rounds so far
 *
 * Context: may sleep.
 */
static inline void ts_rest(u32 i)
{
	if (i % 64 == 63)
		cond_resched_tasks_rcu_qs();
}

/**
 * ts_breathe() - the same in a loop that may be left early
 * @i: number of rounds so far
 *
 * Context: may sleep.
 *
 * Return: 0, or -EINTR for a reader that is being killed.
 */
static inline int ts_breathe(u32 i)
{
	if (i % 64 == 63 && fatal_signal_pending(current))
		return -EINTR;
	ts_rest(i);
	return 0;
}

/* fs.c */
extern struct file_system_type ts_fs_type;

/* automount.c */
void ts_automount_init(struct file_system_type *type);
void ts_automount_exit(void);
void ts_automount_idle(void);

/* alloc.c */
size_t ts_limit(void);
void *ts_alloc(size_t nr, size_t size);
void ts_zero(void *mem, size_t bytes);

/* snapshot.c */
struct ts_content *ts_snapshot(struct pid_namespace *ns, struct pid *pid,
			       bool text);
void ts_snapshot_free(struct ts_content *content);

/* pin.c */
int ts_pin_all(struct ts_set *set);
int ts_pin_process(struct ts_set *set, struct pid *pid);
void ts_unpin(struct ts_set *set);

/* collect.c */
void ts_collect(struct ts_set *set, u32 row);
u64 ts_held(struct task_struct *task, enum taskshare_kind kind);

/* settle.c */
int ts_settle(struct ts_set *set);

/* verify.c */
int ts_verify(struct ts_set *set);

/* group.c */
int ts_groups_init(struct ts_groups *g, const struct taskshare_record *rec,
		   u32 nr);
int ts_groups_find(struct ts_groups *g, enum taskshare_kind kind);
void ts_groups_free(struct ts_groups *g);

/* ident.c */
void ts_ident_init(void);
int ts_ident(struct taskshare_record *rec, u32 nr);

/* text.c */
int ts_text(struct ts_content *text, struct taskshare_record *rec, u32 nr,
	    bool process);

#endif /* _TASKSHARE_H */
