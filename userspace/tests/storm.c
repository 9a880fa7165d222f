// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bpf engine in a storm of fork(2): children that share nothing come and
 * go, and their memory goes from one to the next. Not one share of memory,
 * files, directory or handlers may be reported between any two of them.
 *
 * With only one pass over the tasks the same must fail: then we know that the
 * storm is one. To let it fail also where there is one processor, the reader naps
 * between two parts of a snapshot, which go by PID: some children have low PIDs,
 * some have high ones, and idle tasks for more than a part lie between them.
 *
 *	storm [FORKS]
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/sched.h>

#include "engine/engine.h"
#include "engine/bpf.h"
#include "model/model.h"
#include "tap.h"

#define FORKERS 4
/* The kernel's buffer of 8 pages has no room for so many. */
#define IDLE 200
#define LOW_PIDS	20000
#define IDLE_PIDS	22000
#define HIGH_PIDS	24000
#define PIDS_EACH	2000
/* It takes a few seconds; a busy machine gets a minute, or more. */
#define LIMIT_SECONDS 60

static volatile long *forks;

static const int kinds[] = {
	TASKSHARE_MM, TASKSHARE_FILES, TASKSHARE_FS, TASKSHARE_SIGHAND,
};

/* In place of the C library's, for the engine */
ssize_t read(int fd, void *buf, size_t size)
{
	usleep(1000);
	return syscall(SYS_read, fd, buf, size);
}

/* fork(2), with the next PID of a range that is free */
static pid_t fork_as(pid_t *next, pid_t first)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD, .set_tid = (uintptr_t)next,
		.set_tid_size = 1,
	};
	pid_t pid;

	do {
		if (++*next >= first + PIDS_EACH)
			*next = first;
		pid = syscall(SYS_clone3, &args, sizeof(args));
	} while (pid < 0 && errno == EEXIST);
	return pid;
}

static void start_idle(pid_t idle[IDLE])
{
	pid_t next = IDLE_PIDS;
	int i;

	for (i = 0; i < IDLE; i++) {
		idle[i] = fork_as(&next, IDLE_PIDS);
		if (idle[i] < 0)
			err(1, "clone3");
		if (idle[i])
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
}

/* Children that live for no time at all, one after the other */
static void storm(pid_t first)
{
	pid_t next = first, pid;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		pid = fork_as(&next, first);
		if (!pid)
			_exit(0);
		if (pid < 0)
			_exit(1);
		waitpid(pid, NULL, 0);
		__sync_fetch_and_add(forks, 1);
	}
}

/* Returns true if it is a task of this test, whose sharing is known. */
static bool expected(const struct taskshare_record *rec, const pid_t *forker)
{
	int i;

	for (i = 0; i < FORKERS; i++)
		if (rec->pid == (__u32)forker[i] ||
		    rec->ppid == (__u32)forker[i])
			return true;
	return false;
}

static long count_shares(const struct model *m, const pid_t *forker)
{
	long shares = 0;
	size_t k;
	__u32 i;

	for (i = 0; i < m->nr; i++) {
		if (!expected(m->task[i], forker))
			continue;
		for (k = 0; k < 4; k++) {
			const struct object *obj =
				model_object(m, i, kinds[k]);

			shares += obj && obj->nr > 1;
		}
	}
	return shares;
}

/* struct score - what was seen in the storm */
struct score {
	long snapshots;
	long tasks;
	long shares;
};

/* struct goal - when enough was seen; giving up is a failure of the caller */
struct goal {
	int seconds;
	long forks;
	long snapshots;
	long shares;
};

static bool reached(const struct score *score, const struct goal *goal)
{
	return *forks >= goal->forks &&
	       score->snapshots >= goal->snapshots &&
	       score->shares >= goal->shares;
}

static void look(struct score *score, void *state, const pid_t *forker,
		 const struct goal *goal)
{
	long end = tap_deadline(goal->seconds);
	struct selection everything = { 0 };
	struct error error;

	while (tap_now() < end && !reached(score, goal)) {
		struct records recs = { 0 };
		struct model model;

		if (engine_bpf.collect(state, &everything, &recs, &error))
			errx(1, "%s", error.text);
		if (model_build(&model, &recs))
			errx(1, "no memory");
		score->snapshots++;
		score->tasks += model.nr;
		score->shares += count_shares(&model, forker);
		model_free(&model);
		records_free(&recs);
	}
}

int main(int argc, char **argv)
{
	const struct goal storm_goal = {
		.seconds = LIMIT_SECONDS,
		.forks = argc > 1 ? atol(argv[1]) : 2000,
		.snapshots = 100,
	};
	const struct goal wrong_goal = {
		.seconds = LIMIT_SECONDS,
		.shares = 1,
	};
	struct score two = { 0 }, one = { 0 };
	pid_t forker[FORKERS], idle[IDLE];
	struct error error;
	void *state;
	int i;

	forks = mmap(NULL, sizeof(*forks), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (forks == MAP_FAILED)
		err(1, "mmap");
	if (engine_bpf.open(&state, NULL, false, &error)) {
		tap_skip(error.text, "storm: no false share by two passes");
		return tap_end();
	}
	start_idle(idle);
	for (i = 0; i < FORKERS; i++) {
		forker[i] = fork();
		if (forker[i] < 0)
			err(1, "fork");
		if (!forker[i])
			storm(i % 2 ? HIGH_PIDS : LOW_PIDS);
	}
	look(&two, state, forker, &storm_goal);
	tap_ok(!two.shares && reached(&two, &storm_goal),
	       "storm: %ld snapshots of %ld tasks during %ld forks: %ld false shares",
	       two.snapshots, two.tasks, *forks, two.shares);
	engine_bpf_max_passes = 1;
	look(&one, state, forker, &wrong_goal);
	tap_ok(one.shares > 0,
	       "storm: one pass alone gets it wrong: %ld snapshots, %ld false shares",
	       one.snapshots, one.shares);
	for (i = 0; i < FORKERS; i++)
		kill(forker[i], SIGKILL);
	for (i = 0; i < IDLE; i++)
		kill(idle[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	engine_bpf.close(state);
	return tap_end();
}
