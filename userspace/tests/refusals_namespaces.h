/* SPDX-License-Identifier: GPL-2.0-only */
/* Trials of unshare(2) and setns(2), and of namespaces by clone3(2) */
#ifndef TESTS_REFUSALS_NAMESPACES_H
#define TESTS_REFUSALS_NAMESPACES_H

#include "tests/refusals_clone.h"

#define UNSHARE(name_, flags_, err_, ...)				\
	{ .name = name_, .call = CALL_UNSHARE, .flags = flags_,		\
	  .err = err_, ##__VA_ARGS__ }
#define SETNS(name_, flags_, err_, ...)					\
	{ .name = name_, .call = CALL_SETNS, .flags = flags_,		\
	  .err = err_, ##__VA_ARGS__ }

/* The working directory stays outside, from where the new root is removed. */
static void into_chroot(const struct trial *trial)
{
	char dir[] = "taskshare-refusals-XXXXXX";

	(void)trial;
	must(!chdir("/tmp") && mkdtemp(dir), "mkdtemp");
	must(!chroot(dir), "chroot");
	must(!rmdir(dir), "rmdir");
}

static void nest(const struct trial *trial)
{
	int i;

	for (i = 0; i < trial->arg; i++)
		enter_userns();
}

/* A user namespace in which there may be none of a type */
static void forbid(const struct trial *trial)
{
	char path[64];

	enter_userns();
	snprintf(path, sizeof(path), "/proc/sys/user/max_%s_namespaces",
		 namespace_file(trial->flags));
	write_file(path, "0");
}

/*
 * In a PID namespace of one user namespace, and in another user namespace that
 * is not below that one
 */
static int make_foreign(const struct trial *trial)
{
	pid_t pids = host(CLONE_NEWUSER | CLONE_NEWPID);
	int users = open_ns(host(CLONE_NEWUSER), "user");
	int fd = open_ns(pids, "pid"), status;
	pid_t pid;

	must(!setns(fd, CLONE_NEWPID), "setns");
	pid = fork();
	if (!pid) {
		must(!setns(users, CLONE_NEWUSER), "setns");
		_exit(make_unshare(trial));
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

/* The descriptor that setns(2) gets, and its second argument */
static int join_fd = -1;
static int join_type = -1;

static int make_setns(const struct trial *trial)
{
	return or_errno(setns(join_fd, join_type < 0 ? (int)trial->flags :
						       join_type));
}

/* A process in a new time namespace: a child of one that made it */
static pid_t time_host(void)
{
	int ready[2];

	page->host = 0;
	must(!pipe(ready), "pipe");
	if (!fork()) {
		must(!unshare(CLONE_NEWTIME), "unshare");
		page->host = host(0);
		/* The pipe stays open in the host. */
		must(write(ready[1], "", 1) == 1, "write");
		stay(NULL);
	}
	wait_and_close(ready);
	return page->host;
}

/* A namespace of another process, of the type of the trial */
static void find_host(const struct trial *trial)
{
	pid_t pid = trial->flags == CLONE_NEWTIME ? time_host() :
						    host(trial->flags);

	join_fd = open_ns(pid, namespace_file(trial->flags));
}

/* The same in a user namespace of its own, so that no other task may join it */
static void find_foreign(const struct trial *trial)
{
	__u64 also = trial->flags & ~CLONE_NEWTIME;
	pid_t pid = host(CLONE_NEWUSER | also);

	join_fd = open_ns(pid, namespace_file(trial->flags));
}

static void share_and_join(const struct trial *trial)
{
	find_host(trial);
	share(trial->arg);
}

static void drop_and_join(const struct trial *trial)
{
	find_host(trial);
	if (trial->arg == NOBODY)
		become(NOBODY);
	else
		drop(trial->arg);
}

/* The owner of a user namespace has all capabilities in it. */
static void join_as_owner(const struct trial *trial)
{
	become(NOBODY);
	/* A change of user has hidden the children in /proc. */
	must(!prctl(PR_SET_DUMPABLE, 1), "prctl");
	find_host(trial);
}

static void leave_and_join(const struct trial *trial)
{
	find_host(trial);
	enter_userns();
}

static void join_as_nobody(const struct trial *trial)
{
	find_foreign(trial);
	become(NOBODY);
}

static void join_own(const struct trial *trial)
{
	join_fd = open_ns(getpid(), namespace_file(trial->flags));
}

static int join_no_fd(const struct trial *trial)
{
	return or_errno(setns(9999, trial->flags));
}

static int join_null(const struct trial *trial)
{
	return or_errno(setns(open("/dev/null", O_RDONLY), trial->flags));
}

static int join_wrong_type(const struct trial *trial)
{
	return or_errno(setns(open_ns(getpid(), "net"), trial->flags));
}

static int pidfd_of(pid_t pid)
{
	int fd = syscall(SYS_pidfd_open, pid, 0);

	must(fd >= 0, "pidfd_open");
	return fd;
}

static int join_pidfd_without_types(const struct trial *trial)
{
	(void)trial;
	return or_errno(setns(pidfd_of(getppid()), 0));
}

static int join_the_dead(const struct trial *trial)
{
	pid_t pid = fork();
	siginfo_t info;

	if (!pid)
		_exit(0);
	/* It is dead, but has its number still. */
	must(!waitid(P_PID, pid, &info, WEXITED | WNOWAIT), "waitid");
	return or_errno(setns(pidfd_of(pid), trial->flags));
}

static int join_hidden(const struct trial *trial)
{
	int fd = pidfd_of(getppid());

	become(NOBODY);
	return or_errno(setns(fd, trial->flags));
}

static int join_several(const struct trial *trial)
{
	int fd = pidfd_of(host(trial->flags));

	share(CLONE_FS);
	return or_errno(setns(fd, trial->flags));
}

/* From a PID namespace into the one above */
static int join_above(const struct trial *trial)
{
	int fd = open_ns(getpid(), "pid"), status;
	pid_t pid;

	must(!unshare(CLONE_NEWPID), "unshare");
	pid = fork();
	if (!pid)
		_exit(or_errno(setns(fd, trial->flags)));
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

/* The first thread ends, another one makes the call. */
static int call_without_leader(void *arg)
{
	const struct trial *trial = arg;
	char path[64], line[256], *state = NULL;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	do {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0 && read(fd, line, sizeof(line)) > 0)
			state = strstr(line, ") ");
		close(fd);
	} while (!state || state[2] != 'Z');
	syscall(SYS_exit_group, trial->call == CALL_SETNS ?
		make_setns(trial) : make_unshare(trial));
	return 0;
}

static int make_without_leader(const struct trial *trial)
{
	if (trial->call == CALL_SETNS)
		find_host(trial);
	must(clone(call_without_leader, (char *)malloc(STACK) + STACK,
		   CLONE_VM | CLONE_SIGHAND | CLONE_THREAD, (void *)trial) > 0,
	     "clone");
	syscall(SYS_exit, 0);
	return 0;
}

#define LIMITED(name_, FLAG, TYPE)					\
	UNSHARE("unshare: no " name_ " namespaces", FLAG, ENOSPC,	\
		HOLDS(LIMIT_##TYPE), .prepare = forbid, .works = true),	\
	CLONE3("clone3: no " name_ " namespaces", FLAG, ENOSPC, SIGNAL,	\
	       HOLDS(LIMIT_##TYPE), .prepare = forbid, .works = true)

#define A_THREAD	(CLONE_VM | CLONE_SIGHAND | CLONE_THREAD)
/* A user without capabilities */
#define POWERLESS	NO_ADMIN, NO_CHROOT, NO_SETUID, NO_SETGID

static const struct trial namespace_trials[] = {
	/* check_unshare_flags() */
	UNSHARE("unshare: IO", CLONE_IO, EINVAL),
	UNSHARE("unshare: EMPTY_MNTNS before 7.2", CLONE_EMPTY_MNTNS, EINVAL,
		.until = RELEASE(7, 2)),
	UNSHARE("unshare: NEWUSER with a thread", CLONE_NEWUSER, EINVAL,
		HOLDS(HAS_THREADS, HAS_LIVE_THREADS, SHARES_SIGHAND),
		.prepare = share_flags, .arg = A_THREAD, .works = true),
	UNSHARE("unshare: SIGHAND, shared with a process", CLONE_SIGHAND,
		EINVAL, HOLDS(SHARES_SIGHAND, SHARES_MM),
		.prepare = share_flags, .arg = CLONE_VM | CLONE_SIGHAND,
		.works = true),
	UNSHARE("unshare: VM, shared with a process", CLONE_VM, EINVAL,
		HOLDS(SHARES_MM), .prepare = share_flags, .arg = CLONE_VM,
		.works = true),

	UNSHARE("unshare: NEWUSER after the leader", CLONE_NEWUSER, EINVAL,
		HOLDS(HAS_THREADS), .make = make_without_leader),
	UNSHARE("unshare: FS and FILES with a thread", CLONE_FS | CLONE_FILES,
		ERRNO_NONE, HOLDS(HAS_THREADS, HAS_LIVE_THREADS,
				  SHARES_SIGHAND), .prepare = share_flags,
		.arg = A_THREAD),
	UNSHARE("unshare: SIGHAND, only memory shared", CLONE_SIGHAND,
		ERRNO_NONE, HOLDS(SHARES_MM), .prepare = share_flags,
		.arg = CLONE_VM),

	/* create_user_ns() */
	UNSHARE("unshare: NEWUSER one above the deepest", CLONE_NEWUSER,
		ERRNO_NONE, .prepare = nest, .arg = 32),
	UNSHARE("unshare: NEWUSER in the deepest", CLONE_NEWUSER, ENOSPC,
		HOLDS(USER_DEEP), .prepare = nest, .arg = 33, .works = true),
	CLONE3("clone3: NEWUSER in the deepest", CLONE_NEWUSER, ENOSPC, SIGNAL,
	       HOLDS(USER_DEEP), .prepare = nest, .arg = 33, .works = true),
	LIMITED("user", CLONE_NEWUSER, USER),
	UNSHARE("unshare: NEWUSER in a chroot", CLONE_NEWUSER, EPERM,
		HOLDS(CHROOTED), .prepare = into_chroot, .works = true),
	CLONE3("clone3: NEWUSER in a chroot", CLONE_NEWUSER, EPERM, SIGNAL,
	       HOLDS(CHROOTED), .prepare = into_chroot, .works = true),
	UNSHARE("unshare: NEWUSER without a map", CLONE_NEWUSER, EPERM,
		HOLDS(UNMAPPED), .prepare = unshare_arg,
		.arg = CLONE_NEWUSER, .works = true),
	CLONE3("clone3: NEWUSER without a map", CLONE_NEWUSER, EPERM, SIGNAL,
	       HOLDS(UNMAPPED), .prepare = unshare_arg,
	       .arg = CLONE_NEWUSER, .works = true),

	/* copy_namespaces(), unshare_nsproxy_namespaces() */
	UNSHARE("unshare: NEWUTS by a user", CLONE_NEWUTS, EPERM,
		HOLDS(POWERLESS), .prepare = become_nobody, .works = true),
	CLONE3("clone3: NEWUTS by a user", CLONE_NEWUTS, EPERM, SIGNAL,
	       HOLDS(POWERLESS), .prepare = become_nobody, .works = true),
	LIMITED("mnt", CLONE_NEWNS, MNT),
	LIMITED("uts", CLONE_NEWUTS, UTS),
	LIMITED("ipc", CLONE_NEWIPC, IPC),
	LIMITED("pid", CLONE_NEWPID, PID),
	LIMITED("cgroup", CLONE_NEWCGROUP, CGROUP),
	LIMITED("net", CLONE_NEWNET, NET),
	LIMITED("time", CLONE_NEWTIME, TIME),
	UNSHARE("unshare: NEWTIME, which the kernel lacks", CLONE_NEWTIME,
		EINVAL, HOLDS(NO_TYPE_TIME)),
	UNSHARE("unshare: NEWPID twice", CLONE_NEWPID, EINVAL,
		HOLDS(PID_ELSEWHERE), .prepare = unshare_arg,
		.arg = CLONE_NEWPID, .works = true),
	CLONE3("clone3: NEWPID after unshare", CLONE_NEWPID, EINVAL, SIGNAL,
	       HOLDS(PID_ELSEWHERE), .prepare = unshare_arg,
	       .arg = CLONE_NEWPID, .works = true),
	UNSHARE("unshare: NEWPID in that of a stranger", CLONE_NEWPID, EINVAL,
		HOLDS(PID_FOREIGN), .make = make_foreign),
	UNSHARE("unshare: NEWPID in the deepest", CLONE_NEWPID, ENOSPC,
		HOLDS(PID_DEEP), .make = make_in_deepest),
	CLONE2("clone: NEWPID in the deepest", CLONE_NEWPID, ENOSPC, SIGNAL,
	       HOLDS(PID_DEEP), .make = make_in_deepest),

	/* setns(), validate_nsset() */
	SETNS("setns: no descriptor", CLONE_NEWUTS, EBADF, HOLDS(FD_CLOSED),
	      .make = join_no_fd),
	SETNS("setns: another type", CLONE_NEWUTS, EINVAL, HOLDS(FD_TYPE),
	      .make = join_wrong_type),
	SETNS("setns: a pidfd without types", 0, EINVAL, HOLDS(FD_NO_TYPES),
	      .make = join_pidfd_without_types),
	SETNS("setns: /dev/null", CLONE_NEWUTS, EINVAL, HOLDS(FD_OTHER),
	      .make = join_null),
	SETNS("setns: a dead process", CLONE_NEWUTS, ESRCH,
	      HOLDS(TARGET_GONE), .make = join_the_dead),
	SETNS("setns: a process of another user", CLONE_NEWUTS, EPERM,
	      HOLDS(TARGET_HIDDEN, POWERLESS), .make = join_hidden),

	/* userns_install() */
	SETNS("setns: the own user namespace", CLONE_NEWUSER, EINVAL,
	      HOLDS(TARGET_OWN_USER), .prepare = join_own),
	SETNS("setns: NEWUSER with a thread", CLONE_NEWUSER, EINVAL,
	      HOLDS(HAS_THREADS, HAS_LIVE_THREADS, SHARES_SIGHAND),
	      .prepare = share_and_join, .arg = A_THREAD),
	SETNS("setns: NEWUSER, fs shared", CLONE_NEWUSER, EINVAL,
	      HOLDS(SHARES_FS), .prepare = share_and_join, .arg = CLONE_FS),
	SETNS("setns: NEWUSER by a user", CLONE_NEWUSER, EPERM,
	      HOLDS(TARGET_NO_ADMIN, POWERLESS), .prepare = drop_and_join,
	      .arg = NOBODY),

	/* mntns_install() */
	SETNS("setns: NEWNS of another user namespace", CLONE_NEWNS, EPERM,
	      HOLDS(TARGET_NO_ADMIN), .prepare = leave_and_join),
	SETNS("setns: NEWNS without CAP_SYS_CHROOT", CLONE_NEWNS, EPERM,
	      HOLDS(NO_CHROOT), .prepare = drop_and_join,
	      .arg = CAP_SYS_CHROOT),
	SETNS("setns: NEWNS of an own user namespace", CLONE_NEWNS, EPERM,
	      HOLDS(NO_ADMIN), .prepare = drop_and_join,
	      .arg = CAP_SYS_ADMIN),
	SETNS("setns: NEWNS, fs shared", CLONE_NEWNS, EINVAL, HOLDS(SHARES_FS),
	      .prepare = share_and_join, .arg = CLONE_FS),
	SETNS("setns: several types, fs shared", CLONE_NEWNS | CLONE_NEWUTS,
	      EINVAL, HOLDS(SHARES_FS, FD_SEVERAL), .make = join_several,
	      .since = RELEASE(7, 1)),

	/* The .install of the other types */
	SETNS("setns: NEWUTS of another user namespace", CLONE_NEWUTS, EPERM,
	      HOLDS(TARGET_NO_ADMIN), .prepare = leave_and_join),
	SETNS("setns: NEWNET by a user", CLONE_NEWNET, EPERM,
	      HOLDS(TARGET_NO_ADMIN, POWERLESS), .prepare = join_as_nobody),
	SETNS("setns: NEWIPC without CAP_SYS_ADMIN", CLONE_NEWIPC, EPERM,
	      HOLDS(NO_ADMIN), .prepare = drop_and_join,
	      .arg = CAP_SYS_ADMIN),
	SETNS("setns: the PID namespace above", CLONE_NEWPID, EINVAL,
	      HOLDS(TARGET_OUTSIDE), .make = join_above),
	SETNS("setns: NEWTIME with a thread", CLONE_NEWTIME, EUSERS,
	      HOLDS(HAS_THREADS, HAS_LIVE_THREADS, SHARES_SIGHAND),
	      .prepare = share_and_join, .arg = A_THREAD),
	SETNS("setns: NEWTIME after the leader", CLONE_NEWTIME, ERRNO_NONE,
	      HOLDS(HAS_THREADS), .make = make_without_leader),
	SETNS("setns: NEWUTS, fs shared", CLONE_NEWUTS, ERRNO_NONE,
	      HOLDS(SHARES_FS), .prepare = share_and_join, .arg = CLONE_FS),
	SETNS("setns: NEWUSER as its owner", CLONE_NEWUSER, ERRNO_NONE,
	      HOLDS(POWERLESS), .prepare = join_as_owner),
	SETNS("setns: NEWTIME, memory shared", CLONE_NEWTIME, EUSERS,
	      HOLDS(SHARES_MM), .prepare = share_and_join, .arg = CLONE_VM),
	SETNS("setns: NEWTIME of another user namespace", CLONE_NEWTIME, EPERM,
	      HOLDS(TARGET_NO_ADMIN), .prepare = leave_and_join),
	SETNS("setns: NEWTIME without CAP_SYS_ADMIN", CLONE_NEWTIME, EPERM,
	      HOLDS(NO_ADMIN), .prepare = drop_and_join,
	      .arg = CAP_SYS_ADMIN),
};

#endif /* TESTS_REFUSALS_NAMESPACES_H */
