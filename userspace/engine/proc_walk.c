// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walking /proc: which tasks there are, and what procfs says of them at once:
 * their numbers, thread groups and namespaces.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/kinds.h"
#include "engine/proc.h"
#include "util/kernel.h"
#include "util/procfs.h"
#include "util/siphash.h"

/**
 * proc_id() - an id that says nothing about what it is made of
 * @proc: the engine
 * @value: number that identifies the object among those of its kind
 *
 * Return: the id, never 0.
 */
__u64 proc_id(const struct proc *proc, __u64 value)
{
	__u64 id = siphash(value, proc->key[0], proc->key[1]);

	return id ? id : 1;
}

/* Of the kernel's task_struct.flags, which proc_pid_stat(5) shows */
#define PF_EXITING	0x00000004
#define PF_IO_WORKER	0x00000010
#define PF_USER_WORKER	0x00004000
#define PF_KTHREAD	0x00200000

static enum taskshare_task task_kind(const struct taskshare_record *rec,
				     unsigned long flags)
{
	if (flags & PF_KTHREAD)
		return TASKSHARE_TASK_KTHREAD;
	if (flags & PF_IO_WORKER)
		return TASKSHARE_TASK_IO_WORKER;
	/* The bit had other uses before. */
	if (flags & PF_USER_WORKER && kernel_is_since(6, 3))
		return TASKSHARE_TASK_USER_WORKER;
	return rec->pid == rec->tgid ? TASKSHARE_TASK_LEADER :
				       TASKSHARE_TASK_THREAD;
}

/* A line of proc_pid_stat(5). A name may hold any bytes, also ')'. */
static bool parse_stat(struct taskshare_record *rec, const char *line,
		       size_t len)
{
	const char *name = memchr(line, '(', len);
	const char *end = memrchr(line, ')', len);
	unsigned long long ticks;
	unsigned long flags;
	char state;
	size_t n;

	if (!name || !end || end < name)
		return false;
	n = end - name - 1;
	if (n > sizeof(rec->comm) - 1)
		n = sizeof(rec->comm) - 1;
	memcpy(rec->comm, name + 1, n);
	if (sscanf(end + 1, " %c %u %*d %*d %*d %*d %lu %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu %*u %*d %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %d",
		   &state, &rec->ppid, &flags, &ticks, &rec->exit_signal) != 5)
		return false;
	rec->state = state;
	rec->start_ns = ticks * (1000000000ull / sysconf(_SC_CLK_TCK));
	rec->kind = task_kind(rec, flags);
	if (flags & PF_EXITING)
		rec->flags |= TASKSHARE_F_EXITING;
	if (state == 'Z' || state == 'X')
		rec->flags |= TASKSHARE_F_DEAD;
	return true;
}

/* 0, -ESRCH if the task is gone, or another negative errno */
static int read_stat(const struct proc *proc, struct taskshare_record *rec)
{
	char path[64], line[1024];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%u/task/%u/stat", rec->tgid,
		 rec->pid);
	n = procfs_read(path, line, sizeof(line));
	if (procfs_gone(n))
		return -ESRCH;
	if (n < 0)
		return n;
	if (!parse_stat(rec, line, n))
		return -EPROTO;
	rec->start_ns -= proc->boot_offset_ns;
	return 0;
}

/* "net:[4026531840]": the number, or 0 */
static __u64 link_number(int dir, const char *name, int *err)
{
	char text[64];
	ssize_t n;
	char *at;

	n = readlinkat(dir, name, text, sizeof(text) - 1);
	if (n < 0) {
		*err = -errno;
		return 0;
	}
	text[n] = 0;
	*err = 0;
	at = strchr(text, '[');
	return at ? strtoull(at + 1, NULL, 10) : 0;
}

static void put(struct taskshare_record *rec, int kind, __u64 id)
{
	rec->seen |= 1u << kind;
	rec->id[kind] = id;
}

/*
 * A dead task has no nsproxy any more, which procfs reports as no such file; so
 * does a kernel that does not know the kind, but then this process has none
 * either.
 */
static void read_namespaces(const struct proc *proc,
			    struct taskshare_record *rec, unsigned int known)
{
	char path[64];
	int k, dir, err;
	__u64 number;

	snprintf(path, sizeof(path), "/proc/%u/task/%u/ns", rec->tgid,
		 rec->pid);
	dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return;
	for (k = TASKSHARE_UTS; k <= TASKSHARE_USER; k++) {
		number = link_number(dir, kind_name[k], &err);
		if (number)
			put(rec, k, proc_id(proc, number));
		else if (err == -ENOENT && rec->flags & TASKSHARE_F_DEAD &&
			 known & (1u << k))
			put(rec, k, 0);
	}
	close(dir);
}

/*
 * struct walk - state of a walk through /proc
 * @proc: the engine
 * @recs: gets a record for each task
 * @known: a bit for each kind of namespace that the kernel has
 * @pidns: the pid namespace whose numbers these are, or 0 if there are none
 * @asked: the task asked for that comes next, or 0
 */
struct walk {
	struct proc *proc;
	struct records *recs;
	unsigned int known;
	__u64 pidns;
	__u32 asked;
};

static int ask_of_self(struct walk *walk)
{
	int k, dir, err;

	dir = open("/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	for (k = TASKSHARE_UTS; k <= TASKSHARE_USER; k++)
		if (link_number(dir, kind_name[k], &err))
			walk->known |= 1u << k;
	walk->pidns = link_number(dir, "pid", &err);
	close(dir);
	return err == -ENOENT ? 0 : err;
}

static int add_task(struct walk *walk, __u32 tgid, __u32 pid)
{
	struct taskshare_record *rec = records_new(walk->recs);
	const struct proc *proc = walk->proc;
	int err;

	if (!rec)
		return -ENOMEM;
	rec->pid = pid;
	rec->tgid = tgid;
	err = read_stat(proc, rec);
	if (err) {
		walk->recs->nr--;
		return err == -ESRCH ? 0 : err;
	}
	rec->pidns = walk->pidns;
	/* Tasks in one task directory share their signal_struct. */
	put(rec, TASKSHARE_SIGNAL, proc_id(proc, tgid));
	if (rec->kind == TASKSHARE_TASK_KTHREAD)
		put(rec, TASKSHARE_MM, 0);
	read_namespaces(proc, rec, walk->known);
	return 0;
}

/* The number that a name in /proc is, or 0 */
static __u32 name_number(const char *name)
{
	char *end;
	unsigned long n;

	if (*name < '1' || *name > '9')
		return 0;
	n = strtoul(name, &end, 10);
	return *end || n > INT32_MAX ? 0 : n;
}

/* The next name that is a number: 1, 0 if there is none, or a negative errno */
static int next_number(DIR *dir, __u32 *number)
{
	struct dirent *entry;

	do {
		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return -errno;
		*number = name_number(entry->d_name);
	} while (!*number);
	return 1;
}

static int add_process(struct walk *walk, __u32 tgid)
{
	char path[32];
	__u32 pid;
	DIR *dir;
	int ret;

	snprintf(path, sizeof(path), "/proc/%u/task", tgid);
	dir = opendir(path);
	if (!dir)
		return procfs_gone(-errno) ? 0 : -errno;
	while ((ret = next_number(dir, &pid)) > 0) {
		ret = add_task(walk, tgid, pid);
		if (ret)
			break;
	}
	closedir(dir);
	return ret;
}

/* As with hidepid=1 of proc(5): that there are others is seen, no more. */
static bool is_hidden(int err)
{
	return err == -EACCES || err == -EPERM;
}

static int add_all(struct walk *walk)
{
	__u32 tgid;
	DIR *dir;
	int ret;

	walk->proc->hidden = 0;
	dir = opendir("/proc");
	if (!dir)
		return -errno;
	while ((ret = next_number(dir, &tgid)) > 0) {
		ret = add_process(walk, tgid);
		if (is_hidden(ret))
			walk->proc->hidden++;
		else if (ret)
			break;
	}
	closedir(dir);
	return ret;
}

static bool asked_before(const struct records *recs, __u32 tgid)
{
	size_t i;

	for (i = 0; i < recs->nr; i++)
		if (recs->rec[i].tgid == tgid)
			return true;
	return false;
}

static int add_asked(struct walk *walk, struct selection *sel)
{
	size_t i, had;
	__u32 tgid;
	int err;

	for (i = 0; i < sel->nr; i++) {
		walk->asked = sel->pid[i];
		err = procfs_tgid(walk->asked, &tgid);
		had = walk->recs->nr;
		if (tgid && asked_before(walk->recs, tgid))
			continue;
		if (tgid)
			err = add_process(walk, tgid);
		if (err)
			return err;
		sel->gone[i] = walk->recs->nr == had;
	}
	return 0;
}

/**
 * proc_walk() - read what procfs says of tasks
 * @proc: the engine; its key is used, its @hidden set
 * @sel: the processes to read; its @gone is set
 * @recs: gets a record for each task, without results of kcmp(2)
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno.
 */
int proc_walk(struct proc *proc, struct selection *sel, struct records *recs,
	      struct error *error)
{
	struct walk walk = { .proc = proc, .recs = recs };
	int err;

	err = ask_of_self(&walk);
	if (!err)
		err = sel->nr ? add_asked(&walk, sel) : add_all(&walk);
	if (!err)
		return 0;
	if (walk.asked)
		return error_set(error, err, "proc: %u cannot be looked at: %s",
				 walk.asked, strerror(-err));
	return error_set(error, err, "proc: /proc cannot be read: %s",
			 strerror(-err));
}

/**
 * proc_alive() - check that a record's task is still there
 * @proc: the engine
 * @rec: the record
 *
 * Return: 1 if a task of the same numbers and start time exists, 0 if not, or
 * a negative errno if that cannot be known.
 */
int proc_alive(const struct proc *proc, const struct taskshare_record *rec)
{
	struct taskshare_record now = { .pid = rec->pid, .tgid = rec->tgid };
	int err = read_stat(proc, &now);

	if (err)
		return err == -ESRCH ? 0 : err;
	return now.start_ns == rec->start_ns;
}
