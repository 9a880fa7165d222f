// SPDX-License-Identifier: GPL-2.0-only
/*
 * mkrecords: text on standard input into records on standard output.
 *
 * A line makes a record: pid=, tgid=, ppid=, comm=, state=, kind=, start=,
 * flags=, exitsig=, and for a kind of object NAME=ID[:REFS], with the id in
 * hexadecimal, "-" for a NULL pointer, "?" for moving. Fields left out are as in
 * the line before, except the objects: "with PID" takes those of a task above. A
 * comm may hold \xNN. "x N" makes N such tasks, one pid after the other.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/kinds.h"
#include "record/records.h"

static struct records recs;

static void set_comm(struct taskshare_record *rec, const char *text)
{
	size_t n;

	memset(rec->comm, 0, sizeof(rec->comm));
	for (n = 0; *text && n < sizeof(rec->comm) - 1; n++) {
		char hex[3] = "";

		if (text[0] == '\\' && text[1] == 'x') {
			memcpy(hex, text + 2, 2);
			rec->comm[n] = strtoul(hex, NULL, 16);
			text += 4;
		} else {
			rec->comm[n] = *text++;
		}
	}
}

static void set_object(struct taskshare_record *rec, int k, char *text)
{
	rec->seen &= ~(1u << k);
	rec->moving &= ~(1u << k);
	rec->id[k] = 0;
	rec->refs[k] = 0;
	if (*text == '?') {
		rec->moving |= 1u << k;
		return;
	}
	rec->seen |= 1u << k;
	if (*text == '-')
		return;
	rec->id[k] = strtoull(text, &text, 16);
	if (*text == ':')
		rec->refs[k] = strtoul(text + 1, NULL, 10);
}

static void take_objects(struct taskshare_record *rec, __u32 pid)
{
	size_t i;

	for (i = 0; i < recs.nr; i++) {
		if (recs.rec[i].pid != pid)
			continue;
		rec->seen = recs.rec[i].seen;
		rec->moving = recs.rec[i].moving;
		memcpy(rec->id, recs.rec[i].id, sizeof(rec->id));
		memcpy(rec->refs, recs.rec[i].refs, sizeof(rec->refs));
		return;
	}
	errx(1, "no task %u above", pid);
}

static int find_name(const char *const *names, int nr, const char *name)
{
	int i;

	for (i = 0; i < nr; i++)
		if (!strcmp(names[i], name))
			return i;
	errx(1, "unknown name '%s'", name);
}

static void set_field(struct taskshare_record *rec, const char *key, char *val)
{
	unsigned long n = strtoul(val, NULL, 0);

	if (!strcmp(key, "pid"))
		rec->pid = n;
	else if (!strcmp(key, "tgid"))
		rec->tgid = n;
	else if (!strcmp(key, "ppid"))
		rec->ppid = n;
	else if (!strcmp(key, "start"))
		rec->start_ns = n;
	else if (!strcmp(key, "flags"))
		rec->flags = n;
	else if (!strcmp(key, "exitsig"))
		rec->exit_signal = strtol(val, NULL, 10);
	else if (!strcmp(key, "state"))
		rec->state = *val;
	else if (!strcmp(key, "comm"))
		set_comm(rec, val);
	else if (!strcmp(key, "kind"))
		rec->kind = find_name(task_name, TASKSHARE_NR_TASKS, val);
	else if (!strcmp(key, "ns/pid"))
		set_object(rec, TASKSHARE_PID, val);
	else
		set_object(rec, find_name(kind_name, TASKSHARE_NR_KINDS, key),
			   val);
}

static void make_record(char *line)
{
	struct taskshare_record *rec = records_new(&recs);
	unsigned long copies = 1;
	char *word, *val;

	if (!rec)
		errx(1, "no memory");
	if (recs.nr > 1) {
		*rec = rec[-1];
		take_objects(rec, rec->pid);
	} else {
		rec->pidns = 4026531836u;
		rec->state = 'S';
	}
	while ((word = strsep(&line, " \t\n"))) {
		if (!*word)
			continue;
		val = strchr(word, '=');
		if (!strcmp(word, "with")) {
			take_objects(rec, strtoul(strsep(&line, " \t\n"),
						  NULL, 10));
		} else if (!strcmp(word, "x")) {
			copies = strtoul(strsep(&line, " \t\n"), NULL, 10);
		} else if (val) {
			*val = 0;
			set_field(rec, word, val + 1);
		} else {
			errx(1, "cannot understand '%s'", word);
		}
	}
	while (--copies) {
		struct taskshare_record *copy = records_new(&recs);

		if (!copy)
			errx(1, "no memory");
		*copy = copy[-1];
		copy->pid++;
	}
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0)
		if (*line != '#' && *line != '\n')
			make_record(line);
	free(line);
	if (fwrite(recs.rec, sizeof(*recs.rec), recs.nr, stdout) != recs.nr ||
	    fflush(stdout))
		err(1, "cannot write");
	records_free(&recs);
	return 0;
}
