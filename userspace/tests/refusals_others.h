/* SPDX-License-Identifier: GPL-2.0-only */
/* Trials of execve(2), of calls that change credentials, and of filters */
#ifndef TESTS_REFUSALS_OTHERS_H
#define TESTS_REFUSALS_OTHERS_H

#include <linux/landlock.h>

#include "tests/refusals_namespaces.h"

#define EXEC(name_, err_, what, ...)					\
	{ .name = "execve: " name_, .call = CALL_EXECVE, .err = err_,	\
	  .make = make_exec, .arg = what, .facts = { UNSEEN },		\
	  ##__VA_ARGS__ }
#define OTHER(name_, call_, err_, make_, ...)				\
	{ .name = name_, .call = call_, .err = err_, .make = make_,	\
	  ##__VA_ARGS__ }

enum program {
	NO_FILE_THERE, NO_DIRECTORY, NAME_TOO_LONG, LINK_TO_ITSELF,
	NOT_EXECUTABLE, OPEN_FOR_WRITING, TOO_MANY_ARGUMENTS, EMPTY_FILE,
	BAD_ARGUMENT,
};

/* A file made for this, which is gone when it was executed */
static int exec_own(mode_t mode, int keep_open)
{
	static char path[32] = "/tmp/taskshare-exec-XXXXXX";
	char *const argv[] = { path, NULL };
	int fd = mkstemp(path), ret;

	must(fd >= 0 && !fchmod(fd, mode), path);
	if (keep_open)
		must(write(fd, "#!/bin/true\n", 12) == 12, path);
	else
		close(fd);
	execv(path, argv);
	ret = errno;
	unlink(path);
	return ret;
}

static int make_exec(const struct trial *trial)
{
	static char name[5000];
	char *argv[2] = { name, NULL };
	int ret;

	switch ((enum program)trial->arg) {
	case NO_FILE_THERE:
		execv("/nonexistent", argv);
		break;
	case NO_DIRECTORY:
		execv("/dev/null/program", argv);
		break;
	case NAME_TOO_LONG:
		memset(name, 'x', sizeof(name) - 1);
		execv(name, argv);
		break;
	case LINK_TO_ITSELF:
		snprintf(name, sizeof(name), "/tmp/taskshare-link-%d",
			 getpid());
		must(!symlink(name, name), "symlink");
		execv(name, argv);
		ret = errno;
		must(!unlink(name), "unlink");
		return ret;
	case NOT_EXECUTABLE:
		return exec_own(0644, 0);
	case OPEN_FOR_WRITING:
		return exec_own(0755, 1);
	case TOO_MANY_ARGUMENTS:
		argv[0] = malloc(1 << 20);
		memset(argv[0], 'x', (1 << 20) - 1);
		argv[0][(1 << 20) - 1] = 0;
		execv("/bin/true", argv);
		break;
	case EMPTY_FILE:
		return exec_own(0755, 0);
	case BAD_ARGUMENT:
		syscall(SYS_execve, "/bin/true", (char **)8, NULL);
		break;
	}
	return errno;
}

/* The limit was reached when the user changed, and is still. */
static int exec_over_limit(const struct trial *trial)
{
	uid_t uid = 300000 + getpid() % 100000;
	struct rlimit limit = { 0, 0 };
	char *const argv[] = { "true", NULL };
	int ready[2];

	(void)trial;
	must(!pipe(ready), "pipe");
	if (!fork()) {
		become(uid);
		close(ready[0]);
		close(ready[1]);
		stay(NULL);
	}
	wait_and_close(ready);
	must(!setrlimit(RLIMIT_NPROC, &limit), "setrlimit");
	become(uid);
	execv("/bin/true", argv);
	return errno;
}

static int call_setuid(const struct trial *trial)
{
	return or_errno(syscall(SYS_setuid, trial->arg));
}

static int call_setgid(const struct trial *trial)
{
	return or_errno(syscall(SYS_setgid, trial->arg));
}

static int call_setgroups(const struct trial *trial)
{
	gid_t gid = 0;

	return or_errno(syscall(SYS_setgroups, trial->arg, &gid));
}

static int raise_capability(const struct trial *trial)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { { ~0u, ~0u, 0 } };

	(void)trial;
	return or_errno(syscall(SYS_capset, &head, data));
}

static int change_another(const struct trial *trial)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3, .pid = getppid(),
	};
	struct __user_cap_data_struct data[2] = { 0 };

	(void)trial;
	return or_errno(syscall(SYS_capset, &head, data));
}

static long install(const struct sock_filter *code, int len, int flags)
{
	struct sock_fprog prog = { len, (struct sock_filter *)code };

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog);
}

static const struct sock_filter allow[] = {
	BPF_STMT(BPF_RET, SECCOMP_RET_ALLOW),
};

static int call_seccomp(const struct trial *trial)
{
	(void)trial;
	return or_errno(install(allow, 1, 0));
}

static int listen_twice(const struct trial *trial)
{
	(void)trial;
	must(install(allow, 1, SECCOMP_FILTER_FLAG_NEW_LISTENER) >= 0,
	     "seccomp");
	return or_errno(install(allow, 1, SECCOMP_FILTER_FLAG_NEW_LISTENER));
}

static int filter_and_stay(void *ready)
{
	if (install(allow, 1, 0) >= 0)
		*(volatile int *)ready = 1;
	return stay(NULL);
}

static int sync_with_others(const struct trial *trial)
{
	static volatile int ready;

	(void)trial;
	must(clone(filter_and_stay, (char *)malloc(STACK) + STACK, A_THREAD,
		   (void *)&ready) > 0, "clone");
	while (!ready)
		sched_yield();
	return or_errno(install(allow, 1, SECCOMP_FILTER_FLAG_TSYNC |
				SECCOMP_FILTER_FLAG_TSYNC_ESRCH));
}

/* The filter refuses with an errno that nothing else gives. */
static void refuse_unshare(const struct trial *trial)
{
	const struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, SYS_unshare, 0, 1),
		BPF_STMT(BPF_RET, SECCOMP_RET_ERRNO | EXDEV),
		BPF_STMT(BPF_RET, SECCOMP_RET_ALLOW),
	};

	(void)trial;
	must(install(code, ARRAY_SIZE(code), 0) >= 0, "seccomp");
}

/* Strict mode: the kernel kills it. That is no errno; 0 stands for it. */
static int call_in_strict_mode(const struct trial *trial)
{
	int status;
	pid_t pid;

	/* As in many containers; then there is no strict mode any more. */
	if (prctl(PR_GET_SECCOMP))
		give_up(NOT_HERE, "a seccomp filter is in force for all");
	pid = fork();
	if (!pid) {
		must(!prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT), "prctl");
		make_unshare(trial);
		for (;;)
			;
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ?
	       ERRNO_KILLED : EDOM;
}

static int ruleset(void)
{
	struct landlock_ruleset_attr attr = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE,
	};
	int fd = syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);

	needs(fd >= 0, "landlock_create_ruleset");
	return fd;
}

static int call_landlock(const struct trial *trial)
{
	(void)trial;
	return or_errno(syscall(SYS_landlock_restrict_self, ruleset(), 0));
}

static int landlock_by_fd(const struct trial *trial)
{
	/* Fails where there is no Landlock. */
	close(ruleset());
	return or_errno(syscall(SYS_landlock_restrict_self, trial->arg, 0));
}

static int landlock_flags(const struct trial *trial)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return or_errno(syscall(SYS_landlock_restrict_self, ruleset(),
				trial->arg));
}

static int landlock_often(const struct trial *trial)
{
	int fd = ruleset(), i;

	(void)trial;
	for (i = 0; i < 17; i++)
		if (syscall(SYS_landlock_restrict_self, fd, 0))
			return errno;
	return 0;
}

static const struct trial other_trials[] = {
	EXEC("no such file", ENOENT, NO_FILE_THERE),
	EXEC("below a file", ENOTDIR, NO_DIRECTORY),
	EXEC("a long name", ENAMETOOLONG, NAME_TOO_LONG),
	EXEC("a link to itself", ELOOP, LINK_TO_ITSELF),
	EXEC("without permission", EACCES, NOT_EXECUTABLE),
	EXEC("a file open for writing", ETXTBSY, OPEN_FOR_WRITING),
	EXEC("a long argument", E2BIG, TOO_MANY_ARGUMENTS),
	EXEC("an empty file", ENOEXEC, EMPTY_FILE),
	EXEC("arguments at 8", EFAULT, BAD_ARGUMENT),
	OTHER("execve: above RLIMIT_NPROC", CALL_EXECVE, EAGAIN,
	      exec_over_limit, HOLDS(NPROC_AT_SETUID)),

	OTHER("setuid: an ID without a map", CALL_SETUID, EINVAL, call_setuid,
	      HOLDS(ID_UNMAPPED), .prepare = unshare_arg,
	      .arg = CLONE_NEWUSER),
	OTHER("setuid: root by a user", CALL_SETUID, EPERM, call_setuid,
	      HOLDS(NO_SETUID, NOT_OWN_ID), .prepare = become_nobody,
	      .works = true),
	OTHER("setgid: root by a user", CALL_SETGID, EPERM, call_setgid,
	      HOLDS(NO_SETGID, NOT_OWN_ID), .prepare = become_nobody,
	      .works = true),
	OTHER("setgroups: by a user", CALL_SETGROUPS, EPERM, call_setgroups,
	      HOLDS(NO_SETGID), .prepare = become_nobody, .arg = 1,
	      .works = true),
	OTHER("setgroups: without a map", CALL_SETGROUPS, EPERM,
	      call_setgroups, HOLDS(SETGROUPS_DENIED), .prepare = unshare_arg,
	      .arg = CLONE_NEWUSER),
	OTHER("setgroups: 70000 groups", CALL_SETGROUPS, EINVAL,
	      call_setgroups, HOLDS(UNSEEN), .arg = 70000),
	OTHER("capset: more than permitted", CALL_CAPSET, EPERM,
	      raise_capability, HOLDS(CAP_NOT_PERMITTED),
	      .prepare = become_nobody),
	OTHER("capset: another process", CALL_CAPSET, EPERM, change_another,
	      HOLDS(UNSEEN)),

	OTHER("seccomp: a filter by a user", CALL_SECCOMP, EACCES,
	      call_seccomp, HOLDS(POWERLESS), .prepare = become_nobody,
	      .works = true),
	OTHER("seccomp: a second listener", CALL_SECCOMP, EBUSY, listen_twice,
	      HOLDS(UNSEEN)),
	OTHER("seccomp: other filters in a thread", CALL_SECCOMP, ESRCH,
	      sync_with_others, HOLDS(UNSEEN)),
	OTHER("a filter refuses", CALL_UNSHARE, EXDEV, make_unshare,
	      HOLDS(FILTERED), .flags = CLONE_FS, .prepare = refuse_unshare,
	      .works = true),
	OTHER("strict mode", CALL_UNSHARE, ERRNO_KILLED, call_in_strict_mode,
	      HOLDS(SECCOMP_STRICT), .flags = CLONE_FS),

	OTHER("landlock: by a user", CALL_LANDLOCK, EPERM, call_landlock,
	      HOLDS(POWERLESS), .prepare = become_nobody, .works = true),
	OTHER("landlock: unknown flags", CALL_LANDLOCK, EINVAL, landlock_flags,
	      HOLDS(UNSEEN), .arg = 1 << 30),
	OTHER("landlock: no descriptor", CALL_LANDLOCK, EBADF, landlock_by_fd,
	      HOLDS(UNSEEN), .arg = 9999),
	OTHER("landlock: no ruleset", CALL_LANDLOCK, EBADFD, landlock_by_fd,
	      HOLDS(UNSEEN), .arg = 0),
	OTHER("landlock: 17 rulesets", CALL_LANDLOCK, E2BIG, landlock_often,
	      HOLDS(UNSEEN)),
};

#endif /* TESTS_REFUSALS_OTHERS_H */
