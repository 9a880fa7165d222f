// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process in a state that taskshare audit reports, or close to one.
 *
 *	audit_task SITUATION [NAME|end]
 *
 * It prints "ready PID TID OTHER" and stays: TID is its second thread, or of
 * another kind that matters; OTHER is its child; each 0 if there is none.
 */
#include <dirent.h>
#include <err.h>
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
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "../../selftests/lib/uring.h"
#include "clone/compat.h"
#include "util/array.h"

#define STACK	65536
#define USER	1000

/* Runs in the thread or the child before it stays; returns an errno */
typedef int (*act_fn)(void);

/* A task that is ready writes an int to it, 0 or an errno. */
static int ready[2];
static pid_t tid, other;

static _Noreturn void stay(void)
{
	for (;;)
		pause();
}

static int nothing(void)
{
	return 0;
}

static int set_nnp(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? errno : 0;
}

/* The system call changes one task, the function all threads. */
static int raw_uid(void)
{
	return syscall(SYS_setresuid, USER, USER, USER) ? errno : 0;
}

static int libc_uid(void)
{
	return setresuid(USER, USER, USER) ? errno : 0;
}

static int raw_fsuid(void)
{
	syscall(SYS_setfsuid, USER);
	return 0;
}

static int raw_groups(void)
{
	gid_t group = 4;

	return syscall(SYS_setgroups, 1, &group) ? errno : 0;
}

static int raw_euid_back(void)
{
	return syscall(SYS_setresuid, -1, USER + 1, -1) ? errno : 0;
}

static int drop_caps(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[2] = { 0 };

	return syscall(SYS_capset, &head, none) ? errno : 0;
}

static int filter_by(unsigned int flags)
{
	struct sock_filter allow = BPF_STMT(BPF_RET, SECCOMP_RET_ALLOW);
	struct sock_fprog prog = { .len = 1, .filter = &allow };

	return set_nnp() ?: syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags,
				    &prog) ? errno : 0;
}

static int filter(void)
{
	return filter_by(0);
}

static int filter_all(void)
{
	return filter_by(SECCOMP_FILTER_FLAG_TSYNC);
}

static int new_uts(void)
{
	return unshare(CLONE_NEWUTS) ? errno : 0;
}

static int new_net(void)
{
	return unshare(CLONE_NEWNET) ? errno : 0;
}

static int new_user(void)
{
	return unshare(CLONE_NEWUSER) ? errno : 0;
}

static int own_fs(void)
{
	return unshare(CLONE_FS) ? errno : 0;
}

/* Runs in the child that an act has created, and in that of clone() below. */
static int child(void *act)
{
	int result = ((act_fn)act)();

	/* With CLONE_VM, that is the creator's. */
	other = getpid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "other");
	if (write(ready[1], &result, sizeof(result)) < 0)
		_exit(1);
	stay();
}

static int new_uts_child(void)
{
	int result = new_uts();

	if (result)
		return result;
	other = fork();
	if (other < 0)
		return errno;
	if (!other) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		stay();
	}
	return 0;
}

/* These do not return before the child executes a program. */
static int vfork_into(act_fn act)
{
	char *stack = malloc(STACK);

	clone(child, stack + STACK, CLONE_VM | CLONE_VFORK | SIGCHLD, act);
	return errno;
}

static int vfork_child(void)
{
	return vfork_into(nothing);
}

static int vfork_uid(void)
{
	return vfork_into(raw_uid);
}

static void wait_ready(const char *name)
{
	int result;

	if (read(ready[0], &result, sizeof(result)) != sizeof(result))
		err(1, "%s", name);
	if (result) {
		errno = result;
		err(1, "%s", name);
	}
}

static void *thread(void *act)
{
	int result;

	prctl(PR_SET_NAME, "thread");
	tid = syscall(SYS_gettid);
	result = ((act_fn)act)();
	if (write(ready[1], &result, sizeof(result)) < 0)
		exit(1);
	stay();
}

static void create_thread(act_fn act)
{
	pthread_t unused;
	int ret = pthread_create(&unused, NULL, thread, act);

	if (ret)
		errx(1, "pthread_create: %s", strerror(ret));
	wait_ready("thread");
}

/* Later than this process by ticks of /proc: so it is known which is the older. */
static void create_child(unsigned long flags, act_fn act)
{
	char *stack = malloc(STACK);

	usleep(2 * 1000000 / sysconf(_SC_CLK_TCK));
	other = clone(child, stack + STACK, flags | SIGCHLD, act);
	if (other < 0)
		err(1, "clone");
	wait_ready("child");
}

static void ok(int result, const char *name)
{
	if (!result)
		return;
	errno = result;
	err(1, "%s", name);
}

static void be_ready(void)
{
	printf("ready %d %d %d\n", getpid(), tid, other);
	fflush(stdout);
	stay();
}

static void after_thread(act_fn before, act_fn act)
{
	ok(before(), "before");
	create_thread(act);
}

/* Threads of a user without privileges that is another one by turns */
static void users(void)
{
	if (setresgid(USER, USER, USER) || setgroups(0, NULL) ||
	    setresuid(USER, USER, USER + 1))
		err(1, "setresuid");
	create_thread(raw_euid_back);
}

/* What follows the name in the stat file of a process: its state, numbers */
static char *read_stat(pid_t pid, char *line, size_t size)
{
	char path[64], *at = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (f && fgets(line, size, f))
		at = strrchr(line, ')');
	if (!at)
		err(1, "%s", path);
	fclose(f);
	return at + 2;
}

static void *outlive(void *unused)
{
	char line[1024];

	(void)unused;
	tid = syscall(SYS_gettid);
	prctl(PR_SET_NAME, "survivor");
	while (*read_stat(getpid(), line, sizeof(line)) != 'Z')
		usleep(1000);
	be_ready();
	return NULL;
}

static void zombie(void)
{
	pthread_t unused;

	if (pthread_create(&unused, NULL, outlive, NULL))
		errx(1, "pthread_create");
	pthread_exit(NULL);
}

static void *end(void *unused)
{
	return unused;
}

static void ended(void)
{
	pthread_t gone;

	if (pthread_create(&gone, NULL, end, NULL) || pthread_join(gone, NULL))
		errx(1, "pthread");
}

/* Waits until a task is in do_exit(): bit 2 of the flags in its stat file. */
static void wait_exiting(pid_t pid)
{
	unsigned int flags = 0;
	char line[1024], *at;

	while (!(flags & 4)) {
		at = read_stat(pid, line, sizeof(line));
		if (sscanf(at, "%*c %*d %*d %*d %*d %*d %u", &flags) != 1)
			errx(1, "%s", line);
	}
}

/*
 * A PID namespace with a first process and another one that was put there from
 * outside, which has ended: as long as it is not reaped, the first cannot end.
 */
static void teardown(bool first_ends)
{
	char path[64];
	pid_t member;
	siginfo_t info;
	int fd;

	if (unshare(CLONE_NEWPID))
		err(1, "unshare");
	create_child(0, nothing);
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", other);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWPID))
		err(1, "%s", path);
	member = fork();
	if (member < 0)
		err(1, "fork");
	if (!member)
		_exit(0);
	if (waitid(P_PID, member, &info, WEXITED | WNOWAIT))
		err(1, "waitid");
	tid = member;
	if (!first_ends)
		return;
	kill(other, SIGKILL);
	wait_exiting(other);
}

static void pending(const char *form)
{
	bool time = !strcmp(form, "time");

	if (unshare(time ? CLONE_NEWTIME : CLONE_NEWPID))
		err(1, "unshare");
	if (time || !strcmp(form, "none"))
		return;
	create_child(0, nothing);
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

/* A thread of this process with another name */
static pid_t find_worker(void)
{
	char comm[32] = "";
	struct dirent *entry;
	pid_t found = 0;
	DIR *dir = opendir("/proc/self/task");

	while (dir && !found && (entry = readdir(dir))) {
		char path[288];
		FILE *f;

		snprintf(path, sizeof(path), "/proc/self/task/%s/comm",
			 entry->d_name);
		f = fopen(path, "r");
		if (f && fgets(comm, sizeof(comm), f) &&
		    !strncmp(comm, "iou-wrk-", 8))
			found = atoi(entry->d_name);
		if (f)
			fclose(f);
	}
	if (dir)
		closedir(dir);
	return found;
}

/* A worker that waits; before Linux 5.12 it is no task of the process. */
static void ring(bool filtered)
{
	int fd[2], tries;

	if (pipe(fd) || uring_block_worker(fd[0]) < 0)
		errx(1, "no io_uring");
	for (tries = 0; !tid && tries < 20000; tries++) {
		tid = find_worker();
		usleep(1000);
	}
	if (!tid)
		errx(1, "no worker");
	if (filtered)
		ok(filter(), "seccomp");
}

/* The simple ones: a child with these flags, or a thread if they are 1 */
#define THREAD	1ul
static const struct {
	const char *name;
	unsigned long flags;
	act_fn act;
} simple[] = {
	{ "alone", THREAD, nothing },
	{ "mm-nnp", CLONE_VM, set_nnp },
	{ "mm-uid", CLONE_VM, raw_uid },
	{ "mm-user", CLONE_VM, new_user },
	{ "mm-filter", CLONE_VM, filter },
	{ "mm-same", CLONE_VM, nothing },
	{ "mm-copied", 0, raw_uid },
	{ "files-uid", CLONE_FILES, raw_uid },
	{ "files-net", CLONE_FILES, new_net },
	{ "files-same", CLONE_FILES, nothing },
	{ "fs-same", CLONE_FS, nothing },
	{ "fs-uid", CLONE_FS, raw_uid },
	{ "ids-uid", THREAD, raw_uid },
	{ "ids-groups", THREAD, raw_groups },
	{ "ids-caps", THREAD, drop_caps },
	{ "ids-fsuid", THREAD, raw_fsuid },
	{ "ids-libc", THREAD, libc_uid },
	{ "filter-thread", THREAD, filter },
	{ "filter-all", THREAD, filter_all },
	{ "stray-uts", THREAD, new_uts },
	{ "stray-net", THREAD, new_net },
	{ "stray-fs", THREAD, own_fs },
	{ "stray-child", THREAD, new_uts_child },
	{ "nnp-thread", THREAD, set_nnp },
	{ "vfork", THREAD, vfork_child },
	{ "vfork-uid", THREAD, vfork_uid },
};

static bool be_simple(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(simple); i++) {
		if (strcmp(simple[i].name, name))
			continue;
		if (simple[i].flags == THREAD)
			create_thread(simple[i].act);
		else
			create_child(simple[i].flags, simple[i].act);
		return true;
	}
	return false;
}

static void be(const char *name)
{
	if (!strcmp(name, "filter-both"))
		after_thread(filter, filter);
	else if (!strcmp(name, "nnp-both"))
		after_thread(set_nnp, nothing);
	else if (!strcmp(name, "stray-process"))
		after_thread(new_uts, nothing);
	else if (!strcmp(name, "ids-users"))
		users();
	else if (!strcmp(name, "zombie"))
		zombie();
	else if (!strcmp(name, "thread-ended"))
		ended();
	else if (!strcmp(name, "teardown"))
		teardown(true);
	else if (!strcmp(name, "teardown-alive"))
		teardown(false);
	else if (!strncmp(name, "pending-", 8))
		pending(name + 8);
	else if (!strcmp(name, "ring-filtered"))
		ring(true);
	else if (!strcmp(name, "ring"))
		ring(false);
	else if (!be_simple(name))
		errx(1, "no situation '%s'", name);
}

int main(int argc, char **argv)
{
	if (argc < 2 || pipe(ready))
		errx(1, "see the source");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (argc > 2)
		prctl(PR_SET_NAME, argv[2]);
	be(argv[1]);
	if (argc > 2 && !strcmp(argv[2], "end"))
		return 0;
	be_ready();
}
