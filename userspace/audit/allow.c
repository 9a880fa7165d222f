// SPDX-License-Identifier: GPL-2.0-only
/*
 * Findings that are allowed: by the rule, the path of the program and, if one
 * is given, the cgroup. A name is nothing to go by, since every process chooses
 * its own.
 *
 * A line that cannot be used is reported and left out: more is reported then,
 * never less.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/allow.h"

/* The machine's allowlist, beside that of the user */
#define SYSTEM_DIR	"/etc/taskshare/audit.d"

static int add(struct allowlist *list, const struct allow *allow,
	       struct error *error)
{
	struct allow *more;

	more = realloc(list->allow, (list->nr + 1) * sizeof(*more));
	if (!more)
		return error_set(error, -ENOMEM, "no memory");
	list->allow = more;
	more += list->nr++;
	*more = *allow;
	more->exe = strdup(allow->exe);
	more->cgroup = allow->cgroup ? strdup(allow->cgroup) : NULL;
	if (!more->exe || (allow->cgroup && !more->cgroup))
		return error_set(error, -ENOMEM, "no memory");
	return 0;
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	       c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \xNN, as paths are printed, is a byte. Other backslashes are for fnmatch(3). */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] == 'x' && hex(s[2]) >= 0 &&
		    hex(s[3]) >= 0) {
			*to++ = hex(s[2]) << 4 | hex(s[3]);
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = 0;
}

/* Returns what is wrong with the line, or NULL; empty ones leave @allow empty. */
static const char *parse_line(char *line, struct allow *allow)
{
	char *word[4] = { NULL };
	int nr = 0;
	char *at;

	*allow = (struct allow){ 0 };
	line[strcspn(line, "#\n")] = 0;
	while (nr < 4 && (at = strsep(&line, " \t")))
		if (*at)
			word[nr++] = at;
	if (!nr)
		return NULL;
	if (nr < 2 || nr > 3)
		return "a line is RULE EXECUTABLE [CGROUP]";
	allow->rule = rule_find(word[0]);
	if (!allow->rule)
		return "no such rule: see taskshare audit --list-rules";
	if (*word[1] != '/' || (word[2] && *word[2] != '/'))
		return "paths begin with a slash";
	unescape(word[1]);
	if (word[2])
		unescape(word[2]);
	allow->exe = word[1];
	allow->cgroup = word[2];
	return NULL;
}

static int read_lines(struct allowlist *list, FILE *f, const char *path,
		      struct error *error)
{
	struct allow allow;
	char *line = NULL;
	size_t size = 0;
	unsigned int nr = 0;
	const char *wrong;
	int ret = 0;

	while (!ret && getline(&line, &size, f) > 0) {
		nr++;
		wrong = parse_line(line, &allow);
		if (wrong) {
			warnx("%s:%u: %s", path, nr, wrong);
			list->errors++;
		} else if (allow.rule) {
			ret = add(list, &allow, error);
		}
	}
	free(line);
	return ret;
}

/* A user who can write to a file could hide findings about their own tasks. */
static bool is_trusted(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode) &&
	       (!st.st_uid || st.st_uid == geteuid()) &&
	       !(st.st_mode & 0022);
}

static int read_file(struct allowlist *list, const char *path,
		     struct error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), ret;
	FILE *f;

	if (fd < 0 || !is_trusted(fd)) {
		if (fd < 0)
			warn("%s", path);
		else
			warnx("%s: not used: let it belong to root or you, and only its owner write to it",
			      path);
		list->errors++;
		if (fd >= 0)
			close(fd);
		return 0;
	}
	f = fdopen(fd, "r");
	if (!f) {
		close(fd);
		return error_set(error, -ENOMEM, "no memory");
	}
	ret = read_lines(list, f, path, error);
	fclose(f);
	return ret;
}

static int is_conf(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return *entry->d_name != '.' && len > 5 &&
	       !strcmp(entry->d_name + len - 5, ".conf");
}

static int read_dir(struct allowlist *list, const char *dir,
		    struct error *error)
{
	struct dirent **entry;
	char path[PATH_MAX];
	int nr = scandir(dir, &entry, is_conf, alphasort), i, err = 0;

	if (nr < 0 && errno == ENOMEM)
		return error_set(error, -ENOMEM, "no memory");
	if (nr < 0 && errno != ENOENT && errno != ENOTDIR) {
		warn("%s", dir);
		list->errors++;
	}
	for (i = 0; i < nr; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, entry[i]->d_name);
		err = err ?: read_file(list, path, error);
		free(entry[i]);
	}
	if (nr >= 0)
		free(entry);
	return err;
}

/**
 * allowlist_read() - read what is allowed
 * @list: set to it; for allowlist_free() in any case
 * @error: says what is wrong
 *
 * Return: 0 or -ENOMEM.
 */
int allowlist_read(struct allowlist *list, struct error *error)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	char dir[PATH_MAX] = "";
	int err;

	*list = (struct allowlist){ 0 };
	err = read_dir(list, SYSTEM_DIR, error);
	if (err)
		return err;
	/* A relative path counts as none (XDG Base Directory Specification). */
	if (config && *config == '/')
		snprintf(dir, sizeof(dir), "%s/taskshare/audit.d", config);
	else if (home && *home == '/')
		snprintf(dir, sizeof(dir), "%s/.config/taskshare/audit.d",
			 home);
	return *dir ? read_dir(list, dir, error) : 0;
}

/* A pattern for a cgroup is also one for those below. */
static bool matches(const struct allow *allow, const struct finding *finding)
{
	const struct party *party = &finding->party[0];

	if (allow->rule != finding->rule || !party->exe ||
	    fnmatch(allow->exe, party->exe, FNM_PATHNAME))
		return false;
	if (!allow->cgroup)
		return party->same_exe;
	return party->cgroup && !fnmatch(allow->cgroup, party->cgroup,
					 FNM_PATHNAME | FNM_LEADING_DIR);
}

/**
 * allowlist_has() - look a finding up
 * @list: the allowlist
 * @finding: the finding, its parties described
 *
 * Return: true if so.
 */
bool allowlist_has(const struct allowlist *list, const struct finding *finding)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (matches(&list->allow[i], finding))
			return true;
	return false;
}

/**
 * allowlist_free() - free a list
 */
void allowlist_free(struct allowlist *list)
{
	size_t i;

	for (i = 0; i < list->nr; i++) {
		free(list->allow[i].exe);
		free(list->allow[i].cgroup);
	}
	free(list->allow);
	*list = (struct allowlist){ 0 };
}
