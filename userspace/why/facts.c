// SPDX-License-Identifier: GPL-2.0-only
/*
 * What stands in the way of a task: what it shares, by the model, and what it
 * is and may do, by /proc. What cannot be seen is unknown, not absent.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/kcmp.h>

#include "util/procfs.h"
#include "clone/userns.h"
#include "why/facts.h"

#define GONE	(TASKSHARE_F_EXITING | TASKSHARE_F_DEAD)

static const struct taskshare_record *record(const struct why_view *view)
{
	return view->model->task[view->task];
}

static void set(struct why_view *view, enum fact fact, bool is)
{
	fact_set(&view->facts, fact, is);
}

static void set_unknown(struct why_view *view, enum fact fact,
			const char *error)
{
	fact_forget(&view->facts, fact);
	view->unknown[fact] = error;
}

static void blame(struct why_view *view, enum fact fact, __u32 task)
{
	struct why_who *who = &view->who[fact];

	if (who->nr < MAX_WHO)
		who->task[who->nr] = task;
	who->nr++;
	fact_set(&view->facts, fact, true);
}

static void look_at_threads(struct why_view *view)
{
	const struct model *model = view->model;
	const struct process *process =
		&model->process[model->process_of[view->task]];
	__u32 i;

	for (i = process->first; i < process->first + process->nr; i++) {
		if (i == view->task)
			continue;
		blame(view, HAS_THREADS, i);
		if (!(model->task[i]->flags & GONE))
			blame(view, HAS_LIVE_THREADS, i);
	}
}

/* Does a task hold what ours does, by kcmp(2)? Ours is known to hold one. */
static enum truth holds_same(const struct why_view *view, __u32 task, int kind)
{
	int type = kind == TASKSHARE_MM ? KCMP_VM :
		   kind == TASKSHARE_FS ? KCMP_FS : KCMP_SIGHAND;
	long ret = syscall(SYS_kcmp, record(view)->pid,
			   view->model->task[task]->pid, type, 0, 0);

	if (ret >= 0)
		return ret ? IS_NOT : IS_SO;
	return errno == ESRCH ? IS_NOT : IS_UNKNOWN;
}

/* The engine knows no references, and of some tasks not what they hold. */
static void compare_unseen(struct why_view *view, enum fact fact,
			   int kind, bool same_process)
{
	const struct model *model = view->model;
	__u32 i;

	for (i = 0; i < model->nr; i++) {
		enum truth holds;

		if (model_holding(model, i, kind) >= HOLDS_NONE ||
		    model->task[i]->kind == TASKSHARE_TASK_KTHREAD ||
		    (!same_process &&
		     model->task[i]->tgid == record(view)->tgid))
			continue;
		holds = holds_same(view, i, kind);
		if (holds == IS_SO)
			blame(view, fact, i);
		else if (holds == IS_UNKNOWN &&
			 fact_get(&view->facts, fact) == IS_NOT)
			set_unknown(view, fact,
				    "some tasks could not be compared with it");
	}
}

/* Who else holds the object of a kind; of the same process, or not? */
static void look_at_holders(struct why_view *view, enum fact fact,
			    int kind, bool same_process)
{
	const struct model *model = view->model;
	const struct object *obj = model_object(model, view->task, kind);
	const __u32 *holder;
	__u32 i;

	if (model_holding(model, view->task, kind) < HOLDS_NONE) {
		set_unknown(view, fact, "the engine does not see it");
		return;
	}
	if (!obj)
		return;
	holder = &model->kind[kind].holders[obj->first];
	for (i = 0; i < obj->nr; i++)
		if (holder[i] != view->task &&
		    (same_process ||
		     model->task[holder[i]]->tgid != record(view)->tgid))
			blame(view, fact, holder[i]);
	if (fact_get(&view->facts, fact) == IS_SO)
		return;
	if (obj->refs > obj->nr && same_process)
		set_unknown(view, fact,
			    "somebody holds it who is not shown");
	else if (!obj->refs)
		compare_unseen(view, fact, kind, same_process);
}

/* What a file of the task's holds, to be freed, or NULL */
static char *read_all(const struct why_view *view, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/%s", record(view)->pid, name);
	return procfs_read_all(path);
}

/* The words behind a name at the beginning of a line */
static const char *field(const char *status, const char *name)
{
	const char *at = status;

	for (; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, name, strlen(name)))
			return at + strlen(name);
	}
	return "";
}

/* Its thread group's number in its own pid namespace comes last in the line. */
static bool is_init(const char *status)
{
	const char *at = field(status, "NStgid:");
	long number = 0;
	char *end;

	for (;;) {
		long next = strtol(at, &end, 10);

		if (end == at || strchr(at, '\n') < end)
			return number == 1;
		number = next;
		at = end;
	}
}

static enum truth same_namespace(const struct why_view *view, const char *name)
{
	char theirs[64], ours[64], path[64];
	ssize_t a, b;

	snprintf(path, sizeof(path), "/proc/%u/ns/%s", record(view)->pid, name);
	a = readlink(path, theirs, sizeof(theirs));
	snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	b = readlink(path, ours, sizeof(ours));
	if (a < 0 || b < 0)
		return IS_UNKNOWN;
	return a == b && !memcmp(theirs, ours, a) ? IS_SO : IS_NOT;
}

/*
 * Is an id, as we see it, among those that a map of its namespace has? Our own
 * namespace's is shown by the numbers of its parent; there, what can be seen is
 * mapped. One that maps all is that of the first, or as good.
 */
static enum truth is_mapped(const struct why_view *view, const char *map,
			    unsigned long id)
{
	enum truth same = same_namespace(view, "user");
	enum truth mapped = same == IS_UNKNOWN ? IS_UNKNOWN : IS_NOT;
	unsigned long inside, outside, nr;
	char *text, *at;
	int len;

	if (same == IS_SO && id != 65534)
		return IS_SO;
	text = read_all(view, map);
	if (!text)
		return IS_UNKNOWN;
	for (at = text; sscanf(at, "%lu %lu %lu%n", &inside, &outside, &nr,
			       &len) == 3; at += len)
		if (id >= outside && id - outside < nr &&
		    (same != IS_UNKNOWN || nr == UINT32_MAX))
			mapped = IS_SO;
	free(text);
	return mapped;
}

static void look_at_ids(struct why_view *view, const char *status)
{
	unsigned long uid = 0, gid = 0;
	enum truth a, b;

	if (sscanf(field(status, "Uid:"), "%*u %lu", &uid) != 1 ||
	    sscanf(field(status, "Gid:"), "%*u %lu", &gid) != 1) {
		set_unknown(view, UNMAPPED, "its status cannot be read");
		return;
	}
	a = is_mapped(view, "uid_map", uid);
	b = is_mapped(view, "gid_map", gid);
	if (a == IS_UNKNOWN || b == IS_UNKNOWN)
		set_unknown(view, UNMAPPED, "its maps cannot be read");
	else
		set(view, UNMAPPED, a == IS_NOT || b == IS_NOT);
}

/* Debian's switch; it asks for capabilities in the first user namespace. */
static void look_at_switch(struct why_view *view)
{
	enum truth same = same_namespace(view, "user");
	char text[16];
	ssize_t len;

	len = procfs_read("/proc/sys/kernel/unprivileged_userns_clone", text,
			  sizeof(text));
	if (len == -ENOENT || (len >= 0 && *text != '0'))
		return;
	if (len < 0)
		set_unknown(view, RESTRICTED,
			    "/proc/sys/kernel/unprivileged_userns_clone cannot be read");
	else if (fact_get(&view->facts, NO_ADMIN) == IS_SO || same == IS_NOT)
		set(view, RESTRICTED, true);
	else if (fact_get(&view->facts, NO_ADMIN) == IS_UNKNOWN || same == IS_UNKNOWN)
		set_unknown(view, RESTRICTED,
			    "its user namespace cannot be read");
}

static void look_at_status(struct why_view *view)
{
	static const enum fact of_status[] = {
		IS_INIT, NO_ADMIN, NO_CHROOT, UNMAPPED, RESTRICTED, FILTERED,
	};
	unsigned long long caps;
	char *status = read_all(view, "status");
	size_t i;

	if (!status || sscanf(field(status, "CapEff:"), "%llx", &caps) != 1) {
		free(status);
		for (i = 0; i < sizeof(of_status) / sizeof(*of_status); i++)
			set_unknown(view, of_status[i],
				    "its status cannot be read");
		return;
	}
	set(view, IS_INIT, is_init(status));
	set(view, NO_ADMIN, !(caps & 1ull << CAP_SYS_ADMIN));
	set(view, NO_CHROOT, !(caps & 1ull << CAP_SYS_CHROOT));
	if (atoi(field(status, "Seccomp:")))
		set_unknown(view, FILTERED, NULL);
	look_at_ids(view, status);
	free(status);
	look_at_switch(view);
}

/* Whether a namespace for children is another one than its own */
static void look_at_children(struct why_view *view, enum fact fact,
			     int own, int childrens)
{
	const struct taskshare_record *rec = record(view);

	if (model_holding(view->model, view->task, own) == HOLDS_OBJECT &&
	    model_holding(view->model, view->task, childrens) == HOLDS_OBJECT)
		set(view, fact, rec->id[own] != rec->id[childrens]);
	else
		set_unknown(view, fact, "the engine does not see it");
}

/*
 * /proc shows the pid namespace for children only after its first process has
 * been made. If nobody is in it then, that one has ended.
 */
static void look_at_pids(struct why_view *view)
{
	const struct taskshare_record *rec = record(view);
	char path[64], link[64];
	bool born;
	__u32 i;

	look_at_children(view, PID_ELSEWHERE, TASKSHARE_PID,
			 TASKSHARE_PID_FOR_CHILDREN);
	snprintf(path, sizeof(path), "/proc/%u/ns/pid_for_children", rec->pid);
	born = readlink(path, link, sizeof(link)) > 0;
	if (!born && errno != ENOENT) {
		set_unknown(view, PID_DEAD, "its namespaces cannot be read");
		return;
	}
	if (!born)
		set(view, PID_ELSEWHERE, true);
	if (!born || fact_get(&view->facts, PID_ELSEWHERE) == IS_NOT)
		return;
	if (fact_get(&view->facts, PID_ELSEWHERE) == IS_UNKNOWN) {
		set_unknown(view, PID_DEAD, "the engine does not see it");
		return;
	}
	for (i = 0; i < view->model->nr; i++)
		if (view->model->task[i]->id[TASKSHARE_PID] ==
		    rec->id[TASKSHARE_PID_FOR_CHILDREN] &&
		    !(view->model->task[i]->flags & GONE))
			return;
	set(view, PID_DEAD, true);
}

/* Is its root that of its mount namespace? Ours is, if we may have a child. */
static void look_at_root(struct why_view *view)
{
	enum truth same_mounts = same_namespace(view, "mnt");
	struct statx theirs, ours;
	char path[64];
	bool same;

	snprintf(path, sizeof(path), "/proc/%u/root/", record(view)->pid);
	if (statx(AT_FDCWD, path, 0, STATX_INO | STATX_MNT_ID, &theirs) ||
	    statx(AT_FDCWD, "/", 0, STATX_INO | STATX_MNT_ID, &ours)) {
		set_unknown(view, CHROOTED, "its root cannot be read");
		return;
	}
	same = theirs.stx_ino == ours.stx_ino &&
	       theirs.stx_dev_major == ours.stx_dev_major &&
	       theirs.stx_dev_minor == ours.stx_dev_minor;
	if (theirs.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT &&
	    !(theirs.stx_attributes & STATX_ATTR_MOUNT_ROOT))
		set(view, CHROOTED, true);
	else if (!userns_works())
		set_unknown(view, CHROOTED, "neither is ours, perhaps");
	else if (same_mounts == IS_SO)
		set(view, CHROOTED,
		    !same || theirs.stx_mnt_id != ours.stx_mnt_id);
	else if (same_mounts == IS_UNKNOWN)
		set_unknown(view, CHROOTED, "its namespaces cannot be read");
	else if (!same)
		set_unknown(view, CHROOTED, "it has mounts of its own");
}

/* Is a task in execve(2) now? */
static enum truth in_exec(__u32 pid)
{
	char path[64], text[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%u/syscall", pid);
	f = fopen(path, "re");
	if (!f)
		return IS_UNKNOWN;
	if (!fgets(text, sizeof(text), f))
		*text = 0;
	fclose(f);
	if (*text < '0' || *text > '9')
		return *text == '-' ? IS_NOT : IS_UNKNOWN;
	return atoi(text) == SYS_execve || atoi(text) == SYS_execveat;
}

/*
 * While a thread is in execve(2), nobody may come to share the directory that
 * it shares with nobody but its own process (check_unsafe_exec()).
 */
static void look_at_exec(struct why_view *view)
{
	const struct model *model = view->model;
	const struct object *obj =
		model_object(model, view->task, TASKSHARE_FS);
	const __u32 *holder;
	__u32 i;

	if (!obj)
		return;
	holder = &model->kind[TASKSHARE_FS].holders[obj->first];
	for (i = 0; i < obj->nr; i++)
		if (model->task[holder[i]]->tgid != record(view)->tgid)
			return;
	for (i = 0; i < obj->nr; i++) {
		enum truth is = holder[i] == view->task ? IS_NOT :
				in_exec(model->task[holder[i]]->pid);

		if (is == IS_SO)
			blame(view, FS_IN_EXEC, holder[i]);
		else if (is == IS_UNKNOWN &&
			 fact_get(&view->facts, FS_IN_EXEC) == IS_NOT)
			set_unknown(view, FS_IN_EXEC, "one of them runs now");
	}
}

/**
 * why_look() - find out what stands in the way of a task
 * @view: set to what does
 * @model: all tasks there are
 * @task: index of the task, which is alive and no kernel thread
 */
void why_look(struct why_view *view, const struct model *model, __u32 task)
{
	*view = (struct why_view){ .model = model, .task = task };
	facts_all_false(&view->facts);
	look_at_threads(view);
	look_at_holders(view, SHARES_SIGHAND, TASKSHARE_SIGHAND, true);
	look_at_holders(view, SHARES_MM, TASKSHARE_MM, false);
	look_at_holders(view, SHARES_FS, TASKSHARE_FS, true);
	look_at_exec(view);
	look_at_pids(view);
	if (!access("/proc/self/ns/time_for_children", F_OK))
		look_at_children(view, TIME_ELSEWHERE, TASKSHARE_TIME,
				 TASKSHARE_TIME_FOR_CHILDREN);
	look_at_status(view);
	look_at_root(view);
}
