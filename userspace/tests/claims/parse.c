// SPDX-License-Identifier: GPL-2.0-only
/* Words of a sentence back into facts */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/kinds.h"
#include "tests/claims/judge.h"

long nr_claims[MAX_ENGINES];

__attribute__((format(printf, 3, 4)))
void claim(struct claims *c, bool good, const char *format, ...)
{
	va_list args;

	++*c->nr;
	if (good)
		return;
	if (!c->bad)
		printf("# %s: %d: %s\n", c->engine->name, world[c->task].pid,
		       c->sentence);
	c->bad = true;
	printf("#   false: ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

size_t engine_index(const struct engine *engine)
{
	size_t e = 0;

	while (engines[e] != engine)
		e++;
	return e;
}

/* The kinds that "everything" is about: those that were seen of the task */
__u32 seen_kinds(const struct claims *c)
{
	return SPOKEN & c->seen[c->task];
}

bool skip(const char **s, const char *text)
{
	size_t len = strlen(text);

	if (strncmp(*s, text, len))
		return false;
	*s += len;
	return true;
}

bool skip_number(const char **s, long *number)
{
	char *end;

	*number = strtol(*s, &end, 10);
	if (end == *s)
		return false;
	*s = end;
	return true;
}

/* "a, b and c"; 0 if there is none */
__u32 parse_kinds(const char **s)
{
	__u32 mask = 0;
	size_t len, longest;
	int k, found;

	do {
		found = -1;
		longest = 0;
		for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
			len = strlen(kind_text(k));
			if (len > longest && !strncmp(*s, kind_text(k), len)) {
				found = k;
				longest = len;
			}
		}
		if (found < 0)
			return 0;
		mask |= 1u << found;
		*s += longest;
	} while (skip(s, ", ") || skip(s, " and "));
	return mask;
}

static void name_process(struct claims *c, struct named *named, int first,
			 int kind, long nr, long of)
{
	int i, holders = 0, all = 0;

	for (i = 0; i < nr_world; i++) {
		if (world[i].tgid != world[first].tgid)
			continue;
		all++;
		if (!same(c->task, i, kind))
			continue;
		holders++;
		named->task[i] = true;
	}
	claim(c, holders == nr && all == of, "%d of %d tasks of %d hold its %s",
	      holders, all, world[first].tgid, kind_text(kind));
}

/* One item of a list: false if it is none */
bool parse_item(struct claims *c, const char **s, struct named *named,
		int kind)
{
	long nr, of, tgid;
	int task;

	if (!skip_number(s, &nr))
		return false;
	if (skip(s, " more threads") || skip(s, " more thread")) {
		named->threads = nr;
		return true;
	}
	if (skip(s, " more processes") || skip(s, " more process")) {
		named->processes = nr;
		return true;
	}
	task = find_pid(nr);
	if (task < 0 || !skip(s, " claims"))
		return false;
	if (skip(s, " of process ")) {
		claim(c, skip_number(s, &tgid) && world[task].tgid == tgid &&
		      skip(s, " claims"), "%ld is of another process", nr);
		named->task[task] = true;
		claim(c, count_process(tgid, c->task, kind) == 1,
		      "%ld is not the only one of its process", nr);
	} else if (skip(s, " (")) {
		skip_number(s, &nr);
		of = nr;
		if (skip(s, " of "))
			skip_number(s, &of);
		claim(c, skip(s, " tasks)"), "a list that is none");
		name_process(c, named, task, kind, nr, of);
	} else {
		named->task[task] = true;
		claim(c, world[task].tgid == world[c->task].tgid ||
		      count_process(world[task].tgid, c->task, kind) == 1,
		      "%ld is not the only one of its process", nr);
	}
	return true;
}

/* The partners in the task's own process, or in others, that were not named */
void count_missing(const struct claims *c, const struct named *named,
		   int kind, long *threads, long *processes)
{
	int i, own = c->task;

	*threads = 0;
	*processes = 0;
	for (i = 0; i < nr_world; i++) {
		if (i == own || !same(own, i, kind) || named->task[i])
			continue;
		if (world[i].tgid == world[own].tgid)
			++*threads;
		else if (i == 0 || world[i].tgid != world[i - 1].tgid ||
			 !same(own, i - 1, kind))
			++*processes;
	}
}
