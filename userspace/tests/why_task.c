// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task in a situation that people have met, for "taskshare why" and for the
 * table to look at.
 *
 *	why_task SITUATION [FORM]
 *
 * It prints "ready PID", and other PIDs that matter. Then it makes the calls
 * that it reads, one a line, and prints what came of each, "ok" or an errno:
 *
 *	unshare FLAGS
 *	setns FLAGS PID
 *	clone FLAGS
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "../../selftests/lib/raw.h"
#include "util/array.h"
#include "clone/compat.h"
#include "clone/flags.h"
#include "clone/namespace.h"

#define STACK 65536

/* The task of another process that matters, if there is one */
static pid_t other;
/* Where a task writes that it is where it stays, for the one that waits for it */
static __thread int arrival;
/* The directory for chroot; the caller makes it. */
static const char *dir;

static _Noreturn void wait_for_ever(void)
{
	for (;;)
		pause();
}

static void arrive(void)
{
	if (write(arrival, "", 1) != 1)
		err(1, "arrival");
}

static void arrival_begin(int fd[2])
{
	if (pipe2(fd, O_CLOEXEC))
		err(1, "pipe");
}

/* A thread has the same descriptors, a child has its own. */
static void arrival_end(int fd[2], bool of_child)
{
	char byte;

	if (of_child)
		close(fd[1]);
	if (read(fd[0], &byte, 1) != 1)
		errx(1, "nobody has arrived");
	if (!of_child)
		close(fd[1]);
	close(fd[0]);
}

/* A child that lives as long as this process, in new namespaces */
static pid_t fork_into(unsigned long flags, const char *name)
{
	int fd[2];
	pid_t pid;

	arrival_begin(fd);
	pid = raw_fork(flags | SIGCHLD);
	if (pid < 0)
		err(1, "clone");
	if (pid) {
		arrival_end(fd, true);
		return pid;
	}
	prctl(PR_SET_NAME, name);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	arrival = fd[1];
	arrive();
	close(fd[0]);
	close(fd[1]);
	wait_for_ever();
}

static void *idle(void *name)
{
	prctl(PR_SET_NAME, name);
	arrive();
	wait_for_ever();
}

struct start {
	void *(*run)(void *arg);
	void *arg;
	int arrival;
};

static void *start_thread(void *start)
{
	struct start copy = *(struct start *)start;

	arrival = copy.arrival;
	return copy.run(copy.arg);
}

/* Returns once the thread has arrived. */
static void create_thread(void *(*run)(void *), void *arg)
{
	struct start start = { .run = run, .arg = arg };
	pthread_t thread;
	int fd[2], ret;

	arrival_begin(fd);
	start.arrival = fd[1];
	ret = pthread_create(&thread, NULL, start_thread, &start);
	if (ret)
		errx(1, "pthread_create: %s", strerror(ret));
	arrival_end(fd, false);
}

static long clone_by(unsigned long long flags)
{
	struct clone_args args = {
		.flags = flags,
		.exit_signal = flags & (CLONE_THREAD | CLONE_PARENT) ?
			       0 : SIGCHLD,
	};
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (!pid)
		syscall(SYS_exit, 0);
	return pid;
}

static long join(unsigned long long flags, int pid)
{
	char path[64];
	int fd, ret;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid,
		 namespace_file(flags));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
	ret = setns(fd, flags);
	close(fd);
	return ret;
}

static void obey(void)
{
	char line[256], call[16], flags[200];
	unsigned long long bits;
	long ret = -1;
	int pid;

	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "%15s %199s %d", call, flags, &pid) < 2 ||
		    flags_parse(flags, (__u64 *)&bits))
			errx(1, "what is %s?", line);
		if (!strcmp(call, "unshare"))
			ret = unshare(bits);
		else if (!strcmp(call, "setns"))
			ret = join(bits, pid);
		else if (!strcmp(call, "clone"))
			ret = clone_by(bits);
		else
			errx(1, "what is %s?", line);
		puts(ret < 0 ? strerrorname_np(errno) : "ok");
		fflush(stdout);
	}
	exit(0);
}

static void be_ready(void)
{
	printf("ready %d %d %d\n", getpid(), (int)syscall(SYS_gettid), other);
	fflush(stdout);
	obey();
}

/* A library's thread is in the way of joining namespaces. */
static void plugin(const char *form)
{
	(void)form;
	other = fork_into(CLONE_NEWNS | CLONE_NEWUTS, "job");
	create_thread(idle, "plugin");
}

/* unshare --pid without --fork: no child yet, one that lives, one that died */
static void without_fork(const char *form)
{
	if (unshare(CLONE_NEWPID))
		err(1, "unshare");
	if (!strcmp(form, "none"))
		return;
	other = fork_into(0, "first");
	/* The first process stays root's. */
	if (!strcmp(form, "nobody") &&
	    (setresgid(65534, 65534, 65534) ||
	     setresuid(65534, 65534, 65534) || prctl(PR_SET_DUMPABLE, 1)))
		err(1, "setresuid");
	if (strcmp(form, "dead"))
		return;
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	other = 0;
}

static void change_root(const char *form)
{
	if (strcmp(form, "directory") && strcmp(form, "slash")) {
		if (unshare(CLONE_NEWNS) ||
		    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
			err(1, "mount namespace");
		if (!strcmp(form, "bind") &&
		    mount("/", dir, NULL, MS_BIND, NULL))
			err(1, "bind mount");
		if (!strcmp(form, "tmpfs") &&
		    mount("none", dir, "tmpfs", 0, NULL))
			err(1, "tmpfs");
		/* On top of the root of the namespace, under which it stays */
		if (!strcmp(form, "covered")) {
			if (mount("none", "/", "tmpfs", 0, NULL))
				err(1, "tmpfs");
			return;
		}
	}
	if (chroot(strcmp(form, "slash") ? dir : "/") || chdir("/"))
		err(1, "chroot");
}

static void *with_a_root_of_its_own(void *unused)
{
	(void)unused;
	if (unshare(CLONE_FS))
		err(1, "unshare");
	change_root("directory");
	arrive();
	be_ready();
	return NULL;
}

/* Only the thread is in a chroot. */
static void thread_in_chroot(const char *form)
{
	(void)form;
	create_thread(with_a_root_of_its_own, NULL);
	wait_for_ever();
}

static int twin(void *unused)
{
	(void)unused;
	prctl(PR_SET_NAME, "twin");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	arrive();
	wait_for_ever();
}

static void create_twin(void)
{
	char *stack = malloc(STACK);
	int fd[2];

	arrival_begin(fd);
	arrival = fd[1];
	if (clone(twin, stack + STACK, CLONE_VM | SIGCHLD, NULL) < 0)
		err(1, "clone");
	arrival_end(fd, true);
}

/* Another time namespace, and who shares memory or a process */
static void clocks(const char *form)
{
	int fd[2];

	if (pipe(fd))
		err(1, "pipe");
	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(CLONE_NEWTIME))
			_exit(1);
		other = fork_into(0, "clocks");
		if (write(fd[1], &other, sizeof(other)) < 0)
			_exit(1);
		wait_for_ever();
	}
	close(fd[1]);
	if (read(fd[0], &other, sizeof(other)) != sizeof(other))
		errx(1, "no time namespaces");
	if (!strcmp(form, "thread"))
		create_thread(idle, "logger");
	else if (!strcmp(form, "twin"))
		create_twin();
}

/* Waits until a thread has ended, and is not reaped: state Z in its stat file. */
static void wait_for_end(pid_t tid)
{
	char path[64], line[256], *at;
	int polls;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	for (polls = 0; polls < 60000; polls++) {
		f = fopen(path, "re");
		if (!f || !fgets(line, sizeof(line), f))
			err(1, "%s", path);
		fclose(f);
		at = strrchr(line, ')');
		if (at && !strncmp(at, ") Z", 3))
			return;
		usleep(1000);
	}
	errx(1, "the first thread has not ended: %s", line);
}

static void *go_on(void *unused)
{
	(void)unused;
	prctl(PR_SET_NAME, "server");
	arrive();
	wait_for_end(getpid());
	be_ready();
	return NULL;
}

/* The process still has a port, for example. */
static void dead_leader(const char *form)
{
	int port = socket(AF_INET, SOCK_STREAM, 0);

	(void)form;
	if (port < 0 || listen(port, 1))
		err(1, "listen");
	create_thread(go_on, NULL);
	pthread_exit(NULL);
}

static void add_filter(bool refuses, unsigned int flags)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_RET, SECCOMP_RET_ALLOW),
	};
	struct sock_filter refuse[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, SYS_unshare, 0, 1),
		BPF_STMT(BPF_RET, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {
		.len = refuses ? ARRAY_SIZE(refuse) : ARRAY_SIZE(code),
		.filter = refuses ? refuse : code,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog))
		err(1, "seccomp");
}

static void filter(const char *form)
{
	add_filter(!strcmp(form, "refuse"), 0);
}

static void *be_sandboxed(void *name)
{
	prctl(PR_SET_NAME, name);
	add_filter(false, 0);
	other = syscall(SYS_gettid);
	arrive();
	wait_for_ever();
}

/* One thread has a filter, and maybe the first one another; or all the same */
static void filters(const char *form)
{
	create_thread(idle, "plain");
	if (!strcmp(form, "all")) {
		add_filter(false, SECCOMP_FILTER_FLAG_TSYNC);
		return;
	}
	create_thread(be_sandboxed, "sandboxed");
	if (!strcmp(form, "two"))
		add_filter(false, 0);
}

static void *inherit(void *unused)
{
	(void)unused;
	return idle("heir");
}

/* By the system call, which changes the thread that makes it alone */
static void *change_user(void *name)
{
	prctl(PR_SET_NAME, name);
	other = syscall(SYS_gettid);
	if (syscall(SYS_setresuid, 1000, 1000, 1000))
		err(1, "setresuid");
	create_thread(inherit, NULL);
	arrive();
	wait_for_ever();
}

static void *change_user_again(void *name)
{
	prctl(PR_SET_NAME, name);
	if (syscall(SYS_setresuid, 1000, 1000, 1000))
		err(1, "setresuid");
	arrive();
	wait_for_ever();
}

static void *change_fsuid(void *name)
{
	prctl(PR_SET_NAME, name);
	setfsuid(1001);
	arrive();
	wait_for_ever();
}

static void users(const char *form)
{
	if (!strcmp(form, "fsuid")) {
		create_thread(change_fsuid, "fsuid");
		return;
	}
	create_thread(change_user, "changer");
	create_thread(change_user_again, "equal");
}

static int slow_child(void *unused)
{
	(void)unused;
	prctl(PR_SET_NAME, "slow child");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	arrive();
	wait_for_ever();
}

static void *wait_in_vfork(void *name)
{
	prctl(PR_SET_NAME, name);
	other = syscall(SYS_gettid);
	if (!vfork())
		slow_child(NULL);
	return NULL;
}

/* As by vfork(2), but this process's parent becomes that of the child. */
static void wait_for_sibling(void)
{
	char *stack = malloc(STACK);

	prctl(PR_SET_NAME, "creator");
	if (!stack || clone(slow_child, stack + STACK, CLONE_VM | CLONE_VFORK |
			    CLONE_PARENT | SIGCHLD, NULL) < 0)
		err(1, "clone");
}

/*
 * One thread of several waits for a child, or the only one, which is @other; or
 * that waits for a sibling.
 */
static void vfork_and_wait(const char *form)
{
	int fd[2];

	if (!strcmp(form, "thread")) {
		create_thread(wait_in_vfork, "spawner");
		return;
	}
	arrival_begin(fd);
	other = fork();
	if (!other) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		arrival = fd[1];
		if (!strcmp(form, "sibling"))
			wait_for_sibling();
		wait_in_vfork("parent");
	}
	arrival_end(fd, true);
}

/* Joins the network that it is in, which gives it another nsproxy. */
static void at_home(const char *form)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	(void)form;
	create_thread(idle, "plain");
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err(1, "setns");
	close(fd);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		err(1, "%s", path);
	close(fd);
}

/* A user namespace of its own, with a map, in which a limit is 0 */
static void limit(const char *form)
{
	char path[64];

	if (unshare(CLONE_NEWUSER))
		err(1, "unshare");
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/uid_map", "0 0 1");
	write_file("/proc/self/gid_map", "0 0 1");
	snprintf(path, sizeof(path), "/proc/sys/user/max_%s_namespaces", form);
	write_file(path, "0");
}

/* As many user namespaces inside each other as there may be */
static void nested(const char *form)
{
	int i, levels = atoi(form);

	for (i = 0; i < levels; i++) {
		if (unshare(CLONE_NEWUSER))
			err(1, "unshare %d", i);
		if (!i)
			write_file("/proc/self/setgroups", "deny");
		write_file("/proc/self/uid_map", "0 0 1");
		write_file("/proc/self/gid_map", "0 0 1");
	}
}

static void alone(const char *form)
{
	(void)form;
}

static const struct {
	const char *name;
	void (*prepare)(const char *form);
} situations[] = {
	{ "alone", alone },
	{ "plugin", plugin },
	{ "without-fork", without_fork },
	{ "chroot", change_root },
	{ "thread-in-chroot", thread_in_chroot },
	{ "clocks", clocks },
	{ "dead-leader", dead_leader },
	{ "filter", filter },
	{ "filters", filters },
	{ "users", users },
	{ "vfork", vfork_and_wait },
	{ "at-home", at_home },
	{ "limit", limit },
	{ "nested", nested },
};

int main(int argc, char **argv)
{
	size_t i;

	dir = getenv("DIR") ?: "/tmp";
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (i = 0; argc > 1 && i < ARRAY_SIZE(situations); i++) {
		if (strcmp(situations[i].name, argv[1]))
			continue;
		situations[i].prepare(argc > 2 ? argv[2] : "");
		be_ready();
	}
	errx(1, "see the source");
}
