// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long interrupts and preemption are off while many tasks are looked at,
 * by the kernel's own latency tracers (Documentation/trace/ftrace.rst).
 *
 * What a machine that is emulated, or busy, adds to a section, it does not add
 * every time: what counts is the shortest of the longest sections of several
 * passes. In each pass a walk under one lock would be as long as the pass.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "crowd.h"
#include "util.h"

#define TRACING		"/sys/kernel/tracing"
#define PASSES		8
/* No section may be as long as this part of a pass. */
#define PART		10

FIXTURE(latency) {
	long tasks;
	pid_t threads;
	pid_t processes;
};

FIXTURE_VARIANT(latency) {
	const char *tracer;
};

FIXTURE_VARIANT_ADD(latency, irqsoff) { .tracer = "irqsoff" };
FIXTURE_VARIANT_ADD(latency, preemptoff) { .tracer = "preemptoff" };
FIXTURE_VARIANT_ADD(latency, preemptirqsoff) { .tracer = "preemptirqsoff" };

static bool has_tracer(const char *name)
{
	char names[1024], *word, *rest = names;

	if (read_file(TRACING "/available_tracers", names, sizeof(names)) < 0)
		return false;
	while ((word = strsep(&rest, "\n ")))
		if (!strcmp(word, name))
			return true;
	return false;
}

/* Half of them threads of one process, so that both kinds of walk are long. */
FIXTURE_SETUP(latency)
{
	NEEDS_TASKSHARE();
	mount("tracefs", TRACING, "tracefs", 0, NULL);
	if (!has_tracer(variant->tracer))
		SKIP(return, "the kernel has no tracer %s", variant->tracer);
	self->tasks = env_number("TASKSHARE_TASKS", 20000);
	if (!crowd_room(self->tasks))
		SKIP(return, "no room for %ld tasks", self->tasks);
	die_with_parent();
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
	self->threads = crowd_threads(self->tasks / 2);
	self->processes = crowd_processes(self->tasks / 2);
	ASSERT_LT(0, self->threads);
	ASSERT_LT(0, self->processes);
	/* a trace of every function would be most of the time measured */
	write_file(TRACING "/options/function-trace", "0");
	ASSERT_TRUE(write_file(TRACING "/current_tracer", variant->tracer));
}

FIXTURE_TEARDOWN(latency)
{
	write_file(TRACING "/current_tracer", "nop");
	if (self->threads > 0)
		kill_and_reap(self->threads);
	if (self->processes > 0)
		kill_and_reap(self->processes);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

static long longest_us(void)
{
	char text[32];

	if (read_file(TRACING "/tracing_max_latency", text, sizeof(text)) <= 0)
		return -1;
	return atol(text);
}

struct passes {
	long us;	/* of the shortest pass */
	long off_us;	/* the shortest of the longest sections of each */
};

/* Opens a file again and again: that is when the tasks are looked at. */
static bool measure(const char *name, struct passes *to)
{
	long us, off;
	int fd, i;

	*to = (struct passes){ LONG_MAX, LONG_MAX };
	for (i = 0; i < PASSES; i++) {
		if (!write_file(TRACING "/tracing_max_latency", "0"))
			return false;
		us = now_us();
		fd = taskshare_open("%s", name);
		us = now_us() - us;
		off = longest_us();
		if (fd < 0 || off < 0)
			return false;
		close(fd);
		to->us = us < to->us ? us : to->us;
		to->off_us = off < to->off_us ? off : to->off_us;
	}
	return true;
}

TEST_F_TIMEOUT(latency, sections_are_short, 600)
{
	char process[16];
	const char *const names[] = { "records/all", "all", process };
	struct passes passes;
	size_t i;

	snprintf(process, sizeof(process), "%d", self->threads);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		ASSERT_TRUE(measure(names[i], &passes));
		TH_LOG("%s of %ld tasks: %ld us, %s for %ld us at a time",
		       names[i], i == 2 ? self->tasks / 2 : self->tasks,
		       passes.us, variant->tracer, passes.off_us);
		EXPECT_GT(passes.us, PART * passes.off_us);
	}
}

TEST_HARNESS_MAIN
