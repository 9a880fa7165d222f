// SPDX-License-Identifier: GPL-2.0-only
/* Tasks that change by themselves: exec, unshare, setns, close_range, exit. */
#include <stdint.h>
#include <signal.h>
#include <stdio.h>

#include <linux/sched.h>

#include "util/array.h"
#include "verify/steps.h"

#define ALL_BUT_MEMORY	(CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | CLONE_IO)
#define ALL_OF_A_THREAD	(CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | \
			 ALL_BUT_MEMORY)

/* Objects that the moving task shares with its creator */
static const struct {
	__u64 flags;
	const char *name;
} situations[] = {
	{ 0, "alone" },
	{ ALL_BUT_MEMORY, "sharing all but memory" },
	{ CLONE_VM, "sharing memory" },
	{ CLONE_VM | CLONE_SIGHAND | ALL_BUT_MEMORY, "sharing all" },
	{ ALL_OF_A_THREAD, "a thread" },
};

static int signal_for(__u64 flags)
{
	return flags & (CLONE_THREAD | CLONE_PARENT) ? 0 : SIGCHLD;
}

/* Begins a case with a creator and its child, who is to move; its index */
static int prepare(const char *group, __u64 flags)
{
	int creator;

	batch_begin(report_group(group), false);
	creator = batch_fork(true);
	if (creator < 0)
		return creator;
	return batch_clone(creator, CALL_CLONE3, flags, signal_for(flags));
}

/* The last call of the task, for the table; names in the report last. */
static void did(int task, const char *call, const char *what)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%s%s", call, *what ? " " : "", what);
	expected[task].did = report.row[report_row(name)].name;
}

/* From every legal combination of what is shared; threads become leaders. */
static void run_exec(void)
{
	static const __u64 chain[] = {
		0, CLONE_VM, CLONE_VM | CLONE_SIGHAND,
		CLONE_VM | CLONE_SIGHAND | CLONE_THREAD, CLONE_VM | CLONE_VFORK,
	};
	static const __u64 more[] = {
		CLONE_FS, CLONE_FILES, CLONE_SYSVSEM, CLONE_IO,
	};
	unsigned int mask;
	size_t c, i;
	int child;

	for (c = 0; c < ARRAY_SIZE(chain); c++) {
		for (mask = 0; mask < 1u << ARRAY_SIZE(more); mask++) {
			__u64 flags = chain[c];

			for (i = 0; i < ARRAY_SIZE(more); i++)
				flags |= mask & 1u << i ? more[i] : 0;
			if (!verify_next())
				continue;
			child = prepare(flags & CLONE_THREAD ?
					"execve by a thread" : "execve", flags);
			if (child >= 0 && !batch_exec(child))
				did(child, "execve", "");
		}
	}
}

/* The clocks for children become those of the caller of execve(2). */
static void run_exec_time(void)
{
	int child;

	if (!verify_next())
		return;
	child = prepare("execve into another time namespace", 0);
	if (child >= 0 && !batch_unshare(child, CLONE_NEWTIME))
		batch_exec(child);
}

static void run_unshare(void)
{
	char group[NAME_SIZE];
	size_t i;
	int f, child;

	for (f = 0; f < nr_clone_flags; f++) {
		const struct clone_flag *flag = &clone_flags[f];

		/* unshare(2) takes what fits into a long, clone3(2) more. */
		if (flag->since || flag->bit > UINT32_MAX)
			continue;
		for (i = 0; i < ARRAY_SIZE(situations); i++) {
			if (!verify_next())
				continue;
			snprintf(group, sizeof(group), "unshare %s",
				 flag->kind < 0 ? "of other flags" :
				 flag->name);
			child = prepare(group, situations[i].flags);
			if (child >= 0 && !batch_unshare(child, flag->bit))
				did(child, "unshare", flag->name);
		}
	}
}

static void run_setns(void)
{
	char group[NAME_SIZE];
	int f, child, host;
	size_t i;

	for (f = 0; f < nr_clone_flags; f++) {
		const struct clone_flag *flag = &clone_flags[f];

		if (flag->effect != FLAG_RENEWS)
			continue;
		for (i = 0; i < ARRAY_SIZE(situations); i++) {
			if (!verify_next())
				continue;
			snprintf(group, sizeof(group), "setns %s", flag->name);
			child = prepare(group, situations[i].flags);
			if (child < 0)
				continue;
			host = batch_clone(expected[child].creator, CALL_CLONE3,
					   flag->bit, SIGCHLD);
			/* Of time, it is children that get the new one. */
			if (host >= 0 && flag->bit == CLONE_NEWTIME)
				host = batch_clone(host, CALL_CLONE3, 0,
						   SIGCHLD);
			if (host >= 0 && !batch_setns(child, host, flag->bit))
				did(child, "setns", flag->name);
		}
	}
}

static void run_close_range(void)
{
	size_t i;
	int child;

	for (i = 0; i < ARRAY_SIZE(situations); i++) {
		if (!verify_next())
			continue;
		child = prepare("close_range", situations[i].flags);
		if (child >= 0 && !batch_close_range(child))
			did(child, "close_range", "");
	}
}

/* Children end, threads among them; and a leader whose threads go on. */
static void run_exit(void)
{
	size_t i;
	int child;

	for (i = 0; i < ARRAY_SIZE(situations); i++) {
		if (!verify_next())
			continue;
		child = prepare("exit", situations[i].flags);
		if (child >= 0 && !batch_exit(child))
			did(child, "exit", "");
	}
	if (!verify_next())
		return;
	child = prepare("exit of a leader", ALL_OF_A_THREAD);
	if (child >= 0)
		batch_exit(expected[child].creator);
}

/**
 * transitions_run() - run all that tasks change by themselves
 */
void transitions_run(void)
{
	run_exec();
	run_exec_time();
	run_unshare();
	run_setns();
	run_close_range();
	run_exit();
}
