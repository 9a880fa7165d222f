// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open files, for people: by file, the most shared ones first.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "files/names.h"
#include "files/output.h"
#include "model/describe.h"
#include "util/procfs.h"

#define WIDTH		80

/* Maximum number of unshared files that are listed without --all */
#define MAX_ALONE	20

/* Maximum number of other processes that are named without --all */
#define MAX_NAMED	8

/* Degrees of sharing a file, the highest first */
enum rank {
	BETWEEN_TABLES,
	IN_TABLE,
	OPENED_AGAIN,
	ALONE,
	NR_RANKS
};

static const char *const headings[] = {
	[BETWEEN_TABLES] = "Open file descriptions in several tables: one offset for all of them",
	[IN_TABLE] = "Open file descriptions with several descriptors in one table",
	[OPENED_AGAIN] = "Files that were opened more than once: an offset for each",
	[ALONE] = "Not shared with anything that is shown",
};

static const struct files_descriptor *
holder_of(const struct files *files,
	  const struct files_description *description, __u32 i)
{
	return &files->descriptor[files->holder[description->first + i]];
}

/* Descriptors are in the order of their tables. */
static enum rank rank_description(const struct files *files,
				  const struct files_description *description)
{
	if (description->nr_others ||
	    holder_of(files, description, 0)->table !=
	    holder_of(files, description, description->nr - 1)->table)
		return BETWEEN_TABLES;
	return description->nr > 1 ? IN_TABLE : ALONE;
}

static enum rank rank_file(const struct files *files,
			   const struct files_file *file)
{
	enum rank rank = file->nr > 1 ? OPENED_AGAIN : ALONE, r;
	const __u32 *opened = files->opened + file->first;
	__u32 i;

	for (i = 0; i < file->nr; i++) {
		r = rank_description(files, &files->description[opened[i]]);
		rank = r < rank ? r : rank;
	}
	return rank;
}

static const char *table_letters(const struct files_view *view, __u32 table,
				 char to[TEXT_GROUP])
{
	const struct model_kind *kind = &view->model->kind[TASKSHARE_FILES];

	return text_group(to, kind->obj[table].group);
}

/* The descriptors of a description: "A:0-2,255 B:1" */
static void put_holders(FILE *out, const struct files_view *view,
			const struct files_description *description)
{
	const struct files_descriptor *d = NULL, *last;
	const struct files *files = view->files;
	char letters[TEXT_GROUP];
	__u32 i, from;

	for (i = 0; i < description->nr; i++) {
		last = d;
		d = holder_of(files, description, i);
		if (!last || last->table != d->table)
			fprintf(out, "%s%s:", last ? " " : "",
				table_letters(view, d->table, letters));
		else
			putc(',', out);
		from = d->fd;
		while (i + 1 < description->nr) {
			const struct files_descriptor *next =
				holder_of(files, description, i + 1);

			if (next->table != d->table || next->fd != d->fd + 1)
				break;
			d = next;
			i++;
		}
		fprintf(out, from == d->fd ? "%u" : "%u-%u", from, d->fd);
	}
}

static void put_comm(FILE *out, const struct files_view *view, __u32 pid)
{
	char path[40], comm[32];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	len = procfs_read(path, comm, sizeof(comm));
	if (len <= 1)
		return;
	putc(' ', out);
	text_put(out, comm, len - 1, view->utf8);
}

/* Descriptors of other processes: "; also 815:0-2 sshd" */
static void put_others(FILE *out, const struct files_view *view,
		       const struct files_description *description)
{
	const struct files_other *other =
		view->files->other + description->first_other;
	__u32 i, named = 0, nr = description->nr_others;

	for (i = 0; i < nr; i++) {
		if (i && other[i].pid == other[i - 1].pid) {
			fprintf(out, ",%u", other[i].fd);
		} else {
			if (!view->all && named++ == MAX_NAMED)
				break;
			fprintf(out, "%s %u:%u", i ? "," : "; also",
				other[i].pid, other[i].fd);
		}
		if (i + 1 == nr || other[i + 1].pid != other[i].pid)
			put_comm(out, view, other[i].pid);
	}
	if (i < nr)
		fprintf(out, " and %u more", nr - i);
}

/* References to it, beside the descriptors that were seen */
static void put_refs(FILE *out, const struct files_view *view,
		     const struct files_description *description)
{
	__u32 seen = description->nr + description->nr_others;

	if (description->refs > seen &&
	    !(view->files->others_cut && description->nr_others))
		fprintf(out, "; %u reference%s more", description->refs - seen,
			description->refs - seen == 1 ? "" : "s");
}

static int put_description(const struct files_view *view,
			   const struct files_description *description)
{
	char flags[FLAGS_TEXT], letters[TEXT_GROUP], offset[40] = "no offset";
	char *line = NULL;
	size_t size;
	FILE *out = open_memstream(&line, &size);

	if (!out)
		return -ENOMEM;
	if (files_has_offset(view->files, description))
		snprintf(offset, sizeof(offset), "offset %lld",
			 description->pos);
	fprintf(out, "  %-2s  %-13s %-11s  ", description->unproven ? "?" :
		text_group(letters, description - view->files->description),
		offset, flags_names(flags, description->flags, '|'));
	put_holders(out, view, description);
	put_others(out, view, description);
	put_refs(out, view, description);
	if (fclose(out)) {
		free(line);
		return -ENOMEM;
	}
	text_wrap(view->out, line, WIDTH, 33);
	free(line);
	return 0;
}

static int put_file(const struct files_view *view,
		    const struct files_file *file)
{
	const __u32 *opened = view->files->opened + file->first;
	int err = 0;
	__u32 i;

	if (file->path)
		text_put(view->out, file->path, strlen(file->path),
			 view->utf8);
	else
		fputs("(path not known)", view->out);
	fprintf(view->out, "  (%s, %u:%u inode %llu)\n", file_type(file)->text,
		file->major, file->minor, file->ino);
	for (i = 0; i < file->nr && !err; i++)
		err = put_description(view,
				      &view->files->description[opened[i]]);
	return err;
}

static int put_rank(const struct files_view *view, enum rank rank)
{
	const struct files *files = view->files;
	__u32 i, nr = 0, most = UINT32_MAX;
	int err = 0;

	if (rank == ALONE && !view->all)
		most = MAX_ALONE;
	for (i = 0; i < files->nr_files && !err; i++) {
		if (rank_file(files, &files->file[i]) != rank || nr++ >= most)
			continue;
		if (nr == 1)
			fprintf(view->out, "\n%s:\n", headings[rank]);
		err = put_file(view, &files->file[i]);
	}
	if (nr > most)
		fprintf(view->out, "... and %u more; --all lists them\n",
			nr - most);
	return err;
}

static void put_title(const struct files_view *view)
{
	const struct files *files = view->files;
	char title[DESCRIPTION_TITLE];

	fprintf(view->out, "%s, %u descriptor%s in %u table%s, seen by %s%s%s\n",
		describe_title(title, view->model, view->utf8), files->nr,
		files->nr == 1 ? "" : "s", files->nr_tables,
		files->nr_tables == 1 ? "" : "s", view->source,
		strcmp(view->source, view->engine) ? ", tables by " : "",
		strcmp(view->source, view->engine) ? view->engine : "");
}

static const char *error_text(int err)
{
	switch (err) {
	case -EAGAIN:
		return "was just changing";
	case -ESRCH:
		return "its task is gone";
	case -ENODATA:
		return "not shown to the engine: try --engine=proc";
	case -EACCES:
	case -EPERM:
		return "no permission: become root";
	default:
		return strerror(-err);
	}
}

/* The tasks of a process that hold a table, and are to be named */
static void put_process(FILE *out, const struct files_view *view, __u32 table,
			const struct process *process, bool *any)
{
	const struct model *model = view->model;
	__u32 i, nr = 0, first = 0;
	char comm[TEXT_COMM];

	for (i = process->first; i < process->first + process->nr; i++) {
		if (model->kind[TASKSHARE_FILES].of[i] != table ||
		    view->moved[i])
			continue;
		if (!nr++)
			first = i;
	}
	if (!nr)
		return;
	fprintf(out, "%s%u %s", *any ? ", " : "", model->task[first]->pid,
		text_escape(comm, model->task[first]->comm, view->utf8));
	if (nr > 1)
		fprintf(out, " (%u threads)", nr);
	else if (model->task[first]->pid != process->tgid)
		fprintf(out, " (a thread of %u)", process->tgid);
	*any = true;
}

static int put_table(const struct files_view *view, __u32 table)
{
	const struct files_table *t = &view->files->table[table];
	const struct object *obj =
		&view->model->kind[TASKSHARE_FILES].obj[table];
	char letters[TEXT_GROUP], *line = NULL;
	bool any = false;
	size_t size;
	FILE *out = open_memstream(&line, &size);
	__u32 i;

	if (!out)
		return -ENOMEM;
	fprintf(out, "  %-2s  ", table_letters(view, table, letters));
	for (i = 0; i < view->model->nr_processes; i++)
		put_process(out, view, table, &view->model->process[i], &any);
	if (!any)
		fprintf(out, "%u", t->pid);
	if (obj->refs > obj->nr)
		fprintf(out, "; %u reference%s more than tasks shown",
			obj->refs - obj->nr, obj->refs - obj->nr == 1 ? "" : "s");
	if (t->err)
		fprintf(out, "; descriptors are not known: %s",
			error_text(t->err));
	else if (t->changed)
		fprintf(out, "; %u that changed meanwhile left out",
			t->changed);
	if (t->unreadable)
		fprintf(out, "; %u that cannot be read left out",
			t->unreadable);
	if (fclose(out)) {
		free(line);
		return -ENOMEM;
	}
	text_wrap(view->out, line, WIDTH, 6);
	free(line);
	return 0;
}

/* Names the tasks whose table is not known. */
static void put_unknown(const struct files_view *view)
{
	const struct model *model = view->model;
	__u32 i, unseen = 0, moving = 0;

	for (i = 0; i < model->nr; i++) {
		enum holding holding =
			model_holding(model, i, TASKSHARE_FILES);

		unseen += holding == HOLDS_UNSEEN;
		moving += holding == HOLDS_MOVING ||
			  (holding == HOLDS_OBJECT && view->moved[i]);
	}
	if (unseen)
		fprintf(view->out, "  ?   tables of %u task%s cannot be seen\n",
			unseen, unseen == 1 ? "" : "s");
	if (moving)
		fprintf(view->out, "  ?   tables of %u task%s just changed\n",
			moving, moving == 1 ? "" : "s");
}

/**
 * files_text() - print what is open for people
 * @view: the files
 *
 * Return: 0 or -ENOMEM; the caller has to check @out for errors.
 */
int files_text(const struct files_view *view)
{
	int err = 0;
	__u32 i;
	int rank;

	put_title(view);
	fputs("\nTables of file descriptors, and the tasks that hold them:\n",
	      view->out);
	for (i = 0; i < view->files->nr_tables && !err; i++)
		err = put_table(view, i);
	put_unknown(view);
	for (rank = 0; rank < NR_RANKS && !err; rank++)
		err = put_rank(view, rank);
	if (view->files->nr)
		fputs("\nA letter before an offset is an open file description; A:3 is descriptor 3 of\n"
		      "table A. Descriptors of one description have one offset and one set of flags.\n",
		      view->out);
	return err;
}
