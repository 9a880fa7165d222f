// SPDX-License-Identifier: GPL-2.0-only
/* The answers of "why" as JSON, see taskshare(5). */
#include <string.h>

#include "util/json.h"
#include "clone/flags.h"
#include "why/why.h"

static const char *const works_name[] = {
	[IS_NOT] = "no", [IS_SO] = "yes", [IS_UNKNOWN] = "unknown",
};

static void put_flags(struct json *json, __u64 flags)
{
	int i;

	json_open(json, "flags", '[');
	for (i = 0; i < nr_clone_flags; i++)
		if (flags & clone_flags[i].bit)
			json_string(json, NULL, clone_flags[i].name);
	json_close(json, ']');
}

static void put_task(struct json *json, const struct taskshare_record *rec)
{
	json_uint(json, "pid", rec->pid);
	json_uint(json, "tgid", rec->tgid);
	json_bytes(json, "comm", rec->comm, strnlen(rec->comm,
						    sizeof(rec->comm)));
}

static void put_culprits(struct json *json, const struct caller *caller,
			 const struct finding *found)
{
	__u32 i;

	json_open(json, "culprits", '[');
	for (i = 0; i < found->nr_culprits && i < MAX_CULPRITS; i++) {
		const struct taskshare_record *rec =
			caller->model->task[found->culprit[i]];

		json_open(json, NULL, '{');
		put_task(json, rec);
		json_bool(json, "dead", rec->flags & TASKSHARE_F_DEAD);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_uint(json, "nr_culprits", found->nr_culprits);
}

static void put_rule(struct json *json, const struct caller *caller,
		     const struct answer *answer)
{
	const struct prediction *prediction = &answer->prediction;
	const struct finding *found = finding_of(caller, prediction);
	const struct rule *rule = prediction->rule;
	char text[RULE_TEXT];
	int i;

	if (prediction->works == IS_NOT && rule->err > 0)
		json_string(json, "errno", strerrorname_np(rule->err));
	json_string(json, "reason", rule_text(text, rule,
					      answer->question->request.flags));
	json_open(json, "facts", '[');
	for (i = 0; i < MAX_WHEN && rule->when[i]; i++)
		json_string(json, NULL, fact_name(rule->when[i]));
	json_close(json, ']');
	if (found && *found->note)
		json_string(json, "note", found->note);
	if (found && prediction->works == IS_NOT && found->nr_culprits)
		put_culprits(json, caller, found);
	if (rule->advice)
		json_string(json, "advice", rule->advice);
	json_string(json, "source", rule->source);
}

/**
 * answers_json() - print answers as JSON
 */
void answers_json(const struct answers *answers, FILE *out)
{
	struct json json;
	size_t i;

	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_int(&json, "taskshare-why", 1);
	put_task(&json, caller_record(answers->caller));
	json_uint(&json, "asked", answers->asked);
	if (answers->target)
		json_uint(&json, "target", answers->target);
	json_newline(&json, 1);
	json_open(&json, "calls", '[');
	for (i = 0; i < answers->nr; i++) {
		const struct answer *answer = &answers->answer[i];

		json_newline(&json, 2);
		json_open(&json, NULL, '{');
		json_string(&json, "call", answer->question->call);
		put_flags(&json, answer->question->request.flags);
		json_string(&json, "works",
			    works_name[answer->prediction.works]);
		if (answer->prediction.rule)
			put_rule(&json, answers->caller, answer);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	putc('\n', out);
}
