// SPDX-License-Identifier: GPL-2.0-only
/* Parsers of files of /proc/PID, see proc(5). */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "content/parse.h"

/* The text behind a name at the beginning of a line, or NULL */
static char *value_of(char *text, const char *name)
{
	size_t len = strlen(name);
	char *line;

	for (line = text; line; line = line ? line + 1 : NULL) {
		if (!strncmp(line, name, len) && line[len] == ':')
			return line + len + 1;
		line = strchr(line, '\n');
	}
	return NULL;
}

/* Numbers with white space before each; false unless there are @nr of them */
static bool parse_numbers(const char *s, int base, unsigned int nr,
			  unsigned long long *number)
{
	char *end;

	for (; nr; nr--, s = end) {
		while (*s == ' ' || *s == '\t')
			s++;
		if (!isxdigit((unsigned char)*s))
			return false;
		errno = 0;
		*number++ = strtoull(s, &end, base);
		if (errno || end == s)
			return false;
	}
	return *s == '\n' || *s == ' ' || *s == '\t' || !*s;
}

/* An ID without a number here may be any user's. */
static bool parse_ids(char *text, const char *name, __u32 overflow,
		      __u32 id[4])
{
	unsigned long long number[4];
	const char *s = value_of(text, name);
	int i;

	if (!s || !parse_numbers(s, 10, 4, number))
		return false;
	for (i = 0; i < 4; i++) {
		if (number[i] > UINT32_MAX)
			return false;
		id[i] = number[i] == overflow ? UINT32_MAX : number[i];
	}
	return true;
}

/**
 * parse_groups() - a list of groups
 * @text: numbers with blanks between, up to the end of the line
 * @group: set to them
 * @max: number of groups that fit; the others are only counted
 * @nr: set to the number of groups
 *
 * Return: true, or false if it is not a list of numbers.
 */
bool parse_groups(const char *text, __u32 *group, size_t max, size_t *nr)
{
	unsigned long long number;
	char *end;

	for (*nr = 0;; (*nr)++, text = end) {
		while (*text == ' ' || *text == '\t')
			text++;
		if (!*text || *text == '\n')
			return true;
		if (*text < '0' || *text > '9')
			return false;
		errno = 0;
		number = strtoull(text, &end, 10);
		if (errno || number > UINT32_MAX)
			return false;
		if (*nr < max)
			group[*nr] = number;
	}
}

static bool parse_caps(char *text, __u64 cap[5])
{
	static const char *const name[] = {
		"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb",
	};
	unsigned long long number;
	int i;

	for (i = 0; i < 5; i++) {
		const char *s = value_of(text, name[i]);

		if (!s || !parse_numbers(s, 16, 1, &number))
			return false;
		cap[i] = number;
	}
	return true;
}

static bool parse_one(char *text, const char *name, int base, __u32 *to)
{
	const char *s = value_of(text, name);
	unsigned long long number;

	if (!s || !parse_numbers(s, base, 1, &number) || number > UINT32_MAX)
		return false;
	*to = number;
	return true;
}

/* A group without a number here leaves all of them unknown. */
static bool parse_group_line(struct content_item *item, char *text,
			     __u32 overflow, const char **list)
{
	struct content_groups *groups = &item->groups;
	char *s = value_of(text, "Groups");
	size_t i, nr;
	__u32 all = 0;

	if (!s || !parse_groups(s, groups->group, CONTENT_GROUPS, &nr) ||
	    nr > UINT32_MAX)
		return false;
	groups->nr = nr;
	*list = s + strspn(s, " \t");
	for (i = 0; i < nr && overflow != UINT32_MAX; i++) {
		s += strspn(s, " \t");
		all |= strtoul(s, &s, 10) == overflow;
	}
	if (all) {
		groups->nr = 1;
		groups->group[0] = UINT32_MAX;
	}
	return true;
}

/* The last number of a line, or 0 if there is none */
static __u32 parse_last(char *text, const char *name)
{
	const char *s = value_of(text, name), *end;

	if (!s)
		return 0;
	end = strchrnul(s, '\n');
	while (end > s && isdigit((unsigned char)end[-1]))
		end--;
	return strtoul(end, NULL, 10);
}

/**
 * parse_status() - read the content in a file of proc_pid_status(5)
 * @item: set to it, @known included
 * @text: the file; is changed
 * @overflow: number of users and groups without one here, or UINT32_MAX
 * @groups: set to the list of supplementary groups, in @text
 *
 * Return: true if it has a line about credentials that can be read.
 */
bool parse_status(struct content_item *item, char *text, __u32 overflow,
		  const char **groups)
{
	struct content_row *row = &item->row;

	if (parse_ids(text, "Uid", overflow, row->uid) &&
	    parse_ids(text, "Gid", overflow, row->gid) &&
	    parse_caps(text, row->cap) &&
	    parse_group_line(item, text, overflow, groups))
		row->known |= 1u << TASKSHARE_CRED | CONTENT_GROUPS_SEEN;
	/* The dead have no line of this name. */
	if (parse_one(text, "Umask", 8, &row->umask))
		row->known |= 1u << TASKSHARE_FS;
	if (parse_one(text, "NoNewPrivs", 10, &row->nnp) &&
	    parse_one(text, "Seccomp", 10, &row->seccomp_mode))
		row->known |= CONTENT_SELF;
	row->nspid = parse_last(text, "NSpid");
	if (parse_one(text, "Seccomp_filters", 10, &row->filters))
		row->known |= 1u << TASKSHARE_SECCOMP;
	return row->known & 1u << TASKSHARE_CRED;
}

/**
 * parse_cgroup() - take a line of proc_pid_cgroup(5)
 * @text: the lines; set to what comes behind this one
 * @controllers: set to the controllers of the hierarchy, or its name; the
 *		 unified one has none
 * @controllers_len: set to their length
 * @path: set to the path
 * @path_len: set to its length
 *
 * Return: true, or false if there is no line left that can be read.
 */
bool parse_cgroup(const char **text, const char **controllers,
		  size_t *controllers_len, const char **path, size_t *path_len)
{
	const char *end = strchrnul(*text, '\n');
	const char *first = memchr(*text, ':', end - *text);
	const char *second = first ? memchr(first + 1, ':', end - first - 1) :
				     NULL;

	if (!second)
		return false;
	*controllers = first + 1;
	*controllers_len = second - first - 1;
	*path = second + 1;
	*path_len = end - second - 1;
	*text = end + (*end == '\n');
	return true;
}

/* The flags that the kernel keeps of a task: PF_EXITING of linux/sched.h */
#define EXITING	0x4

/**
 * parse_exiting() - whether a task exits, from a line of proc_pid_stat(5)
 *
 * Return: true if it does, or if there is no line that can be read.
 */
bool parse_exiting(const char *line, size_t len)
{
	const char *s = memrchr(line, ')', len);
	unsigned int flags;

	return !s || sscanf(s, ") %*c %*d %*d %*d %*d %*d %u", &flags) != 1 ||
	       flags & EXITING;
}

/**
 * parse_start() - start time of a task from a line of proc_pid_stat(5)
 * @ticks: set to the start time
 *
 * A name may hold any bytes, also ')'. The time is field 22.
 *
 * Return: true, or false if there is none.
 */
bool parse_start(const char *line, size_t len, __u64 *ticks)
{
	const char *s = memrchr(line, ')', len);
	int field;

	for (field = 2; s && field < 22; field++) {
		s = memchr(s, ' ', line + len - s);
		if (s)
			s++;
	}
	if (!s || s >= line + len || *s < '0' || *s > '9')
		return false;
	*ticks = strtoull(s, NULL, 10);
	return true;
}
