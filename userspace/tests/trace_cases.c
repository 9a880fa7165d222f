// SPDX-License-Identifier: GPL-2.0-only
/*
 * Situations for trace to report. Each prints, for the test, what is to be
 * reported: a line for each failed call or change, as the test puts them
 * together from JSON.
 *
 *	trace_cases NAME [ARGUMENT]
 */
#include "tests/trace_cases_32bit.h"
#include "tests/trace_cases_ends.h"
#include "tests/trace_cases_filters.h"
#include "tests/trace_cases_wrong.h"

#define THREADS	7

/* setuid(3) of the C library changes all threads, one by one. */
static void setuid_all(void)
{
	int i;

	pthread_barrier_init(&barrier, NULL, THREADS);
	for (i = 1; i < THREADS; i++)
		start(idle, NULL);
	meet();
	must("setgid", setgid(2000));
	must("setuid", setuid(2000));
}

static void *become_somebody(void *unused)
{
	meet();
	must("setresuid", syscall(SYS_setresuid, 3000, 3000, 3000));
	meet();
	start(rest, NULL);
	meet();
	meet();
	return rest(unused);
}

static void *change_fsuid(void *unused)
{
	meet();
	meet();
	meet();
	syscall(SYS_setfsuid, 3001);
	/* Asks, and asks again for the one that it has */
	syscall(SYS_setfsuid, -1);
	syscall(SYS_setfsuid, 3001);
	meet();
	return rest(unused);
}

/* The system call changes the thread that makes it, and those it makes. */
static void setuid_one(void)
{
	pthread_barrier_init(&barrier, NULL, 3);
	start(become_somebody, NULL);
	start(change_fsuid, NULL);
	/* All are there; one has changed; it has made a thread; so has the other. */
	meet();
	meet();
	meet();
	meet();
	/* Equal to those of two threads, which have one object, but another one */
	must("setresuid", syscall(SYS_setresuid, 3000, 3000, 3000));
	/* Without privileges another fsuid is refused, without an error. */
	syscall(SYS_setfsuid, 3003);
	syscall(SYS_setfsgid, 3003);
	printf("%d setfsuid\n%d setfsgid\n", gettid_now(), gettid_now());
	failed("setuid", syscall(SYS_setuid, 0));
	failed("setgid", syscall(SYS_setgid, 1));
	failed("setreuid", syscall(SYS_setreuid, 0, 0));
	failed("setregid", syscall(SYS_setregid, 1, 1));
	failed("setresuid", syscall(SYS_setresuid, 0, 0, 0));
	failed("setresgid", syscall(SYS_setresgid, 1, 1, 1));
	failed("setgroups", syscall(SYS_setgroups, 0, NULL));
}

static void *travel(void *unused)
{
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	must("unshare", unshare(CLONE_NEWNET));
	must("setns", setns(home, CLONE_NEWNET));
	must("setns", setns(home, CLONE_NEWNET));
	return unused;
}

/* A thread leaves the network of its process and comes back. */
static void network(void)
{
	pthread_join(start(travel, NULL), NULL);
}

/* Waits in vfork(2) until the child, which holds the memory, ends. */
static void vfork_waits(void)
{
	struct timespec while_ = { .tv_nsec = 50000000 };
	pid_t pid = vfork();

	if (!pid) {
		syscall(SYS_nanosleep, &while_, NULL);
		_exit(0);
	}
	printf("%d\n", pid);
}

/* The waiting process is killed; its child has not released the memory. */
static void vfork_killed(void)
{
	int pipes[2];
	pid_t pid, child;

	must("pipe", pipe(pipes));
	pid = fork();
	if (!pid) {
		child = vfork();
		if (!child) {
			child = getpid();
			must("write", write(pipes[1], &child, sizeof(child)));
			rest(NULL);
		}
		_exit(0);
	}
	must("read", read(pipes[0], &child, sizeof(child)));
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	printf("%d waits for %d\n", pid, child);
	kill(child, SIGKILL);
}

static void exit_now(void *unused)
{
	(void)unused;
	raw_syscall(SYS_exit, 0, 0, 0, 0, 0, 0);
}

/* As some do it that have no C library: the flags of posix_spawn, but no stack */
static void spawn_without_stack(void)
{
	struct raw_clone how = {
		.nr = SYS_clone,
		.args = { .flags = CLONE_VM | CLONE_VFORK,
			  .exit_signal = SIGCHLD },
	};
	long pid = raw_clone(&how, exit_now, NULL);

	if (pid < 0)
		errx(1, "raw_clone: %ld", pid);
	printf("%ld stackless\n", pid);
	waitpid(pid, NULL, 0);
}

/* As glibc's vfork() on arm64: the stack that is passed is that of the caller. */
static void spawn_on_same_stack(void)
{
#ifdef __x86_64__
	long pid = SYS_clone;

	asm volatile("mov %%rsp, %%rsi\n\t"
		     "xor %%edx, %%edx\n\t"
		     "xor %%r10d, %%r10d\n\t"
		     "xor %%r8d, %%r8d\n\t"
		     "syscall\n\t"
		     "test %%rax, %%rax\n\t"
		     "jnz 1f\n\t"
		     "mov %[exit], %%eax\n\t"
		     "xor %%edi, %%edi\n\t"
		     "syscall\n"
		     "1:"
		     : "+a" (pid)
		     : "D" (CLONE_VM | CLONE_VFORK | SIGCHLD),
		       [exit] "i" (SYS_exit)
		     : "rsi", "rdx", "r10", "r8", "rcx", "r11", "memory");
	if (pid < 0)
		errx(1, "clone: %ld", pid);
	printf("%ld stackless\n", pid);
	waitpid(pid, NULL, 0);
#endif
}

static void spawn(void)
{
	char *const argv[] = { "true", NULL };
	pid_t pid;
	FILE *from;

	errno = posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ);
	if (errno)
		err(1, "posix_spawn");
	printf("%d posix_spawn\n", pid);
	waitpid(pid, NULL, 0);
	errno = posix_spawn(&pid, "/nonexistent/program", NULL, NULL, argv,
			    environ);
	if (errno != ENOENT)
		errx(1, "posix_spawn found /nonexistent/program");
	pid = vfork();
	if (!pid) {
		execve("/bin/true", argv, environ);
		_exit(127);
	}
	printf("%d vfork\n", pid);
	waitpid(pid, NULL, 0);
	spawn_without_stack();
	spawn_on_same_stack();
	fflush(stdout);
	must("system", system("echo $$ system"));
	from = popen("echo $$ popen", "r");
	while (from && (pid = fgetc(from)) != EOF)
		putchar(pid);
	pclose(from);
}

static void keys(void)
{
	failed("add_key", syscall(SYS_add_key, "nosuchtype", "name", "x", 1,
				  KEY_SPEC_SESSION_KEYRING));
	failed("request_key", syscall(SYS_request_key, "user",
				      "taskshare:nosuchkey", NULL,
				      KEY_SPEC_THREAD_KEYRING));
	failed("keyctl", syscall(SYS_keyctl, KEYCTL_SET_REQKEY_KEYRING, 99));
	failed("prctl", prctl(PR_CAPBSET_DROP, 99, 0, 0, 0));
	failed("prctl", prctl(PR_SET_SECUREBITS, 1 << 20, 0, 0, 0));
	failed("seccomp", syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
				  ~0u, NULL));
	failed("capset", syscall(SYS_capset, NULL, NULL));
	/* These change no credentials. */
	syscall(SYS_keyctl, KEYCTL_REVOKE, 99999);
	prctl(PR_SET_NAME, NULL);
	syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 1, NULL);
	must("keyctl", syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL));
	printf("%d joined\n", gettid_now());
}

/* Failed calls of all classes between forks, as fast as it can */
static void storm(int rounds)
{
	char *const argv[] = { "x", NULL };

	while (rounds--) {
		pid_t pid = fork();

		if (!pid) {
			execve("/nonexistent/program", argv, environ);
			_exit(unshare(CLONE_IO) ? 0 : 1);
		}
		if (raw_fork(CLONE_THREAD) > 0)
			errx(1, "clone");
		if (!setns(-1, 0))
			errx(1, "setns");
		waitpid(pid, NULL, 0);
	}
}

/* Calls with random arguments, none of which does harm */
static void any(int seed)
{
	static const __u64 flags[] = {
		CLONE_VM, CLONE_FS, CLONE_FILES, CLONE_SIGHAND, CLONE_THREAD,
		CLONE_SYSVSEM, CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC,
		CLONE_NEWPID, CLONE_NEWUSER, CLONE_IO, CLONE_NEWTIME, 1, 0x1000,
	};
	int fd[] = { -1, 99, open("/dev/null", O_RDONLY | O_CLOEXEC),
		     open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC) };
	char *const argv[] = { "x", NULL };
	const char *const path[] = { "/nonexistent", "/dev/null", "/",
				     "/etc/hostname", NULL };
	int n;

	srandom(seed);
	for (n = 0; n < 40; n++) {
		__u64 some = flags[random() % ARRAY_SIZE(flags)] |
			     flags[random() % ARRAY_SIZE(flags)];

		switch (random() % 8) {
		case 0:
			unshare(some);
			break;
		case 1:
			setns(fd[random() % ARRAY_SIZE(fd)], some);
			break;
		case 2:
			/* No child: it would need a stack of its own. */
			syscall(SYS_clone3, &(struct clone_args){
				.flags = some | 1ull << 50 }, 64);
			break;
		case 3:
			syscall(SYS_execve, path[random() % ARRAY_SIZE(path)],
				argv, NULL);
			break;
		case 4:
			syscall(SYS_setresuid, -1, (int)(random() % 3) - 1,
				(int)(random() % 2000) - 1);
			break;
		case 5:
			syscall(SYS_setgroups, random() % 2 ? 0 : 70000, NULL);
			break;
		case 6:
			prctl(PR_CAPBSET_DROP, random() % 60, 0, 0, 0);
			break;
		case 7:
			syscall(SYS_capset, NULL, NULL);
			break;
		}
	}
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{ "refused", refused },		{ "refused_later", refused_later },
	{ "unfiltered", unfiltered },	{ "tsync", tsync },
	{ "tsync_works", tsync_works },	{ "setuid_all", setuid_all },
	{ "setuid_one", setuid_one },	{ "network", network },
	{ "exec_thread", exec_thread },	{ "exec_orphan", exec_orphan },
	{ "exec_broken", exec_broken },	{ "ends", ends },
	{ "ends_in_between", ends_in_between },
	{ "crowds", crowds },		{ "clone3_wrong", clone3_wrong },
	{ "setns_wrong", setns_wrong },	{ "clocks", clocks },
	{ "vfork_waits", vfork_waits },	{ "spawn", spawn },
	{ "vfork_killed", vfork_killed }, { "keys", keys },
	{ "program_32bit", program_32bit },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (argc != 2 || strcmp(argv[1], cases[i].name))
			continue;
		cases[i].run();
		return fflush(stdout) ? 1 : 0;
	}
	if (argc == 3 && !strcmp(argv[1], "storm"))
		storm(atoi(argv[2]));
	else if (argc == 3 && !strcmp(argv[1], "any"))
		any(atoi(argv[2]));
	else
		errx(1, "see the source");
	return 0;
}
