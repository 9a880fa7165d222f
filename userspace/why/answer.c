// SPDX-License-Identifier: GPL-2.0-only
/* From what is known of a task to the answer about a call. */
#include <stdlib.h>

#include "util/terminal.h"
#include "util/text.h"
#include "why/why.h"

/**
 * answer_question() - predict a call
 * @caller: the task that makes it, with the facts known
 * @question: the call
 *
 * Return: the answer, which refers to @question.
 */
struct answer answer_question(const struct caller *caller,
			      const struct question *question)
{
	struct request request = question->request;
	struct answer answer = { .question = question };

	request.release = release_running();
	rules_predict(&caller->facts, &request, &answer.prediction);
	return answer;
}

/**
 * finding_of() - find the details of the fact that decides
 * @caller: the task, with the facts known
 * @prediction: the predicted result of the call
 *
 * Return: the finding: of the fact that is not known if that is the answer;
 * NULL if no fact decides.
 */
const struct finding *finding_of(const struct caller *caller,
				 const struct prediction *prediction)
{
	const struct rule *rule = prediction->rule;
	int i;

	if (!rule || !rule->when[0])
		return NULL;
	for (i = 0; i < MAX_WHEN && rule->when[i]; i++)
		if (prediction->works == IS_UNKNOWN &&
		    fact_get(&caller->facts, rule->when[i]) == IS_UNKNOWN)
			return &caller->found[rule->when[i]];
	return &caller->found[rule->when[0]];
}

static const char *kind_text(const struct caller *caller,
			     const struct taskshare_record *rec)
{
	if (rec->kind == TASKSHARE_TASK_IO_WORKER)
		return "io_uring worker ";
	if (rec->tgid == caller_record(caller)->tgid)
		return "thread ";
	return "process ";
}

/**
 * culprits_text() - the tasks because of which a rule holds
 * @caller: the task, with the facts known
 * @kinds: say whether each is a thread or a process
 *
 * Return: the text, to be freed; empty if there are none; NULL without memory.
 */
char *culprits_text(const struct caller *caller, const struct rule *rule,
		    bool kinds)
{
	const struct finding *found = &caller->found[rule->when[0]];
	bool utf8 = terminal_utf8();
	char comm[TEXT_COMM];
	char *text = NULL;
	size_t size;
	FILE *out;
	__u32 i;

	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	for (i = 0; i < found->nr_culprits && i < MAX_CULPRITS; i++) {
		const struct taskshare_record *rec =
			caller->model->task[found->culprit[i]];

		fprintf(out, "%s%s%u %s%s", i ? ", " : "",
			kinds ? kind_text(caller, rec) : "", rec->pid,
			text_escape(comm, rec->comm, utf8),
			rec->flags & TASKSHARE_F_DEAD ?
			" (ended, not reaped)" : "");
	}
	if (found->nr_culprits > MAX_CULPRITS)
		fprintf(out, " and %u more", found->nr_culprits - MAX_CULPRITS);
	return fclose(out) ? NULL : text;
}
