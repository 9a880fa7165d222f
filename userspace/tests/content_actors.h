/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tasks with content that they know: each takes on users, groups, capabilities,
 * namespaces, directories, filters or a cgroup, and says by system calls what it
 * has.
 */
#ifndef TESTS_CONTENT_ACTORS_H
#define TESTS_CONTENT_ACTORS_H

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/types.h>

#include "../../selftests/lib/raw.h"
#include "cgroup2.h"
#include "outside.h"

#define MAX_GROUPS	100

/*
 * struct facts - a task's own account
 * @ready: it has said all
 * @failed: errno of the call that was not allowed, or 0
 * @tid: the task; its creator sets it if it has no number yet
 * @nspid: its own number, as it sees it
 * @waiter: the task that waits for it in vfork(2), or 0
 * @cgroup: path of its cgroup, if it is in one of its own
 * @cgroup_id: id of that
 */
struct facts {
	int ready;
	int failed;
	pid_t tid;
	pid_t nspid;
	pid_t waiter;
	char cgroup[64];
	ino_t cgroup_id;
	__u32 uid[4];
	__u32 gid[4];
	int nr_groups;
	gid_t group[MAX_GROUPS];
	__u64 cap[5];
	__u32 securebits;
	mode_t umask;
	int nnp;
	int seccomp_mode;
	int filters;
	ino_t ns[CONTENT_NR_NS];
	char cwd[4200];
	char root[256];
};

struct actor {
	const char *name;
	/* Makes the task what it has to be; returns 0 or -errno. */
	int (*become)(struct facts *facts);
	int clone_flags;
	bool thread;
	/* Made by vfork(2) of a thread */
	bool vfork;
	/* Values that the task cannot know: it sees other numbers or paths. */
	void (*correct)(struct facts *facts);
};

/* Filters that are in force for all programs here, as in many containers */
static int filters_here;

/* Shared with all actors */
static struct facts *shared;
static char directory[64];
static int proc_dir;

static __u64 caps_of(int (*has)(int cap))
{
	__u64 set = 0;
	int cap;

	for (cap = 0; cap < 64; cap++)
		if (has(cap) == 1)
			set |= 1ull << cap;
	return set;
}

static int in_bounding(int cap)
{
	return prctl(PR_CAPBSET_READ, cap, 0, 0, 0);
}

static int in_ambient(int cap)
{
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0);
}

static void say_cred(struct facts *facts)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	getresuid(&facts->uid[0], &facts->uid[1], &facts->uid[2]);
	facts->uid[3] = setfsuid(-1);
	getresgid(&facts->gid[0], &facts->gid[1], &facts->gid[2]);
	facts->gid[3] = setfsgid(-1);
	facts->nr_groups = getgroups(MAX_GROUPS, facts->group);
	syscall(SYS_capget, &header, data);
	facts->cap[0] = data[0].inheritable | (__u64)data[1].inheritable << 32;
	facts->cap[1] = data[0].permitted | (__u64)data[1].permitted << 32;
	facts->cap[2] = data[0].effective | (__u64)data[1].effective << 32;
	facts->cap[3] = caps_of(in_bounding);
	facts->cap[4] = caps_of(in_ambient);
	facts->securebits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
}

static int count_filters(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	int nr = 0;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "Seccomp_filters: %d", &nr) == 1)
			break;
	if (f)
		fclose(f);
	return nr;
}

static void say_all(struct facts *facts)
{
	struct stat st;
	char path[64];
	int i;

	say_cred(facts);
	facts->nspid = syscall(SYS_gettid);
	facts->umask = umask(0);
	umask(facts->umask);
	facts->nnp = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	facts->seccomp_mode = prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
	for (i = 0; i < CONTENT_NR_NS; i++) {
		sprintf(path, "thread-self/ns/%s",
			kind_name[TASKSHARE_UTS + i]);
		facts->ns[i] = fstatat(proc_dir, path, &st, 0) ? 0 : st.st_ino;
	}
	if (!*facts->root) {
		strcpy(facts->root, "/");
		if (syscall(SYS_getcwd, facts->cwd, sizeof(facts->cwd)) < 0)
			strcpy(facts->cwd, "unknown");
	}
}

static int result(int ret)
{
	return ret < 0 ? -errno : 0;
}

static int become_nothing(struct facts *facts)
{
	(void)facts;
	return 0;
}

/* The calls of this thread alone, not those that libc makes of them */
static int become_users(struct facts *facts)
{
	(void)facts;
	return result(syscall(SYS_setresgid, 2001, 2002, 2003)) ?:
	       result(syscall(SYS_setresuid, 1001, 1002, 1003));
}

static int become_fs_user(struct facts *facts)
{
	(void)facts;
	setfsgid(2004);
	setfsuid(1004);
	return setfsuid(-1) == 1004 ? 0 : -EPERM;
}

static int groups(int nr)
{
	gid_t group[MAX_GROUPS];
	int i;

	for (i = 0; i < nr; i++)
		group[i] = 5000 + 3 * i;
	return result(syscall(SYS_setgroups, nr, group));
}

static int become_3_groups(struct facts *facts)
{
	(void)facts;
	return groups(3);
}

static int become_32_groups(struct facts *facts)
{
	(void)facts;
	return groups(32);
}

static int become_33_groups(struct facts *facts)
{
	(void)facts;
	return groups(33);
}

static int become_100_groups(struct facts *facts)
{
	(void)facts;
	return groups(100);
}

static int become_capable(struct facts *facts)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	/* CHOWN, DAC_OVERRIDE, and 34, SYSLOG; not all of them in force */
	struct __user_cap_data_struct data[2] = {
		{ .effective = 1, .permitted = 3, .inheritable = 2 },
		{ .effective = 0, .permitted = 4, .inheritable = 4 },
	};

	(void)facts;
	return result(prctl(PR_CAPBSET_DROP, CAP_NET_RAW, 0, 0, 0)) ?:
	       result(prctl(PR_SET_SECUREBITS, 0x11, 0, 0, 0)) ?:
	       result(syscall(SYS_capset, &header, data)) ?:
	       result(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 34, 0, 0));
}

static int become_time(struct facts *facts)
{
	(void)facts;
	return result(unshare(0x80));
}

static int become_masked(struct facts *facts)
{
	(void)facts;
	umask(0137);
	return 0;
}

static int make_and_enter(const char *name)
{
	if (mkdir(name, 0755) && errno != EEXIST)
		return -errno;
	return result(chdir(name));
}

/* Names that a terminal would obey, and one that is no UTF-8 */
static int become_elsewhere(struct facts *facts)
{
	static const char name[] = "a\033[31m\nb\xff c\\";

	(void)facts;
	return result(chdir(directory)) ?: make_and_enter(name);
}

/* The kernel cannot write a path as long as that. */
static int become_deep(struct facts *facts)
{
	char name[251];
	int i, err = result(chdir(directory));

	(void)facts;
	memset(name, 'x', 250);
	name[250] = 0;
	for (i = 0; i < 17 && !err; i++)
		err = make_and_enter(name);
	return err;
}

static int become_root(struct facts *facts)
{
	int err = result(chdir(directory)) ?: make_and_enter("root") ?:
		  make_and_enter("in") ?: result(chroot("..")) ?:
		  result(chdir("/in"));

	sprintf(facts->root, "%s/root", directory);
	sprintf(facts->cwd, "%s/root/in", directory);
	return err;
}

static int filters(struct facts *facts, int nr)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K,
					    SECCOMP_RET_ALLOW);
	struct sock_fprog prog = { .len = 1, .filter = &allow };
	int err = result(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));

	facts->filters = nr;
	while (!err && nr--)
		err = result(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog,
				   0, 0));
	return err;
}

static int become_1_filter(struct facts *facts)
{
	return filters(facts, 1);
}

static int become_3_filters(struct facts *facts)
{
	return filters(facts, 3);
}

static int become_own_fs(struct facts *facts)
{
	return result(unshare(CLONE_FS)) ?: become_root(facts);
}

static int become_own_uts(struct facts *facts)
{
	(void)facts;
	return result(unshare(CLONE_NEWUTS));
}

/* The same namespaces as before, in a set of its own */
static int become_returned(struct facts *facts)
{
	int home = openat(proc_dir, "thread-self/ns/uts", O_RDONLY);
	int err = result(home) ?: result(unshare(CLONE_NEWUTS)) ?:
		  result(setns(home, CLONE_NEWUTS));

	(void)facts;
	close(home);
	return err;
}

static int become_member(struct facts *facts)
{
	char line[512], *dir = find_cgroup2(line, sizeof(line));
	char path[600];
	struct stat st;
	int fd, err;

	/* Not by its PID, which others may have in another PID namespace */
	snprintf(path, sizeof(path), "%s/taskshare-test-XXXXXX",
		 dir ?: "/nowhere");
	if (!mkdtemp(path) || stat(path, &st))
		return -EPERM;
	snprintf(facts->cgroup, sizeof(facts->cgroup), "%s",
		 strrchr(path, '/'));
	facts->cgroup_id = st.st_ino;
	strcat(path, "/cgroup.procs");
	fd = open(path, O_WRONLY);
	err = result(write(fd, "0", 1));
	close(fd);
	return err;
}

static void remove_cgroup(const struct facts *facts)
{
	char line[512], *dir = find_cgroup2(line, sizeof(line));
	char path[600];
	int tries = 60000;

	if (!facts->cgroup_id)
		return;
	/* It takes a moment until the task that was in it has left. */
	snprintf(path, sizeof(path), "%s%s", dir, facts->cgroup);
	while (rmdir(path) && errno == EBUSY && tries--)
		usleep(1000);
}

static void correct_mnt(struct facts *facts)
{
	char path[sizeof(facts->cwd)];

	from_outside(facts->root, sizeof(facts->root), "/");
	strcpy(path, facts->cwd);
	from_outside(facts->cwd, sizeof(facts->cwd), path);
}

/* Inside, no user has a number yet; outside, it is the creator's. */
static void correct_user(struct facts *facts)
{
	memcpy(facts->uid, shared[0].uid, sizeof(facts->uid));
	memcpy(facts->gid, shared[0].gid, sizeof(facts->gid));
	facts->nr_groups = shared[0].nr_groups;
	memcpy(facts->group, shared[0].group, sizeof(facts->group));
}

static const struct actor actors[] = {
	{ .name = "as it was born", .become = become_nothing },
	{ .name = "users and groups", .become = become_users },
	{ .name = "users and groups of a thread",
	  .become = become_users, .thread = true },
	{ .name = "user and group for files", .become = become_fs_user },
	{ .name = "3 groups", .become = become_3_groups },
	{ .name = "as many groups as are read at once",
	  .become = become_32_groups },
	{ .name = "one group more", .become = become_33_groups },
	{ .name = "100 groups", .become = become_100_groups, .thread = true },
	{ .name = "capabilities", .become = become_capable },
	{ .name = "uts", .become = become_nothing, .clone_flags = CLONE_NEWUTS },
	{ .name = "uts, and back", .become = become_returned, .thread = true },
	{ .name = "uts of a thread", .become = become_own_uts, .thread = true },
	{ .name = "ipc", .become = become_nothing, .clone_flags = CLONE_NEWIPC },
	{ .name = "mnt",
	  .become = become_nothing, .clone_flags = CLONE_NEWNS, .correct = correct_mnt },
	{ .name = "net", .become = become_nothing, .clone_flags = CLONE_NEWNET },
	{ .name = "pid", .become = become_nothing, .clone_flags = CLONE_NEWPID },
	{ .name = "cgroup",
	  .become = become_nothing, .clone_flags = CLONE_NEWCGROUP },
	{ .name = "time for children", .become = become_time },
	{ .name = "user",
	  .become = become_nothing, .clone_flags = CLONE_NEWUSER, .correct = correct_user },
	{ .name = "umask", .become = become_masked },
	{ .name = "a hostile directory", .become = become_elsewhere },
	{ .name = "a directory too deep", .become = become_deep },
	{ .name = "another root", .become = become_root },
	{ .name = "another root of a thread",
	  .become = become_own_fs, .thread = true },
	{ .name = "a cgroup", .become = become_member },
	{ .name = "vfork", .become = become_nothing, .vfork = true },
	{ .name = "one filter", .become = become_1_filter },
	{ .name = "three filters", .become = become_3_filters },
	{ .name = "three filters of a thread",
	  .become = become_3_filters, .thread = true },
};

#define NR_ACTORS	(sizeof(actors) / sizeof(*actors))

static void act(const struct actor *actor, struct facts *facts)
{
	facts->failed = -actor->become(facts);
	if (!facts->failed)
		say_all(facts);
	__atomic_store_n(&facts->ready, 1, __ATOMIC_RELEASE);
	for (;;)
		pause();
}

static void *act_thread(void *number)
{
	const struct actor *actor = &actors[(size_t)number];
	struct facts *facts = &shared[(size_t)number];

	if (actor->vfork) {
		facts->waiter = syscall(SYS_gettid);
		if (raw_fork(SIGCHLD | CLONE_VFORK))
			pause();
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	}
	facts->tid = syscall(SYS_gettid);
	act(actor, facts);
	return NULL;
}

static pid_t start(size_t i)
{
	pthread_t thread;
	pid_t pid;

	pid = raw_fork(SIGCHLD | actors[i].clone_flags);
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (!actors[i].thread && !actors[i].vfork)
		act(&actors[i], &shared[i]);
	if (pthread_create(&thread, NULL, act_thread, (void *)i))
		_exit(1);
	for (;;)
		pause();
}

static void wait_for(const int *flag)
{
	while (!__atomic_load_n(flag, __ATOMIC_ACQUIRE))
		usleep(1000);
}

#endif /* TESTS_CONTENT_ACTORS_H */
