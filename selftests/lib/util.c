// SPDX-License-Identifier: GPL-2.0-only
/* Helpers of every test program: paths, waiting, processes, random numbers. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <linux/membarrier.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util.h"

#define COMPLAINTS_MAX	40

/**
 * complain() - print what is wrong, as a TAP comment
 *
 * A broken module can be wrong in a million pairs; only the first ones are
 * printed.
 */
void complain(const char *format, ...)
{
	static int said;
	va_list args;

	if (said++ >= COMPLAINTS_MAX)
		return;
	fputs("# ", stdout);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	fputs(said == COMPLAINTS_MAX ? " (no more of these)\n" : "\n", stdout);
	fflush(stdout);
}

/**
 * figure() - print how much of something was done, for the gates' report
 * @name: one word; the report adds up the figures of the same name
 */
void figure(const char *name, unsigned long value)
{
	printf("# figure %s %lu\n", name, value);
	fflush(stdout);
}

/**
 * env_number() - a number from the environment
 * @otherwise: the number if @name is not set
 *
 * Exits if it is not a number: a typo must not shorten a run.
 */
long env_number(const char *name, long otherwise)
{
	const char *text = getenv(name);
	char *end;
	long value;

	if (!text)
		return otherwise;
	errno = 0;
	value = strtol(text, &end, 0);
	if (errno || end == text || *end || value < 0) {
		fprintf(stderr, "%s=%s: set it to a number\n", name, text);
		exit(EXIT_FAILURE);
	}
	return value;
}

/** env_string() - a path from the environment, or @otherwise */
const char *env_string(const char *name, const char *otherwise)
{
	const char *text = getenv(name);

	return text && *text ? text : otherwise;
}

static unsigned int env_factor(const char *name)
{
	long times = env_number(name, 1);

	return times < 1 || times > 1000 ? 1 : times;
}

/**
 * slowness() - factor for the time that everything takes on this kernel
 *
 * TASKSHARE_SLOWNESS: more than 1 for a kernel that debugs itself.
 */
unsigned int slowness(void)
{
	return env_factor("TASKSHARE_SLOWNESS");
}

/**
 * patience() - factor for the time that a test waits before it fails
 *
 * TASKSHARE_PATIENCE: more than 1 for a machine that does other work meanwhile.
 * Only what ends a hang depends on it, not what the module promises.
 */
unsigned int patience(void)
{
	return env_factor("TASKSHARE_PATIENCE");
}

/* The harness's time limits are alarms: see the Makefile. */
unsigned int __real_alarm(unsigned int seconds);

unsigned int __wrap_alarm(unsigned int seconds)
{
	return __real_alarm(seconds * slowness() * patience());
}

/** now_us() - microseconds of the monotonic clock */
uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ull + now.tv_nsec / 1000;
}

/** now_ms() - milliseconds of the monotonic clock */
uint64_t now_ms(void)
{
	return now_us() / 1000;
}

/** nap_ms() - sleep, while a condition is polled */
void nap_ms(unsigned int ms)
{
	struct timespec nap = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&nap, NULL);
}

/** taskshare_dir() - the directory of the module's files */
const char *taskshare_dir(void)
{
	return env_string("TASKSHARE_DIR", "/sys/kernel/debug/taskshare");
}

/**
 * taskshare_missing() - returns true if there is no module to test
 *
 * A directory named by TASKSHARE_DIR must be there: then no test is skipped,
 * and a file that is missing makes its test fail.
 */
bool taskshare_missing(void)
{
	int fd;

	if (getenv("TASKSHARE_DIR"))
		return false;
	fd = taskshare_open("records");
	if (fd >= 0)
		close(fd);
	return fd < 0;
}

/**
 * taskshare_open() - open one of the module's files or directories
 *
 * Return: a descriptor or a negative errno.
 */
int taskshare_open(const char *format, ...)
{
	char path[PATH_MAX];
	va_list args;
	int len, fd;

	len = snprintf(path, sizeof(path), "%s/", taskshare_dir());
	va_start(args, format);
	vsnprintf(path + len, sizeof(path) - len, format, args);
	va_end(args);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/**
 * taskshare_size() - read one of the module's files to its end
 * @dir: its directory there, with a slash behind, or nothing
 * @name: its name
 *
 * Return: the number of bytes, or a negative errno.
 */
ssize_t taskshare_size(const char *dir, const char *name)
{
	int fd = taskshare_open("%s%s", dir, name);
	ssize_t len;
	char *text;

	if (fd < 0)
		return fd;
	len = read_all(fd, &text);
	close(fd);
	if (len >= 0)
		free(text);
	return len;
}

/**
 * read_file() - a small file, as a string
 *
 * Return: its length, cut to @size - 1, or a negative errno.
 */
ssize_t read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t done = 0;
	ssize_t len;

	if (fd < 0)
		return -errno;
	while (done < size - 1) {
		len = read(fd, buf + done, size - 1 - done);
		if (len < 0) {
			len = -errno;
			close(fd);
			return len;
		}
		if (!len)
			break;
		done += len;
	}
	close(fd);
	buf[done] = 0;
	return done;
}

/**
 * read_all() - all of an open file, from its position on
 * @bufp: gets memory to free(3), with a zero behind the last byte
 *
 * Return: the length or a negative errno.
 */
ssize_t read_all(int fd, char **bufp)
{
	size_t size = 1 << 16, done = 0;
	char *buf = malloc(size + 1);
	ssize_t len;

	for (;;) {
		len = read(fd, buf + done, size - done);
		if (len <= 0)
			break;
		done += len;
		if (done == size) {
			size *= 2;
			buf = realloc(buf, size + 1);
		}
	}
	if (len < 0) {
		len = -errno;
		free(buf);
		return len;
	}
	buf[done] = 0;
	*bufp = buf;
	return done;
}

/** open_errno() - open and close a file in a directory; 0 or the errno */
int open_errno(const char *dir, const char *name)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/** become_nobody() - drop all privileges, or exit */
void become_nobody(void)
{
	if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
		_exit(255);
}

/** write_file() - write a sysctl or the like; false and errno if it fails */
bool write_file(const char *path, const char *what)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written;

	if (fd < 0)
		return false;
	written = write(fd, what, strlen(what)) == (ssize_t)strlen(what);
	close(fd);
	return written;
}

/** copy_file() - copy to a new file, with the given mode */
bool copy_file(const char *from, const char *to, mode_t mode)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	char *buf = NULL;
	ssize_t len;
	bool done;

	if (in < 0)
		return false;
	len = read_all(in, &buf);
	close(in);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	done = len > 0 && out >= 0 && write(out, buf, len) == len &&
	       !fchmod(out, mode);
	if (out >= 0)
		close(out);
	if (len >= 0)
		free(buf);
	return done;
}

/**
 * proc_field() - the number behind "key" at the beginning of a line
 * @path: a file as /proc/meminfo or /proc/PID/status is one
 * @key: with the colon, if there is one
 *
 * Return: the number, or -1 if there is no such line.
 */
long proc_field(const char *path, const char *key)
{
	FILE *file = fopen(path, "re");
	char line[4096];
	long value = -1;

	if (!file)
		return -1;
	while (value < 0 && fgets(line, sizeof(line), file))
		if (!strncmp(line, key, strlen(key)))
			value = strtol(line + strlen(key), NULL, 10);
	fclose(file);
	return value;
}

/** proc_state() - the letter of a task's state in /proc, 0 if it is gone */
char proc_state(pid_t pid, pid_t tid)
{
	char path[64], stat[1024];
	char *paren;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	if (read_file(path, stat, sizeof(stat)) <= 0)
		return 0;
	paren = strrchr(stat, ')');
	return paren ? paren[2] : 0;
}

/** kernel_at_least() - returns true on this release and later ones */
bool kernel_at_least(int major, int minor)
{
	struct utsname name;
	int has_major, has_minor;

	if (uname(&name) ||
	    sscanf(name.release, "%d.%d", &has_major, &has_minor) != 2)
		return false;
	return has_major > major ||
	       (has_major == major && has_minor >= minor);
}

/** kernel_has_btf() - returns true if taskshare can load its BPF programs */
bool kernel_has_btf(void)
{
	return !access("/sys/kernel/btf/vmlinux", R_OK);
}

/** kernel_has_timens() - returns true if there is CONFIG_TIME_NS */
bool kernel_has_timens(void)
{
	return !access("/proc/self/ns/time", F_OK);
}

/**
 * wait_for_rcu() - let RCU free what is not in use any more
 *
 * Each call waits for a grace period, as synchronize_rcu() does. The memory that
 * was due before is freed at the end of the first one, or of one of the next if
 * the processor that has to do it is late.
 *
 * Return: false if the kernel cannot, as with nohz_full=.
 */
bool wait_for_rcu(void)
{
	int i;

	for (i = 0; i < 3; i++)
		if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
			return false;
	return true;
}

/** sibling() - the path of a program in the directory of this one */
const char *sibling(const char *program)
{
	static char path[PATH_MAX + NAME_MAX + 2];
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[len > 0 ? len : 0] = 0;
	snprintf(path, sizeof(path), "%s/%s", dirname(self), program);
	return path;
}

/** die_with_parent() - let the kernel kill this process when its parent dies */
void die_with_parent(void)
{
	pid_t parent = getppid();

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
}

/**
 * spawn() - run a function in a child that dies with its parent
 *
 * The child exits with 0 if @fn returns. Return: its pid; exits on failure.
 */
pid_t spawn(void (*fn)(void *arg), void *arg)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		perror("fork");
		exit(EXIT_FAILURE);
	}
	if (!pid) {
		die_with_parent();
		fn(arg);
		fflush(stdout);
		_exit(0);
	}
	return pid;
}

/** kill_and_reap() - kill a child, and wait for it; does nothing for 0 */
void kill_and_reap(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, __WALL);
}

/** exited_with() - wait for a child; returns true if it exited with @code */
bool exited_with(pid_t pid, int code)
{
	int status;

	if (waitpid(pid, &status, __WALL) != pid)
		return false;
	if (WIFEXITED(status) && WEXITSTATUS(status) == code)
		return true;
	complain("process %d ended with status %#x, not with exit code %d",
		 pid, status, code);
	return false;
}

/** readable() - returns true if a descriptor has a byte to read, or its end */
bool readable(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, 0) == 1;
}

/** random_next() - xorshift: the same numbers from the same seed everywhere */
unsigned int random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 32;
}

/** random_below() - a number from 0 to @limit - 1 */
unsigned int random_below(uint64_t *state, unsigned int limit)
{
	return ((uint64_t)random_next(state) * limit) >> 32;
}

/* With a small number as its seed, xorshift begins with small numbers. */
static uint64_t seed_of(uint64_t number)
{
	return number * 0x9e3779b97f4a7c15ull | 1;
}

/** random_fork() - a new seed, for numbers independent of those of @state */
uint64_t random_fork(uint64_t *state)
{
	return seed_of(random_next(state));
}

/** random_seed() - a seed, printed so that a failure can be repeated */
uint64_t random_seed(void)
{
	uint64_t seed = env_number("TASKSHARE_SEED", now_us() & 0xffffffff);

	printf("# TASKSHARE_SEED=%llu\n", (unsigned long long)seed);
	fflush(stdout);
	return seed_of(seed);
}
