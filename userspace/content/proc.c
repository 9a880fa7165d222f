// SPDX-License-Identifier: GPL-2.0-only
/*
 * Content of one task by its directory in /proc.
 *
 * The directory is opened once: what is read through it later is of the task
 * that it was opened for or fails, even if its number has become another one's.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/nsfs.h>

#include "content/parse.h"
#include "content/proc.h"
#include "record/kinds.h"
#include "util/procfs.h"

/* Of a process, the kernel would add up the times of all threads. */
#define STAT_NAME	32

static const char *stat_of(const struct taskshare_record *rec,
			   char name[STAT_NAME])
{
	if (rec->pid != rec->tgid)
		return "stat";
	snprintf(name, STAT_NAME, "task/%u/stat", rec->pid);
	return name;
}

/**
 * proc_is_exiting() - ask whether a task exits
 * @rec: the task
 * @dir: its directory
 *
 * Return: whether it does, also if that cannot be read.
 */
bool proc_is_exiting(const struct taskshare_record *rec, int dir)
{
	char name[STAT_NAME], line[1024];
	ssize_t n = procfs_read_at(dir, stat_of(rec, name), line, sizeof(line));

	return n <= 0 || parse_exiting(line, n);
}

static bool started_then(const struct content_source *source, int dir,
			 const struct taskshare_record *rec)
{
	const __u64 tick = 1000000000ull / sysconf(_SC_CLK_TCK);
	char name[STAT_NAME], line[1024];
	__u64 ticks;
	ssize_t n = procfs_read_at(dir, stat_of(rec, name), line, sizeof(line));

	return n > 0 && parse_start(line, n, &ticks) &&
	       ticks == (rec->start_ns + source->boot_offset_ns) / tick;
}

/**
 * proc_task_open() - open the directory of a task
 * @rec: the task
 * @check: whether to make sure that it is this task and not a later one of the
 *	   same number: a caller that sees it later with this start time need not
 *
 * Return: a descriptor of it, or -1 if the task is not there.
 */
int proc_task_open(const struct content_source *source,
		   const struct taskshare_record *rec, bool check)
{
	char path[48];
	int dir;

	/* The shorter one takes half the time. */
	if (rec->pid == rec->tgid)
		snprintf(path, sizeof(path), "/proc/%u", rec->pid);
	else
		snprintf(path, sizeof(path), "/proc/%u/task/%u", rec->tgid,
			 rec->pid);
	dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || !check || started_then(source, dir, rec))
		return dir;
	close(dir);
	return -1;
}

/* "net:[4026531840]": the number, or 0 */
static __u32 link_number(int dir, const char *name)
{
	char text[64], *at;
	ssize_t n = readlinkat(dir, name, text, sizeof(text) - 1);

	if (n < 0)
		return 0;
	text[n] = 0;
	at = strchr(text, '[');
	return at ? strtoul(at + 1, NULL, 10) : 0;
}

/**
 * proc_namespaces() - inode numbers of namespaces
 * @path: the task's directory of them
 * @inum: set to the numbers, 0 for those that are not known
 */
void proc_namespaces(const char *path, __u32 inum[CONTENT_NR_NS])
{
	int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int i;

	for (i = 0; i < CONTENT_NR_NS; i++)
		inum[i] = dir < 0 ? 0 :
			  link_number(dir, kind_name[TASKSHARE_UTS + i]);
	if (dir >= 0)
		close(dir);
}

static void read_namespaces(int dir, struct content_row *row)
{
	char name[40];
	int i;

	for (i = 0; i < CONTENT_NR_NS; i++) {
		snprintf(name, sizeof(name), "ns/%s",
			 kind_name[TASKSHARE_UTS + i]);
		row->ns[i].inum = link_number(dir, name);
		if (row->ns[i].inum)
			row->known |= 1u << (TASKSHARE_UTS + i);
	}
}

static void read_status(const struct content_source *source, int dir,
			struct content_item *item, char **groups)
{
	char *text = procfs_read_all_at(dir, "status");
	const char *list;

	*groups = NULL;
	if (text && parse_status(item, text, source->overflow, &list) &&
	    item->groups.nr > CONTENT_GROUPS)
		*groups = strndup(list, strcspn(list, "\n"));
	free(text);
}

/**
 * proc_read_numbers() - read what is numbers
 * @dir: the task's directory
 * @item: set to them; what cannot be read stays unknown
 * @groups: set to the list of supplementary groups if there are too many for
 *	    @item, to be freed, or NULL
 */
void proc_read_numbers(const struct content_source *source, int dir,
		       struct content_item *item, char **groups)
{
	read_status(source, dir, item, groups);
	read_namespaces(dir, &item->row);
}

/* A task that has none and one that is gone look alike, but for its state. */
static char *read_link(int dir, const char *name, bool *none)
{
	char text[PATH_MAX], state[2];
	ssize_t n = readlinkat(dir, name, text, sizeof(text));

	*none = n < 0 && errno == ENOENT &&
		procfs_read_at(dir, "stat", state, sizeof(state)) > 0;
	/* A link that fills the buffer may be longer. */
	return n < 0 || n == sizeof(text) ? NULL : strndup(text, n);
}

/* Without a security module that labels tasks there is none. */
static char *read_label(const struct content_source *source, int dir,
			bool *none)
{
	char *text;

	*none = !source->labels;
	if (*none)
		return NULL;
	text = procfs_read_all_at(dir, "attr/current");
	if (text)
		text[strcspn(text, "\n")] = 0;
	if (text && !*text) {
		*none = true;
		free(text);
		text = NULL;
	}
	return text;
}

static char *read_groups(const struct content_source *source, int dir)
{
	struct content_item item = { 0 };
	char *list;

	read_status(source, dir, &item, &list);
	return list;
}

/**
 * proc_read_text() - read a text
 * @dir: the task's directory
 * @which: the text
 * @none: set to whether there is none, rather than one that cannot be read
 *
 * Return: the text, to be freed, or NULL.
 */
char *proc_read_text(const struct content_source *source, int dir,
		     enum content_text which, bool *none)
{
	*none = false;
	switch (which) {
	case CONTENT_EXE:
		return read_link(dir, "exe", none);
	case CONTENT_ROOT:
		return read_link(dir, "root", none);
	case CONTENT_CWD:
		return read_link(dir, "cwd", none);
	case CONTENT_GROUP_LIST:
		return read_groups(source, dir);
	case CONTENT_LABEL:
		return read_label(source, dir, none);
	case CONTENT_CGROUP:
		return procfs_read_all_at(dir, "cgroup");
	case CONTENT_NR_TEXTS:
		break;
	}
	return NULL;
}

/**
 * proc_find_cgroup2() - find the unified hierarchy of cgroups
 *
 * Paths in /proc begin at the root of the reader's cgroup namespace, so only a
 * mount of that root is of use.
 *
 * Return: a descriptor of its root, or -1.
 */
int proc_find_cgroup2(void)
{
	char *line = NULL, *dash, *root, *dir, *rest;
	size_t size = 0;
	FILE *f = fopen("/proc/self/mountinfo", "re");
	int fd = -1, i;

	while (f && fd < 0 && getline(&line, &size, f) > 0) {
		dash = strstr(line, " - ");
		if (!dash || strncmp(dash, " - cgroup2 ", 11))
			continue;
		rest = line;
		for (i = 0; i < 3; i++)
			strsep(&rest, " ");
		root = strsep(&rest, " ");
		dir = strsep(&rest, " ");
		if (dir && !strcmp(root, "/"))
			fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	free(line);
	if (f)
		fclose(f);
	return fd;
}

/**
 * proc_cgroup_id() - id of a cgroup in the unified hierarchy
 * @cgroup2: root of that hierarchy
 * @lines: the task's cgroups, as proc_pid_cgroup(5) has them
 *
 * Return: the id, or 0 if it cannot be known.
 */
__u64 proc_cgroup_id(int cgroup2, const char *lines)
{
	const char *controllers, *path;
	size_t controllers_len, len;
	char name[PATH_MAX];
	struct stat st;

	while (parse_cgroup(&lines, &controllers, &controllers_len, &path,
			    &len)) {
		if (controllers_len || !len || len >= sizeof(name) - 1)
			continue;
		/* Without the slash, it is below the root; that is ".". */
		snprintf(name, sizeof(name), ".%.*s", (int)len, path);
		if (fstatat(cgroup2, name, &st, AT_SYMLINK_NOFOLLOW))
			return 0;
		return st.st_ino;
	}
	return 0;
}
