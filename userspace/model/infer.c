// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which flags a task's creation had, judged by what it holds now.
 *
 * An object of a task was inherited by a flag of clone(2), or it was made for
 * the task: at its creation, by execve(2), unshare(2) or the like. No task can
 * join another one's later, but for namespaces, which setns(2) joins. So what
 * a task shares with an older one it has got by a flag. That it shares nothing
 * now proves little.
 */
#include "util/array.h"
#include "clone/rules.h"
#include "model/baseline.h"
#include "model/infer.h"

const char *const grade_name[] = {
	[GRADE_UNKNOWABLE] = "unknowable",
	[GRADE_CONSISTENT] = "consistent",
	[GRADE_PROVEN] = "proven",
	[GRADE_IMPOSSIBLE] = "impossible",
};

static struct verdict unknowable(const char *reason)
{
	return (struct verdict){ GRADE_UNKNOWABLE, false, reason };
}

static struct verdict consistent(const char *reason)
{
	return (struct verdict){ GRADE_CONSISTENT, false, reason };
}

static struct verdict hint(const char *reason)
{
	return (struct verdict){ GRADE_CONSISTENT, true, reason };
}

static struct verdict proven(const char *reason)
{
	return (struct verdict){ GRADE_PROVEN, true, reason };
}

static struct verdict impossible(const char *reason)
{
	return (struct verdict){ GRADE_IMPOSSIBLE, false, reason };
}

/*
 * The tasks that may have created a task: those of its own process for a
 * thread, of its parent for others. The first of them stands for all; NO_OBJECT
 * if there is none in the model.
 */
static __u32 creators(const struct model *model, __u32 task)
{
	const struct taskshare_record *rec = model->task[task];
	__u32 process;

	if (rec->pid != rec->tgid)
		process = model->process_of[task];
	else
		process = model_find_process(model, rec->ppid);
	return process == NO_PROCESS ? NO_OBJECT :
	       model->process[process].first;
}

/* Returns true if it shares an object with a task that was there before. */
static bool shares_with_older(const struct model *model, __u32 task, int kind)
{
	const struct taskshare_record *rec = model->task[task], *old;
	const struct object *obj = model_object(model, task, kind);

	if (!obj || obj->nr < 2 || obj->oldest == task)
		return false;
	old = model->task[obj->oldest];
	if (old->start_ns != rec->start_ns)
		return old->start_ns < rec->start_ns;
	/* Start times may be coarse: a leader was there before its threads. */
	return old->tgid == old->pid &&
	       (old->tgid == rec->tgid || old->tgid == rec->ppid);
}

/*
 * Is its memory still that of its creation? Then it has not called execve(2),
 * which is what gives new signal handlers.
 */
static bool not_execed(const struct model *model, __u32 task)
{
	return shares_with_older(model, task, TASKSHARE_MM);
}

/*
 * Whether its creator would be seen to share its signal handlers. Where the two
 * share with tasks that a third one has created, that one may be gone; but a
 * creator that waits in vfork(2) is there.
 */
static bool creator_is_there(const struct model *model, __u32 task)
{
	const struct object *obj = model_object(model, task, TASKSHARE_SIGHAND);

	return model->task[task]->flags & TASKSHARE_F_VFORK &&
	       obj && obj->refs && !model_unshown(obj, TASKSHARE_SIGHAND);
}

static struct verdict judge_shares(const struct model *model, __u32 task,
				   const struct clone_flag *flag)
{
	enum holding holding = model_holding(model, task, flag->kind);

	if (holding == HOLDS_UNSEEN)
		return unknowable("the engine does not see it");
	if (holding == HOLDS_MOVING)
		return unknowable("it was just changing");
	if (shares_with_older(model, task, flag->kind))
		return proven("shared with an older task");
	switch (flag->kind) {
	case TASKSHARE_SIGHAND:
		if (not_execed(model, task) && creator_is_there(model, task))
			return impossible("the memory is shared still, but the handlers are not");
		if (not_execed(model, task))
			return consistent("its creator may have ended or called execve(2)");
		return consistent("execve(2) would have ended it");
	case TASKSHARE_MM:
		return consistent("execve(2) would have ended it");
	case TASKSHARE_FILES:
		return consistent("execve(2) or unshare(2) would have ended it");
	case TASKSHARE_IO:
		return consistent("does nothing if the parent has none");
	case TASKSHARE_SIGNAL:
		if (not_execed(model, task))
			return impossible("a leader that never called execve(2)");
		return consistent("only if a thread took over by execve(2)");
	default:
		return consistent("unshare(2) would have ended it");
	}
}

/* pid namespaces are for life, the others can be changed at any time. */
static struct verdict judge_new_pid(const struct model *model, __u32 task,
				    __u32 parent)
{
	const struct taskshare_record *a = model->task[task];
	const struct taskshare_record *b = model->task[parent];

	if (a->id[TASKSHARE_PID] == b->id[TASKSHARE_PID])
		return impossible("in its parent's pid namespace, for life");
	/* A writer may give the same namespace another id in another kind. */
	if (model_holding(model, parent, TASKSHARE_PID_FOR_CHILDREN) ==
	    HOLDS_OBJECT && a->id[TASKSHARE_PID] ==
	    b->id[TASKSHARE_PID_FOR_CHILDREN])
		return consistent("where its parent sends all children");
	return hint("in another pid namespace than its parent");
}

static struct verdict judge_renews(const struct model *model, __u32 task,
				   const struct clone_flag *flag)
{
	__u32 parent = creators(model, task);
	const struct taskshare_record *a = model->task[task], *b;

	if (parent == NO_OBJECT)
		return unknowable("its parent is not shown");
	if (model_holding(model, task, flag->kind) != HOLDS_OBJECT ||
	    model_holding(model, parent, flag->kind) != HOLDS_OBJECT)
		return unknowable("the namespaces of both are not known");
	b = model->task[parent];
	if (flag->kind == TASKSHARE_PID)
		return judge_new_pid(model, task, parent);
	if (a->id[flag->kind] == b->id[flag->kind])
		return consistent("only if setns(2) went back");
	return hint("in another one than its parent; unshare(2) and setns(2) do that, too");
}

/* struct trace - the trace that a flag without an object may leave */
struct trace {
	const char *name;
	__u32 flag;
	enum grade grade;
	const char *with;
	const char *without;
};

static const struct trace traces[] = {
	{ "VFORK", TASKSHARE_F_VFORK, GRADE_PROVEN,
	  "its creator waits for it", "would be over after execve(2)" },
	{ "CHILD_SETTID", TASKSHARE_F_SET_TID, GRADE_PROVEN,
	  "the address is there, for life", "no address was seen" },
	{ "CHILD_CLEARTID", TASKSHARE_F_CLEAR_TID, GRADE_CONSISTENT,
	  "the address is there; set_tid_address(2) sets it, too",
	  "no address was seen; execve(2) drops it" },
	{ "PTRACE", TASKSHARE_F_TRACED, GRADE_CONSISTENT,
	  "it is traced; ptrace(2) can do that, too", "not traced now" },
	{ "NNP", TASKSHARE_F_NNP, GRADE_CONSISTENT,
	  "no_new_privs is set; it is inherited, and prctl(2) sets it",
	  "no_new_privs was not seen" },
};

static struct verdict judge_other(const struct model *model, __u32 task,
				  const struct clone_flag *flag)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(traces); i++) {
		const struct trace *t = &traces[i];

		if (__builtin_strcmp(t->name, flag->name))
			continue;
		if (!(model->task[task]->flags & t->flag))
			return consistent(t->without);
		return t->grade == GRADE_PROVEN ? proven(t->with) :
						  hint(t->with);
	}
	return unknowable("leaves no trace in the task");
}

static void set_all(struct verdict *verdict, __u64 bits, struct verdict to)
{
	int i;

	for (i = 0; i < nr_clone_flags; i++)
		if (clone_flags[i].bit & bits &&
		    verdict[i].grade != GRADE_PROVEN)
			verdict[i] = to;
}

static enum grade grade_of(const struct verdict *verdict, __u64 bit)
{
	int i;

	for (i = 0; i < nr_clone_flags; i++)
		if (clone_flags[i].bit == bit)
			return verdict[i].grade;
	return GRADE_UNKNOWABLE;
}

/* Infers flags from others: illegal combinations are out. Twice, for chains. */
static void apply_rules(struct verdict *verdict)
{
	int i;

	for (i = 0; i < 2 * nr_rules; i++) {
		const struct rule *rule = &rules[i % nr_rules];
		enum grade grade = grade_of(verdict, rule->flags);

		if (!rule_is_about_flags(rule))
			continue;
		if (grade == GRADE_PROVEN) {
			set_all(verdict, rule->clashes,
				impossible("does not go with what is proven"));
			set_all(verdict, rule->needs,
				proven("needed by what is proven"));
		} else if (rule->needs && grade_of(verdict, rule->needs) ==
			   GRADE_IMPOSSIBLE) {
			set_all(verdict, rule->flags,
				impossible("needs what is impossible"));
		}
	}
}

/**
 * flags_infer() - judge which flags a task was created with
 * @model: the model; the more it holds, the more can be said
 * @task: index of the task
 * @verdict: room for MAX_FLAGS; one is set for each of clone_flags[]
 */
void flags_infer(const struct model *model, __u32 task,
		 struct verdict *verdict)
{
	const struct taskshare_record *rec = model->task[task];
	int i;

	for (i = 0; i < nr_clone_flags; i++) {
		const struct clone_flag *flag = &clone_flags[i];

		if (flag->kind == TASKSHARE_SIGNAL && rec->pid != rec->tgid)
			verdict[i] = proven("a thread of its process");
		else if (flag->effect == FLAG_SHARES)
			verdict[i] = judge_shares(model, task, flag);
		else if (flag->effect == FLAG_RENEWS)
			verdict[i] = judge_renews(model, task, flag);
		else
			verdict[i] = judge_other(model, task, flag);
	}
	apply_rules(verdict);
}
