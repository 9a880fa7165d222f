// SPDX-License-Identifier: GPL-2.0-only
/*
 * The longest time with interrupts or preemption off while a reader looks at
 * many tasks, measured by the kernel's latency tracers
 * (Documentation/trace/ftrace.rst), and the longest RCU read-side critical
 * section, by a trace of the functions that begin and end one.
 *
 * Each pass measures its longest section; the test takes the shortest of these,
 * because something else interrupts some passes. On a busy machine the clock
 * runs while the VM does not, so the VM's clock counts instructions, a
 * nanosecond each. A section that covers all tasks takes some 140 us then.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "lib/idle_tasks.h"
#include "lib/util.h"

#define TRACING		"/sys/kernel/tracing"
#define PASSES		8
/*
 * No section may be longer. The records of more than 6500 tasks, 2 MiB, are in
 * memory of vmalloc(), which has longer ones of its own: see module/alloc.c.
 */
#define MOST_US		50

#define RCU_BEGIN	"__rcu_read_lock"
#define RCU_END		"__rcu_read_unlock"
/* For each processor, so that no event is lost. */
#define TRACE_KB	"32768"

FIXTURE(latency) {
	long tasks;
	pid_t threads;
	pid_t processes;
};

/**
 * struct gauge - a way to measure sections
 * @tracer: name of the kernel's tracer
 * @begin: forgets all sections so far
 * @longest_us: the longest one since then; 0 or -1 if it is not known
 */
struct gauge {
	const char *tracer;
	bool (*begin)(void);
	long (*longest_us)(void);
};

FIXTURE_VARIANT(latency) {
	struct gauge gauge;
};

static bool latency_begin(void)
{
	return write_file(TRACING "/tracing_max_latency", "0");
}

static long latency_us(void)
{
	char text[32];

	if (read_file(TRACING "/tracing_max_latency", text, sizeof(text)) <= 0)
		return -1;
	return atol(text);
}

/* The outermost sections of a task, from its trace. */
struct sections {
	unsigned long begun;
	unsigned int depth;
	double since;
	double longest;
};

/* A line: "NAME-PID [CPU] FLAGS SECONDS: FUNCTION <-CALLER". */
static void add_event(struct sections *s, const char *line)
{
	const char *at = strstr(line, ": " RCU_BEGIN);
	bool begins = at;
	double now;

	if (!at)
		at = strstr(line, ": " RCU_END);
	while (at && at > line && at[-1] != ' ')
		at--;
	if (!at || sscanf(at, "%lf", &now) != 1)
		return;
	if (begins && !s->depth++) {
		s->begun++;
		s->since = now;
	}
	if (!begins && s->depth && !--s->depth && now - s->since > s->longest)
		s->longest = now - s->since;
}

/* Empties the trace as well. */
static bool rcu_begin(void)
{
	int fd = open(TRACING "/trace", O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd < 0)
		return false;
	close(fd);
	return write_file(TRACING "/tracing_on", "1");
}

static long rcu_us(void)
{
	unsigned long there, written;
	struct sections s = {};
	bool complete = false;
	size_t size = 0;
	char *line = NULL;
	FILE *trace;

	write_file(TRACING "/tracing_on", "0");
	trace = fopen(TRACING "/trace", "re");
	while (trace && getline(&line, &size, trace) > 0) {
		if (sscanf(line, "# entries-in-buffer/entries-written: %lu/%lu",
			   &there, &written) == 2)
			complete = there == written;
		else
			add_event(&s, line);
	}
	free(line);
	if (trace)
		fclose(trace);
	return complete && s.begun && !s.depth ? s.longest * 1000000 : -1;
}

#define LATENCY(name)	{ .gauge = { name, latency_begin, latency_us } }

FIXTURE_VARIANT_ADD(latency, irqsoff) LATENCY("irqsoff");
FIXTURE_VARIANT_ADD(latency, preemptoff) LATENCY("preemptoff");
FIXTURE_VARIANT_ADD(latency, preemptirqsoff) LATENCY("preemptirqsoff");
/* Where RCU can be preempted; elsewhere its sections are preemptoff's. */
FIXTURE_VARIANT_ADD(latency, rcu) {
	.gauge = { "function", rcu_begin, rcu_us }
};

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

/* Traces only this task, and only the functions that begin or end a section. */
static bool trace_rcu(void)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", getpid());
	return write_file(TRACING "/set_ftrace_filter", RCU_END) &&
	       write_file(TRACING "/set_ftrace_pid", pid) &&
	       write_file(TRACING "/trace_clock", "mono") &&
	       write_file(TRACING "/tracing_on", "0") &&
	       write_file(TRACING "/buffer_size_kb", TRACE_KB);
}

/* Half of the tasks are threads of one process, so that both walks are long. */
FIXTURE_SETUP(latency)
{
	const char *tracer = variant->gauge.tracer;
	bool rcu = variant->gauge.begin == rcu_begin;

	NEEDS_TASKSHARE();
	mount("tracefs", TRACING, "tracefs", 0, NULL);
	if (!has_tracer(tracer))
		SKIP(return, "the kernel has no tracer %s", tracer);
	if (rcu && !write_file(TRACING "/set_ftrace_filter", RCU_BEGIN))
		SKIP(return, "the kernel has no " RCU_BEGIN " to trace");
	ASSERT_TRUE(rcu ? trace_rcu() :
		    write_file(TRACING "/tracing_on", "1"));
	self->tasks = env_number("TASKSHARE_LATENCY_TASKS", 5000);
	if (!idle_tasks_fit(self->tasks))
		SKIP(return, "no room for %ld tasks", self->tasks);
	die_with_parent();
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
	self->threads = idle_threads(self->tasks / 2);
	self->processes = idle_processes(self->tasks / 2);
	ASSERT_LT(0, self->threads);
	ASSERT_LT(0, self->processes);
	/* a trace of every function would be most of the time measured */
	write_file(TRACING "/options/function-trace",
		   rcu ? "1" : "0");
	ASSERT_TRUE(write_file(TRACING "/current_tracer", tracer));
}

FIXTURE_TEARDOWN(latency)
{
	write_file(TRACING "/current_tracer", "nop");
	write_file(TRACING "/tracing_on", "1");
	if (self->threads > 0)
		kill_and_reap(self->threads);
	if (self->processes > 0)
		kill_and_reap(self->processes);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

struct passes {
	long us;	/* of the shortest pass */
	long off_us;	/* the shortest of the longest sections of each */
};

/* Opens a file again and again: that is when the tasks are looked at. */
static bool measure(const struct gauge *gauge, const char *name,
		    struct passes *to)
{
	long us, off;
	int fd, i;

	*to = (struct passes){ LONG_MAX, LONG_MAX };
	for (i = 0; i < PASSES; i++) {
		if (!gauge->begin())
			return false;
		us = now_us();
		fd = taskshare_open("%s", name);
		us = now_us() - us;
		off = gauge->longest_us();
		/* there is no look without any */
		if (fd < 0 || off <= 0)
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
		ASSERT_TRUE(measure(&variant->gauge, names[i], &passes));
		TH_LOG("%s of %ld tasks: %ld us, sections of %ld us at most",
		       names[i], i == 2 ? self->tasks / 2 : self->tasks,
		       passes.us, passes.off_us);
		EXPECT_GE(MOST_US, passes.off_us);
	}
}

TEST_HARNESS_MAIN
