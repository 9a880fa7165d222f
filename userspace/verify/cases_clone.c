// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every combination of flags: the sharing ones among themselves, each new
 * namespace and each other flag with them, and all that break a rule.
 *
 * Every case is a case of its own, of a creator who is fresh and its child.
 */
#include <stdint.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include <linux/sched.h>

#include "util/array.h"
#include "clone/rules.h"
#include "verify/steps.h"

/* Flags about sharing, then those about parents and waiting */
static const __u64 sharing[] = {
	CLONE_VM, CLONE_FS, CLONE_FILES, CLONE_SIGHAND, CLONE_THREAD,
	CLONE_SYSVSEM, CLONE_IO, CLONE_PARENT, CLONE_VFORK,
};

#define NR_SHARED	7

static __u64 subset(unsigned int mask)
{
	__u64 flags = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sharing); i++)
		if (mask & 1u << i)
			flags |= sharing[i];
	return flags;
}

static const char *call_name(enum call call)
{
	return call == CALL_CLONE3 ? "clone3" : "clone";
}

/* The exit signal that a call wants to have with its flags */
static int signal_for(enum call call, __u64 flags)
{
	return call == CALL_CLONE3 && flags & (CLONE_THREAD | CLONE_PARENT) ?
	       0 : SIGCHLD;
}

/* A refused call creates no child, so all refusals share one creator. */
static int refused_before(int group)
{
	int i;

	for (i = batch.nr_cases - 1; i >= 0; i--)
		if (batch.cases[i].group == group && batch.cases[i].nr == 1)
			return batch.cases[i].first;
	return -1;
}

/* One case: legal ones belong to what they are about, others to a rule. */
static void run(enum call call, __u64 flags, int exit_signal,
		bool optional, const char *about)
{
	const struct request request = {
		.flags = flags, .call = call, .exit_signal = exit_signal,
		.release = release_running(),
	};
	const struct rule *rule = flags_refused(&request);
	char name[NAME_SIZE], reason[RULE_TEXT];
	int group, creator = -1;

	if (!verify_next())
		return;
	if (rule)
		snprintf(name, sizeof(name), "refused: %s",
			 rule_text(reason, rule, ~0ull));
	else
		snprintf(name, sizeof(name), "%s with %s", call_name(call),
			 about);
	group = report_group(name);
	if (rule)
		creator = refused_before(group);
	if (creator < 0) {
		batch_begin(group, true);
		creator = batch_fork(optional);
	}
	if (creator >= 0)
		batch_clone(creator, call, flags, exit_signal);
}

static void both(__u64 flags, bool optional, const char *about)
{
	run(CALL_CLONE, flags, SIGCHLD, optional, about);
	run(CALL_CLONE3, flags, signal_for(CALL_CLONE3, flags), optional,
	    about);
}

/* With what can be shared there, and without what is made by its use only */
static void run_sharing(void)
{
	unsigned int mask;

	for (mask = 0; mask < 1u << ARRAY_SIZE(sharing); mask++) {
		both(subset(mask), true, "what is shared");
		if (!flags_fault(subset(mask)))
			both(subset(mask), false, "what is shared");
	}
}

static void run_namespace(const struct clone_flag *flag)
{
	unsigned int mask;

	for (mask = 0; mask < 1u << NR_SHARED; mask++) {
		__u64 flags = subset(mask);

		if (flags_fault(flags))
			continue;
		/* Among the bits that are clone(2)'s exit signal. */
		if (flag->bit == CLONE_NEWTIME)
			run(CALL_CLONE3, flags | flag->bit,
			    signal_for(CALL_CLONE3, flags), true, flag->name);
		else
			both(flags | flag->bit, true, flag->name);
	}
}

/* The other flags, with nothing shared, much, and all */
static void run_other(const struct clone_flag *flag)
{
	static const __u64 with[] = {
		0, CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | CLONE_IO, CLONE_VM,
		CLONE_VM | CLONE_FS | CLONE_FILES, CLONE_VM | CLONE_SIGHAND,
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
		CLONE_THREAD | CLONE_SYSVSEM | CLONE_IO,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(with); i++) {
		__u64 flags = with[i] | flag->bit;

		if (flag->bit <= UINT32_MAX)
			both(flags, true, flag->name);
		else
			run(CALL_CLONE3, flags, signal_for(CALL_CLONE3, flags),
			    true, flag->name);
	}
}

static bool is_sharing(const struct clone_flag *flag)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sharing); i++)
		if (sharing[i] == flag->bit)
			return true;
	return false;
}

static void run_flag(const struct clone_flag *flag)
{
	if (is_sharing(flag))
		return;
	if (flag->since || flag->bit == CLONE_INTO_CGROUP) {
		if (verify_next())
			report_refusal(-1, 1, "%s: %s%s", flag->name,
				       flag->since ? "not tried, new in " :
				       "not tried, needs a cgroup to go to",
				       flag->since ? flag->since : "");
		return;
	}
	if (flag->effect != FLAG_RENEWS) {
		run_other(flag);
		return;
	}
	if (expect_type(flag->bit))
		run_namespace(flag);
	else if (verify_next())
		report_refusal(-1, 1, "%s: not in this kernel", flag->name);
}

/* A flag alone, and with each other one that clashes with it */
static void break_rule(const struct rule *rule, enum call call)
{
	__u64 flag, with;

	for (flag = 1; flag; flag <<= 1) {
		if (!(rule->flags & flag))
			continue;
		if (!rule->clashes)
			run(call, flag, rule->with_signal ? SIGCHLD :
			    signal_for(call, flag), true, "one flag");
		for (with = 1; with; with <<= 1)
			if (rule->clashes & with)
				run(call, flag | with,
				    signal_for(call, flag | with), true,
				    "what is refused elsewhere");
	}
}

static void break_rules(void)
{
	int i;

	for (i = 0; i < nr_rules; i++) {
		const struct rule *rule = &rules[i];

		if (rule->when[0] || !rule->flags)
			continue;
		if (rule->calls & CALL_CLONE3)
			break_rule(rule, CALL_CLONE3);
		/* clone(2) has the lower bits only, and its signal there. */
		if (rule->calls & CALL_CLONE && !rule->until &&
		    (rule->flags | rule->clashes) <= UINT32_MAX)
			break_rule(rule, CALL_CLONE);
	}
}

/**
 * cases_run() - run all combinations of flags
 */
void cases_run(void)
{
	int i;

	run_sharing();
	for (i = 0; i < nr_clone_flags; i++)
		run_flag(&clone_flags[i]);
	break_rules();
}
