// SPDX-License-Identifier: GPL-2.0-only
/*
 * What "taskshare why" predicts, against what then happens: tasks get into a
 * random situation, every engine predicts every call for one of them, and then
 * that one makes the calls itself. What is predicted to fail must fail, with
 * that errno. Of what is predicted to work, one is tried, at the end, for it
 * changes the situation.
 *
 *	why [SITUATIONS [SEED]]
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/capability.h>

#include "util/array.h"
#include "engine/engine.h"
#include "tap.h"
#include "testtask/testtask.h"
#include "verify/steps.h"
#include "why/why.h"
#include "why/facts.h"

#define MAX_KIN		6
#define PER_BATCH	40
#define MAX_QUESTIONS	64
#define MOST_REASONS	10

/*
 * struct witness - an engine, and how its predictions did
 * @source: the engine
 * @error: why it is not usable
 * @usable: whether it is
 * @answer: what it predicts now
 * @situations: how many it has predicted
 * @right: predictions that came true
 * @failures: of them, that a call fails
 * @wrong: predictions that did not
 * @unknown: calls that it could not predict
 */
static struct witness {
	struct engine_handle source;
	struct error error;
	bool usable;
	struct prediction answer[MAX_QUESTIONS];
	long situations;
	long right;
	long failures;
	long wrong;
	long unknown;
} witness[MAX_ENGINES];

/*
 * struct situation - some tasks, and the one that it is about
 * @first: the first of them
 * @nr: how many
 * @subject: the one
 * @story: what happened before, in words
 */
static struct situation {
	int first;
	int nr;
	int subject;
	char story[1024];
} now;

static char chroot_dir[32];
/* Namespaces to join, by their type, open in all tasks */
static int host_fd[8];
static const __u64 host_flag[] = {
	CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWPID,
	CLONE_NEWCGROUP, CLONE_NEWTIME, CLONE_NEWUSER,
};

static int dice(int sides)
{
	return random() % sides;
}

static void tell(const char *format, ...)
{
	size_t len = strlen(now.story);
	va_list args;

	va_start(args, format);
	vsnprintf(now.story + len, sizeof(now.story) - len, format, args);
	va_end(args);
}

static int open_namespace(int host, __u64 flag)
{
	char path[64];
	int fd;

	sprintf(path, "/proc/%d/ns/%s", testtask_pid(host),
		namespace_file(flag));
	fd = open(path, O_RDONLY);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

/* A new namespace of every type; of time, it is children that are in it. */
static void make_hosts(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(host_flag); i++) {
		int host = testtask_fork();

		if (host_flag[i] == CLONE_NEWTIME)
			testtask_call(host, SYS_unshare, CLONE_NEWTIME, 0, 0,
				      0);
		host = testtask_clone(host, SYS_clone3, host_flag[i] &
				      ~CLONE_NEWTIME, SIGCHLD);
		if (host < 0)
			errx(1, "no host: %s", strerror(-host));
		host_fd[i] = open_namespace(host, host_flag[i]);
	}
}

static void close_hosts(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(host_flag); i++)
		close(host_fd[i]);
}

/* In a pid namespace below ours, children are counted by other numbers. */
static bool is_nested(int task)
{
	char path[64], theirs[64] = "", ours[64] = "";

	sprintf(path, "/proc/%d/ns/pid", testtask_pid(task));
	return readlink(path, theirs, sizeof(theirs) - 1) <= 0 ||
	       readlink("/proc/self/ns/pid", ours, sizeof(ours) - 1) <= 0 ||
	       strcmp(theirs, ours);
}

static void clone_some(int creator)
{
	static const __u64 kin[] = {
		0, CLONE_VM, CLONE_FS, CLONE_FILES, CLONE_VM | CLONE_SIGHAND,
		CLONE_VM | CLONE_FS | CLONE_SIGHAND,
		CLONE_VM | CLONE_SIGHAND | CLONE_THREAD,
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
		CLONE_THREAD | CLONE_SYSVSEM, CLONE_FS | CLONE_PARENT,
		CLONE_NEWUSER, CLONE_NEWUTS, CLONE_NEWPID,
	};
	__u64 flags = kin[dice(ARRAY_SIZE(kin))];
	int exit_signal = flags & (CLONE_THREAD | CLONE_PARENT) ? 0 : SIGCHLD;
	char words[FLAGS_TEXT];

	if (is_nested(creator))
		return;
	tell("%d clones %s; ", creator - now.first,
	     flags ? flags_text(words, flags, "|") : "0");
	testtask_clone(creator, SYS_clone3, flags, exit_signal);
}

static void drop_capabilities(int task)
{
	static const __u32 kept[] = {
		0, ~0u, (__u32)~(1u << CAP_SYS_CHROOT),
		(__u32)~(1u << CAP_SYS_ADMIN),
	};
	struct {
		struct __user_cap_header_struct head;
		struct __user_cap_data_struct data[2];
	} *caps = testtask_text(task);

	memset(caps, 0, sizeof(*caps));
	caps->head.version = _LINUX_CAPABILITY_VERSION_3;
	testtask_call(task, SYS_capget, (long)&caps->head, (long)caps->data,
		      0, 0);
	caps->data[0].effective &= kept[dice(ARRAY_SIZE(kept))];
	tell("%d keeps capabilities %#x; ", task - now.first,
	     caps->data[0].effective);
	testtask_call(task, SYS_capset, (long)&caps->head, (long)caps->data,
		      0, 0);
}

/* Something that a task may do before; some of it fails, no matter. */
static void do_something(int task)
{
	static const __u64 unshared[] = {
		CLONE_FS, CLONE_NEWPID, CLONE_NEWPID, CLONE_NEWTIME,
		CLONE_NEWUSER, CLONE_NEWNS, CLONE_SYSVSEM,
	};
	__u64 flag = unshared[dice(ARRAY_SIZE(unshared))];
	char words[FLAGS_TEXT];

	switch (dice(6)) {
	case 0:
		drop_capabilities(task);
		break;
	case 1:
		tell("%d calls chroot; ", task - now.first);
		strcpy(testtask_text(task), chroot_dir);
		testtask_call(task, SYS_chroot, (long)testtask_text(task), 0, 0,
			      0);
		break;
	default:
		tell("%d unshares %s; ", task - now.first,
		     flags_text(words, flag, "|"));
		testtask_call(task, SYS_unshare, flag, 0, 0, 0);
		break;
	}
}

static int any_task(void)
{
	return now.first + dice(testtasks_nr() - now.first);
}

/*
 * A leader whose threads go on, or the first process of a pid namespace: the
 * last one that was made ends, or the first one. Children end with parents
 * that end, see testtask.c; they are then no subject of anything.
 */
static void end_somebody(void)
{
	int task = dice(2) ? now.first : testtasks_nr() - 1;

	tell("%d ends; ", task - now.first);
	testtask_exit(task);
}

static void make_situation(void)
{
	int i, kin = dice(MAX_KIN);

	now = (struct situation){ .first = testtasks_nr() };
	if (testtask_fork() < 0)
		errx(1, "fork");
	for (i = 0; i < kin; i++) {
		if (dice(2))
			clone_some(any_task());
		else
			do_something(any_task());
	}
	if (!dice(4))
		end_somebody();
	now.nr = testtasks_nr() - now.first;
	now.subject = any_task();
	tell("%d is asked", now.subject - now.first);
}

/* Everybody who might share anything with a task: test tasks, and us */
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
	if (w->source.engine->collect(w->source.state, &sel, recs, &error))
		errx(1, "%s", error.text);
}

static bool is_elsewhere(const struct model *model, __u32 task, int kind)
{
	__u32 self;

	for (self = 0; self < model->nr; self++)
		if (model->task[self]->pid == (__u32)getpid())
			break;
	return self < model->nr &&
	       model->task[self]->id[kind] != model->task[task]->id[kind];
}

/*
 * The namespaces to join are ours: from another user namespace nobody has the
 * capabilities for them, from another pid namespace they are not below.
 */
static bool can_try(const struct request *request,
		    const struct model *model, __u32 task)
{
	if (request->call != CALL_SETNS)
		return true;
	if (is_elsewhere(model, task, TASKSHARE_USER))
		return false;
	return request->flags != CLONE_NEWPID ||
	       !is_elsewhere(model, task, TASKSHARE_PID);
}

/* Predicts all; false if the subject is not there any more. */
static bool predict(struct witness *w, bool *tried)
{
	struct records recs = { 0 };
	struct why_view view;
	struct model model;
	bool found = false;
	__u32 task;
	size_t i;

	collect(w, &recs);
	if (model_build(&model, &recs))
		errx(1, "no memory");
	for (task = 0; task < model.nr && !found; task++) {
		const struct taskshare_record *rec = model.task[task];

		if (rec->pid != (__u32)testtask_pid(now.subject) ||
		    rec->flags & (TASKSHARE_F_DEAD | TASKSHARE_F_EXITING))
			continue;
		found = true;
		why_look(&view, &model, task);
		for (i = 0; i < nr_why_questions; i++) {
			struct request request = why_questions[i].request;

			request.release = release_running();
			rules_predict(&view.facts, &request, &w->answer[i]);
			tried[i] = can_try(&why_questions[i].request, &model,
					   task);
		}
	}
	model_free(&model);
	records_free(&recs);
	return found;
}

static long try(const struct request *request)
{
	size_t i;

	switch (request->call) {
	case CALL_UNSHARE:
		return testtask_call(now.subject, SYS_unshare, request->flags,
				     0, 0, 0);
	case CALL_CLONE3:
		return testtask_clone(now.subject, SYS_clone3, request->flags,
				      request->exit_signal);
	case CALL_SETNS:
		for (i = 0; i < ARRAY_SIZE(host_flag); i++)
			if (host_flag[i] == request->flags)
				return testtask_call(now.subject, SYS_setns,
						     host_fd[i],
						     request->flags, 0, 0);
		break;
	default:
		break;
	}
	return -EINVAL;
}

/* The reasons for failure that came true, so that it is seen which were met */
static const char *met[MAX_QUESTIONS];
static long times[MAX_QUESTIONS];
static int nr_met;

static void meet(const char *words)
{
	int i;

	for (i = 0; i < nr_met && strcmp(met[i], words); i++)
		;
	if (i == MAX_QUESTIONS)
		errx(1, "MAX_QUESTIONS is too small");
	if (i == nr_met)
		met[nr_met++] = words;
	times[i]++;
}

/* Compares what every engine has said of a call with what came of it. */
static void judge(size_t question, long ret)
{
	size_t e;

	for (e = 0; e < nr_engines; e++) {
		struct witness *w = &witness[e];
		const struct prediction *answer = &w->answer[question];
		const struct rule *rule = answer->rule;
		bool right = answer->works == IS_SO ? ret >= 0 :
			     rule && ret == -rule->err;

		if (!w->usable || answer->works == IS_UNKNOWN)
			continue;
		w->right += right;
		w->failures += right && answer->works == IS_NOT;
		if (right && answer->works == IS_NOT)
			meet(rule->text ?: rule->source);
		w->wrong += !right;
		if (!right)
			printf("# %s predicts %s of %s (%s), but it is %s: %s\n",
			       engines[e]->name,
			       answer->works == IS_SO ? "success" : strerrorname_np(rule->err),
			       why_questions[question].name,
			       rule ? rule->text : "nothing in the way",
			       ret < 0 ? strerrorname_np(-ret) : "success",
			       now.story);
	}
}

static bool anybody_says(size_t question, enum truth works)
{
	size_t e;

	for (e = 0; e < nr_engines; e++)
		if (witness[e].usable &&
		    witness[e].answer[question].works == works)
			return true;
	return false;
}

/* First what fails and changes nothing, then one thing that works. */
static void try_all(const bool *tried)
{
	size_t works[MAX_QUESTIONS], nr = 0, i;
	long ret;

	for (i = 0; i < nr_why_questions; i++) {
		if (!tried[i])
			continue;
		if (!anybody_says(i, IS_NOT)) {
			if (anybody_says(i, IS_SO))
				works[nr++] = i;
			continue;
		}
		ret = try(&why_questions[i].request);
		judge(i, ret);
		if (ret >= 0)
			return;
	}
	if (!nr)
		return;
	i = works[dice(nr)];
	judge(i, try(&why_questions[i].request));
}

static bool run(void)
{
	bool tried[MAX_QUESTIONS], found = true;
	size_t e, i;

	make_situation();
	for (e = 0; e < nr_engines && found; e++)
		if (witness[e].usable)
			found = predict(&witness[e], tried);
	if (!found)
		return false;
	for (e = 0; e < nr_engines; e++) {
		witness[e].situations++;
		for (i = 0; i < nr_why_questions; i++)
			witness[e].unknown +=
				witness[e].answer[i].works == IS_UNKNOWN;
	}
	try_all(tried);
	return true;
}

static void sum_up(void)
{
	size_t e;
	int i;

	for (i = 0; i < nr_met; i++)
		printf("# %ld times: %s\n", times[i], met[i]);
	/* Not all rules can be met everywhere, but most of them are. */
	tap_ok(nr_met >= MOST_REASONS, "why: %d reasons for failure met",
	       nr_met);
	for (e = 0; e < nr_engines; e++) {
		const struct witness *w = &witness[e];

		if (!w->usable)
			tap_skip(w->error.text, "why: %s predicts",
				 engines[e]->name);
		else
			tap_ok(!w->wrong && w->right >= w->situations &&
			       w->failures && w->unknown * 20 < w->right,
			       "why: %s: %ld situations, %ld predictions came true, %ld of them of failure, %ld did not, %ld calls unknown",
			       engines[e]->name, w->situations, w->right,
			       w->failures, w->wrong, w->unknown);
	}
}

int main(int argc, char **argv)
{
	int left = argc > 1 ? atoi(argv[1]) : 200;
	unsigned int seed = argc > 2 ? strtoul(argv[2], NULL, 0) :
					(unsigned long)time(NULL);
	struct error error;
	int batch;
	size_t e;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("# seed %u\n", seed);
	srandom(seed);
	if (geteuid()) {
		tap_skip("only root may try everything", "why: predictions");
		return tap_end();
	}
	if (testtasks_open(&error))
		errx(1, "%s", error.text);
	strcpy(chroot_dir, "/tmp/taskshare-why-XXXXXX");
	if (!mkdtemp(chroot_dir))
		err(1, "%s", chroot_dir);
	for (e = 0; e < nr_engines; e++) {
		witness[e].source.engine = engines[e];
		witness[e].usable = !engines[e]->open(&witness[e].source.state,
						      NULL, &witness[e].error);
	}
	while (left > 0) {
		make_hosts();
		for (batch = 0; batch < PER_BATCH && left > 0; batch++)
			left -= run();
		testtasks_end();
		close_hosts();
	}
	for (e = 0; e < nr_engines; e++)
		if (witness[e].usable)
			engine_close(&witness[e].source);
	testtasks_close();
	rmdir(chroot_dir);
	sum_up();
	return tap_end();
}
