// SPDX-License-Identifier: GPL-2.0-only
/* The answers of "why" as a table for programs, one line a call. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/array.h"
#include "util/table.h"
#include "why/why.h"

static int put_answer(struct libscols_table *table, const struct answers *answers,
		      const struct answer *answer)
{
	static const char *const works_name[] = {
		[IS_NOT] = "no", [IS_SO] = "yes", [IS_UNKNOWN] = "unknown",
	};
	const struct prediction *prediction = &answer->prediction;
	const struct rule *rule = prediction->rule;
	bool fails = prediction->works == IS_NOT;
	char call[QUESTION_TEXT], reason[RULE_TEXT] = "";
	char *culprits = NULL;
	int err;

	if (rule)
		rule_text(reason, rule, answer->question->request.flags);
	if (fails) {
		culprits = culprits_text(answers->caller, rule, false);
		if (!culprits)
			return -ENOMEM;
	}
	err = table_row(table, "%s\t%s\t%s\t%s\t%s\t%s",
			question_text(call, answer->question),
			works_name[prediction->works],
			fails && rule->err > 0 ? strerrorname_np(rule->err) : "",
			reason, culprits ?: "", rule ? rule->source : "");
	free(culprits);
	return err;
}

/**
 * answers_table() - print answers as a table
 * @raw: for programs
 * @noheadings: without headings
 *
 * Return: 0 or -ENOMEM.
 */
int answers_table(const struct answers *answers, FILE *out, bool raw,
		  bool noheadings)
{
	static const struct table_column column[] = {
		{ .name = "CALL" }, { .name = "WORKS" }, { .name = "ERRNO" },
		{ .name = "WHY" }, { .name = "WHO" }, { .name = "SOURCE" },
	};
	struct table_style style = table_style(out);
	struct libscols_table *table;
	int err = 0;
	size_t i;

	style.raw = raw;
	style.noheadings = noheadings;
	table = table_new(&style, column, ARRAY_SIZE(column));
	for (i = 0; i < answers->nr && !err; i++)
		err = put_answer(table, answers, &answers->answer[i]);
	return table_finish(table, err);
}
