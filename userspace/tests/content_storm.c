// SPDX-License-Identifier: GPL-2.0-only
/*
 * Content that changes while it is read: whatever is reported of an object has
 * to be of that object, and of one moment.
 *
 *	groups	threads get new credentials as fast as they can, each with a
 *		list of groups that no other task has, and begin threads that
 *		share them: tasks with the same object have the same groups, and
 *		what BPF reads of the list is what /proc reads
 *	cwd	tasks that all have the same number, one after the other, have a
 *		umask and a directory each that belong together
 *	uts	threads get new namespaces in the same way: one object has one
 *		inode number
 *	vfork	the waiter is the parent
 *
 *	content_storm [SNAPSHOTS]
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/sched.h>

#include "cli/session.h"
#include "content/fields.h"
#include "tap.h"

#define NR_GROUPS	40
#define DIRS		8
/* A machine busy with other things gets a minute. */
#define LIMIT_SECONDS	60

static char directory[64];

/*
 * The number of all those that come one after the other; in between, it may be
 * that of another process of the machine
 */
static pid_t same_pid;

/* A list that begins with a number that no other list begins with */
static void set_groups(void)
{
	static unsigned int lists;
	gid_t group[NR_GROUPS];
	int i, n = __atomic_add_fetch(&lists, 1, __ATOMIC_RELAXED);

	for (i = 0; i < NR_GROUPS; i++)
		group[i] = n * NR_GROUPS + i;
	syscall(SYS_setgroups, NR_GROUPS, group);
}

static void new_uts(void)
{
	syscall(SYS_unshare, CLONE_NEWUTS);
}

static void *rest(void *unused)
{
	usleep(20000);
	return unused;
}

/* Changes as fast as it can. */
static void *hurry(void *change)
{
	for (;;)
		((void (*)(void))change)();
	return NULL;
}

/* After many changes, for a while, two tasks hold the same. */
static void take_a_friend(void (*change)(void))
{
	pthread_t friend;
	int i;

	for (;;) {
		for (i = 0; i < 50; i++)
			change();
		if (pthread_create(&friend, NULL, rest, NULL))
			continue;
		usleep(15000);
		change();
		pthread_join(friend, NULL);
	}
}

static void keep_changing(void (*change)(void))
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, hurry, change))
		take_a_friend(change);
}

static void make_children(void)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = (uintptr_t)&same_pid,
		.set_tid_size = 1,
	};
	char path[128];
	unsigned int i;
	pid_t pid;

	for (i = 0;; i++) {
		snprintf(path, sizeof(path), "%s/%u", directory, i % DIRS);
		if (chdir(path))
			_exit(1);
		umask(i % DIRS);
		pid = syscall(SYS_clone3, &args, sizeof(args));
		if (!pid) {
			usleep(300);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
}

static void wait_in_vfork(void)
{
	int status;
	pid_t pid;

	for (;;) {
		pid = vfork();
		if (!pid) {
			usleep(300);
			_exit(0);
		}
		waitpid(pid, &status, 0);
	}
}

static pid_t start(int which)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	switch (which) {
	case 0:
		keep_changing(set_groups);
		break;
	case 1:
		keep_changing(new_uts);
		break;
	case 2:
		make_children();
		break;
	default:
		wait_in_vfork();
	}
	_exit(1);
}

#define STORMS	4

/*
 * struct tally - counts of the observations
 * @lists: lists of groups
 * @pairs: pairs of tasks with the same object
 * @paths: working directories
 * @inodes: namespaces
 * @waiters: tasks that wait in vfork(2)
 * @wrong: of those, what cannot be
 */
struct tally {
	long lists, pairs, paths, inodes, waiters;
	long wrong;
};

static void wrong(struct tally *tally, const struct taskshare_record *rec,
		  const char *what)
{
	if (tally->wrong++ < 5)
		printf("# %u %s: %s\n", rec->pid, rec->comm, what);
}

/* The first of the groups, or 0 if they are not known; they are consecutive. */
static __u32 first_group(struct tally *tally, const struct content *content,
			 __u32 task)
{
	const struct content_item *item =
		content_item(content, task, CONTENT_GROUPS_SEEN);
	const struct taskshare_record *rec = content->model->task[task];
	struct content_value v;
	const char *s;
	char *end;
	int i;

	if (!item || item->groups.nr != NR_GROUPS)
		return 0;
	for (i = 1; i < CONTENT_GROUPS; i++)
		if (item->groups.group[i] != item->groups.group[0] + i)
			wrong(tally, rec, "groups of two lists");
	if (content_value(content, task, FIELD_GROUPS, &v) != CONTENT_KNOWN)
		return item->groups.group[0];
	tally->lists++;
	for (i = 0, s = v.string; i < NR_GROUPS; i++, s = end)
		if (strtoul(s, &end, 10) != item->groups.group[0] + i)
			break;
	if (i < NR_GROUPS)
		wrong(tally, rec, "/proc reads another list");
	return item->groups.group[0];
}

/* Tasks of a process that hold the same object see the same in it. */
static void check_pairs(struct tally *tally, const struct content *content,
			__u32 tgid, int kind,
			__u32 (*value)(struct tally *tally,
				       const struct content *content,
				       __u32 task))
{
	const struct model *model = content->model;
	__u32 i, j, of, mine, other;

	for (i = 0; i < model->nr; i++) {
		if (model->task[i]->tgid != tgid)
			continue;
		mine = value(tally, content, i);
		of = model->kind[kind].of[i];
		for (j = 0; mine && of != NO_OBJECT && j < i; j++) {
			if (model->kind[kind].of[j] != of)
				continue;
			other = value(tally, content, j);
			tally->pairs += other != 0;
			if (other && other != mine)
				wrong(tally, model->task[i],
				      "the same object, other content");
		}
	}
}

static __u32 uts_inode(struct tally *tally, const struct content *content,
		       __u32 task)
{
	struct content_value v;

	if (content_value(content, task, FIELD_UTS_INODE, &v) != CONTENT_KNOWN)
		return 0;
	tally->inodes++;
	return v.number;
}

static void check_cwd(struct tally *tally, const struct content *content,
		      __u32 task)
{
	size_t len = strlen(directory);
	struct content_value cwd, umask;

	if (content_value(content, task, FIELD_CWD, &cwd) != CONTENT_KNOWN ||
	    content_value(content, task, FIELD_UMASK, &umask) != CONTENT_KNOWN)
		return;
	tally->paths++;
	if (cwd.len != len + 2 || memcmp(cwd.string, directory, len) ||
	    cwd.string[len + 1] != '0' + (char)umask.number)
		wrong(tally, content->model->task[task], "another one's path");
}

static void check_waiter(struct tally *tally, const struct content *content,
			 __u32 task, __u32 parent)
{
	const struct taskshare_record *rec = content->model->task[task];
	struct content_value v;

	if (rec->ppid != parent ||
	    content_value(content, task, FIELD_WAITER, &v) != CONTENT_KNOWN)
		return;
	tally->waiters++;
	if (v.number != parent)
		wrong(tally, rec, "waited for by another one");
}

static void check(struct tally *tally, const struct content *content,
		  const pid_t *pid)
{
	const struct model *model = content->model;
	__u32 i;

	check_pairs(tally, content, pid[0], TASKSHARE_CRED, first_group);
	check_pairs(tally, content, pid[1], TASKSHARE_UTS, uts_inode);
	for (i = 0; i < model->nr; i++) {
		if (model->task[i]->pid == (__u32)same_pid &&
		    model->task[i]->ppid == (__u32)pid[2])
			check_cwd(tally, content, i);
		check_waiter(tally, content, i, pid[3]);
	}
}

/* The module is asked less often, as that takes longer. */
static bool saw_some(const struct tally *tally, const struct engine *engine)
{
	return engine == &engine_module ||
	       (tally->paths && tally->inodes &&
		(engine != &engine_bpf || (tally->pairs && tally->waiters)));
}

/* When time is over, it goes on only until it has seen some. */
static void look(const struct engine *engine, long snapshots, const pid_t *pid)
{
	struct snapshot snap = {
		.parts = CONTENT_NUMBERS | 1u << CONTENT_CWD,
	};
	struct engine_handle handle = { .engine = engine };
	long end = tap_now() + LIMIT_SECONDS / 2;
	bool bpf = engine == &engine_bpf;
	struct tally tally = { 0 };
	__u32 pids[STORMS];
	bool gone[STORMS];
	struct selection sel = { .pid = pids, .gone = gone, .nr = STORMS };
	struct error error;
	long n;
	int i;

	if (engine->open(&handle.state, NULL, true, &error)) {
		tap_skip(error.text, "content_storm: by %s", engine->name);
		return;
	}
	for (n = 0; n < snapshots &&
	     (tap_now() < end || !saw_some(&tally, engine)); n++) {
		/* By BPF everything, so that children are there, too. */
		for (i = 0; i < STORMS; i++)
			pids[i] = pid[i];
		pids[2] = same_pid;
		sel.nr = bpf ? 0 : STORMS;
		if (snapshot_take(&snap, &handle, &sel, &error) ||
		    snapshot_read_content(&snap, &handle, &sel, &error)) {
			printf("# %s\n", error.text);
			tally.wrong++;
			break;
		}
		check(&tally, &snap.content, pid);
	}
	printf("# %s: %ld snapshots, %ld lists, %ld pairs, %ld paths, %ld inodes, %ld waiters\n",
	       engine->name, n, tally.lists, tally.pairs, tally.paths,
	       tally.inodes, tally.waiters);
	tap_ok(!tally.wrong, "content_storm: by %s: %ld wrong", engine->name,
	       tally.wrong);
	if (engine != &engine_module)
		tap_ok(saw_some(&tally, engine),
		       "content_storm: by %s: some of it was seen",
		       engine->name);
	snapshot_free(&snap);
	engine_close(&handle);
}

static bool make_directories(void)
{
	char path[128];
	int i;

	strcpy(directory, "/tmp/taskshare-storm.XXXXXX");
	if (!mkdtemp(directory))
		return false;
	for (i = 0; i < DIRS; i++) {
		sprintf(path, "%s/%d", directory, i);
		if (mkdir(path, 0755))
			return false;
	}
	return true;
}

static void remove_directories(void)
{
	char path[128];
	int i;

	for (i = 0; i < DIRS; i++) {
		sprintf(path, "%s/%d", directory, i);
		rmdir(path);
	}
	rmdir(directory);
}

int main(int argc, char **argv)
{
	long snapshots = argc > 1 ? atol(argv[1]) : 300;
	pid_t pid[STORMS];
	int i;

	setbuf(stdout, NULL);
	if (geteuid()) {
		tap_skip("only root may have other groups", "content_storm");
		return tap_end();
	}
	if (!make_directories())
		return 1;
	same_pid = fork();
	if (!same_pid)
		_exit(0);
	waitpid(same_pid, NULL, 0);
	for (i = 0; i < STORMS; i++)
		pid[i] = start(i);
	look(&engine_bpf, snapshots, pid);
	look(&engine_module, snapshots / 10, pid);
	look(&engine_proc, snapshots, pid);
	for (i = 0; i < STORMS; i++) {
		kill(pid[i], SIGKILL);
		waitpid(pid[i], NULL, 0);
	}
	remove_directories();
	return tap_end();
}
