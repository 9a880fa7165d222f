// SPDX-License-Identifier: GPL-2.0-only
/* The module's record files, read whole and checked against their format. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snapshot.h"
#include "util.h"

#define ALL_FLAGS	(TASKSHARE_F_EXITING | TASKSHARE_F_DEAD |	\
			 TASKSHARE_F_VFORK | TASKSHARE_F_SET_TID |	\
			 TASKSHARE_F_CLEAR_TID | TASKSHARE_F_TRACED |	\
			 TASKSHARE_F_NNP)
#define ALL_STATES	"RSDTtXZPI"	/* proc_pid_stat(5) */

const char *const kind_names[TASKSHARE_NR_KINDS] = {
#define TASKSHARE_X(constant, name) name,
	TASKSHARE_KINDS(TASKSHARE_X)
#undef TASKSHARE_X
};

const char *const task_names[TASKSHARE_NR_TASKS] = {
#define TASKSHARE_X(constant, name) name,
	TASKSHARE_TASKS(TASKSHARE_X)
#undef TASKSHARE_X
};

static bool comm_padded(const char *comm)
{
	size_t i = strnlen(comm, TASKSHARE_COMM_LEN);

	if (i == TASKSHARE_COMM_LEN)
		return false;
	for (; i < TASKSHARE_COMM_LEN; i++)
		if (comm[i])
			return false;
	return true;
}

/* Checks one kind's fields against the table in taskshare.h. */
static bool kind_possible(const struct taskshare_record *r, int kind)
{
	bool seen = r->seen & (1u << kind), moving = r->moving & (1u << kind);

	if (seen && moving)
		return false;
	if (!seen && r->id[kind])
		return false;
	return r->id[kind] || !r->refs[kind];
}

/* Only conditions that every record of any task fulfils at any time. */
static const char *record_fault(const struct taskshare_record *r)
{
	bool number_is_group = r->pid == r->tgid;
	int kind;

	if (r->magic != TASKSHARE_MAGIC || r->version != TASKSHARE_VERSION)
		return "magic or version";
	if (r->size != sizeof(*r) || r->nr_kinds != TASKSHARE_NR_KINDS ||
	    r->head != offsetof(struct taskshare_record, id))
		return "layout";
	if (r->pad0 || r->pad1)
		return "padding";
	if (!r->pid || !r->tgid || !r->pidns)
		return "a number that is zero";
	if (!comm_padded(r->comm))
		return "comm's padding";
	if (r->kind >= TASKSHARE_NR_TASKS)
		return "kind";
	if (!r->state || !strchr(ALL_STATES, r->state))
		return "state";
	if (r->flags & ~ALL_FLAGS)
		return "flags";
	if (r->flags & TASKSHARE_F_DEAD && !(r->flags & TASKSHARE_F_EXITING))
		return "dead, but not exiting";
	if ((r->seen | r->moving) & ~ALL_KINDS)
		return "seen or moving";
	if (r->kind == TASKSHARE_TASK_LEADER && !number_is_group)
		return "a leader with another's number";
	if (r->kind == TASKSHARE_TASK_THREAD && number_is_group)
		return "a thread with its group's number";
	if (r->kind == TASKSHARE_TASK_KTHREAD && r->id[TASKSHARE_MM])
		return "a kernel thread's mm";
	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++)
		if (!kind_possible(r, kind))
			return kind_names[kind];
	return NULL;
}

static bool snapshot_valid(const struct snapshot *s)
{
	const struct taskshare_record *r;
	const char *fault;
	bool valid = true;

	for (r = s->rec; r < s->rec + s->nr; r++) {
		fault = record_fault(r);
		if (!fault && r > s->rec && r->pid <= r[-1].pid)
			fault = "order of pid";
		if (!fault && r->pidns != s->rec->pidns)
			fault = "two pid namespaces";
		if (!fault)
			continue;
		complain("record of %u (%.15s) is wrong: %s", r->pid, r->comm,
			 fault);
		valid = false;
	}
	return valid;
}

/**
 * snapshot_fd() - the records from a file's position to its end
 *
 * Return: 0, a negative errno of read(2), -EPROTO if the format is violated.
 */
int snapshot_fd(struct snapshot *s, int fd)
{
	char *buf;
	ssize_t len = read_all(fd, &buf);

	memset(s, 0, sizeof(*s));
	if (len < 0)
		return len;
	s->rec = (struct taskshare_record *)buf;
	s->nr = len / sizeof(*s->rec);
	if (len % sizeof(*s->rec)) {
		complain("%zd bytes are no whole number of records", len);
		return -EPROTO;
	}
	return snapshot_valid(s) ? 0 : -EPROTO;
}

static int snapshot_name(struct snapshot *s, const char *name)
{
	int fd = taskshare_open("records/%s", name);
	int ret;

	memset(s, 0, sizeof(*s));
	if (fd < 0)
		return fd;
	ret = snapshot_fd(s, fd);
	close(fd);
	return ret;
}

/** snapshot_all() - the records of all tasks; see snapshot_fd() */
int snapshot_all(struct snapshot *s)
{
	int ret = snapshot_name(s, "all");

	if (!ret && !s->nr) {
		complain("records/all is empty");
		return -EPROTO;
	}
	return ret;
}

/** snapshot_pid() - the records of a task's process; see snapshot_fd() */
int snapshot_pid(struct snapshot *s, pid_t pid)
{
	char name[16];
	size_t i;
	int ret;

	snprintf(name, sizeof(name), "%d", pid);
	ret = snapshot_name(s, name);
	if (!ret && !s->nr) {
		complain("records/%s is empty", name);
		return -EPROTO;
	}
	for (i = 0; !ret && i < s->nr; i++) {
		if (s->rec[i].tgid != s->rec->tgid) {
			complain("records/%s shows processes %u and %u", name,
				 s->rec->tgid, s->rec[i].tgid);
			return -EPROTO;
		}
	}
	return ret;
}

/** snapshot_free() - free the records; may be called twice */
void snapshot_free(struct snapshot *s)
{
	free(s->rec);
	memset(s, 0, sizeof(*s));
}

static int by_pid(const void *key, const void *rec)
{
	__u32 pid = *(const pid_t *)key;
	__u32 other = ((const struct taskshare_record *)rec)->pid;

	return (pid > other) - (pid < other);
}

/** snapshot_find() - find a task's record, NULL if it has none */
const struct taskshare_record *snapshot_find(const struct snapshot *s,
					     pid_t pid)
{
	return bsearch(&pid, s->rec, s->nr, sizeof(*s->rec), by_pid);
}

/** snapshot_one() - the record of a task, from the file of its own number */
int snapshot_one(struct taskshare_record *rec, pid_t pid)
{
	const struct taskshare_record *found = NULL;
	struct snapshot s;
	int ret = snapshot_pid(&s, pid);

	if (!ret)
		found = snapshot_find(&s, pid);
	if (found)
		*rec = *found;
	snapshot_free(&s);
	return ret ? ret : found ? 0 : -ESRCH;
}

/** record_quiet() - check that all objects of a task at rest are known */
bool record_quiet(const struct taskshare_record *rec)
{
	if (rec->seen == ALL_KINDS && !rec->moving)
		return true;
	complain("task %u is at rest, but seen is %#x and moving %#x",
		 rec->pid, rec->seen, rec->moving);
	return false;
}

/**
 * record_same() - compare two records of a task at rest
 *
 * The state, and reference counts, may differ.
 */
bool record_same(const struct taskshare_record *a,
		 const struct taskshare_record *b)
{
	return a->pid == b->pid && a->tgid == b->tgid && a->ppid == b->ppid &&
	       a->pidns == b->pidns && a->start_ns == b->start_ns &&
	       a->kind == b->kind && a->flags == b->flags &&
	       a->exit_signal == b->exit_signal && a->seen == b->seen &&
	       !memcmp(a->comm, b->comm, sizeof(a->comm)) &&
	       !memcmp(a->id, b->id, sizeof(a->id));
}
