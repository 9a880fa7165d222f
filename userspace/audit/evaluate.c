// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asking the rules about tasks, and asking again in a second look: about the
 * same tasks, by PID and start time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/evaluate.h"
#include "content/parse.h"

/*
 * struct run - one look that is evaluated
 * @question: rules and processes to look at
 * @findings: gets the findings
 * @coverage: of the rule
 * @error: says what is wrong
 */
struct run {
	const struct look *look;
	const struct question *question;
	const struct rule *rule;
	struct findings *findings;
	struct coverage *coverage;
	struct error *error;
};

static void set_party(struct party *party, const struct look *look,
		      __u32 task)
{
	const struct taskshare_record *rec = look->snap.model.task[task];

	*party = (struct party){
		.pid = rec->pid,
		.tgid = rec->tgid,
		.start_ns = rec->start_ns,
	};
	memcpy(party->comm, rec->comm, sizeof(party->comm));
}

static enum verdict ask(const struct look *look, const struct rule *rule,
			__u32 a, __u32 b, struct finding *finding)
{
	finding->rule = rule;
	finding->severity = rule->least;
	finding->sentence = NULL;
	finding->shown[0] = a;
	finding->shown[1] = b;
	finding->nr_evidence = 0;
	finding->for_ns = 0;
	finding->least_ns = look->least_ns == LEAST_BY_RULE ?
			    rule->seconds * SECOND_NS : look->least_ns;
	return rule->applies(look, a, b, finding);
}

static void set_parties(struct finding *finding, const struct look *look)
{
	finding->nr_parties = 1;
	finding->party[1] = (struct party){ 0 };
	set_party(&finding->party[0], look, finding->shown[0]);
	if (finding->shown[1] == NO_TASK)
		return;
	finding->nr_parties = 2;
	set_party(&finding->party[1], look, finding->shown[1]);
}

static bool is_wanted(const struct question *question,
		      const struct finding *finding)
{
	size_t i;
	unsigned int p;

	for (p = 0; p < finding->nr_parties; p++)
		for (i = 0; i < question->nr; i++)
			if (question->tgid[i] == finding->party[p].tgid)
				return true;
	return !question->nr;
}

/* Gaps in what is known of other processes are of no interest. */
static bool counts(const struct run *run, __u32 a, __u32 b)
{
	const struct model *model = &run->look->snap.model;
	size_t i;

	for (i = 0; i < run->question->nr; i++)
		if (run->question->tgid[i] == model->task[a]->tgid ||
		    (b != NO_TASK &&
		     run->question->tgid[i] == model->task[b]->tgid))
			return true;
	return !run->question->nr;
}

static int ask_about(struct run *run, __u32 a, __u32 b)
{
	struct finding finding;
	bool counted = counts(run, a, b);

	run->coverage->asked += counted;
	switch (ask(run->look, run->rule, a, b, &finding)) {
	case VERDICT_NO:
		return 0;
	case VERDICT_UNKNOWN:
		run->coverage->unknown += counted;
		return 0;
	case VERDICT_FOUND:
		break;
	}
	set_parties(&finding, run->look);
	if (!is_wanted(run->question, &finding))
		return 0;
	finding.more = 0;
	finding.looks = 1;
	finding.asked[1] = (struct party){ 0 };
	set_party(&finding.asked[0], run->look, a);
	if (b != NO_TASK)
		set_party(&finding.asked[1], run->look, b);
	return findings_add(run->findings, &finding, run->error);
}

static int ask_tasks(struct run *run, bool every)
{
	const struct model *model = &run->look->snap.model;
	__u32 task;
	int err = 0;

	for (task = 0; task < model->nr && !err; task++)
		if (every ? model->task[task]->kind != TASKSHARE_TASK_KTHREAD :
			    look_live(run->look, task))
			err = ask_about(run, task, NO_TASK);
	return err;
}

static int ask_threads(struct run *run)
{
	const struct model *model = &run->look->snap.model;
	__u32 p, i, first;
	int err = 0;

	for (p = 0; p < model->nr_processes; p++) {
		const struct process *process = &model->process[p];

		first = NO_TASK;
		for (i = process->first;
		     i < process->first + process->nr && !err; i++) {
			if (!look_live(run->look, i))
				continue;
			if (first == NO_TASK)
				first = i;
			else
				err = ask_about(run, first, i);
		}
	}
	return err;
}

static bool is_older(const struct model *model, __u32 a, __u32 b)
{
	return model->task[a]->start_ns < model->task[b]->start_ns;
}

/* The first live task of each process that holds an object, the oldest first */
static int ask_holders(struct run *run, const struct object *obj)
{
	const struct model *model = &run->look->snap.model;
	const __u32 *holder =
		&model->kind[run->rule->kind].holders[obj->first];
	__u32 i, oldest = NO_TASK, process = NO_PROCESS;
	int err = 0;

	for (i = 0; i < obj->nr; i++)
		if (look_live(run->look, holder[i]) &&
		    (oldest == NO_TASK || is_older(model, holder[i], oldest)))
			oldest = holder[i];
	for (i = 0; i < obj->nr && !err; i++) {
		if (!look_live(run->look, holder[i]) ||
		    model->process_of[holder[i]] == process)
			continue;
		process = model->process_of[holder[i]];
		if (process != model->process_of[oldest])
			err = ask_about(run, oldest, holder[i]);
	}
	return err;
}

/* Holders are in the order of tasks, so those of a process follow each other. */
static int ask_processes(struct run *run)
{
	const struct model_kind *kind =
		&run->look->snap.model.kind[run->rule->kind];
	__u32 i;
	int err = 0;

	for (i = 0; i < kind->nr && !err; i++)
		if (kind->obj[i].nr > 1)
			err = ask_holders(run, &kind->obj[i]);
	/* A task whose object is not known may share it. */
	run->coverage->asked = run->look->live;
	run->coverage->unknown += run->look->unseen[run->rule->kind];
	return err;
}

static int ask_rule(struct run *run)
{
	switch (run->rule->scope) {
	case SCOPE_TASK:
		return ask_tasks(run, false);
	case SCOPE_EVERY_TASK:
		return ask_tasks(run, true);
	case SCOPE_THREADS:
		return ask_threads(run);
	case SCOPE_PROCESSES:
		return ask_processes(run);
	}
	return 0;
}

/**
 * evaluate() - ask the rules about a look
 * @question: rules and processes to look at
 * @findings: findings are added
 * @coverage: for each rule, set to what it could be evaluated for
 * @error: says what is wrong
 *
 * Return: 0 or -ENOMEM.
 */
int evaluate(const struct look *look, const struct question *question,
	     struct findings *findings, struct coverage *coverage,
	     struct error *error)
{
	struct run run = {
		.look = look,
		.question = question,
		.findings = findings,
		.error = error,
	};
	size_t i;
	int err = 0;

	for (i = 0; i < nr_audit_rules && !err; i++) {
		run.rule = &audit_rules[i];
		run.coverage = &coverage[i];
		*run.coverage = (struct coverage){ 0 };
		if (question->wanted[i])
			err = ask_rule(&run);
	}
	return err;
}

static __u32 find_party(const struct look *look, const struct party *party)
{
	return party->pid ? look_find(look, party->tgid, party->pid,
				      party->start_ns) : NO_TASK;
}

/* Whether two tasks still hold the object that was the reason to ask about them */
static enum verdict still_share(const struct look *look,
				const struct rule *rule, __u32 a, __u32 b)
{
	const struct model *model = &look->snap.model;

	if (rule->scope != SCOPE_PROCESSES)
		return VERDICT_FOUND;
	if (model_holding(model, a, rule->kind) < HOLDS_NONE ||
	    model_holding(model, b, rule->kind) < HOLDS_NONE)
		return VERDICT_UNKNOWN;
	return model_object(model, a, rule->kind) &&
	       model_object(model, a, rule->kind) ==
	       model_object(model, b, rule->kind) ?
	       VERDICT_FOUND : VERDICT_NO;
}

/* Asks a later look about a finding, which is then of that look. */
static enum verdict ask_again(const struct look *look, struct finding *finding)
{
	struct finding again = *finding;
	__u32 a = find_party(look, &finding->asked[0]);
	__u32 b = find_party(look, &finding->asked[1]);
	enum verdict verdict;

	if (a == NO_TASK || (finding->asked[1].pid && b == NO_TASK))
		return VERDICT_NO;
	if (finding->rule->scope != SCOPE_EVERY_TASK &&
	    (!look_live(look, a) || (b != NO_TASK && !look_live(look, b))))
		return VERDICT_NO;
	verdict = still_share(look, finding->rule, a, b);
	if (verdict == VERDICT_FOUND)
		verdict = ask(look, finding->rule, a, b, &again);
	if (verdict != VERDICT_FOUND)
		return verdict;
	set_parties(&again, look);
	again.looks++;
	*finding = again;
	return VERDICT_FOUND;
}

/**
 * confirm() - keep the findings that a later look has, too
 * @look: the later look
 * @findings: the findings; those that stay say what the later look saw
 * @coverage: for each rule; findings that the later look does not know of are
 *	      counted as unknown
 */
void confirm(const struct look *look, struct findings *findings,
	     struct coverage *coverage)
{
	size_t i, to = 0;

	for (i = 0; i < findings->nr; i++) {
		struct finding *finding = &findings->finding[i];

		switch (ask_again(look, finding)) {
		case VERDICT_NO:
			break;
		case VERDICT_UNKNOWN:
			coverage[finding->rule - audit_rules].unknown++;
			break;
		case VERDICT_FOUND:
			findings->finding[to++] = *finding;
			break;
		}
	}
	findings->nr = to;
}

/*
 * A container may have a program of any name: the path is that of the file here
 * only if it leads to the same file.
 */
static bool is_same_file(const struct party *party)
{
	struct stat running, here;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/task/%u/exe", party->tgid,
		 party->pid);
	return !stat(path, &running) && !stat(party->exe, &here) &&
	       running.st_dev == here.st_dev && running.st_ino == here.st_ino;
}

static char *read_cgroup(const struct look *look, __u32 task)
{
	const char *lines, *controllers, *path;
	char *text, *found = NULL;
	size_t len, path_len;
	bool none;

	text = look_text(look, task, CONTENT_CGROUP, &none);
	lines = text;
	while (lines && !found && parse_cgroup(&lines, &controllers, &len,
					       &path, &path_len))
		if (!len)
			found = strndup(path, path_len);
	free(text);
	return found;
}

/**
 * describe_parties() - read which programs the tasks of a finding run
 * @look: the look that the finding is of
 *
 * A field that cannot be read stays unknown.
 */
void describe_parties(const struct look *look, struct finding *finding)
{
	unsigned int i;
	bool none;

	for (i = 0; i < finding->nr_parties; i++) {
		struct party *party = &finding->party[i];

		party->exe = look_text(look, finding->shown[i], CONTENT_EXE,
				       &none);
		party->cgroup = read_cgroup(look, finding->shown[i]);
		party->same_exe = party->exe && is_same_file(party);
	}
}
