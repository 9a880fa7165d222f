// SPDX-License-Identifier: GPL-2.0-only
/* The table of a process and its legend, judged */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "record/kinds.h"
#include "tests/claims/judge.h"

long nr_legends;

/*
 * struct table - what was printed for a process
 * @kinds: of each column
 * @nr: number of columns
 * @cell: the letters of each task, by kind
 * @refs: column of the legend where the count of references ends
 * @here: likewise the number of holders
 */
struct table {
	int kinds[32];
	int nr;
	char cell[MAX_WORLD][TASKSHARE_NR_KINDS][8];
	int refs;
	int here;
};

static int find_kind(const char *name)
{
	int k = 0;

	while (k < TASKSHARE_NR_KINDS && strcmp(name, kind_name[k]))
		k++;
	return k;
}

static void parse_headings(struct table *table, const char *s)
{
	char name[32];
	int len;

	for (; sscanf(s, "%31s%n", name, &len) == 1; s += len)
		table->kinds[table->nr++] = find_kind(name);
}

static void parse_cells(struct table *table, const char *s)
{
	char text[64];
	int i, len, task = -1;
	long pid;

	if (skip_number(&s, &pid))
		task = find_pid(pid);
	for (i = 1; task >= 0 && i < table->nr &&
	     sscanf(s, "%63s%n", text, &len) == 1; i++, s += len)
		if (table->kinds[i] < TASKSHARE_NR_KINDS)
			sprintf(table->cell[task][table->kinds[i]], "%.7s",
				text);
}

/* Holders by the table; each pair of them, and who is not, by construction */
static void judge_letter(struct claims *c, const struct table *table, int kind,
			 const char *letter, long here)
{
	int i, nr = 0;

	c->task = -1;
	for (i = 0; i < nr_world; i++)
		if (!strcmp(table->cell[i][kind], letter)) {
			c->task = c->task < 0 ? i : c->task;
			nr++;
		}
	if (c->task < 0) {
		c->task = 0;
		claim(c, false, "no task has %s", letter);
		return;
	}
	claim(c, nr == here, "%d tasks have it", nr);
	for (i = 0; i < nr_world; i++) {
		const char *cell = table->cell[i][kind];

		if (!strcmp(cell, letter))
			claim(c, same(c->task, i, kind), "%d holds another",
			      world[i].pid);
		else if (*cell && *cell != '.')
			claim(c, !same(c->task, i, kind), "%d holds it, too",
			      world[i].pid);
	}
}

/* The namespaces that are not the reader's, or that all of them are */
static void judge_nsproxy(struct claims *c, const char **s)
{
	bool all = skip(s, "the reader's namespaces"), first = true;
	char path[64], to[64];
	int k;

	for (k = TASKSHARE_UTS; k < TASKSHARE_USER; k++) {
		if (k == TASKSHARE_PID || !*home[k])
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%d/ns/%s",
			 world[c->task].tgid, world[c->task].pid, kind_name[k]);
		memset(to, 0, sizeof(to));
		claim(c, readlink(path, to, sizeof(to) - 1) > 0, "%s", path);
		if (!strcmp(to, home[k]))
			continue;
		claim(c, !all && (first || skip(s, ", ")), "it is in %s", to);
		judge_namespace(c, s, k);
		first = false;
	}
	claim(c, all || !first, "which namespaces?");
}

static void judge_also(struct claims *c, const char **s, int kind)
{
	struct named named = { .task = { false } };
	long threads, processes;
	int i;

	if (skip(s, "also ")) {
		do {
			if (!parse_item(c, s, &named, kind)) {
				claim(c, false, "no partner: %s", *s);
				return;
			}
		} while (skip(s, ", "));
	}
	for (i = 0; i < nr_world; i++)
		claim(c, !named.task[i] || same(c->task, i, kind),
		      "%d does not hold it", world[i].pid);
	count_missing(c, &named, kind, &threads, &processes);
	claim(c, processes == named.processes || !c->complete ||
	      !(CROSSING & (1u << kind)), "%ld more processes hold it",
	      processes);
}

static void judge_object(struct claims *c, const char **s, int kind)
{
	long nr;

	switch (kind) {
	case TASKSHARE_MM:
		judge_path(c, s, "", "exe");
		break;
	case TASKSHARE_FS:
		judge_fs(c, s);
		break;
	case TASKSHARE_CRED:
		judge_cred(c, s);
		break;
	case TASKSHARE_NSPROXY:
		judge_nsproxy(c, s);
		break;
	}
	skip(s, "; ");
	judge_also(c, s, kind);
	/* A reader of /proc holds the memory for a moment. */
	if (skip_number(s, &nr))
		claim(c, kind == TASKSHARE_MM &&
		      (skip(s, " references more than tasks seen") ||
		       skip(s, " reference more than tasks seen")),
		      "all holders are known");
	claim(c, !**s, "what is that: %s", *s);
}

static void judge_legend_line(struct claims *c, const struct table *table,
			      const char *text)
{
	char name[32], letter[8];
	unsigned long long id;
	const char *s;
	long here = -1;
	int kind;

	c->bad = false;
	c->sentence = text;
	c->task = 0;
	if (sscanf(text, "%31s %7s %llx", name, letter, &id) != 3) {
		claim(c, false, "no object");
		return;
	}
	kind = find_kind(name);
	s = text + table->refs;
	claim(c, kind < TASKSHARE_NR_KINDS && strlen(text) >=
	      (size_t)table->here && skip_number(&s, &here) &&
	      s == text + table->here, "which object?");
	if (c->bad)
		return;
	judge_letter(c, table, kind, letter, here);
	skip(&s, " ");
	nr_legends += !!*s;
	judge_object(c, &s, kind);
}

bool judge_legend_lines(const struct engine *engine, pid_t tgid,
			const struct line *line, int nr)
{
	struct claims c = {
		.engine = engine, .nr = &nr_claims[engine_index(engine)],
		.complete = engine != &engine_proc,
	};
	struct table table = { .nr = 0 };
	bool bad = false;
	int i = 0, rows = 0;

	while (i < nr && !strstr(line[i].text, " TGID "))
		i++;
	if (i < nr)
		parse_headings(&table, line[i++].text);
	for (; i < nr && *line[i].text; i++, rows++)
		parse_cells(&table, line[i].text);
	while (i < nr && strncmp(line[i].text, "object ", 7))
		i++;
	if (i == nr || rows != count_process(tgid, -1, 0)) {
		printf("# %s: %d: %d rows, and no legend\n", engine->name,
		       tgid, rows);
		return false;
	}
	table.refs = strstr(line[i].text, "refs") + 4 - line[i].text;
	table.here = strstr(line[i].text, "here") + 4 - line[i].text;
	while (++i < nr) {
		judge_legend_line(&c, &table, line[i].text);
		bad |= c.bad;
	}
	return !bad;
}
