// SPDX-License-Identifier: GPL-2.0-only
/*
 * Engines against construction: random trees of tasks made by clone(2) with
 * random legal flags, whose sharing is known because we asked for it. Every
 * pair of tasks is compared, kind by kind, with what an engine says.
 *
 *	trees [TREES [SEED]]
 */
#include <err.h>
#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/engine.h"
#include "record/kinds.h"
#include "model/model.h"
#include "tap.h"

#define MAX_NODES	48
#define STACK		(64 * 1024)

/*
 * struct node - one task of a tree
 * @parent: the node that makes it, -1 for the root
 * @flags: of clone(2)
 * @ioprio: it gives itself an I/O context before it makes any child
 * @pid: set by itself
 */
struct node {
	int parent;
	unsigned int flags;
	int ioprio;
	volatile pid_t pid;
};

/* Shared with all tasks of the tree, whatever memory they have else */
static struct tree {
	int nr;
	volatile int ready;
	struct node node[MAX_NODES];
	char stack[MAX_NODES][STACK] __attribute__((aligned(16)));
} *tree;

static unsigned int chance(unsigned int percent)
{
	return random() % 100 < (long)percent;
}

/* Flags that copy_process() accepts, each with a chance of its own */
static unsigned int random_flags(int root)
{
	unsigned int flags = 0;

	if (chance(60))
		flags |= CLONE_VM;
	if (flags & CLONE_VM && chance(60))
		flags |= CLONE_SIGHAND;
	if (flags & CLONE_SIGHAND && chance(60))
		flags |= CLONE_THREAD;
	if (chance(50))
		flags |= CLONE_FILES;
	if (chance(50))
		flags |= CLONE_FS;
	if (chance(40))
		flags |= CLONE_IO;
	if (chance(40))
		flags |= CLONE_SYSVSEM;
	if (!root)
		return flags;
	if (chance(10))
		flags |= CLONE_NEWUTS;
	if (!(flags & CLONE_SYSVSEM) && chance(10))
		flags |= CLONE_NEWIPC;
	if (!(flags & CLONE_FS) && chance(10))
		flags |= CLONE_NEWNS;
	if (chance(10))
		flags |= CLONE_NEWCGROUP;
	return flags;
}

static void plan(int nr, int root)
{
	int i;

	tree->nr = nr;
	tree->ready = 0;
	for (i = 0; i < nr; i++) {
		tree->node[i].parent = i ? random() % i : -1;
		tree->node[i].flags = i ? random_flags(root) : 0;
		tree->node[i].ioprio = chance(30);
		tree->node[i].pid = 0;
	}
}

/*
 * Runs with any memory and on no libc thread of its own: system calls only,
 * and it does not use errno, which it shares with its creator.
 */
static int run_node(void *arg)
{
	int self = (intptr_t)arg, i;

	tree->node[self].pid = syscall(SYS_gettid);
	if (tree->node[self].ioprio)
		/* IOPRIO_WHO_PROCESS, best effort, level 6 */
		syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 6);
	for (i = self + 1; i < tree->nr; i++) {
		if (tree->node[i].parent != self)
			continue;
		if (clone(run_node, tree->stack[i] + STACK,
			  tree->node[i].flags |
			  (tree->node[i].flags & CLONE_THREAD ? 0 : SIGCHLD),
			  (void *)(intptr_t)i) < 0)
			tree->node[i].pid = -1;
	}
	__sync_fetch_and_add(&tree->ready, 1);
	syscall(SYS_futex, &tree->ready, FUTEX_WAKE, INT32_MAX, 0, 0, 0);
	for (;;)
		syscall(SYS_ppoll, NULL, 0, NULL, NULL);
	return 0;
}

/* Waits until all of a tree exists; false if one could not be made. */
static bool wait_for_tree(void)
{
	const struct timespec second = { .tv_sec = 1 };
	long end = tap_deadline(20);
	int i, now;

	while (tap_now() < end) {
		now = tree->ready;
		if (now == tree->nr)
			break;
		syscall(SYS_futex, &tree->ready, FUTEX_WAIT, now, &second, 0,
			0);
	}
	for (i = 0; i < tree->nr; i++)
		if (tree->node[i].pid <= 0)
			return false;
	return tree->ready == tree->nr;
}

static bool start_tree(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (!pid)
		_exit(run_node(NULL));
	return wait_for_tree();
}

/*
 * We are their reaper, see main(), so every one of them ends up with us, also
 * one that is made only now.
 */
static void stop_tree(void)
{
	pid_t pid;
	int i;

	do {
		for (i = 0; i < tree->nr; i++)
			if (tree->node[i].pid > 0 &&
			    !(tree->node[i].flags & CLONE_THREAD))
				kill(tree->node[i].pid, SIGKILL);
		pid = waitpid(-1, NULL, __WALL | WNOHANG);
		/* Its number may go to another task now. */
		for (i = 0; i < tree->nr && pid > 0; i++)
			if (tree->node[i].pid == pid)
				tree->node[i].pid = 0;
		if (!pid)
			usleep(1000);
	} while (pid >= 0);
}

#define NONE	(-1)

/*
 * Which object each node holds, by its number: that of the node that got it
 * first. Only what copy_process() and what a node does to itself is followed.
 */
static void expect_shared(int *object, unsigned int flag)
{
	int i;

	for (i = 0; i < tree->nr; i++)
		object[i] = i && tree->node[i].flags & flag ?
			    object[tree->node[i].parent] : i;
}

/* A new namespace must be known before the children that inherit it. */
static void expect_namespace(int *object, unsigned int flag)
{
	int i;

	for (i = 0; i < tree->nr; i++)
		object[i] = !i ? 0 : tree->node[i].flags & flag ? i :
			    object[tree->node[i].parent];
}

/*
 * A parent without one gives none, whatever the flag says; one with one gives
 * a copy, if not itself.
 */
static void expect_io(int *object)
{
	int i;

	for (i = 0; i < tree->nr; i++) {
		const struct node *node = &tree->node[i];
		int parents = i ? object[node->parent] : NONE;

		if (parents == NONE)
			object[i] = node->ioprio ? i : NONE;
		else
			object[i] = node->flags & CLONE_IO ? parents : i;
	}
}

/* The flag makes the parent get one, if it has none; nothing else does. */
static void expect_semundo(int *object)
{
	int i;

	for (i = 0; i < tree->nr; i++)
		object[i] = NONE;
	for (i = 1; i < tree->nr; i++) {
		int parent = tree->node[i].parent;

		if (!(tree->node[i].flags & CLONE_SYSVSEM))
			continue;
		if (object[parent] == NONE)
			object[parent] = parent;
		object[i] = object[parent];
	}
}

#define NEW_ANY	(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWCGROUP)

/* Fills in what is expected; false if construction says nothing of a kind. */
static bool expect(int *object, int kind)
{
	switch (kind) {
	case TASKSHARE_MM:
		expect_shared(object, CLONE_VM);
		return true;
	case TASKSHARE_FILES:
		expect_shared(object, CLONE_FILES);
		return true;
	case TASKSHARE_SIGHAND:
		expect_shared(object, CLONE_SIGHAND);
		return true;
	case TASKSHARE_FS:
		expect_shared(object, CLONE_FS);
		return true;
	case TASKSHARE_SIGNAL:
	case TASKSHARE_CRED:
		expect_shared(object, CLONE_THREAD);
		return true;
	case TASKSHARE_IO:
		expect_io(object);
		return true;
	case TASKSHARE_SEMUNDO:
		expect_semundo(object);
		return true;
	case TASKSHARE_NSPROXY:
		expect_namespace(object, NEW_ANY);
		return true;
	case TASKSHARE_UTS:
		expect_namespace(object, CLONE_NEWUTS);
		return true;
	case TASKSHARE_IPC:
		expect_namespace(object, CLONE_NEWIPC);
		return true;
	case TASKSHARE_MNT:
		expect_namespace(object, CLONE_NEWNS);
		return true;
	case TASKSHARE_CGROUP:
		expect_namespace(object, CLONE_NEWCGROUP);
		return true;
	case TASKSHARE_NET:
	case TASKSHARE_PID:
	case TASKSHARE_TIME:
	case TASKSHARE_USER:
	case TASKSHARE_CGROUPS:
		expect_namespace(object, 0);
		return true;
	}
	return false;
}

static __u32 find_task(const struct model *model, pid_t pid)
{
	__u32 i;

	for (i = 0; i < model->nr; i++)
		if (model->task[i]->pid == (__u32)pid)
			return i;
	return NO_OBJECT;
}

/* struct score - how many pairs were compared, not known, and wrong */
struct score {
	long pairs;
	long moving;
	long wrong;
	long missing;
};

/* The kinds that every engine sees; on a busy machine, not at every try */
static bool always_seen(int k)
{
	return k == TASKSHARE_MM || k == TASKSHARE_FILES ||
	       k == TASKSHARE_SIGHAND || k == TASKSHARE_FS;
}

/* Compares the engine with construction, for two tasks and one kind. */
static void judge(struct score *score, const struct model *model, int k,
		  const __u32 *task, const int *object, int i, int j)
{
	enum holding a = model_holding(model, task[i], k);
	enum holding b = model_holding(model, task[j], k);
	bool shared, expected;

	if ((a == HOLDS_UNSEEN || b == HOLDS_UNSEEN) && !always_seen(k))
		return;
	score->pairs++;
	if (a < HOLDS_NONE || b < HOLDS_NONE) {
		score->moving++;
		return;
	}
	if ((a == HOLDS_NONE) != (object[i] == NONE) ||
	    (b == HOLDS_NONE) != (object[j] == NONE)) {
		score->wrong++;
		return;
	}
	shared = a == HOLDS_OBJECT && b == HOLDS_OBJECT &&
		 model->kind[k].of[task[i]] == model->kind[k].of[task[j]];
	expected = object[i] != NONE && object[i] == object[j];
	if (shared != expected) {
		score->wrong++;
		if (score->wrong < 5)
			printf("# %s: %d (%#x) and %d (%#x): %s\n",
			       kind_name[k], tree->node[i].pid,
			       tree->node[i].flags, tree->node[j].pid,
			       tree->node[j].flags,
			       shared ? "shared, but should not be" :
			       "not shared, but should be");
	}
}

static void judge_tree(struct score *score, const struct model *model)
{
	int object[MAX_NODES], i, j, k;
	__u32 task[MAX_NODES];

	for (i = 0; i < tree->nr; i++) {
		task[i] = find_task(model, tree->node[i].pid);
		if (task[i] == NO_OBJECT) {
			score->missing++;
			return;
		}
	}
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!expect(object, k))
			continue;
		for (i = 0; i < tree->nr; i++)
			for (j = 0; j < i; j++)
				judge(score, model, k, task, object, i, j);
	}
}

/* Checks one engine's view of the tree that is there now. */
static void ask_engine(struct score *score, struct engine_handle *handle)
{
	struct selection everything = { 0 };
	struct records recs = { 0 };
	struct error error;
	struct model model;

	if (handle->engine->collect(handle->state, &everything, &recs, &error))
		errx(1, "%s: %s", handle->engine->name, error.text);
	if (model_build(&model, &recs))
		errx(1, "no memory");
	judge_tree(score, &model);
	model_free(&model);
	records_free(&recs);
}

/*
 * None of the tree does anything, so nothing of it may be moving. But the
 * others of the system, that one engine sorts among them, may be too many that
 * do: then it is asked again.
 */
#define TRIES 10

static void ask_until_known(struct score *sum, struct engine_handle *handle)
{
	struct score score;
	int i;

	for (i = 0; i < TRIES; i++) {
		score = (struct score){ 0 };
		ask_engine(&score, handle);
		sum->wrong += score.wrong;
		if (!score.moving)
			break;
	}
	sum->pairs += score.pairs;
	sum->wrong += score.moving;
	sum->missing += score.missing;
}

#define MAX_ENGINES 8

int main(int argc, char **argv)
{
	int trees = argc > 1 ? atoi(argv[1]) : 40;
	unsigned int seed = argc > 2 ? strtoul(argv[2], NULL, 0) :
					(unsigned long)time(NULL);
	struct engine_handle handle[MAX_ENGINES];
	struct score score[MAX_ENGINES] = { 0 };
	struct error error[MAX_ENGINES];
	bool usable[MAX_ENGINES];
	int t, made = 0;
	size_t e;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("# seed %u\n", seed);
	srandom(seed);
	tree = mmap(NULL, sizeof(*tree), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tree == MAP_FAILED)
		err(1, "mmap");
	/* Each task would have a copy of our I/O context, if it had a priority. */
	syscall(SYS_ioprio_set, 1, 0, 0);
	/* Orphans come to us, so that none of them is left. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		err(1, "prctl");
	for (t = 0; t < trees; t++) {
		plan(2 + random() % (MAX_NODES - 1), !geteuid());
		if (start_tree()) {
			made++;
			for (e = 0; e < nr_engines; e++) {
				handle[e].engine = engines[e];
				usable[e] = !engines[e]->open(&handle[e].state,
							      NULL, false,
							      &error[e]);
				if (!usable[e])
					continue;
				ask_until_known(&score[e], &handle[e]);
				engine_close(&handle[e]);
			}
		}
		stop_tree();
	}
	tap_ok(made == trees, "trees: %d of %d random trees made", made, trees);
	for (e = 0; e < nr_engines; e++) {
		if (!usable[e])
			tap_skip(error[e].text, "trees: %s against construction",
				 engines[e]->name);
		else
			tap_ok(score[e].pairs && !score[e].wrong &&
			       !score[e].missing,
			       "trees: %s against construction: %ld pairs, %ld wrong, %ld trees incomplete",
			       engines[e]->name, score[e].pairs,
			       score[e].wrong, score[e].missing);
	}
	return tap_end();
}
