// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares the predictions of "taskshare why" with the calls: tasks get into a
 * random situation, every engine predicts every call for one of them, and then
 * that one makes the calls itself. A call that is predicted to fail must fail,
 * with that errno. One of the calls that are predicted to work is tried at the
 * end of a round, as it changes the situation.
 *
 *	predict [SITUATIONS [SEED]]
 */
#include <time.h>

#include "engine/engine.h"
#include "util/array.h"
#include "clone/namespace.h"
#include "clone/userns.h"
#include "tests/situation.h"
#include "tap.h"
#include "why/why.h"

#define MAX_WITNESSES	4
#define PER_BATCH	20
#define ROUNDS		3
#define MAX_CALLS	64
/* Least number of reasons for failure to meet in MANY_SITUATIONS */
#define MOST_REASONS	14
#define MANY_SITUATIONS	100

/*
 * struct witness - an engine, and how its predictions did
 * @engine: the engine
 * @error: why it is not usable
 * @usable: whether it is
 * @answer: its present prediction
 * @rounds: number of times that it has predicted all calls
 * @right: predictions that came true
 * @failures: of them, that a call fails
 * @wrong: predictions that did not
 * @calls: calls that it was asked about
 * @unknown: of them, calls that it could not predict
 * @hidden: of those, calls that a filter decides about, or how deep the test's
 *	    own PID namespace is, as in a container, or what Linux does not show
 */
static struct witness {
	struct engine_handle engine;
	struct error error;
	bool usable;
	struct answer answer[MAX_CALLS];
	long rounds;
	long right;
	long failures;
	long wrong;
	long calls;
	long unknown;
	long hidden;
} witness[MAX_WITNESSES];

/* Namespaces to join: a file descriptor that all tasks have, and a task there */
static struct host {
	__u64 flag;
	int fd;
	pid_t pid;
} hosts[16];
static int nr_hosts;

/* The calls: those of "why", but setns(2) for each host */
static struct asked {
	struct question question;
	struct host *host;
} asked[MAX_CALLS];
static size_t nr_asked;

static void add_host(int task, __u64 flag)
{
	struct host *host = &hosts[nr_hosts];
	char path[64];

	*host = (struct host){ .flag = flag, .pid = testtask_pid(task) };
	sprintf(path, "/proc/%d/ns/%s", host->pid, namespace_file(flag));
	host->fd = open(path, O_RDONLY);
	if (host->fd < 0)
		err(1, "%s", path);
	nr_hosts++;
}

/* Why there are no user namespaces here, as an errno; 0: there are some */
static int no_userns;

/*
 * A new namespace of each type; of time, it is children that are in it. And
 * some that belong to a user namespace of their own.
 */
static void make_hosts(void)
{
	static const __u64 types[] = {
		CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWNET,
		CLONE_NEWPID, CLONE_NEWCGROUP, CLONE_NEWTIME, CLONE_NEWUSER,
	};
	static const __u64 foreign[] = {
		CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWPID,
	};
	size_t i;
	int task;

	nr_hosts = 0;
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (types[i] == CLONE_NEWTIME &&
		    access("/proc/self/ns/time", F_OK))
			continue;
		if (types[i] == CLONE_NEWUSER && no_userns)
			return;
		task = testtask_fork();
		if (types[i] == CLONE_NEWTIME)
			testtask_call(task, SYS_unshare, CLONE_NEWTIME, 0, 0,
				      0);
		task = testtask_clone(task, SYS_clone3,
				      types[i] & ~CLONE_NEWTIME, SIGCHLD);
		if (task < 0)
			errx(1, "no host: %s", strerror(-task));
		add_host(task, types[i]);
	}
	task = testtask_clone(testtask_fork(), SYS_clone3, CLONE_NEWUSER |
			      CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWPID,
			      SIGCHLD);
	if (task < 0)
		errx(1, "no host: %s", strerror(-task));
	for (i = 0; i < ARRAY_SIZE(foreign); i++)
		add_host(task, foreign[i]);
}

static void close_hosts(void)
{
	while (nr_hosts)
		close(hosts[--nr_hosts].fd);
}

static void choose_calls(void)
{
	size_t i;
	int h;

	nr_asked = 0;
	for (i = 0; i < nr_questions; i++)
		if (questions[i].request.call != CALL_SETNS)
			asked[nr_asked++] = (struct asked){
				.question = questions[i],
			};
	for (h = 0; h < nr_hosts; h++)
		asked[nr_asked++] = (struct asked){
			.question = {
				.call = "setns",
				.request = {
					.call = CALL_SETNS,
					.flags = hosts[h].flag,
				},
			},
			.host = &hosts[h],
		};
}

/* Every task that might share anything with the subject, and this process */
static void collect(struct witness *w, struct records *recs)
{
	__u32 pid[MAX_TESTTASKS + 1] = { getpid() };
	bool gone[MAX_TESTTASKS + 1];
	struct selection sel = { .pid = pid, .gone = gone, .nr = 1 };
	struct error error;
	int i;

	for (i = 0; i < testtasks_nr(); i++)
		if (testtask_pid(i) > 0)
			pid[sel.nr++] = testtask_pid(i);
	if (w->engine.engine->collect(w->engine.state, &sel, recs, &error))
		errx(1, "%s", error.text);
}

static void predict_all(struct witness *w, const struct caller *caller)
{
	static struct caller joining;
	size_t i;

	for (i = 0; i < nr_asked; i++) {
		const struct caller *by = caller;

		if (asked[i].host) {
			joining = *caller;
			look_at_target(&joining, asked[i].host->pid,
				       asked[i].host->flag);
			by = &joining;
		}
		w->answer[i] = answer_question(by, &asked[i].question);
	}
}

/* Predicts all; false if the subject is not there any more. */
static bool predict(struct witness *w)
{
	struct records recs = { 0 };
	static struct caller caller;
	struct model model;
	bool found = false;
	__u32 task;

	collect(w, &recs);
	if (model_build(&model, &recs))
		errx(1, "no memory");
	for (task = 0; task < model.nr && !found; task++) {
		const struct taskshare_record *rec = model.task[task];

		if (rec->pid != (__u32)testtask_pid(now.subject) ||
		    rec->flags & (TASKSHARE_F_DEAD | TASKSHARE_F_EXITING))
			continue;
		found = true;
		look_at_all(&caller, &model, task);
		predict_all(w, &caller);
	}
	model_free(&model);
	records_free(&recs);
	return found;
}

static long try(const struct asked *a)
{
	const struct request *request = &a->question.request;

	switch (request->call) {
	case CALL_UNSHARE:
		return testtask_call(now.subject, SYS_unshare, request->flags,
				     0, 0, 0);
	case CALL_SETNS:
		return testtask_call(now.subject, SYS_setns, a->host->fd,
				     request->flags, 0, 0);
	default:
		return testtask_clone(now.subject, SYS_clone3, request->flags,
				      request->exit_signal);
	}
}

/* The reasons for failure that came true, so that it is seen which were met */
static const char *met[MAX_CALLS];
static long times[MAX_CALLS];
static int nr_met;

static void meet(const char *words)
{
	int i;

	for (i = 0; i < nr_met && strcmp(met[i], words); i++)
		;
	if (i == MAX_CALLS)
		errx(1, "MAX_CALLS is too small");
	if (i == nr_met)
		met[nr_met++] = words;
	times[i]++;
}

/* Compares what every engine has said of a call with what came of it. */
static void judge(size_t i, long ret)
{
	size_t e;

	for (e = 0; e < nr_engines; e++) {
		struct witness *w = &witness[e];
		const struct prediction *p = &w->answer[i].prediction;
		bool fails = p->works == IS_NOT, right;
		char call[QUESTION_TEXT];

		if (!w->usable || p->works == IS_UNKNOWN)
			continue;
		/* If an earlier rule is not known, the errno is not, either. */
		right = !fails ? ret >= 0 :
			p->earlier ? ret < 0 : ret == -p->rule->err;
		w->right += right;
		w->failures += right && fails;
		w->wrong += !right;
		if (right && fails)
			meet(p->rule->text ?: p->rule->source);
		if (!right)
			printf("# %s predicts %s of %s (%s), but it is %s: %s\n",
			       engines[e]->name, fails ?
			       strerrorname_np(p->rule->err) : "success",
			       question_text(call, &asked[i].question),
			       fails ? p->rule->text : "nothing in the way",
			       ret < 0 ? strerrorname_np(-ret) : "success",
			       now.story);
	}
}

static bool any_says(size_t i, enum truth works)
{
	size_t e;

	for (e = 0; e < nr_engines; e++)
		if (witness[e].usable &&
		    witness[e].answer[i].prediction.works == works)
			return true;
	return false;
}

/*
 * First what fails and changes nothing, then one thing that works. Returns
 * false if the task cannot go on from there.
 */
static bool try_all(void)
{
	size_t works[MAX_CALLS], nr = 0, i;
	char call[QUESTION_TEXT];
	long ret;

	for (i = 0; i < nr_asked; i++) {
		if (!any_says(i, IS_NOT)) {
			if (any_says(i, IS_SO))
				works[nr++] = i;
			continue;
		}
		ret = try(&asked[i]);
		judge(i, ret);
		if (ret >= 0)
			return false;
	}
	if (!nr)
		return false;
	i = works[dice(nr)];
	ret = try(&asked[i]);
	judge(i, ret);
	note("; calls %s", question_text(call, &asked[i].question));
	/* A creator that waits for its child in vfork(2) makes no more calls. */
	return ret >= 0 &&
	       !(asked[i].question.request.flags & CLONE_VFORK) &&
	       asked[i].question.request.call != CALL_VFORK;
}

static bool is_hidden(enum fact fact)
{
	return fact == FILTERED || fact == PID_DEEP ||
	       (fact == PID_DEAD && !namespace_empty_is_dead());
}

static void count(struct witness *w)
{
	size_t i;

	w->rounds++;
	for (i = 0; i < nr_asked; i++) {
		const struct prediction *p = &w->answer[i].prediction;
		bool unknown = p->works == IS_UNKNOWN;

		w->calls++;
		w->unknown += unknown;
		w->hidden += unknown && is_hidden(p->rule->when[0]);
	}
}

/* Returns true if there was anything to predict. */
static bool play(bool first)
{
	bool found;
	size_t e;
	int round;

	if (first)
		make_first_situation();
	else
		make_situation();
	for (round = 0; round < ROUNDS; round++) {
		found = !is_nested(now.subject) || !round;
		for (e = 0; e < nr_engines && found; e++)
			if (witness[e].usable)
				found = predict(&witness[e]);
		if (!found)
			break;
		for (e = 0; e < nr_engines; e++)
			if (witness[e].usable)
				count(&witness[e]);
		if (!try_all())
			return true;
	}
	return round;
}

/* More than one of 25 calls is unknown, though all is there to be seen. */
static bool is_vague(const struct witness *w)
{
	return (w->unknown - w->hidden) * 25 >= w->calls;
}

static bool any_is_vague(void)
{
	size_t e;

	for (e = 0; e < nr_engines; e++)
		if (witness[e].usable && is_vague(&witness[e]))
			return true;
	return false;
}

static void play_all(int situations, bool first)
{
	int left = situations, i;

	while (left > 0) {
		make_hosts();
		choose_calls();
		for (i = 0; i < PER_BATCH && left > 0; i++)
			left -= play(first && left == situations);
		testtasks_end();
		close_hosts();
	}
}

static void sum_up(int situations)
{
	bool many = situations >= MANY_SITUATIONS;
	size_t e;
	int i;

	for (i = 0; i < nr_met; i++)
		printf("# %ld times: %s\n", times[i], met[i]);
	/* Not all rules can be met everywhere, but most of them are. */
	tap_ok(nr_met >= (many ? MOST_REASONS : 1), "predict: %d reasons for failure met",
	       nr_met);
	for (e = 0; e < nr_engines; e++) {
		const struct witness *w = &witness[e];

		if (!w->usable) {
			tap_skip(w->error.text, "predict: %s",
				 engines[e]->name);
			continue;
		}
		tap_ok(!w->wrong && w->right >= w->rounds && w->failures,
		       "predict: %s: %ld rounds, %ld predictions came true, %ld of them of failure, %ld did not",
		       engines[e]->name, w->rounds, w->right, w->failures,
		       w->wrong);
		tap_ok(!many || !is_vague(w),
		       "predict: %s: of %ld calls %ld unknown, %ld of them for a filter or a depth",
		       engines[e]->name, w->calls, w->unknown, w->hidden);
	}
}

int main(int argc, char **argv)
{
	int situations = argc > 1 ? atoi(argv[1]) : 200, again = 3;
	unsigned int seed = argc > 2 ? strtoul(argv[2], NULL, 0) :
					(unsigned long)time(NULL);
	size_t e;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("# seed %u\n", seed);
	srandom(seed);
	if (geteuid()) {
		tap_skip("only root may try everything", "predict: calls");
		return tap_end();
	}
	no_userns = -userns_try(0);
	if (no_userns)
		tap_skip(strerror(no_userns),
			 "predict: namespaces of other user namespaces");
	situations_open();
	for (e = 0; e < nr_engines; e++) {
		witness[e].engine.engine = engines[e];
		witness[e].usable = !engines[e]->open(&witness[e].engine.state,
						      NULL, false,
						      &witness[e].error);
	}
	play_all(situations, true);
	/* Some seeds lead to more of what is hard to predict: then it takes more. */
	while (situations >= MANY_SITUATIONS && any_is_vague() && again--)
		play_all(situations, false);
	for (e = 0; e < nr_engines; e++)
		if (witness[e].usable)
			engine_close(&witness[e].engine);
	situations_close();
	sum_up(situations);
	return tap_end();
}
