// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which descriptors lead to one open file description, by kcmp(2).
 *
 * Two that lead to different files lead to different descriptions. Those of one
 * file are sorted in the order that kcmp(2) makes up: n log n calls, after which
 * equals stand side by side. Descriptors may be closed meanwhile: a later pass
 * compares each with the first of its description, and the descriptions of a
 * file in their order. A comparison that kcmp(2) does not answer is unknown.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/kcmp.h>

#include "files/kcmp.h"

/* 0: one description, 1: the first one's comes first, 2: last; or an errno */
static int kcmp_file(__u32 pid_a, __u32 fd_a, __u32 pid_b, __u32 fd_b)
{
	long ret = syscall(SYS_kcmp, pid_a, pid_b, KCMP_FILE, fd_a, fd_b);

	return ret < 0 ? -errno : ret;
}

static int compare(const struct file_row *a, const struct file_row *b)
{
	return kcmp_file(a->pid, a->fd, b->pid, b->fd);
}

/* Merges two sorted runs. Errors count as any order: the check finds them. */
static void merge(struct file_row *row, struct file_row *tmp, size_t mid,
		  size_t nr)
{
	size_t a = 0, b = mid, at = 0;

	while (a < mid && b < nr)
		tmp[at++] = compare(&row[a], &row[b]) == 2 ? row[b++] :
							     row[a++];
	while (a < mid)
		tmp[at++] = row[a++];
	while (b < nr)
		tmp[at++] = row[b++];
	memcpy(row, tmp, nr * sizeof(*row));
}

static void sort(struct file_row *row, struct file_row *tmp, size_t nr)
{
	size_t mid = nr / 2;
	int ret;

	if (nr < 2)
		return;
	sort(row, tmp, mid);
	sort(row + mid, tmp, nr - mid);
	ret = compare(&row[mid - 1], &row[mid]);
	if (ret == 0 || ret == 1)
		return;
	merge(row, tmp, mid, nr);
}

static int compare_files(const void *a, const void *b)
{
	const struct file_row *x = a, *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return x->ino < y->ino ? -1 : x->ino > y->ino;
}

/* Numbers the descriptions of one file; returns the last number. */
static __u64 number(struct file_row *row, size_t nr, __u64 last)
{
	size_t i, start = 0;
	int ret;

	for (i = 0; i < nr; i++) {
		/* One alone is known without a call that may be refused. */
		ret = nr == 1 ? 1 : compare(&row[start], &row[i]);
		if (!i && ret >= 0)
			row[i].file = ++last;
		else if (!ret)
			row[i].file = row[start].file;
		else if (ret > 0)
			row[start = i].file = ++last;
	}
	return last;
}

/**
 * files_kcmp() - find out which descriptors lead to one description
 * @rows: the rows; their @inode and @file are set, the latter to 0 if it is not
 *	  known
 *
 * Return: 0 or -ENOMEM.
 */
int files_kcmp(struct file_rows *rows)
{
	struct file_row *row = rows->row, *tmp;
	size_t i, nr, most = 0;
	__u64 last = 0;

	if (!rows->nr)
		return 0;
	qsort(row, rows->nr, sizeof(*row), compare_files);
	for (i = 0; i < rows->nr; i += nr) {
		for (nr = 0; i + nr < rows->nr &&
		     !compare_files(&row[i], &row[i + nr]); nr++)
			row[i + nr].inode = i + 1;
		most = nr > most ? nr : most;
	}
	tmp = malloc(most * sizeof(*tmp));
	if (!tmp)
		return -ENOMEM;
	for (i = 0; i < rows->nr; i += nr) {
		for (nr = 0; i + nr < rows->nr &&
		     row[i + nr].inode == row[i].inode; nr++)
			;
		sort(row + i, tmp, nr);
		last = number(row + i, nr, last);
	}
	free(tmp);
	return 0;
}

static int compare_open(const struct files *files,
			const struct files_descriptor *x,
			const struct files_descriptor *y)
{
	return kcmp_file(files->table[x->table].pid, x->fd,
			 files->table[y->table].pid, y->fd);
}

/* The first descriptor that still leads to a description, or NULL so far */
static const struct files_descriptor *
first_confirmed(const struct files *files,
		const struct files_description *description)
{
	const __u32 *holder = files->holder + description->first;
	__u32 i;

	for (i = 0; i < description->nr; i++)
		if (files->descriptor[holder[i]].confirmed)
			return &files->descriptor[holder[i]];
	return NULL;
}

/**
 * files_kcmp_compare() - compare a descriptor with the first one of its description
 * @descriptor: the descriptor; the first one is the first that is confirmed
 *
 * Return: 0 if they lead to one description now, or if there is no other one;
 * more if they do not; or the negative errno of kcmp(2).
 */
int files_kcmp_compare(const struct files *files,
		       const struct files_descriptor *descriptor)
{
	const struct files_descriptor *other;

	other = first_confirmed(files,
				&files->description[descriptor->description]);
	return other && other != descriptor ?
	       compare_open(files, other, descriptor) : 0;
}

/**
 * files_kcmp_other() - compare a descriptor of another process
 * @description: the description that it led to
 * @other: the descriptor
 *
 * Return: as files_kcmp_compare().
 */
int files_kcmp_other(const struct files *files,
		     const struct files_description *description,
		     const struct files_other *other)
{
	const struct files_descriptor *first;

	first = first_confirmed(files, description);
	return first ? kcmp_file(files->table[first->table].pid, first->fd,
				 other->pid, other->fd) : 0;
}

/* By number, that is in the order of kcmp(2) */
static int compare_numbers(const void *a, const void *b)
{
	const struct files_description *x = *(const void **)a;
	const struct files_description *y = *(const void **)b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* Whether the descriptions of a file are in strict order, so that they differ */
static bool in_order(const struct files *files,
		     struct files_description *const *description, size_t nr)
{
	size_t i;

	for (i = 1; i < nr; i++)
		if (compare_open(files,
				 first_confirmed(files, description[i - 1]),
				 first_confirmed(files, description[i])) != 1)
			return false;
	return true;
}

/**
 * files_kcmp_check() - check that the descriptions of a file differ
 * @files: the files; descriptors are confirmed
 * @file: the file; if its descriptions do not, or that is not known, they are
 *	  unproven
 *
 * Return: 0 or -ENOMEM.
 */
int files_kcmp_check(struct files *files, const struct files_file *file)
{
	struct files_description **description, *d;
	size_t i, nr = 0;

	if (file->nr < 2)
		return 0;
	description = malloc(file->nr * sizeof(*description));
	if (!description)
		return -ENOMEM;
	for (i = 0; i < file->nr; i++) {
		d = &files->description[files->opened[file->first + i]];
		if (first_confirmed(files, d))
			description[nr++] = d;
	}
	qsort(description, nr, sizeof(*description), compare_numbers);
	if (!in_order(files, description, nr))
		for (i = 0; i < nr; i++)
			description[i]->unproven = true;
	free(description);
	return 0;
}
