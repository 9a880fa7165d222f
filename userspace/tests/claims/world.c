// SPDX-License-Identifier: GPL-2.0-only
/* The tasks of the world, by construction, kcmp(2) and /proc */
#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/kcmp.h>

#include "tests/claims/world.h"

struct member world[MAX_WORLD];
int nr_world;
static unsigned int nr_ids;

void renew(int task, int kind)
{
	world[task].id[kind] = ++nr_ids;
}

/*
 * Construction, of the kinds for which kcmp(2) and /proc cannot be asked or
 * call two NULL pointers equal.
 */
void born(int task, int pid, int creator, __u64 flags)
{
	struct member *m = &world[task], *c = &world[creator];

	*m = (struct member){
		.pid = pid, .tgid = flags & CLONE_THREAD ? c->tgid : pid,
		.vfork = flags & CLONE_VFORK,
		.sibling = flags & CLONE_PARENT, .creator = creator,
	};
	memcpy(m->id, c->id, sizeof(m->id));
	if (!(flags & CLONE_THREAD))
		renew(task, TASKSHARE_CRED);
	if (flags & CLONE_SYSVSEM) {
		if (!c->id[TASKSHARE_SEMUNDO])
			renew(creator, TASKSHARE_SEMUNDO);
		m->id[TASKSHARE_SEMUNDO] = c->id[TASKSHARE_SEMUNDO];
	} else {
		m->id[TASKSHARE_SEMUNDO] = 0;
	}
	/* Without CLONE_IO a context with a priority is copied (copy_io()). */
	if (c->id[TASKSHARE_IO] && !(flags & CLONE_IO))
		renew(task, TASKSHARE_IO);
}

static int kcmp_type(int kind)
{
	switch (kind) {
	case TASKSHARE_MM:
		return KCMP_VM;
	case TASKSHARE_FILES:
		return KCMP_FILES;
	case TASKSHARE_FS:
		return KCMP_FS;
	case TASKSHARE_SIGHAND:
		return KCMP_SIGHAND;
	default:
		return -1;
	}
}

bool has(int task, int kind)
{
	/* Until it is reaped: see release_task() and cgroup_free(). */
	if (world[task].dead)
		return (BIT(SIGNAL) | BIT(SIGHAND) | BIT(CRED) |
			BIT(CGROUPS)) & 1u << kind;
	switch (kind) {
	case TASKSHARE_IO:
	case TASKSHARE_SEMUNDO:
	case TASKSHARE_SECCOMP:
		return world[task].id[kind];
	case TASKSHARE_TIME:
	case TASKSHARE_TIME_FOR_CHILDREN:
		return *home[kind];
	default:
		return true;
	}
}

static bool same_namespace(pid_t a, pid_t b, int kind)
{
	char path[64], x[64] = "", y[64] = "";

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", a, kind_name[kind]);
	if (readlink(path, x, sizeof(x) - 1) < 0)
		err(1, "%s", path);
	snprintf(path, sizeof(path), "/proc/%d/ns/%s", b, kind_name[kind]);
	if (readlink(path, y, sizeof(y) - 1) < 0)
		err(1, "%s", path);
	return !strcmp(x, y);
}

/* Returns true if two tasks hold the same object. */
static bool ask_same(int i, int j, int kind)
{
	long ret;

	switch (kind) {
	case TASKSHARE_SIGNAL:
		return world[i].tgid == world[j].tgid;
	case TASKSHARE_IO:
	case TASKSHARE_SEMUNDO:
	case TASKSHARE_SECCOMP:
	case TASKSHARE_CRED:
	case TASKSHARE_CGROUPS:
	case TASKSHARE_NSPROXY:
		return world[i].id[kind] == world[j].id[kind];
	case TASKSHARE_USER:
	case TASKSHARE_PID:
	case TASKSHARE_PID_FOR_CHILDREN:
	case TASKSHARE_TIME:
	case TASKSHARE_TIME_FOR_CHILDREN:
		return true;
	case TASKSHARE_MM:
	case TASKSHARE_FILES:
	case TASKSHARE_FS:
	case TASKSHARE_SIGHAND:
		ret = syscall(SYS_kcmp, world[i].pid, world[j].pid,
			      kcmp_type(kind), 0, 0);
		if (ret < 0)
			err(1, "kcmp");
		return !ret;
	default:
		return same_namespace(world[i].pid, world[j].pid, kind);
	}
}

/* The answers, asked for once for each set of processes */
static bool answer[TASKSHARE_NR_KINDS][MAX_WORLD][MAX_WORLD];

void ask_all(void)
{
	int i, j, k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		for (i = 0; i < nr_world; i++)
			for (j = 0; j < nr_world; j++)
				answer[k][i][j] = has(i, k) && has(j, k) &&
					(i == j || ask_same(i, j, k));
}

bool same(int i, int j, int kind)
{
	return answer[kind][i][j];
}

int find_pid(long pid)
{
	int i;

	for (i = 0; i < nr_world; i++)
		if (world[i].pid == pid)
			return i;
	return -1;
}

bool lives_with(int i, int j)
{
	return i != j && world[i].tgid == world[j].tgid && !world[j].dead;
}

int leader_of(int task)
{
	return find_pid(world[task].tgid);
}

/* Number of tasks of a process, and of those that hold what a task does */
int count_process(pid_t tgid, int with, int kind)
{
	int i, nr = 0;

	for (i = 0; i < nr_world; i++)
		nr += world[i].tgid == tgid &&
		      (with < 0 || (i != with && same(with, i, kind)));
	return nr;
}

bool holds_in(int task, pid_t tgid, int kind)
{
	int i;

	for (i = 0; i < nr_world; i++)
		if (i != task && world[i].tgid == tgid && same(task, i, kind))
			return true;
	return false;
}
