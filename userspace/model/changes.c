// SPDX-License-Identifier: GPL-2.0-only
/* Two looks at the same tasks: the changes between them, in words. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/baseline.h"
#include "model/changes.h"
#include "record/kinds.h"
#include "util/text.h"

/* Flags whose change is one of the task */
#define SHOWN_FLAGS (TASKSHARE_F_DEAD | TASKSHARE_F_VFORK)

/* Longest text: each kind is new */
#define TEXT_MOST	768

static const char *now_holds(char *to, const struct model *model, __u32 task,
			     int k)
{
	static const char *const alone[] = {
		[OTHERS_UNSEEN] = "shared with no other task watched",
		[OTHERS_NONE] = "its own",
		[OTHERS_SOME] = "shared with tasks not watched",
	};
	const struct object *obj = model_object(model, task, k);

	if (model_holding(model, task, k) == HOLDS_NONE)
		sprintf(to, "none");
	else if (!obj)
		sprintf(to, "not known");
	else if (obj->nr > 1)
		sprintf(to, "shared with %u", obj->nr - 1);
	else
		strcpy(to, alone[model_others(model, task, k)]);
	return to;
}

/*
 * Other objects in the place of the old ones, as execve(2) makes them. Only that
 * ids differ proves anything: after two execve(2) the mm often has the id of
 * before. So it is never said that an object is still the same one.
 */
static __u32 renewed_kinds(const struct changes *changes,
			   const struct taskshare_record *a,
			   const struct taskshare_record *b)
{
	__u32 renewed = 0;
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS && changes->lasting; k++)
		if (a->id[k] && b->id[k] && a->id[k] != b->id[k] &&
		    kind_crosses(k))
			renewed |= 1u << k;
	return renewed;
}

/* Returns true if a task has changed and all groups may be as they were. */
static bool is_renewed(const struct changes *changes, __u32 task)
{
	const struct taskshare_record *a = changes->old->task[task], *b;

	if (changes->cmp.to_b[task] == NO_OBJECT)
		return false;
	b = changes->new->task[changes->cmp.to_b[task]];
	return renewed_kinds(changes, a, b) ||
	       memcmp(a->comm, b->comm, sizeof(a->comm)) ||
	       (a->flags ^ b->flags) & SHOWN_FLAGS;
}

/**
 * changes_find() - compare two looks
 * @changes: set up
 * @old: the first look
 * @new: the second one
 * @lasting: the engine's ids are of objects, not of a look
 *
 * Return: 0 or -ENOMEM.
 */
int changes_find(struct changes *changes, const struct model *old,
		 const struct model *new, bool lasting)
{
	*changes = (struct changes){
		.old = old, .new = new, .lasting = lasting,
	};
	return compare_models(&changes->cmp, old, new, 0);
}

/**
 * changes_any() - check whether there is a change to list
 * @changes: as changes_find() has set it up
 *
 * Return: true if there is one.
 */
bool changes_any(const struct changes *changes)
{
	const struct comparison *cmp = &changes->cmp;
	__u32 i;

	if (cmp->nr || cmp->nr_only_a || cmp->nr_only_b)
		return true;
	for (i = 0; i < changes->old->nr; i++)
		if (is_renewed(changes, i))
			return true;
	return false;
}

struct listing {
	const struct changes *changes;
	bool utf8;
	change_add_t add;
	void *arg;
};

__attribute__((format(printf, 3, 4)))
static void put(const struct listing *to, const struct taskshare_record *task,
		const char *format, ...)
{
	char text[TEXT_MOST], comm[TEXT_COMM];
	va_list args;
	int len;

	len = sprintf(text, "%s:", text_escape(comm, task->comm, to->utf8));
	va_start(args, format);
	vsnprintf(text + len, sizeof(text) - len, format, args);
	va_end(args);
	to->add(to->arg, task->pid, text);
}

static void put_tasks(const struct listing *to, const struct model *model,
		      const __u32 *task, __u32 nr, const char *what)
{
	__u32 i;

	for (i = 0; i < nr; i++)
		put(to, model->task[task[i]], " %s", what);
}

static void put_groups(const struct listing *to)
{
	const struct model *old = to->changes->old, *new = to->changes->new;
	const struct comparison *cmp = &to->changes->cmp;
	char before[40], now[40];
	size_t i;

	for (i = 0; i < cmp->nr; i++) {
		const struct difference *d = &cmp->diff[i];

		put(to, new->task[d->other], " %s was %s, is %s",
		    kind_text(d->kind), now_holds(before, old, d->task, d->kind),
		    now_holds(now, new, d->other, d->kind));
	}
}

static void put_renewal(const struct listing *to,
			const struct taskshare_record *a,
			const struct taskshare_record *b)
{
	__u32 renewed = renewed_kinds(to->changes, a, b);
	char text[TEXT_MOST] = "", comm[TEXT_COMM];
	int k, len = 0;

	if (strcmp(a->comm, b->comm))
		len += sprintf(text, " was %s,",
			       text_escape(comm, a->comm, to->utf8));
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (renewed & (1u << k))
			len += snprintf(text + len, sizeof(text) - len,
					" new %s,", kind_text(k));
	put(to, b, "%s %s", text, b->flags & TASKSHARE_F_DEAD ? "dead" :
	    b->flags & TASKSHARE_F_VFORK ? "its creator waits" : "running on");
}

/**
 * changes_list() - put changes into words
 * @changes: as changes_find() has set it up
 * @utf8: names may be UTF-8
 * @add: called for each of them, with the task's PID and "name: change"
 * @arg: passed to it
 */
void changes_list(const struct changes *changes, bool utf8, change_add_t add,
		  void *arg)
{
	const struct listing to = {
		.changes = changes, .utf8 = utf8, .add = add, .arg = arg,
	};
	const struct comparison *cmp = &changes->cmp;
	__u32 i;

	put_tasks(&to, changes->new, cmp->only_b, cmp->nr_only_b, "new");
	put_tasks(&to, changes->old, cmp->only_a, cmp->nr_only_a, "gone");
	put_groups(&to);
	for (i = 0; i < changes->old->nr; i++)
		if (is_renewed(changes, i))
			put_renewal(&to, changes->old->task[i],
				    changes->new->task[cmp->to_b[i]]);
}

/**
 * changes_free() - forget what changes_find() has found
 * @changes: it
 */
void changes_free(struct changes *changes)
{
	compare_free(&changes->cmp);
}
