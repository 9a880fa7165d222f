// SPDX-License-Identifier: GPL-2.0-only
/* Asking the table of refusals, before a call and after it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <linux/sched.h>

#include "clone/compat.h"
#include "clone/flags.h"
#include "clone/rules.h"

/**
 * release_running() - the release of Linux that runs
 *
 * Return: its RELEASE(), 0 if it cannot be recognised.
 */
unsigned int release_running(void)
{
	static unsigned int release;
	unsigned int major, minor;
	struct utsname uts;

	if (!release && !uname(&uts) &&
	    sscanf(uts.release, "%u.%u", &major, &minor) == 2)
		release = RELEASE(major, minor);
	return release;
}

/**
 * facts_all_false() - take it that no fact holds
 * @facts: set to that
 */
void facts_all_false(struct facts *facts)
{
	memset(facts->known, 0xff, sizeof(facts->known));
	memset(facts->so, 0, sizeof(facts->so));
}

/**
 * fact_name() - the name of a fact, as in JSON
 *
 * Return: the name in capital letters.
 */
const char *fact_name(enum fact fact)
{
	static const char *const name[NR_FACTS] = {
		[NO_FACT] = "NONE",
#define FACT_X(name_) [name_] = #name_,
		FACTS(FACT_X)
#undef FACT_X
	};

	return name[fact];
}

static __u64 flags_of_unshare(__u64 flags, unsigned int release)
{
	if (flags & CLONE_EMPTY_MNTNS)
		flags ^= CLONE_EMPTY_MNTNS | UNSHARE_EMPTY_MNTNS;
	if (flags & UNSHARE_EMPTY_MNTNS && release >= RELEASE(7, 2))
		flags |= CLONE_NEWNS;
	if (flags & CLONE_NEWUSER)
		flags |= CLONE_THREAD | CLONE_FS;
	if (flags & CLONE_VM)
		flags |= CLONE_SIGHAND;
	if (flags & CLONE_SIGHAND)
		flags |= CLONE_THREAD;
	if (flags & CLONE_NEWNS)
		flags |= CLONE_FS;
	return flags;
}

/* Flags that a call's flags imply, by kernel_clone() and ksys_unshare() */
static struct request with_implied_flags(const struct request *request)
{
	struct request full = *request;

	switch (request->call) {
	case CALL_FORK:
		full.flags = 0;
		full.exit_signal = SIGCHLD;
		break;
	case CALL_VFORK:
		full.flags = CLONE_VM | CLONE_VFORK;
		full.exit_signal = SIGCHLD;
		break;
	case CALL_UNSHARE:
		full.flags = flags_of_unshare(full.flags, full.release);
		break;
	case CALL_CLONE3:
		if (full.flags & CLONE_EMPTY_MNTNS &&
		    full.release >= RELEASE(7, 2))
			full.flags |= CLONE_NEWNS;
		break;
	default:
		break;
	}
	if (full.call & (CALL_FORK | CALL_VFORK))
		full.flags_unknown = false;
	return full;
}

static bool needs_flags(const struct rule *rule)
{
	return rule->flags || rule->without || rule->needs || rule->clashes ||
	       rule->with_signal;
}

static bool flags_match(const struct rule *rule, __u64 flags, int exit_signal)
{
	return (!rule->flags || flags & rule->flags) &&
	       !(flags & rule->without) &&
	       !(flags & rule->needs) &&
	       (!rule->clashes || flags & rule->clashes) &&
	       (!rule->with_signal || exit_signal);
}

static enum truth both(enum truth a, enum truth b)
{
	if (a == IS_NOT || b == IS_NOT)
		return IS_NOT;
	return a == IS_SO && b == IS_SO ? IS_SO : IS_UNKNOWN;
}

static enum truth opposite(enum truth truth)
{
	return truth == IS_UNKNOWN ? IS_UNKNOWN :
	       truth == IS_SO ? IS_NOT : IS_SO;
}

static enum truth flags_hold(const struct rule *rule,
			     const struct request *request)
{
	if (!(rule->calls & request->call))
		return IS_NOT;
	if (rule->until && request->release >= rule->until)
		return IS_NOT;
	if (request->release < rule->since && !rule->backported)
		return IS_NOT;
	if (!needs_flags(rule))
		return IS_SO;
	if (request->flags_unknown)
		return IS_UNKNOWN;
	return flags_match(rule, request->flags, request->exit_signal) ?
	       IS_SO : IS_NOT;
}

static enum truth facts_hold(const struct rule *rule,
			     const struct facts *facts)
{
	enum truth truth = IS_SO;
	int i;

	for (i = 0; i < MAX_WHEN && rule->when[i]; i++)
		truth = both(truth, fact_get(facts, rule->when[i]));
	if (rule->unless)
		truth = both(truth, opposite(fact_get(facts, rule->unless)));
	return truth;
}

/**
 * rule_is_about_flags() - check whether flags alone decide
 *
 * Return: true if neither facts nor the exit signal matter, and the rule holds
 * for every call that creates a task, on every kernel that knows the flags.
 */
bool rule_is_about_flags(const struct rule *rule)
{
	return rule->calls == CALLS_CREATE && !rule->when[0] &&
	       !rule->with_signal && !rule->until;
}

/**
 * flags_refused() - check whether a kernel refuses a call for its flags
 * @request: the call
 *
 * Only what the call alone decides is looked at: neither permissions nor what
 * the caller is.
 *
 * Return: NULL, or the rule by which it fails.
 */
const struct rule *flags_refused(const struct request *request)
{
	struct request full = with_implied_flags(request);
	int i;

	for (i = 0; i < nr_rules; i++)
		if (!rules[i].when[0] &&
		    flags_hold(&rules[i], &full) == IS_SO)
			return &rules[i];
	return NULL;
}

/**
 * flags_fault() - check whether flags never go together
 *
 * Only what holds for every call and every release is looked at, see
 * flags_refused().
 *
 * Return: NULL, or where the kernel says that it does not accept them.
 */
const char *flags_fault(__u64 flags)
{
	int i;

	for (i = 0; i < nr_rules; i++)
		if (rule_is_about_flags(&rules[i]) &&
		    flags_match(&rules[i], flags, 0))
			return rules[i].source;
	return NULL;
}

/**
 * rules_predict() - check whether a call would work, and if not, by which rule
 * @facts: facts known about the caller
 * @request: the call
 * @prediction: set to the answer
 *
 * A rule that holds makes the call fail, whatever else is not known.
 */
void rules_predict(const struct facts *facts, const struct request *request,
		   struct prediction *prediction)
{
	struct request full = with_implied_flags(request);
	/* The first rule that is not known, and the first with another errno */
	const struct rule *unknown = NULL, *second = NULL;
	int i;

	*prediction = (struct prediction){ .works = IS_SO };
	for (i = 0; i < nr_rules; i++) {
		const struct rule *rule = &rules[i];
		enum truth truth = both(flags_hold(rule, &full),
					facts_hold(rule, facts));

		if (truth == IS_SO && full.release < rule->since)
			truth = IS_UNKNOWN;
		if (truth == IS_SO) {
			prediction->works = IS_NOT;
			prediction->rule = rule;
			prediction->earlier = unknown &&
				unknown->err == rule->err ? second : unknown;
			return;
		}
		if (truth == IS_UNKNOWN && !unknown)
			unknown = rule;
		else if (truth == IS_UNKNOWN && !second &&
			 unknown->err != rule->err)
			second = rule;
	}
	if (unknown) {
		prediction->works = IS_UNKNOWN;
		prediction->rule = unknown;
	}
}

static void add_reason(struct explanation *explanation,
		       const struct rule *rule)
{
	int i;

	/* Two rules may differ in nothing that is printed. */
	for (i = 0; i < explanation->nr; i++)
		if (rule->text && explanation->rule[i]->text &&
		    !strcmp(rule->text, explanation->rule[i]->text))
			return;
	if (explanation->nr < MAX_REASONS)
		explanation->rule[explanation->nr++] = rule;
}

/**
 * rules_explain() - why a call failed
 * @facts: facts seen of the caller when it called
 * @request: the call
 * @err: its errno
 * @explanation: set to the reasons
 *
 * A rule whose facts were seen to hold is the reason. Without one, all rules
 * are possible that have this errno and of which not all facts are known; a
 * filter, which may have any errno, comes last.
 */
void rules_explain(const struct facts *facts, const struct request *request,
		   int err, struct explanation *explanation)
{
	struct request full = with_implied_flags(request);
	const struct rule *any = NULL;
	int i;

	*explanation = (struct explanation){ 0 };
	for (i = 0; i < nr_rules; i++) {
		const struct rule *rule = &rules[i];
		enum truth truth;

		if (rule->err != err && rule->err != ERRNO_ANY)
			continue;
		truth = both(flags_hold(rule, &full), facts_hold(rule, facts));
		if (truth == IS_SO) {
			*explanation = (struct explanation){
				.certain = true,
				.nr = 1,
				.rule = { rule },
			};
			return;
		}
		if (truth == IS_NOT)
			continue;
		if (rule->err == ERRNO_ANY)
			any = rule;
		else
			add_reason(explanation, rule);
	}
	explanation->certain = !any && explanation->nr == 1 &&
			       explanation->rule[0]->only;
	if (any)
		add_reason(explanation, any);
}

/**
 * rule_text() - the reason that a rule gives, in words
 * @to: room for RULE_TEXT bytes
 * @flags: of the call
 *
 * Return: @to: a clause without a full stop.
 */
char *rule_text(char *to, const struct rule *rule, __u64 flags)
{
	char flag[FLAGS_TEXT], other[FLAGS_TEXT];

	if (rule->text)
		snprintf(to, RULE_TEXT, "%s", rule->text);
	else if (rule->needs)
		snprintf(to, RULE_TEXT, "%.40s needs %.80s",
			 flags_text(flag, rule->flags, " and "),
			 flags_text(other, rule->needs, " or "));
	else
		snprintf(to, RULE_TEXT, "%.40s does not go with %.80s",
			 flags_text(flag, rule->flags & flags, " and "),
			 flags_text(other, rule->clashes & flags, " or "));
	return to;
}
