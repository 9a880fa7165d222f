// SPDX-License-Identifier: GPL-2.0-only
/* Words about the inside of an object, in a sentence or a legend, judged */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/kinds.h"
#include "tests/claims/judge.h"
#include "tests/outside.h"
#include "util/array.h"

long nr_contents;
long nr_cgroups;

/* A line of /proc/PID/task/TID/status, or another file there; "" without it */
static void proc_line(int task, const char *name, const char *key, char *to,
		      size_t size)
{
	char path[64], line[4096];
	FILE *in;

	*to = 0;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", world[task].tgid,
		 world[task].pid, name);
	in = fopen(path, "re");
	while (in && fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = 0;
		if (!strncmp(line, key, strlen(key)))
			snprintf(to, size, "%s", line + strlen(key));
	}
	if (in)
		fclose(in);
}

/* "uid 5 (real 0, saved 0)": true if /proc has the same four numbers */
static bool skip_ids(struct claims *c, const char **s, const char *what,
		     const char *key)
{
	static const char *const name[] = { "real ", "", "saved ", "fs " };
	char line[256];
	long id[4], said[4];
	int i;

	proc_line(c->task, "status", key, line, sizeof(line));
	if (!skip(s, what) || !skip_number(s, &said[1]) ||
	    sscanf(line, "%ld %ld %ld %ld", &id[0], &id[1], &id[2], &id[3]) != 4)
		return false;
	said[0] = said[1];
	said[2] = said[1];
	said[3] = said[1];
	if (skip(s, " (")) {
		do {
			for (i = 0; i < 4; i++)
				if (i != 1 && skip(s, name[i]))
					break;
			if (i == 4 || !skip_number(s, &said[i]))
				return false;
		} while (skip(s, ", "));
		if (!skip(s, ")"))
			return false;
	}
	return !memcmp(id, said, sizeof(id));
}

void judge_cred(struct claims *c, const char **s)
{
	unsigned long long eff, said = 0;
	char line[256];
	int len = 0;

	claim(c, skip_ids(c, s, "uid ", "Uid:"), "another user");
	claim(c, skip(s, ", ") && skip_ids(c, s, "gid ", "Gid:"),
	      "another group");
	proc_line(c->task, "status", "CapEff:", line, sizeof(line));
	eff = strtoull(line, NULL, 16);
	if (skip(s, ", groups ") || skip(s, ", 0 groups"))
		*s += strcspn(*s, ",");
	if (skip(s, ", no capabilities")) {
		claim(c, !eff, "it has some");
	} else if (skip(s, ", all capabilities")) {
		claim(c, eff, "it has none");
	} else {
		claim(c, skip(s, ", capabilities ") &&
		      sscanf(*s, "%llx%n", &said, &len) == 1 && said == eff,
		      "others: %llx", eff);
		*s += len;
		if (skip(s, " (permitted "))
			*s += strcspn(*s, ")") + 1;
	}
	if (skip(s, ", label "))
		*s += strcspn(*s, ",;");
}

void judge_path(struct claims *c, const char **s, const char *what,
		const char *name)
{
	char path[64], link[4096], to[8192];
	const char *root;
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s",
		 world[c->task].tgid, world[c->task].pid, name);
	len = readlink(path, link, sizeof(link) - 1);
	link[len < 0 ? 0 : len] = 0;
	/* Root's tasks have left the mount namespace of program and reader. */
	root = is_root ? root_outside() : "";
	if (!strcmp(name, "exe") && !strncmp(link, root, strlen(root)))
		strcpy(to, link + strlen(root));
	else if (is_root)
		from_outside(to, sizeof(to), link);
	else
		strcpy(to, link);
	claim(c, len >= 0 && skip(s, what) && skip(s, to), "%s %s", what, to);
}

void judge_fs(struct claims *c, const char **s)
{
	char line[64];

	judge_path(c, s, "root ", "root");
	judge_path(c, s, ", cwd ", "cwd");
	proc_line(c->task, "status", "Umask:\t", line, sizeof(line));
	claim(c, skip(s, ", umask ") && skip(s, line), "umask %s", line);
}

static void judge_filters(struct claims *c, const char **s)
{
	char line[64];
	long nr;

	proc_line(c->task, "status", "Seccomp_filters:", line, sizeof(line));
	claim(c, skip_number(s, &nr) && nr == atoi(line) &&
	      skip(s, nr == 1 ? " filter" : " filters"), "%s filters", line);
}

static void judge_cgroup(struct claims *c, const char **s)
{
	const char *path = cgroup_text(world[c->task].id[TASKSHARE_CGROUPS]);

	nr_cgroups++;
	claim(c, skip(s, path), "cgroup %s", path);
}

/* "net:[4026532465] of process 812 (web)", which has to be in it, too */
void judge_namespace(struct claims *c, const char **s, int kind)
{
	char path[64], to[64] = "";
	long pid = 0;
	int other;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/ns/%s",
		 world[c->task].tgid, world[c->task].pid, kind_name[kind]);
	claim(c, readlink(path, to, sizeof(to) - 1) > 0 && skip(s, to),
	      "it is %s", to);
	if (skip(s, ", the host's") || skip(s, ", the reader's own") ||
	    skip(s, ", not the reader's"))
		return;
	if (!skip(s, " of process "))
		return;
	other = skip_number(s, &pid) ? find_pid(pid) : -1;
	claim(c, other >= 0 && (pid == world[c->task].tgid ||
				holds_in(c->task, pid, kind)) &&
	      skip(s, " (claims)"), "%ld is not in it", pid);
}

/* Two objects that hold the same: "with the same X as PID, but not ..." */
static void judge_equal(struct claims *c, const char **s, int kind)
{
	static const char *const keys[] = {
		"Uid:", "Gid:", "Groups:", "CapInh:", "CapPrm:", "CapEff:",
		"CapBnd:", "CapAmb:", "Umask:",
	};
	char a[1024], b[1024];
	int other = -1;
	size_t i;
	long pid;

	if (!skip(s, ", with the same "))
		return;
	if (skip(s, kind == TASKSHARE_CRED ?
		 "IDs, groups and capabilities as " :
		 "root, working directory and umask as ") &&
	    skip_number(s, &pid))
		other = find_pid(pid);
	claim(c, other >= 0 && lives_with(c->task, other) &&
	      skip(s, " claims, but not the same object") &&
	      !same(c->task, other, kind), "with whom?");
	for (i = 0; other >= 0 && i < ARRAY_SIZE(keys); i++) {
		if ((kind == TASKSHARE_CRED) == !strcmp(keys[i], "Umask:"))
			continue;
		proc_line(c->task, "status", keys[i], a, sizeof(a));
		proc_line(other, "status", keys[i], b, sizeof(b));
		claim(c, !strcmp(a, b), "%s%s and%s", keys[i], a, b);
	}
}

/* "KIND: what is in it" */
bool judge_content(struct claims *c, const char **s)
{
	const char *at = *s;
	__u32 mask = parse_kinds(&at);
	int kind;

	if (!mask || mask & (mask - 1) || !skip(&at, ": "))
		return false;
	kind = __builtin_ctz(mask);
	*s = at;
	nr_contents++;
	if (kind == TASKSHARE_CRED)
		judge_cred(c, s);
	else if (kind == TASKSHARE_FS)
		judge_fs(c, s);
	else if (kind == TASKSHARE_SECCOMP)
		judge_filters(c, s);
	else if (kind == TASKSHARE_CGROUPS)
		judge_cgroup(c, s);
	else
		judge_namespace(c, s, kind);
	judge_equal(c, s, kind);
	return true;
}
