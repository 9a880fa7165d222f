/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random situations of test tasks, in which calls fail for every reason that a
 * program can bring about without changing the system for others.
 */
#ifndef TESTS_SITUATION_H
#define TESTS_SITUATION_H

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "util/array.h"
#include "clone/compat.h"
#include "clone/flags.h"
#include "testtask/testtask.h"

#define MAX_KIN		6

/* Users of whom no other test task is one */
#define FIRST_UID	200000

/*
 * struct situation - some tasks, and the one that is asked about
 * @first: the first of them
 * @nr: number of tasks
 * @subject: index of the one
 * @story: its past, in words
 */
static struct situation {
	int first;
	int nr;
	int subject;
	char story[2048];
} now;

static char chroot_dir[32];
/* A cgroup with a limit that tasks can be moved to; empty if there is none */
static char pids_cgroup[64];

static int dice(int sides)
{
	return random() % sides;
}

static void note(const char *format, ...)
{
	size_t len = strlen(now.story);
	va_list args;

	va_start(args, format);
	vsnprintf(now.story + len, sizeof(now.story) - len, format, args);
	va_end(args);
}

static int write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return err;
}

/* In a PID namespace below the caller's, children have other PIDs. */
static bool is_nested(int task)
{
	char path[64], its[64] = "", own[64] = "";

	sprintf(path, "/proc/%d/ns/pid", testtask_pid(task));
	return readlink(path, its, sizeof(its) - 1) <= 0 ||
	       readlink("/proc/self/ns/pid", own, sizeof(own) - 1) <= 0 ||
	       strcmp(its, own);
}

static void clone_some(int creator)
{
	static const __u64 kin[] = {
		0, CLONE_VM, CLONE_FS, CLONE_FILES, CLONE_VM | CLONE_SIGHAND,
		CLONE_VM | CLONE_FS | CLONE_SIGHAND,
		CLONE_VM | CLONE_SIGHAND | CLONE_THREAD,
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
		CLONE_THREAD | CLONE_SYSVSEM, CLONE_FS | CLONE_PARENT,
		CLONE_NEWUSER, CLONE_NEWUTS, CLONE_NEWPID,
	};
	__u64 flags = kin[dice(ARRAY_SIZE(kin))];
	int exit_signal = flags & (CLONE_THREAD | CLONE_PARENT) ? 0 : SIGCHLD;
	char words[FLAGS_TEXT];

	if (is_nested(creator))
		return;
	note("%d clones %s; ", creator - now.first,
	     flags ? flags_text(words, flags, "|") : "0");
	testtask_clone(creator, SYS_clone3, flags, exit_signal);
}

static void drop_capabilities(int task)
{
	static const __u32 kept[] = {
		0, ~0u, (__u32)~(1u << CAP_SYS_CHROOT),
		(__u32)~(1u << CAP_SYS_ADMIN),
	};
	struct {
		struct __user_cap_header_struct head;
		struct __user_cap_data_struct data[2];
	} *caps = testtask_text(task);

	memset(caps, 0, sizeof(*caps));
	caps->head.version = _LINUX_CAPABILITY_VERSION_3;
	testtask_call(task, SYS_capget, (long)&caps->head, (long)caps->data,
		      0, 0);
	caps->data[0].effective &= kept[dice(ARRAY_SIZE(kept))];
	note("%d keeps capabilities %#x; ", task - now.first,
	     caps->data[0].effective);
	testtask_call(task, SYS_capset, (long)&caps->head, (long)caps->data,
		      0, 0);
}

static void unshare_some(int task)
{
	static const __u64 unshared[] = {
		CLONE_FS, CLONE_NEWPID, CLONE_NEWPID, CLONE_NEWTIME,
		CLONE_NEWUSER, CLONE_NEWNS, CLONE_SYSVSEM,
	};
	__u64 flag = unshared[dice(ARRAY_SIZE(unshared))];
	char words[FLAGS_TEXT];

	note("%d unshares %s; ", task - now.first,
	     flags_text(words, flag, "|"));
	testtask_call(task, SYS_unshare, flag, 0, 0, 0);
}

static void mount_at(int task, const char *source, const char *type,
		     unsigned long flags)
{
	char *text = testtask_text(task);

	strcpy(text, source);
	strcpy(text + 64, chroot_dir);
	strcpy(text + 128, type);
	testtask_call(task, SYS_mount, (long)text, (long)(text + 64),
		      (long)(text + 128), flags);
}

/* Into a directory, a bind mount or a tmpfs, or to the same root as before */
static void change_root(int task)
{
	static const char *const form[] = { "directory", "bind", "tmpfs", "/" };
	char *text = testtask_text(task);
	int f = dice(ARRAY_SIZE(form));

	note("%d calls chroot, %s; ", task - now.first, form[f]);
	if (f == 1 || f == 2) {
		/* Not for us: mounts would spread to our namespace. */
		strcpy(text, "/");
		if (testtask_call(task, SYS_unshare, CLONE_NEWNS, 0, 0, 0) ||
		    testtask_call(task, SYS_mount, 0, (long)text, 0,
				  MS_REC | MS_PRIVATE))
			return;
		mount_at(task, f == 1 ? "/" : "none", f == 1 ? "none" : "tmpfs",
			 f == 1 ? MS_BIND : 0);
	}
	strcpy(text, f == 3 ? "/" : chroot_dir);
	testtask_call(task, SYS_chroot, (long)text, 0, 0, 0);
}

/* Another user, with or without a limit of tasks that is reached */
static void become_user(int task)
{
	static uid_t uid = FIRST_UID;
	struct rlimit *limit = testtask_text(task);
	int max = dice(3);

	uid++;
	if (max) {
		limit->rlim_cur = max;
		limit->rlim_max = max;
		testtask_call(task, SYS_setrlimit, RLIMIT_NPROC, (long)limit,
			      0, 0);
	}
	note("%d becomes user %u, RLIMIT_NPROC %d; ", task - now.first, uid,
	     max);
	testtask_call(task, SYS_setresgid, uid, uid, uid, 0);
	testtask_call(task, SYS_setresuid, uid, uid, uid, 0);
}

static bool map_ids(int task)
{
	char path[64];

	sprintf(path, "/proc/%d/uid_map", testtask_pid(task));
	if (write_to(path, "0 0 65536"))
		return false;
	sprintf(path, "/proc/%d/gid_map", testtask_pid(task));
	return !write_to(path, "0 0 65536");
}

/* A user namespace with a map, perhaps with a limit */
static void enter_userns(int task)
{
	static const char *const type[] = {
		"user", "mnt", "uts", "ipc", "pid", "cgroup", "net", "time",
	};
	char *text = testtask_text(task);
	int t = dice(2 * ARRAY_SIZE(type));
	long fd;

	note("%d unshares NEWUSER, with a map; ", task - now.first);
	if (testtask_call(task, SYS_unshare, CLONE_NEWUSER, 0, 0, 0) ||
	    !map_ids(task) || t >= (int)ARRAY_SIZE(type))
		return;
	sprintf(text, "/proc/sys/user/max_%s_namespaces", type[t]);
	fd = testtask_call(task, SYS_openat, AT_FDCWD, (long)text,
			   O_WRONLY, 0);
	sprintf(text, "%d", dice(2));
	note("%d sets max_%s_namespaces to %s; ", task - now.first, type[t],
	     text);
	if (fd >= 0)
		testtask_call(task, SYS_write, fd, (long)text, 1, 0);
	testtask_call(task, SYS_close, fd, 0, 0, 0);
}

/* As deep as user namespaces can be, or nearly */
static void go_deep(int task)
{
	int levels = 31 + dice(3), i;

	for (i = 0; i < levels; i++)
		if (testtask_call(task, SYS_unshare, CLONE_NEWUSER, 0, 0, 0) ||
		    !map_ids(task))
			break;
	note("%d nests %d user namespaces; ", task - now.first, i);
}

static void install_filter(int task)
{
	struct {
		struct sock_fprog prog;
		struct sock_filter code[4];
	} *text = testtask_text(task);
	const struct sock_filter refuse[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, SYS_unshare, 0, 1),
		BPF_STMT(BPF_RET, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET, SECCOMP_RET_ALLOW),
	};

	note("%d installs a filter; ", task - now.first);
	memcpy(text->code, refuse, sizeof(refuse));
	text->prog.filter = text->code;
	text->prog.len = ARRAY_SIZE(refuse);
	testtask_call(task, SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0);
	testtask_call(task, SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER,
		      (long)&text->prog, 0);
}

static void set_deadline(int task)
{
	struct {
		__u32 size;
		__u32 policy;
		__u64 flags;
		__s32 nice;
		__u32 priority;
		__u64 runtime;
		__u64 deadline;
		__u64 period;
	} *attr = testtask_text(task);

	*attr = (typeof(*attr)){
		.size = sizeof(*attr), .policy = 6, .flags = dice(2),
		.runtime = 100000000, .deadline = 500000000,
		.period = 500000000,
	};
	note("%d asks for SCHED_DEADLINE, flags %llu; ", task - now.first,
	     attr->flags);
	testtask_call(task, SYS_sched_setattr, 0, (long)attr, 0, 0);
}

/* A cgroup that allows one or two more tasks than are in it */
static void limit_cgroup(int task)
{
	char path[128], text[16];
	int max = 1 + dice(2);

	if (!*pids_cgroup)
		return;
	note("%d enters a cgroup with pids.max %d; ", task - now.first, max);
	snprintf(path, sizeof(path), "%s/pids.max", pids_cgroup);
	write_to(path, "max");
	snprintf(path, sizeof(path), "%s/cgroup.procs", pids_cgroup);
	sprintf(text, "%d", testtask_pid(task));
	write_to(path, text);
	snprintf(path, sizeof(path), "%s/pids.max", pids_cgroup);
	sprintf(text, "%d", max);
	write_to(path, text);
}

/* Something that a task may do before; some of it fails, no matter. */
static void do_something(int task)
{
	static void (*const action[])(int task) = {
		drop_capabilities, change_root, change_root, unshare_some,
		unshare_some, unshare_some, become_user, enter_userns,
		install_filter, set_deadline, limit_cgroup,
	};

	if (!dice(60))
		go_deep(task);
	else
		action[dice(ARRAY_SIZE(action))](task);
}

static int any_task(void)
{
	return now.first + dice(testtasks_nr() - now.first);
}

/*
 * A leader whose threads go on, or the first process of a PID namespace: the
 * last one that was made ends, or the first one. Children end with parents
 * that end, see testtask.c; they are then no subject of anything. Creators come
 * before those that they have created.
 */
static void end_a_task(void)
{
	int task = dice(2) ? now.first : testtasks_nr() - 1, i;

	note("%d ends; ", task - now.first);
	testtask_exit(task);
	for (i = now.first; i < testtasks_nr(); i++)
		if (testtask_settle(i) == -ETIMEDOUT)
			errx(1, "%d neither ends nor answers: %s",
			     i - now.first, now.story);
}

/* A thread is in the way of several calls, for every engine. */
static void make_first_situation(void)
{
	now = (struct situation){ .first = testtasks_nr(), .nr = 2 };
	now.subject = testtask_fork();
	if (now.subject < 0 ||
	    testtask_clone(now.subject, SYS_clone3, CLONE_VM | CLONE_SIGHAND |
			   CLONE_THREAD, 0) < 0)
		errx(1, "no thread");
	note("0 has a thread; 0 is asked");
}

static void make_situation(void)
{
	int i, kin = dice(MAX_KIN);

	now = (struct situation){ .first = testtasks_nr() };
	if (testtask_fork() < 0)
		errx(1, "fork");
	for (i = 0; i < kin; i++) {
		if (dice(2))
			clone_some(any_task());
		else
			do_something(any_task());
	}
	if (!dice(4))
		end_a_task();
	now.nr = testtasks_nr() - now.first;
	now.subject = any_task();
	note("%d is asked", now.subject - now.first);
}

/*
 * A cgroup of the controller "pids", wherever it is mounted; not by its PID, which
 * others may have in another PID namespace
 */
static void make_cgroup(void)
{
	static const char *const mount[] = {
		"/sys/fs/cgroup/pids", "/sys/fs/cgroup",
	};
	char path[96];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mount); i++) {
		snprintf(pids_cgroup, sizeof(pids_cgroup),
			 "%s/taskshare-XXXXXX", mount[i]);
		if (!mkdtemp(pids_cgroup))
			continue;
		snprintf(path, sizeof(path), "%s/pids.max", pids_cgroup);
		if (!access(path, W_OK))
			return;
		rmdir(pids_cgroup);
	}
	*pids_cgroup = 0;
}

static void situations_open(void)
{
	struct error error;

	if (testtasks_open(&error))
		errx(1, "%s", error.text);
	strcpy(chroot_dir, "/tmp/taskshare-why-XXXXXX");
	if (!mkdtemp(chroot_dir))
		err(1, "%s", chroot_dir);
	make_cgroup();
}

static void situations_close(void)
{
	testtasks_close();
	rmdir(chroot_dir);
	if (*pids_cgroup)
		rmdir(pids_cgroup);
}

#endif /* TESTS_SITUATION_H */
