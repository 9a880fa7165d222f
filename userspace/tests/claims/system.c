// SPDX-License-Identifier: GPL-2.0-only
/* The view of the system, judged */
#include <string.h>

#include "record/kinds.h"
#include "tests/claims/judge.h"

/*
 * struct group - a line of an object and the processes that share it
 * @leader: of each process that is named
 * @nr: the number of its tasks that hold it
 * @processes: number of processes
 */
struct group {
	int leader[MAX_WORLD];
	long nr[MAX_WORLD];
	int processes;
};

/* Only lines of which all processes are known are judged. */
static bool parse_group(const char *s, struct group *group)
{
	long refs, here, pid, of;
	int task;

	group->processes = 0;
	if (!skip_number(&s, &refs) || !skip_number(&s, &here))
		return false;
	while (skip(&s, " ") || skip(&s, ", ")) {
		if (!skip_number(&s, &pid))
			return false;
		task = find_pid(pid);
		if (task < 0 || !skip(&s, " claims"))
			return false;
		group->leader[group->processes] = task;
		group->nr[group->processes] =
			count_process(world[task].tgid, -1, 0);
		if (skip(&s, " (") && skip_number(&s, &pid)) {
			group->nr[group->processes] = pid;
			if (!skip(&s, " of ") || !skip_number(&s, &of) ||
			    !skip(&s, " tasks)"))
				return false;
		}
		skip(&s, " (vfork: its creator waits)");
		group->processes++;
	}
	return !*s;
}

/* Returns true if this is the object of a task, with just these holders. */
static bool is_group_of(const struct group *group, int task, int kind)
{
	int i, holders = 0, named = 0;

	for (i = 0; i < nr_world; i++)
		holders += same(task, i, kind);
	for (i = 0; i < group->processes; i++) {
		pid_t tgid = world[group->leader[i]].tgid;
		int nr = count_process(tgid, task, kind) +
			 (world[task].tgid == tgid);

		if (nr != group->nr[i])
			return false;
		named += nr;
	}
	return named == holders;
}

static void judge_group(struct claims *c, const char *s, int kind)
{
	struct group group;
	bool found = false;
	int i;

	if (!parse_group(s, &group))
		return;
	for (i = 0; i < nr_world; i++)
		found |= has(i, kind) && is_group_of(&group, i, kind);
	c->task = group.leader[0];
	claim(c, found, "no such object");
}

bool judge_system_lines(const struct engine *engine,
			const struct line *line, int nr)
{
	struct claims c = {
		.engine = engine, .nr = &nr_claims[engine_index(engine)],
		.complete = true,
	};
	bool bad = false;
	int i, k, task;

	/* These lines say nothing of kinds that proc did not see. */
	for (i = 0; i < nr_world && engine != &engine_proc; i++)
		c.seen[i] = SPOKEN;

	for (i = 0; i < nr; i++) {
		const char *s = line[i].text;
		long tgid, pid;

		c.bad = false;
		c.said = 0;
		c.outside = 0;
		c.sentence = line[i].text;
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			if (!strncmp(s, kind_name[k], strlen(kind_name[k])) &&
			    s[strlen(kind_name[k])] == ' ')
				judge_group(&c, s + strlen(kind_name[k]), k);
		task = skip_number(&s, &tgid) && skip_number(&s, &pid) ?
		       find_pid(pid) : -1;
		if (task >= 0 && skip(&s, " claims ")) {
			c.task = task;
			judge_sentence(&c, s);
		}
		bad |= c.bad;
	}
	return !bad;
}
