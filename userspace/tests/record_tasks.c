// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program to be recorded, which does one thing that no other test has.
 *
 *	record_tasks threads	five threads, a child, exit status 7
 *	record_tasks order	has a child; both write in turn, to a stream each
 *	record_tasks hostile	has a name and writes what could do harm
 *	record_tasks killed	is killed by SIGSEGV
 *	record_tasks spawn	posix_spawn(3) and vfork(2)
 *	record_tasks exec	a thread executes, which ends all others
 *	record_tasks leader	its first thread ends before the last one
 *	record_tasks unshare	a thread takes a file table and an fs of its own
 *	record_tasks untraced	a process that no tracer can follow
 *	record_tasks cgroup	clone3(2) into another cgroup than its own; exit
 *				status 4 where there can be none
 *	record_tasks negative	reads its memory at an offset that is negative
 *	record_tasks newborn N	kills N processes that make threads, and never waits
 *	record_tasks many N	N processes at once
 *	record_tasks forks N	N processes, one after the other
 */
#include <err.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../selftests/lib/raw.h"
#include "clone/compat.h"
#include "util/array.h"

static pthread_barrier_t barrier;

static void *end(void *arg)
{
	pthread_barrier_wait(&barrier);
	return arg;
}

static int threads(void)
{
	pthread_t thread[5];
	int i;

	pthread_barrier_init(&barrier, NULL, 5);
	for (i = 0; i < 5; i++)
		pthread_create(&thread[i], NULL, end, NULL);
	for (i = 0; i < 5; i++)
		pthread_join(thread[i], NULL);
	if (!fork())
		_exit(3);
	wait(NULL);
	puts("done");
	return 7;
}

/* A task that has read a byte writes a line, and a byte for the other one. */
static int write_in_turn(int me, int from, int to)
{
	char byte;
	int i;

	for (i = me; i < 500; i += 2) {
		if (read(from, &byte, 1) != 1)
			return 1;
		dprintf(1 + me, "%d\n", i);
		if (write(to, "", 1) != 1)
			return 1;
	}
	return 0;
}

static int order(void)
{
	int first[2], second[2];

	signal(SIGPIPE, SIG_IGN);
	if (pipe(first) || pipe(second) || write(first[1], "", 1) != 1)
		return 1;
	if (!fork()) {
		close(first[0]);
		close(second[1]);
		_exit(write_in_turn(1, second[0], first[1]));
	}
	close(first[1]);
	close(second[0]);
	write_in_turn(0, first[0], second[1]);
	wait(NULL);
	return 0;
}

static int hostile(void)
{
	static const char bytes[] = {
		"</script><script>alert(1)</script>\033[31m\xff\xc3\x28\"\\\b\xe2\x80\xae&amp;<!--\0]]>\n"
	};

	prctl(PR_SET_NAME, "</a>\"\\\033\xff\n");
	if (write(1, bytes, sizeof(bytes) - 1) < 0)
		return 1;
	if (!fork())
		_exit(0);
	wait(NULL);
	return 0;
}

/* It fails, as the recorder traces it already. */
static int traceme(void)
{
	return !ptrace(PTRACE_TRACEME, 0, 0, 0);
}

/* getpid(2) as a 32-bit program calls it */
#ifdef __x86_64__
static long foreign_call(long nr, long a, long b)
{
	__asm__ volatile("int $0x80" : "+a"(nr) :
			 "b"(a), "c"(b), "d"(0), "S"(0), "D"(0) :
			 "memory", "r8", "r9", "r10", "r11");
	return nr;
}

/* Numbers are those of 32-bit programs, and so are addresses. */
static int foreign(void)
{
	struct {
		char path[16];
		__u32 argv[2];
	} *low = mmap(NULL, sizeof(*low), PROT_READ | PROT_WRITE, MAP_PRIVATE |
		      MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	const int clone_nr = 120, execve_nr = 11;
	int status;
	pid_t pid;

	if (low == MAP_FAILED)
		return 1;
	strcpy(low->path, "/bin/true");
	low->argv[0] = (long)low->path;
	pid = foreign_call(clone_nr, CLONE_FILES | CLONE_FS | SIGCHLD, 0);
	if (!pid) {
		foreign_call(execve_nr, (long)low->path, (long)low->argv);
		_exit(1);
	}
	return waitpid(pid, &status, 0) != pid || status;
}
#else
static int foreign(void)
{
	return 1;
}
#endif

static int killed(void)
{
	raise(SIGSEGV);
	return 0;
}

static int spawn(void)
{
	static char *const argv[] = { "true", NULL };
	pid_t pid;

	if (posix_spawn(&pid, "/bin/true", NULL, NULL, argv, NULL))
		return 1;
	waitpid(pid, NULL, 0);
	if (!vfork())
		_exit(0);
	wait(NULL);
	return 0;
}

static void *wait_for_ever(void *arg)
{
	pause();
	return arg;
}

static void *execute(void *arg)
{
	execl("/bin/true", "true", NULL);
	return arg;
}

static int exec(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, wait_for_ever, NULL);
	pthread_create(&thread, NULL, execute, NULL);
	pthread_join(thread, NULL);
	return 1;
}

static void *outlive(void *leader)
{
	pthread_join((pthread_t)leader, NULL);
	exit(5);
}

static int leader(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, outlive, (void *)pthread_self());
	pthread_exit(NULL);
}

static void *unshare_it(void *arg)
{
	if (unshare(CLONE_FS))
		err(1, "unshare");
	if (syscall(SYS_close_range, 1000u, ~0u, CLOSE_RANGE_UNSHARE))
		err(1, "close_range");
	return arg;
}

static int unshare_some(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, unshare_it, NULL);
	pthread_join(thread, NULL);
	return 0;
}

static int untraced(void)
{
	if (!raw_fork(CLONE_UNTRACED | SIGCHLD))
		_exit(0);
	wait(NULL);
	return 0;
}

/* Its hierarchy is mounted where no other process sees it. */
static int cgroup(void)
{
	char dir[] = "/tmp/taskshare-test-XXXXXX", path[64];
	struct clone_args args = {
		.flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD,
	};
	pid_t pid;

	if (!mkdtemp(dir))
		err(1, "%s", dir);
	snprintf(path, sizeof(path), "%s/taskshare-test-%d", dir, getpid());
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", dir, "cgroup2", 0, NULL) || mkdir(path, 0755)) {
		warn("no cgroup of version 2");
		rmdir(dir);
		return 4;
	}
	args.cgroup = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid)
		_exit(0);
	if (pid < 0)
		warn("clone3");
	waitpid(pid, NULL, 0);
	close(args.cgroup);
	if (rmdir(path) || umount(dir) || rmdir(dir))
		warn("%s", path);
	return pid < 0;
}

/* As an address of the kernel's half is, in /proc/PID/mem */
static int negative(void)
{
	const off_t address = -(1l << 30);
	int fd = open("/proc/self/mem", O_RDONLY);
	pid_t pid;

	if (fd < 0 || lseek(fd, address, SEEK_SET) != address)
		return 1;
	pid = fork();
	if (!pid)
		_exit(0);
	return waitpid(pid, NULL, 0) != pid;
}

static void *nothing(void *arg)
{
	return arg;
}

static void make_threads(void)
{
	pthread_t thread;

	for (;;) {
		pthread_create(&thread, NULL, nothing, NULL);
		pthread_join(thread, NULL);
	}
}

/* Each of them after another time, which is sometimes that of a thread's birth */
static int newborn(int nr)
{
	pid_t pid;
	int i;

	for (i = 0; i < nr; i++) {
		pid = fork();
		if (!pid)
			make_threads();
		usleep(97 * i % 10000);
		kill(pid, SIGKILL);
		while (!waitpid(pid, NULL, WNOHANG))
			usleep(500);
	}
	return 0;
}

static int many(int nr)
{
	int i, pipes[2];
	char byte;

	if (pipe(pipes))
		return 1;
	for (i = 0; i < nr; i++) {
		if (fork())
			continue;
		close(pipes[1]);
		_exit(read(pipes[0], &byte, 1) != 0);
	}
	close(pipes[1]);
	while (wait(NULL) > 0)
		;
	return 0;
}

static int forks(int nr)
{
	while (nr--) {
		if (!fork())
			_exit(0);
		wait(NULL);
	}
	return 0;
}

static const struct {
	const char *name;
	int (*run)(void);
	int (*run_nr)(int nr);
} modes[] = {
	{ "threads", threads, NULL },
	{ "order", order, NULL },
	{ "hostile", hostile, NULL },
	{ "killed", killed, NULL },
	{ "spawn", spawn, NULL },
	{ "exec", exec, NULL },
	{ "leader", leader, NULL },
	{ "unshare", unshare_some, NULL },
	{ "untraced", untraced, NULL },
	{ "cgroup", cgroup, NULL },
	{ "traceme", traceme, NULL },
	{ "foreign", foreign, NULL },
	{ "negative", negative, NULL },
	{ "newborn", NULL, newborn },
	{ "many", NULL, many },
	{ "forks", NULL, forks },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(modes) && argc > 1; i++) {
		if (strcmp(argv[1], modes[i].name))
			continue;
		return modes[i].run ? modes[i].run() :
				      modes[i].run_nr(atoi(argv[2] ?: "1"));
	}
	errx(1, "do what?");
}
