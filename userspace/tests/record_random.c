// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recordings of random programs against kcmp(2), /proc and what calls must do.
 *
 *	record_random [PROGRAMS [SEED [ENGINE]]]
 *	record_random run PROGRAM [ARGUMENT...]		a given program
 *
 * At every step, while it is made, every pair of tasks that take part is
 * compared: objects have the same letter if, and only if, kcmp(2) finds them
 * equal; a namespace has one letter, and a letter one namespace, for the whole
 * run. From step to step only what the call of the step may exchange has
 * another letter, and what it must exchange has. Two engines that are wrong
 * about one object show that such a thing is noticed.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/kcmp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "record/kinds.h"
#include "recorder/run.h"
#include "tap.h"
#include "util/procfs.h"

#define BIT(kind)	(1u << TASKSHARE_##kind)

/* The recorded program: only the order of its tasks is left to chance */

#define STACK		(32 * 1024)
#define MAX_STACKS	64

static char stacks[MAX_STACKS][STACK] __attribute__((aligned(16)));
static int nr_stacks;

/**
 * struct act - an action of a task of the program
 * @seed: of its decisions
 * @depth: generations that it may still make
 * @thread: it may not execute, as that would end all others
 */
struct act {
	unsigned int seed;
	int depth;
	bool thread;
};

static struct act acts[MAX_STACKS];

static unsigned int draw(struct act *act, unsigned int below)
{
	act->seed = act->seed * 1103515245 + 12345;
	return (act->seed >> 16) % below;
}

static unsigned long random_flags(struct act *act)
{
	unsigned long flags = SIGCHLD;

	if (draw(act, 2))
		flags |= CLONE_FS;
	if (draw(act, 2))
		flags |= CLONE_FILES;
	if (draw(act, 3) == 0)
		flags |= CLONE_IO;
	if (draw(act, 3) == 0)
		flags |= CLONE_SYSVSEM;
	if (draw(act, 2))
		flags |= CLONE_VM;
	if (flags & CLONE_VM && draw(act, 2))
		flags |= CLONE_SIGHAND;
	if (flags & CLONE_SIGHAND && draw(act, 2))
		return (flags | CLONE_THREAD) & ~0xfful;
	if (draw(act, 4) == 0)
		flags |= CLONE_VFORK;
	if (!(flags & CLONE_FS) && !geteuid() && draw(act, 4) == 0)
		flags |= CLONE_NEWNS;
	if (!geteuid() && draw(act, 4) == 0)
		flags |= CLONE_NEWUTS;
	return flags;
}

static int run_act(void *arg);

static void make_child(struct act *act)
{
	int nr = __sync_fetch_and_add(&nr_stacks, 1);
	unsigned long flags = random_flags(act);

	if (nr >= MAX_STACKS || !act->depth)
		return;
	acts[nr] = (struct act){
		.seed = draw(act, 1 << 15) * 7919,
		.depth = act->depth - 1,
		.thread = flags & CLONE_THREAD || act->thread,
	};
	clone(run_act, stacks[nr] + STACK, flags, &acts[nr]);
}

static void execute(struct act *act)
{
	char seed[16], depth[16];
	char *const argv[] = { "record_random", "program", seed, depth, NULL };

	if (act->thread)
		return;
	/* No stdio: the memory may be another task's, too. */
	seed[0] = '0' + draw(act, 10);
	seed[1] = '0' + draw(act, 10);
	seed[2] = 0;
	depth[0] = '0' + (act->depth ? act->depth - 1 : 0);
	depth[1] = 0;
	syscall(SYS_execve, "/proc/self/exe", argv, environ);
}

static void unshare_some(struct act *act)
{
	static const int flags[] = {
		CLONE_FS, CLONE_FILES, CLONE_SYSVSEM, CLONE_FS | CLONE_FILES,
		CLONE_NEWUTS, CLONE_NEWIPC,
	};

	syscall(SYS_unshare, flags[draw(act, geteuid() ? 4 : 6)]);
}

/* It uses only its own part of memory that several tasks may have. */
static int run_act(void *arg)
{
	struct act *act = arg;
	int i, nr = 1 + draw(act, 4);

	for (i = 0; i < nr; i++) {
		switch (draw(act, 8)) {
		case 0:
			unshare_some(act);
			break;
		case 1:
			syscall(SYS_close_range, 1000, ~0u, CLOSE_RANGE_UNSHARE);
			break;
		case 2:
			/* IOPRIO_WHO_PROCESS, best effort, level 6 */
			syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 6);
			break;
		case 3:
			syscall(SYS_unshare, CLONE_VM | CLONE_SIGHAND);
			break;
		case 4:
			if (draw(act, 3) == 0)
				execute(act);
			break;
		default:
			make_child(act);
		}
	}
	while (syscall(SYS_wait4, -1, NULL, __WALL, NULL) > 0)
		;
	return 0;
}

static int program(char **argv)
{
	struct act act = { .seed = atoi(argv[0]), .depth = atoi(argv[1]) };

	if (!act.depth)
		return 0;
	return run_act(&act);
}

/* The findings about the recording */

#define MAX_TASKS	512
#define MAX_LETTERS	4096

/**
 * struct check - a recording while it is checked
 * @row: of each task, as of the step before
 * @nr_rows: number of them
 * @moving: of each task, whether it was in a call of its own when another one
 *	    had its step: what it exchanges may be seen in that one already
 * @inode: of each object that is a namespace, its number
 * @compared: pairs that were compared
 * @steps: steps that were checked
 * @wrong: faults
 * @by_kcmp: those of them that kcmp(2) contradicts
 * @flaw: the fault that the engine was given, or NULL
 */
static struct check {
	struct row row[MAX_TASKS];
	__u32 nr_rows;
	bool moving[MAX_TASKS];
	unsigned long inode[MAX_LETTERS];
	long compared;
	long steps;
	long wrong;
	long by_kcmp;
	const struct flaw *flaw;
} check;

static void __attribute__((format(printf, 3, 4)))
wrong(const struct run *run, const struct step *step, const char *format, ...)
{
	va_list args;

	check.wrong++;
	if (check.flaw)
		return;
	printf("# step %u, %s of task %u: ", run->step,
	       trace_call_name[step->what->ev->call], step->task);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static const struct tracee *tracee_of(const struct run *run, __u32 task)
{
	size_t i;

	for (i = 0; i < run->tracees.nr; i++)
		if (run->tracees.one[i]->task == task)
			return run->tracees.one[i];
	return NULL;
}

/* Those that are in a call of their own may exchange something right now. */
static bool stands(const struct run *run, const struct step *step, __u32 task)
{
	const struct tracee *tracee = tracee_of(run, task);

	return tracee && !tracee->exiting && !tracee->ended &&
	       run->history.task[task].row.status < STATUS_ZOMBIE &&
	       (task == step->task || tracee->turn != TURN_HAS);
}

static const struct {
	int kind;
	int type;
} by_kcmp[] = {
	{ TASKSHARE_MM, KCMP_VM }, { TASKSHARE_FILES, KCMP_FILES },
	{ TASKSHARE_FS, KCMP_FS }, { TASKSHARE_SIGHAND, KCMP_SIGHAND },
	{ TASKSHARE_IO, KCMP_IO }, { TASKSHARE_SEMUNDO, KCMP_SYSVSEM },
};

/* A task that is killed on its way out, by an execve(2), does not stop there. */
static bool dying(__u32 pid)
{
	char path[32], stat[512], *at;
	unsigned int flags;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	n = procfs_read(path, stat, sizeof(stat) - 1);
	if (n <= 0)
		return true;
	stat[n] = 0;
	at = strrchr(stat, ')');
	/* PF_EXITING */
	return !at || sscanf(at + 2, "%*c %*d %*d %*d %*d %*d %u", &flags) != 1 ||
	       flags & 4;
}

static void compare_pair(const struct run *run, const struct step *step,
			 const struct row *a, const struct row *b)
{
	size_t i;
	long ret;

	for (i = 0; i < sizeof(by_kcmp) / sizeof(*by_kcmp); i++) {
		int k = by_kcmp[i].kind;

		/* A task may get an object that it lacks without a call. */
		if (a->cell[k] < 0 || b->cell[k] < 0)
			continue;
		ret = syscall(SYS_kcmp, a->pid, b->pid, by_kcmp[i].type, 0, 0);
		if (ret < 0)
			continue;
		check.compared++;
		if (!ret == (a->cell[k] == b->cell[k]) || dying(a->pid) ||
		    dying(b->pid))
			continue;
		check.by_kcmp++;
		wrong(run, step, "%s of %u and %u: kcmp %ld, objects %d and %d",
		      kind_name[k], a->pid, b->pid, ret, a->cell[k], b->cell[k]);
	}
}

static unsigned long inode_of(const struct row *row, int kind)
{
	char path[96], text[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%u/task/%u/ns/%s", row->tgid,
		 row->pid, kind_name[kind]);
	n = readlink(path, text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = 0;
	return strtoul(strchr(text, '[') + 1, NULL, 10);
}

static void check_namespaces(const struct run *run, const struct step *step,
			     const struct row *row)
{
	int k;

	for (k = TASKSHARE_UTS; k < TASKSHARE_NR_KINDS; k++) {
		unsigned long inode = inode_of(row, k);
		__s32 cell = row->cell[k];

		if (!inode || cell < 0 || cell >= MAX_LETTERS)
			continue;
		if (!check.inode[cell])
			check.inode[cell] = inode;
		check.compared++;
		if (check.inode[cell] != inode)
			wrong(run, step, "%s of %u: object %d is %lu, was %lu",
			      kind_name[k], row->pid, cell, inode,
			      check.inode[cell]);
	}
}

/* Kinds that an event may exchange in the task that it is about */
static __u32 may_change(const struct step *step)
{
	const struct trace_event *ev = step->what->ev;
	__u32 all = (1u << TASKSHARE_NR_KINDS) - 1;

	switch (ev->type) {
	case TRACE_EV_EXEC:
		return BIT(MM) | BIT(FILES) | BIT(SIGHAND) | BIT(CRED) |
		       BIT(NSPROXY) | BIT(TIME) | BIT(SEMUNDO) | BIT(IO);
	case TRACE_EV_CRED:
	case TRACE_EV_SECCOMP:
		return BIT(CRED) | BIT(SECCOMP) | BIT(IO) | BIT(SEMUNDO);
	case TRACE_EV_SETNS:
	case TRACE_EV_UNSHARE:
		return all & ~(BIT(MM) | BIT(SIGHAND) | BIT(SIGNAL));
	case TRACE_EV_EXIT:
		return all;
	default:
		/* An I/O context and an undo list come unasked. */
		return BIT(IO) | BIT(SEMUNDO);
	}
}

static void check_change(const struct run *run, const struct step *step,
			 __u32 task)
{
	const struct row *was = &check.row[task];
	const struct row *is = &run->history.task[task].row;
	__u32 may = task == step->task ? may_change(step) :
		    BIT(IO) | BIT(SEMUNDO);
	const struct tracee *tracee = tracee_of(run, task);
	int k;

	check.moving[task] |= task != step->task && step->overlaps && tracee &&
			      tracee->turn == TURN_HAS;
	if (check.moving[task]) {
		check.moving[task] = task != step->task;
		return;
	}
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (was->cell[k] < 0 || is->cell[k] < 0)
			continue;
		check.compared++;
		if (was->cell[k] != is->cell[k] && !(may & 1u << k))
			wrong(run, step, "%s of %u: object %d became %d",
			      kind_name[k], is->pid, was->cell[k], is->cell[k]);
	}
	if (task == step->task && step->what->ev->type == TRACE_EV_EXEC &&
	    was->cell[TASKSHARE_MM] == is->cell[TASKSHARE_MM])
		wrong(run, step, "the memory is the one before");
}

/* New objects of a new task are new to the run. */
static void check_child(const struct run *run, const struct step *step)
{
	static const struct {
		int kind;
		__u64 flag;
	} copied[] = {
		{ TASKSHARE_MM, CLONE_VM }, { TASKSHARE_FILES, CLONE_FILES },
		{ TASKSHARE_FS, CLONE_FS }, { TASKSHARE_SIGHAND, CLONE_SIGHAND },
	};
	const struct trace_create *create = (const void *)step->what->ev;
	const struct row *child, *creator;
	size_t i;

	if (step->child == NO_TASK || step->what->ev->type != TRACE_EV_CREATE)
		return;
	child = &run->history.task[step->child].row;
	creator = &run->history.task[step->task].row;
	for (i = 0; i < sizeof(copied) / sizeof(*copied); i++) {
		__s32 cell = child->cell[copied[i].kind];

		if (cell < 0)
			continue;
		check.compared++;
		if (create->flags & copied[i].flag ?
		    cell != creator->cell[copied[i].kind] :
		    run->history.object[cell].first != run->step)
			wrong(run, step, "%s of the child is object %d",
			      kind_name[copied[i].kind], cell);
	}
}

static void at_step(void *arg, const struct run *run, const struct step *step)
{
	const struct history *history = &run->history;
	__u32 i, j, nr = history->nr_tasks;

	(void)arg;
	check.steps++;
	check_child(run, step);
	for (i = 0; i < nr && i < MAX_TASKS; i++) {
		if (i < check.nr_rows &&
		    history->task[i].row.status < STATUS_ZOMBIE)
			check_change(run, step, i);
		if (!stands(run, step, i))
			continue;
		check_namespaces(run, step, &history->task[i].row);
		for (j = 0; j < i; j++)
			if (stands(run, step, j))
				compare_pair(run, step, &history->task[i].row,
					     &history->task[j].row);
	}
	for (i = 0; i < nr && i < MAX_TASKS; i++)
		check.row[i] = history->task[i].row;
	check.nr_rows = nr < MAX_TASKS ? nr : MAX_TASKS;
}

/* Engines with a fault: one filesystem information for all, or none shared */

struct flaw {
	const char *name;
	__u64 (*id)(const struct records *recs, size_t i);
};

static __u64 of_first(const struct records *recs, size_t i)
{
	return recs->rec[recs->rec[i].id[TASKSHARE_FS] ? 0 : i].id[TASKSHARE_FS];
}

static __u64 of_itself(const struct records *recs, size_t i)
{
	return recs->rec[i].id[TASKSHARE_FS] ? recs->rec[i].pid : 0;
}

static const struct flaw flaws[] = {
	{ "takes all fs for one", of_first },
	{ "takes each fs for private", of_itself },
};

static const struct engine *sound;

static int collect(void *state, struct selection *sel, struct records *recs,
		   struct error *error)
{
	int err = sound->collect(state, sel, recs, error);
	size_t i;

	for (i = 0; !err && i < recs->nr; i++)
		recs->rec[i].id[TASKSHARE_FS] = check.flaw->id(recs, i);
	return err;
}

static void put_flaw(struct engine_handle *handle)
{
	static struct engine flawed;

	sound = handle->engine;
	flawed = *sound;
	flawed.collect = collect;
	handle->engine = &flawed;
}

static void record(const char *engine, char *const *argv)
{
	struct run run = { .max_steps = 2000, .hook.at_step = at_step };
	struct error error[nr_engines];
	size_t nr;

	check.nr_rows = 0;
	memset(check.moving, 0, sizeof(check.moving));
	memset(check.inode, 0, sizeof(check.inode));
	if (engine_open(&run.engine, engine, false, error, &nr) ||
	    run_open(&run))
		errx(1, "%s", error[0].text);
	if (check.flaw)
		put_flaw(&run.engine);
	if (run_program(&run, argv) || *run.error.text) {
		printf("# %s %s: %s\n", engine, argv[0], run.error.text);
		check.wrong++;
	}
	tape_close(&run.tape);
	run_close(&run);
	engine_close(&run.engine);
}

static void record_seed(const char *engine, unsigned int seed)
{
	char number[16];
	char *const argv[] = { "/proc/self/exe", "program", number, "4", NULL };

	snprintf(number, sizeof(number), "%u", seed);
	record(engine, argv);
}

static bool usable(const char *engine, struct error *error)
{
	struct error errors[nr_engines];
	struct engine_handle handle;
	size_t nr;

	if (engine_open(&handle, engine, false, errors, &nr)) {
		*error = errors[0];
		return false;
	}
	engine_close(&handle);
	return true;
}

/* An engine that is wrong must be found to be so, or the others prove nothing. */
static void test_flaws(const char *engine, unsigned int seed)
{
	size_t i;
	int tries;

	for (i = 0; i < sizeof(flaws) / sizeof(*flaws); i++) {
		memset(&check, 0, sizeof(check));
		check.flaw = &flaws[i];
		for (tries = 0; tries < 20 && !check.by_kcmp; tries++)
			record_seed(engine, seed + tries);
		tap_ok(check.by_kcmp, "%s: one that %s is noticed by kcmp(2) %ld times",
		       engine, flaws[i].name, check.by_kcmp);
	}
}

static void test(const char *engine, int programs, unsigned int seed)
{
	struct error error;
	long before;
	int i;

	if (!usable(engine, &error)) {
		tap_skip(error.text, "%s: random programs", engine);
		return;
	}
	memset(&check, 0, sizeof(check));
	for (i = 0; i < programs; i++) {
		before = check.wrong;
		record_seed(engine, seed + i);
		if (check.wrong > before)
			printf("# that was seed %u\n", seed + i);
	}
	tap_ok(!check.wrong && check.compared > programs,
	       "%s: %d random programs, %ld steps, %ld comparisons, %ld wrong",
	       engine, programs, check.steps, check.compared, check.wrong);
	test_flaws(engine, seed);
}

static void test_program(const char *engine, char *const *argv)
{
	struct error error;

	if (!usable(engine, &error)) {
		tap_skip(error.text, "%s: %s", engine, argv[0]);
		return;
	}
	memset(&check, 0, sizeof(check));
	record(engine, argv);
	tap_ok(!check.wrong && check.compared,
	       "%s: %s: %ld steps, %ld comparisons, %ld wrong", engine, argv[0],
	       check.steps, check.compared, check.wrong);
}

int main(int argc, char **argv)
{
	int programs = argc > 1 ? atoi(argv[1]) : 20;
	unsigned int seed = argc > 2 ? atoi(argv[2]) : 1;
	bool given = argc > 2 && !strcmp(argv[1], "run");
	size_t i;

	if (argc == 4 && !strcmp(argv[1], "program"))
		return program(argv + 2);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < nr_engines; i++) {
		if (given)
			test_program(engines[i]->name, argv + 2);
		else if (argc < 4 || !strcmp(argv[3], engines[i]->name))
			test(engines[i]->name, programs, seed);
	}
	return tap_end();
}
