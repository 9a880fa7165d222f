/* SPDX-License-Identifier: GPL-2.0-only */
/* Trials of calls that create tasks */
#ifndef TESTS_REFUSALS_CLONE_H
#define TESTS_REFUSALS_CLONE_H

#include "tests/refusals.h"

#define CLONE3(name_, flags_, err_, ...)				\
	{ .name = name_, .call = CALL_CLONE3, .flags = flags_, .err = err_, \
	  ##__VA_ARGS__ }
#define CLONE2(name_, flags_, err_, ...)				\
	{ .name = name_, .call = CALL_CLONE, .flags = flags_, .err = err_, \
	  ##__VA_ARGS__ }
#define SIGNAL		.exit_signal = SIGCHLD
#define HOLDS(...)	.facts = { __VA_ARGS__ }

/* Wrong arguments of clone3(2), by number */
enum wrong {
	SIZE_LONG, SIZE_SHORT, TAIL, ADDRESS, TIDS_MANY, TIDS_WITHOUT, TIDS_NONE,
	TIDS_ADDRESS, TIDS_LEVELS, TID_HIGH, TID_ZERO, TID_TAKEN, TID_ANY,
	SIGNAL_200, SIGNAL_LONG, CGROUP_LONG, CGROUP_FD, STACK_WITHOUT,
	STACK_SIZE_ONLY, STACK_KERNEL, SAME_ADDRESS, PIDFD_ADDRESS, TLS_KERNEL,
};

static int cgroup_fd = -1;

static int make_wrong(const struct trial *trial)
{
	pid_t tid[40] = { [0 ... 39] = 1 };
	struct {
		struct clone_args args;
		__u64 more;
	} a = { .args = {
		.flags = trial->flags,
		.exit_signal = trial->exit_signal,
		.set_tid = (uintptr_t)tid,
	} };
	struct clone_args *args = &a.args;
	size_t size = sizeof(*args);
	static int place;

	switch ((enum wrong)trial->arg) {
	case SIZE_LONG:
		size = 2 * sysconf(_SC_PAGESIZE);
		break;
	case SIZE_SHORT:
		size = 8;
		break;
	case TAIL:
		a.more = 1;
		size = sizeof(a);
		break;
	case ADDRESS:
		args = (void *)8;
		break;
	case TIDS_MANY:
		args->set_tid_size = 40;
		break;
	case TIDS_WITHOUT:
		args->set_tid = 0;
		args->set_tid_size = 1;
		break;
	case TIDS_NONE:
		break;
	case TIDS_ADDRESS:
		args->set_tid = 8;
		args->set_tid_size = 1;
		break;
	case TIDS_LEVELS:
		args->set_tid_size = 32;
		break;
	case TID_HIGH:
		tid[0] = 999999999;
		args->set_tid_size = 1;
		break;
	case TID_ZERO:
		tid[0] = 0;
		args->set_tid_size = 1;
		break;
	case TID_TAKEN:
		args->set_tid_size = 1;
		break;
	case TID_ANY:
		tid[0] = 299;
		args->set_tid_size = 1;
		break;
	case SIGNAL_200:
		args->exit_signal = 200;
		break;
	case SIGNAL_LONG:
		args->exit_signal = 1ull << 40 | SIGCHLD;
		break;
	case CGROUP_LONG:
		args->cgroup = 1ull << 40;
		break;
	case CGROUP_FD:
		args->cgroup = cgroup_fd;
		break;
	case STACK_WITHOUT:
		args->stack = (uintptr_t)&a;
		break;
	case STACK_SIZE_ONLY:
		args->stack_size = 4096;
		break;
	case STACK_KERNEL:
		args->stack = 0xffff800000000000;
		args->stack_size = 4096;
		break;
	case SAME_ADDRESS:
		args->pidfd = (uintptr_t)&place;
		args->parent_tid = (uintptr_t)&place;
		break;
	case PIDFD_ADDRESS:
		args->pidfd = 8;
		break;
	case TLS_KERNEL:
		args->tls = 0xffff800000000000;
		break;
	}
	if (args == &a.args && !args->set_tid_size && trial->arg != TIDS_NONE)
		args->set_tid = 0;
	return try_clone3(args, size);
}

#define WRONG(name_, what, err_, ...)					\
	{ .name = name_, .call = CALL_CLONE3, .err = err_,		\
	  .exit_signal = SIGCHLD, .make = make_wrong, .arg = what,	\
	  ##__VA_ARGS__ }

/* The first process of a PID namespace makes the call. */
static int make_by_init(const struct trial *trial)
{
	int status;
	pid_t pid;

	must(!unshare(CLONE_NEWPID), "unshare");
	pid = fork();
	if (!pid)
		_exit(make_clone3(trial));
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static void leave_pids(const struct trial *trial)
{
	(void)trial;
	must(!unshare(CLONE_NEWPID), "unshare");
}

static void let_init_die(const struct trial *trial)
{
	pid_t pid;

	(void)trial;
	must(!unshare(CLONE_NEWPID), "unshare");
	pid = fork();
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
}

/* A user whose number of tasks has reached its limit */
static void limit_tasks(const struct trial *trial)
{
	struct rlimit limit = { 1, 1 };

	(void)trial;
	must(!setrlimit(RLIMIT_NPROC, &limit), "setrlimit");
	become(300000 + getpid() % 100000);
}

static void limit_files(const struct trial *trial)
{
	struct rlimit limit = { 0, 0 };

	(void)trial;
	must(!setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

static int make_pidfd(const struct trial *trial)
{
	int pidfd;
	struct clone_args args = {
		.flags = trial->flags,
		.exit_signal = SIGCHLD,
		.pidfd = (uintptr_t)&pidfd,
	};

	return try_clone3(&args, sizeof(args));
}

static void use_deadline(const struct trial *trial)
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
	} attr = {
		.size = sizeof(attr), .policy = 6, .runtime = 1000000,
		.deadline = 500000000, .period = 500000000,
	};

	(void)trial;
	needs(!syscall(SYS_sched_setattr, 0, &attr, 0), "sched_setattr");
}

static volatile int exec_errno;

static void *execute(void *script)
{
	execl(script, script, NULL);
	exec_errno = errno;
	return NULL;
}

/* Makes an executable file. */
static void make_program(char *path, const char *line)
{
	int fd = mkstemp(path);

	must(fd >= 0 && dprintf(fd, "#!%s\n", line) > 0 && !fchmod(fd, 0755) &&
	     !close(fd), path);
}

/*
 * While a thread is in execve(2), the fs that only threads of this process share
 * is kept. The kernel opens the script's interpreter then, which has to wait for
 * this process.
 */
static int make_in_exec(const struct trial *trial)
{
	char interpreter[] = "/tmp/taskshare-interpreter-XXXXXX";
	char script[] = "/tmp/taskshare-script-XXXXXX";
	struct fanotify_event_metadata event;
	struct fanotify_response response = { .response = FAN_DENY };
	struct pollfd fan = {
		.fd = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC, O_RDONLY),
		.events = POLLIN,
	};
	pthread_t thread;
	int ret;

	needs(fan.fd >= 0, "fanotify_init");
	make_program(interpreter, "/bin/false");
	make_program(script, interpreter);
	must(!fanotify_mark(fan.fd, FAN_MARK_ADD, FAN_OPEN_EXEC_PERM, AT_FDCWD,
			    interpreter), "fanotify_mark");
	must(!pthread_create(&thread, NULL, execute, script), "pthread_create");
	while (!poll(&fan, 1, 100)) {
		errno = exec_errno;
		needs(!errno, script);
	}
	must(read(fan.fd, &event, sizeof(event)) == sizeof(event), "fanotify");
	ret = make_clone3(trial);
	response.fd = event.fd;
	must(write(fan.fd, &response, sizeof(response)) == sizeof(response),
	     "fanotify");
	must(!pthread_join(thread, NULL), "pthread_join");
	unlink(script);
	unlink(interpreter);
	return ret;
}

/* A mapping of more than there is memory, in parts that become one */
static void map_too_much(const struct trial *trial)
{
	size_t part = sysconf(_SC_PHYS_PAGES) / 4 * 3 * sysconf(_SC_PAGESIZE);
	char *at = (char *)0x100000000000;
	int i;

	(void)trial;
	if (sizeof(at) < sizeof(__u64))
		give_up(NOT_HERE, "32 bits of addresses are too few");
	for (i = 0; i < 2; i++)
		must(mmap(at + i * part, part, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
		     MAP_FAILED, "mmap");
}

/* As deep as PID namespaces can be; returns what the call made there. */
static int make_in_deepest(const struct trial *trial)
{
	int level, status;
	pid_t pid;

	for (level = 0; level < 40; level++) {
		pid = raw_fork(CLONE_NEWPID | SIGCHLD);
		if (pid < 0)
			return trial->call == CALL_UNSHARE ?
			       make_unshare(trial) : errno;
		if (pid) {
			waitpid(pid, &status, 0);
			return WEXITSTATUS(status);
		}
	}
	return 0;
}

/* A PID namespace of which all numbers are in use; from 6.14 on, its own limit */
static int make_without_numbers(const struct trial *trial)
{
	int status, i, ret;
	pid_t pid;

	(void)trial;
	must(!unshare(CLONE_NEWPID | CLONE_NEWNS), "unshare");
	pid = fork();
	if (!pid) {
		must(!mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
		     !mount("proc", "/proc", "proc", 0, NULL), "proc");
		write_file("/proc/sys/kernel/pid_max", "301");
		for (i = 0; i < 400; i++) {
			ret = fork();
			if (!ret)
				stay(NULL);
			if (ret < 0)
				_exit(errno);
		}
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

/* Finds the mount point of cgroup2, if there is one. */
static const char *cgroup2(void)
{
	static char path[PATH_MAX];
	char type[64], line[2 * PATH_MAX];
	FILE *f = fopen("/proc/mounts", "re");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %4095s %63s", path, type) == 2 &&
		    !strcmp(type, "cgroup2"))
			return path;
	give_up(NOT_HERE, "cgroup2 is not mounted");
}

static void make_cgroups(const char *mount)
{
	/* No PID, which others may have in another PID namespace */
	snprintf(page->cgroup, sizeof(page->cgroup), "%s/taskshare-XXXXXX",
		 mount);
	needs(mkdtemp(page->cgroup), page->cgroup);
	snprintf(page->child, sizeof(page->child), "%s/child", page->cgroup);
	needs(!chmod(page->cgroup, 0755) && !mkdir(page->child, 0755),
	      page->child);
	cgroup_fd = open(page->child, O_RDONLY | O_DIRECTORY);
}

static void remove_cgroups(void)
{
	rmdir(page->second);
	rmdir(page->child);
	rmdir(page->cgroup);
	if (*page->disable)
		write_file(page->control, page->disable);
	*page->second = 0;
	*page->child = 0;
	*page->cgroup = 0;
	*page->disable = 0;
}

/* A controller for children of the root, for the time of the trial */
static void enable(const char *root, const char *controller)
{
	char text[512] = "", word[16];
	int fd;

	snprintf(page->control, sizeof(page->control),
		 "%s/cgroup.subtree_control", root);
	fd = open(page->control, O_RDWR | O_CLOEXEC);
	snprintf(word, sizeof(word), "+%s", controller);
	if (read(fd, text, sizeof(text) - 1) >= 0 &&
	    !strstr(text, controller) && write(fd, word, strlen(word)) > 0)
		snprintf(page->disable, sizeof(page->disable), "-%s",
			 controller);
	close(fd);
}

static void choose_cgroup(const struct trial *trial)
{
	char path[PATH_MAX + 96];

	make_cgroups(cgroup2());
	switch (trial->facts[0]) {
	case CGROUP_CLOSED:
		cgroup_fd = 9999;
		break;
	case CGROUP_OTHER:
		cgroup_fd = open("/tmp", O_RDONLY | O_DIRECTORY);
		break;
	case CGROUP_DEAD:
		must(!rmdir(page->child), page->child);
		break;
	case CGROUP_DENIED:
		become(NOBODY);
		break;
	case CGROUP_THREADED:
		/* Beside one that is threaded, one that is not is invalid. */
		snprintf(path, sizeof(path), "%s/cgroup.type", page->child);
		write_file(path, "threaded");
		snprintf(page->second, sizeof(page->second), "%s/second",
			 page->cgroup);
		must(!mkdir(page->second, 0755), page->second);
		cgroup_fd = open(page->second, O_RDONLY | O_DIRECTORY);
		break;
	case CGROUP_BUSY:
		/* A controller that threaded cgroups do not have */
		enable(cgroup2(), "memory");
		snprintf(path, sizeof(path), "%s/cgroup.subtree_control",
			 page->cgroup);
		needs(try_to_write(path, "+memory"), "memory in cgroup2");
		cgroup_fd = open(page->cgroup, O_RDONLY | O_DIRECTORY);
		break;
	default:
		break;
	}
}

/* A cgroup whose pids.max is reached, of whichever version there is */
static void fill_cgroup(const struct trial *trial)
{
	static const char *const mount[] = {
		"/sys/fs/cgroup/pids", "/sys/fs/cgroup",
	};
	char file[PATH_MAX + 96];
	size_t i;

	(void)trial;
	for (i = 0; i < ARRAY_SIZE(mount); i++) {
		if (access(mount[i], F_OK))
			continue;
		enable(mount[i], "pids");
		make_cgroups(mount[i]);
		snprintf(file, sizeof(file), "%s/pids.max", page->cgroup);
		if (access(file, W_OK))
			continue;
		write_file(file, "1");
		snprintf(file, sizeof(file), "%s/cgroup.procs", page->cgroup);
		write_file(file, "0");
		return;
	}
	give_up(NOT_HERE, "no controller pids");
}

static const struct trial clone_trials[] = {
	/* copy_clone_args_from_user() */
	WRONG("a size beyond a page", SIZE_LONG, E2BIG, HOLDS(ARGS_LONG)),
	WRONG("a size of 8", SIZE_SHORT, EINVAL, HOLDS(ARGS_SHORT)),
	WRONG("what this kernel does not know", TAIL, E2BIG, HOLDS(ARGS_TAIL)),
	WRONG("arguments at 8", ADDRESS, EFAULT, HOLDS(ARGS_BAD)),
	WRONG("40 PIDs", TIDS_MANY, EINVAL,
	      HOLDS(SET_TID_MANY, SET_TID_GIVEN, SET_TID_LEVELS)),
	WRONG("a number of PIDs without PIDs", TIDS_WITHOUT, EINVAL,
	      HOLDS(SET_TID_HALF)),
	WRONG("PIDs without a number", TIDS_NONE, EINVAL, HOLDS(SET_TID_HALF)),
	WRONG("PIDs at 8", TIDS_ADDRESS, EFAULT,
	      HOLDS(SET_TID_BAD, SET_TID_GIVEN)),
	WRONG("signal 200", SIGNAL_200, EINVAL, HOLDS(SIGNAL_INVALID)),
	WRONG("a signal beyond 32 bits", SIGNAL_LONG, EINVAL,
	      HOLDS(SIGNAL_INVALID)),
	WRONG("a cgroup beyond INT_MAX", CGROUP_LONG, EINVAL,
	      HOLDS(CGROUP_HALF), .flags = CLONE_INTO_CGROUP),

	/* clone3_args_valid() */
	CLONE3("an unknown flag", 1ull << 50, EINVAL, SIGNAL),
	CLONE3("AUTOREAP before 7.1", CLONE_AUTOREAP, EINVAL,
	       .until = RELEASE(7, 1)),
	CLONE3("EMPTY_MNTNS before 7.2", CLONE_EMPTY_MNTNS, EINVAL, SIGNAL,
	       .until = RELEASE(7, 2)),
	CLONE3("DETACHED", CLONE_DETACHED, EINVAL, SIGNAL),
	CLONE3("a signal among the flags", SIGCHLD, EINVAL),
	CLONE3("SIGHAND and CLEAR_SIGHAND", CLONE_VM | CLONE_SIGHAND |
	       CLONE_CLEAR_SIGHAND, EINVAL, SIGNAL),
	CLONE3("THREAD and a signal", CLONE_VM | CLONE_SIGHAND | CLONE_THREAD,
	       EINVAL, SIGNAL),
	CLONE3("PARENT and a signal", CLONE_PARENT, EINVAL, SIGNAL),
	WRONG("a stack without a size", STACK_WITHOUT, EINVAL,
	      HOLDS(STACK_HALF)),
	WRONG("a size without a stack", STACK_SIZE_ONLY, EINVAL,
	      HOLDS(STACK_HALF)),
#if LOOKS_AT_STACK
	WRONG("a stack in the kernel", STACK_KERNEL, EINVAL, HOLDS(STACK_BAD)),
#endif

	/* kernel_clone() */
	CLONE2("PIDFD and PARENT_SETTID", CLONE_PIDFD | CLONE_PARENT_SETTID,
	       EINVAL, SIGNAL),
	WRONG("PIDFD and PARENT_SETTID at one address", SAME_ADDRESS, EINVAL,
	      HOLDS(PIDFD_SAME), .flags = CLONE_PIDFD | CLONE_PARENT_SETTID),
	CLONE2("signal 100", 0, EINVAL, .exit_signal = 100,
	       HOLDS(SIGNAL_INVALID), .since = RELEASE(7, 1)),

	/* copy_process(), by flags */
	CLONE3("FS and NEWNS", CLONE_FS | CLONE_NEWNS, EINVAL, SIGNAL),
	CLONE3("FS and NEWUSER", CLONE_FS | CLONE_NEWUSER, EINVAL, SIGNAL),
	CLONE3("THREAD without SIGHAND", CLONE_VM | CLONE_THREAD, EINVAL),
	CLONE3("SIGHAND without VM", CLONE_SIGHAND, EINVAL, SIGNAL),
	CLONE3("THREAD and NEWPID", CLONE_VM | CLONE_SIGHAND | CLONE_THREAD |
	       CLONE_NEWPID, EINVAL),
	CLONE2("PIDFD and DETACHED", CLONE_PIDFD | CLONE_DETACHED, EINVAL,
	       SIGNAL),
	CLONE3("PIDFD and THREAD", CLONE_VM | CLONE_SIGHAND | CLONE_THREAD |
	       CLONE_PIDFD, EINVAL, .until = RELEASE(6, 9)),
	CLONE3("AUTOREAP and PARENT", CLONE_AUTOREAP | CLONE_PARENT, EINVAL,
	       .since = RELEASE(7, 1)),
	CLONE3("AUTOREAP and a signal", CLONE_AUTOREAP, EINVAL, SIGNAL,
	       .since = RELEASE(7, 1)),
	CLONE3("NNP and THREAD", CLONE_VM | CLONE_SIGHAND | CLONE_THREAD |
	       CLONE_NNP, EINVAL, .since = RELEASE(7, 1)),
	CLONE3("AUTOKILL without PIDFD", CLONE_PIDFD_AUTOKILL | CLONE_AUTOREAP,
	       EINVAL, .since = RELEASE(7, 1)),
	CLONE3("AUTOKILL without AUTOREAP", CLONE_PIDFD_AUTOKILL | CLONE_PIDFD,
	       EINVAL, SIGNAL, .since = RELEASE(7, 1)),
	CLONE3("AUTOKILL by a user", CLONE_PIDFD_AUTOKILL | CLONE_PIDFD |
	       CLONE_AUTOREAP, EPERM, HOLDS(NO_ADMIN, NO_CHROOT),
	       .prepare = become_nobody, .since = RELEASE(7, 1)),
	CLONE3("SYSVSEM and NEWIPC", CLONE_SYSVSEM | CLONE_NEWIPC, EINVAL,
	       SIGNAL),

	/* copy_process(), by what the caller is */
	CLONE3("PARENT by an init", CLONE_PARENT, EINVAL, HOLDS(IS_INIT),
	       .make = make_by_init),
	CLONE3("a thread after unshare(NEWPID)", CLONE_VM | CLONE_SIGHAND |
	       CLONE_THREAD, EINVAL, HOLDS(PID_ELSEWHERE),
	       .prepare = unshare_arg, .arg = CLONE_NEWPID),
	CLONE3("VM after unshare(NEWTIME)", CLONE_VM, EINVAL, SIGNAL,
	       HOLDS(TIME_ELSEWHERE), .prepare = unshare_arg,
	       .arg = CLONE_NEWTIME, .until = RELEASE(6, 2)),
	CLONE3("a task more than RLIMIT_NPROC", 0, EAGAIN, SIGNAL,
	       HOLDS(NPROC_REACHED, NO_ADMIN, NO_CHROOT),
	       .prepare = limit_tasks, .works = true),
	CLONE3("a child under SCHED_DEADLINE", 0, EAGAIN, SIGNAL,
	       HOLDS(IS_DEADLINE), .prepare = use_deadline, .works = true),
	CLONE3("FS while a thread executes", CLONE_FS, EAGAIN, SIGNAL,
	       HOLDS(FS_IN_EXEC, HAS_THREADS, SHARES_FS),
	       .make = make_in_exec),
#if LOOKS_AT_TLS
	WRONG("thread-local storage in the kernel", TLS_KERNEL, EPERM,
	      HOLDS(TLS_BAD), .flags = CLONE_SETTLS),
#endif

	/* alloc_pid() */
	WRONG("32 PIDs", TIDS_LEVELS, EINVAL,
	      HOLDS(SET_TID_LEVELS, SET_TID_GIVEN)),
	WRONG("a PID too high", TID_HIGH, EINVAL,
	      HOLDS(SET_TID_RANGE, SET_TID_GIVEN)),
	WRONG("PID 0", TID_ZERO, EINVAL, HOLDS(SET_TID_RANGE, SET_TID_GIVEN)),
	WRONG("a PID other than 1 first", TID_ANY, EINVAL,
	      HOLDS(SET_TID_INIT, SET_TID_GIVEN), .prepare = leave_pids),
	WRONG("a PID by a user", TID_ANY, EPERM, HOLDS(SET_TID_GIVEN,
						       NO_CHECKPOINT),
	      .prepare = become_nobody),
	WRONG("PID 1 again", TID_TAKEN, EEXIST, HOLDS(SET_TID_TAKEN,
						      SET_TID_GIVEN)),
	CLONE2("a PID more than pid_max", 0, EAGAIN, SIGNAL,
	       HOLDS(PID_MAX_REACHED), .make = make_without_numbers,
	       .since = RELEASE(6, 14)),
	CLONE3("a child where the init has ended", 0, ENOMEM, SIGNAL,
	       HOLDS(PID_DEAD, PID_ELSEWHERE), .prepare = let_init_die,
	       .works = true),

	/* pidfd_prepare() and cgroup_can_fork() */
	CLONE3("PIDFD without a free descriptor", CLONE_PIDFD, EMFILE, SIGNAL,
	       HOLDS(NO_DESCRIPTOR), .prepare = limit_files,
	       .make = make_pidfd, .works = true),
	WRONG("PIDFD at 8", PIDFD_ADDRESS, EFAULT, HOLDS(PIDFD_BAD),
	      .flags = CLONE_PIDFD),
	WRONG("a cgroup that is not open", CGROUP_FD, EBADF,
	      HOLDS(CGROUP_CLOSED), .flags = CLONE_INTO_CGROUP,
	      .prepare = choose_cgroup),
	WRONG("a cgroup that is /tmp", CGROUP_FD, EBADF, HOLDS(CGROUP_OTHER),
	      .flags = CLONE_INTO_CGROUP, .prepare = choose_cgroup),
	WRONG("a cgroup that was removed", CGROUP_FD, ENOENT,
	      HOLDS(CGROUP_DEAD), .flags = CLONE_INTO_CGROUP,
	      .prepare = choose_cgroup),
	WRONG("a cgroup of another user", CGROUP_FD, EACCES,
	      HOLDS(CGROUP_DENIED), .flags = CLONE_INTO_CGROUP,
	      .prepare = choose_cgroup),
	WRONG("a cgroup beside a threaded one", CGROUP_FD, EOPNOTSUPP,
	      HOLDS(CGROUP_THREADED), .flags = CLONE_INTO_CGROUP,
	      .prepare = choose_cgroup),
	WRONG("a cgroup with controllers for its children", CGROUP_FD, EBUSY,
	      HOLDS(CGROUP_BUSY), .flags = CLONE_INTO_CGROUP,
	      .prepare = choose_cgroup),
	CLONE3("a task more than pids.max", 0, EAGAIN, SIGNAL,
	       HOLDS(PIDS_MAX_REACHED), .prepare = fill_cgroup,
	       .works = true),

	CLONE3("VM after unshare(NEWTIME), by 6.2", CLONE_VM | CLONE_VFORK,
	       ERRNO_NONE, SIGNAL, HOLDS(TIME_ELSEWHERE),
	       .prepare = unshare_arg, .arg = CLONE_NEWTIME,
	       .since = RELEASE(6, 2)),
	CLONE3("PIDFD and PARENT_SETTID at two addresses", CLONE_PIDFD |
	       CLONE_PARENT_SETTID, ERRNO_NONE, SIGNAL, .make = make_pidfd),
	CLONE3("NEWUSER and NEWNET by a user", CLONE_NEWUSER | CLONE_NEWNET,
	       ERRNO_NONE, SIGNAL, HOLDS(NO_ADMIN, NO_CHROOT),
	       .prepare = become_nobody),
	CLONE3("a child after unshare(NEWPID)", 0, ERRNO_NONE, SIGNAL,
	       HOLDS(PID_ELSEWHERE), .prepare = leave_pids),

	CLONE3("a copy of too much memory", 0, ENOMEM, SIGNAL,
	       HOLDS(OVERCOMMITTED), .prepare = map_too_much, .works = true),
};

#endif /* TESTS_REFUSALS_CLONE_H */
