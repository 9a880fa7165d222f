// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every rule of the table of refusals is tried: a process gets into a state in
 * which some facts hold, and makes the call. It must fail with the errno of the
 * rule that the table names for these facts; and after the fact the table must
 * give that rule as the reason. Where the state alone decides, the call must
 * work without it, and the table must say so.
 *
 *	refusals [-r] [NAME]
 *
 * -r prints the reason of each failure, for a comparison with that of trace.
 * The tasks of the trial N are called "tN".
 *
 * A rule without a trial is listed below, with why; any other is a failure.
 */
#include "tests/refusals_others.h"
#include "tap.h"

#define UNTRIED(fact_, why_, ...)	{ .fact = fact_, .why = why_, ##__VA_ARGS__ }

/*
 * struct untried - rules that are not tried
 * @fact: those with this fact
 * @source: and with this source; NULL for any
 * @err: and with this errno; 0 for any
 * @why: the reason
 * @until: the first RELEASE() where they are tried, 0 for none
 */
static const struct untried {
	enum fact fact;
	const char *source;
	int err;
	const char *why;
	unsigned int until;
} untried[] = {
	UNTRIED(NO_TYPE_USER, "the kernel has them"),
	UNTRIED(NO_TYPE_UTS, "the kernel has them"),
	UNTRIED(NO_TYPE_IPC, "the kernel has them"),
	UNTRIED(NO_TYPE_PID, "the kernel has them"),
	UNTRIED(NO_TYPE_NET, "the kernel has them"),
	UNTRIED(RESTRICTED, "a switch for all users of the machine"),
	UNTRIED(THREADS_MAX_REACHED, "a limit for the whole machine"),
	UNTRIED(PID_MAX_REACHED, "a limit for the whole machine", .until = RELEASE(6, 14)),
	UNTRIED(NO_FILE, "a limit for the whole machine"),
	UNTRIED(NO_MEMORY, "memory of the whole machine"),
	UNTRIED(SIGNAL_CAME, "at no certain moment, and seen by tracers only"),
	UNTRIED(LSM_USER, "needs a policy"),
	UNTRIED(LSM_ADMIN, "needs a policy"),
	UNTRIED(LSM_TASK, "needs a policy"),
	UNTRIED(IS_AUTOREAP, "the caller would need a parent that makes it"),
	UNTRIED(CGROUP_OUTSIDE, "needs cgroup2 to be mounted with nsdelegate"),
	UNTRIED(TARGET_ANONYMOUS, "such a namespace has no file"),
	UNTRIED(CGROUP_DEAD, "only while it is being removed", .source = "cgroup_css_set_fork()"),
	UNTRIED(UNSEEN, "needs a policy", .source = "security_task_fix_setuid()"),
	UNTRIED(UNSEEN, "Landlock is enabled, or is not", .source = "landlock_restrict_self()",
		.err = EOPNOTSUPP),
#if !LOOKS_AT_TLS
	UNTRIED(TLS_BAD, "other architectures take any"),
#endif
#if !LOOKS_AT_STACK
	UNTRIED(STACK_BAD, "processes have an address space of their own here"),
#endif
};

/* The reason of the last trial, if its call failed */
static char reason[RULE_TEXT];

/* By rule: it was tried, or its trial is not possible here */
static bool hit[256], excused[256];

static struct facts facts_of(const struct trial *trial, bool prepared)
{
	struct facts facts;
	int i;

	facts_all_false(&facts);
	for (i = 0; i < MAX_FACTS && prepared; i++)
		if (trial->facts[i])
			fact_set(&facts, trial->facts[i], true);
	return facts;
}

/* And those that hold for this program, too */
static struct facts facts_here(const struct trial *trial, bool prepared)
{
	struct facts facts = facts_of(trial, prepared);

	if (no_userns)
		fact_set(&facts, no_userns == ENOSPC ? LIMIT_USER : CHROOTED,
			 true);
	return facts;
}

static struct request request_of(const struct trial *trial)
{
	return (struct request){
		.call = trial->call,
		.flags = trial->flags,
		.exit_signal = trial->exit_signal,
		.release = release_running(),
	};
}

static int make(const struct trial *trial)
{
	if (trial->make)
		return trial->make(trial);
	switch (trial->call) {
	case CALL_CLONE:
		return make_clone(trial);
	case CALL_CLONE3:
		return make_clone3(trial);
	case CALL_UNSHARE:
		return make_unshare(trial);
	case CALL_SETNS:
		return make_setns(trial);
	default:
		must(false, "no call");
		return -1;
	}
}

/* Not every kernel has time namespaces; one trial is about that. */
static void needs_type(const struct trial *trial)
{
	bool has = !access("/proc/self/ns/time", F_OK);

	if (trial->facts[0] == NO_TYPE_TIME)
		has = !has;
	else if (!(trial->flags & CLONE_NEWTIME) &&
		 !(trial->prepare == unshare_arg &&
		   trial->arg == CLONE_NEWTIME))
		return;
	if (!has)
		give_up(NOT_HERE, "time namespaces: the kernel has %s",
			trial->facts[0] == NO_TYPE_TIME ? "them" : "none");
}

/* Makes the call in a process of its own; an errno, or 0, or NOT_HERE */
static int run(const struct trial *trial, bool prepared)
{
	char name[16];
	int status;
	pid_t pid;

	*page->reason = 0;
	fflush(stdout);
	snprintf(name, sizeof(name), "t%d", tap_nr + 1);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, name);
		setpgid(0, 0);
		alarm(60);
		needs_type(trial);
		if (prepared && trial->prepare)
			trial->prepare(trial);
		exit(make(trial));
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	kill(-pid, SIGKILL);
	while (waitpid(-pid, NULL, __WALL) > 0 || errno == EINTR)
		;
	remove_cgroups();
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	snprintf(page->reason, sizeof(page->reason), "killed by signal %d",
		 WTERMSIG(status));
	return -1;
}

static const char *errno_name(int err)
{
	return err < 0 ? page->reason : err ? strerrorname_np(err) : "success";
}

/*
 * A fact that is not known allows no conclusion: the reason must be among those
 * that are possible, and be the only one if one is called certain.
 */
static bool is_possible(const struct rule *rule, const struct request *request,
			int err)
{
	const struct facts nothing = { 0 };
	struct explanation explanation;
	int i;

	rules_explain(&nothing, request, err, &explanation);
	for (i = 0; i < explanation.nr; i++)
		if (explanation.rule[i] == rule ||
		    (rule->text && explanation.rule[i]->text &&
		     !strcmp(rule->text, explanation.rule[i]->text)))
			return true;
	return explanation.nr == MAX_REASONS && !explanation.certain;
}

static bool is_right(const struct trial *trial, int err, char why[256])
{
	const struct request request = request_of(trial);
	const struct facts facts = facts_here(trial, true);
	struct explanation explanation;
	struct prediction prediction;
	char text[RULE_TEXT];
	bool seen = trial->facts[0] != UNSEEN;
	const struct rule *rule;

	rules_predict(&facts, &request, &prediction);
	if (trial->err == ERRNO_NONE && !err && prediction.works == IS_SO)
		return true;
	if (err != trial->err) {
		snprintf(why, 256, "the kernel says %s", errno_name(err));
		return false;
	}
	if (prediction.works != IS_NOT || !prediction.rule ||
	    (prediction.rule->err != err &&
	     prediction.rule->err != ERRNO_ANY)) {
		/* Several rules about hidden facts may be one to the test. */
		snprintf(why, 256, "the table predicts %s", prediction.rule ?
			 rule_text(text, prediction.rule, trial->flags) :
			 "success");
		if (seen)
			return false;
	}
	rules_explain(&facts, &request, err, &explanation);
	if (err != ERRNO_KILLED &&
	    (!explanation.certain || explanation.nr != 1 ||
	     (seen && explanation.rule[0] != prediction.rule))) {
		snprintf(why, 256, "the table explains %d reasons, %s",
			 explanation.nr, explanation.nr ?
			 rule_text(text, explanation.rule[0], trial->flags) :
			 "");
		return false;
	}
	rule = err == ERRNO_KILLED ? prediction.rule : explanation.rule[0];
	hit[rule - rules] = true;
	rule_text(reason, rule, trial->flags);
	if (err == ERRNO_KILLED || is_possible(rule, &request, err))
		return true;
	snprintf(why, 256, "the table rules it out where nothing is known: %s",
		 reason);
	return false;
}

/* This program gets no user namespace, whatever else is set; the table says so. */
static bool lacks_userns(const struct trial *trial, bool prepared, int err)
{
	const struct request request = request_of(trial);
	const struct facts facts = facts_here(trial, prepared);
	struct prediction prediction;

	rules_predict(&facts, &request, &prediction);
	return no_userns && err == no_userns &&
	       trial->flags & CLONE_NEWUSER && prediction.works == IS_NOT &&
	       prediction.rule->err == err;
}

/* Without the state, the call works, and the table says so. */
static bool works_without(const struct trial *trial, char why[256])
{
	const struct request request = request_of(trial);
	const struct facts facts = facts_here(trial, false);
	struct prediction prediction;
	int err = run(trial, false);

	rules_predict(&facts, &request, &prediction);
	if ((!err && prediction.works == IS_SO) ||
	    lacks_userns(trial, false, err))
		return true;
	snprintf(why, 256, "without that the kernel says %s, the table %s",
		 errno_name(err), prediction.works == IS_SO ? "success" :
		 prediction.rule->source);
	return false;
}

/* A trial that is not possible here leaves its rule without one. */
static void excuse(const struct trial *trial)
{
	const struct request request = request_of(trial);
	const struct facts facts = facts_of(trial, true);
	struct explanation explanation;
	struct prediction prediction;

	/* The error distinguishes rules about hidden facts. */
	rules_explain(&facts, &request, trial->err, &explanation);
	rules_predict(&facts, &request, &prediction);
	if (explanation.nr == 1)
		excused[explanation.rule[0] - rules] = true;
	else if (prediction.rule)
		excused[prediction.rule - rules] = true;
	tap_skip(page->reason, "refusals: %s", trial->name);
}

static const char *call_name(enum call call)
{
	static const char *const name[] = {
		"clone", "clone3", "fork", "vfork", "unshare", "setns",
		"execve", "close_range", "setuid", "setgid", "setgroups",
		"capset", "seccomp", "landlock_restrict_self",
	};

	return name[__builtin_ctz(call)];
}

/*
 * Prints the reason of a failure, and the one for which the call would fail
 * without it. The kernel gets as far as the first; both are true.
 */
static void print_reasons(const struct trial *trial, int err)
{
	const struct request request = request_of(trial);
	struct facts facts = facts_of(trial, true);
	struct explanation explanation;

	printf("# t%d %s %s: %s\n", tap_nr + 1, call_name(trial->call),
	       errno_name(err), reason);
	if (!trial->facts[0])
		return;
	fact_set(&facts, trial->facts[0], false);
	rules_explain(&facts, &request, err, &explanation);
	if (explanation.nr)
		printf("# t%d %s %s: %s\n", tap_nr + 1,
		       call_name(trial->call), errno_name(err),
		       rule_text(reason, explanation.rule[0], trial->flags));
}

static void try(const struct trial *trial, bool reasons)
{
	char why[256] = "";
	bool right;
	int err;

	if (release_running() < trial->since ||
	    (trial->until && release_running() >= trial->until))
		return;
	*reason = 0;
	err = run(trial, true);
	if (err != trial->err && lacks_userns(trial, true, err)) {
		strcpy(page->reason, strerror(err));
		err = NOT_HERE;
	}
	if (err == NOT_HERE) {
		excuse(trial);
		return;
	}
	if (err == BROKEN) {
		tap_ok(false, "refusals: %s: the trial is wrong: %s",
		       trial->name, page->reason);
		return;
	}
	right = is_right(trial, err, why);
	if (reasons && right && err)
		print_reasons(trial, err);
	if (!right || (trial->works && !works_without(trial, why)))
		tap_ok(false, "refusals: %s: %s", trial->name, why);
	else
		tap_ok(true, "refusals: %s: %s", trial->name,
		       err ? strerrorname_np(err) :
		       trial->err ? "works" : "killed");
}

static void try_all(const struct trial *trial, size_t nr, const char *name,
		    bool reasons)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!name || strstr(trial[i].name, name))
			try(&trial[i], reasons);
}

/* Why a rule has no trial, or NULL if it must have one */
static const char *reason_for(const struct rule *rule)
{
	size_t i;

	if (release_running() < rule->since ||
	    (rule->until && release_running() >= rule->until))
		return "not of this release";
	for (i = 0; i < ARRAY_SIZE(untried); i++)
		if (untried[i].fact == rule->when[0] &&
		    (!untried[i].until ||
		     release_running() < untried[i].until) &&
		    (!untried[i].source ||
		     !strcmp(untried[i].source, rule->source)) &&
		    (!untried[i].err || untried[i].err == rule->err))
			return untried[i].why;
	return NULL;
}

/* Every rule was tried, or is listed as one that is not; never both. */
static void check_coverage(void)
{
	int i, tried = 0, listed = 0, wrong = 0, impossible = 0;
	char text[RULE_TEXT];

	for (i = 0; i < nr_rules; i++) {
		const char *why = reason_for(&rules[i]);

		tried += hit[i];
		listed += !hit[i] && why;
		impossible += !hit[i] && excused[i];
		if (!hit[i] && why)
			printf("# not tried: %s, %s: %s\n", rules[i].source,
			       rule_text(text, &rules[i], ~0ull), why);
		if (hit[i] == !why || (!hit[i] && excused[i]))
			continue;
		wrong++;
		printf("# %s: %s, %s\n", rule_text(text, &rules[i], ~0ull),
		       rules[i].source, hit[i] ? "is tried, but listed" :
		       "is not tried");
	}
	tap_ok(!wrong,
	       "refusals: of %d rules %d tried, %d listed as not tried, %d not possible here, %d wrong",
	       nr_rules, tried, listed, impossible, wrong);
}

int main(int argc, char **argv)
{
	bool reasons = argc > 1 && !strcmp(argv[1], "-r");
	const char *name = argc > 1 + reasons ? argv[1 + reasons] : NULL;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (geteuid()) {
		tap_skip("only root may get into all states", "refusals");
		return tap_end();
	}
	page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED || nr_rules > (int)ARRAY_SIZE(hit))
		err(1, "mmap");
	no_userns = -userns_try(0);
	try_all(clone_trials, ARRAY_SIZE(clone_trials), name, reasons);
	try_all(namespace_trials, ARRAY_SIZE(namespace_trials), name,
		reasons);
	try_all(other_trials, ARRAY_SIZE(other_trials), name, reasons);
	if (!name)
		check_coverage();
	return tap_end();
}
