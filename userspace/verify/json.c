// SPDX-License-Identifier: GPL-2.0-only
/* The result of verify as one JSON object. */
#include "util/json.h"
#include "verify/report.h"

static void put_tally(struct json *json, const char *key,
		      const struct tally *tally)
{
	json_open(json, key, '{');
	json_int(json, "checked", tally->checked);
	json_int(json, "wrong", tally->wrong);
	json_int(json, "skipped", tally->skipped);
	json_close(json, '}');
}

static void put_groups(struct json *json)
{
	int g, e;

	json_open(json, "groups", '[');
	for (g = 0; g < report.nr_groups; g++) {
		const struct group *group = &report.group[g];

		json_newline(json, 2);
		json_open(json, NULL, '{');
		json_string(json, "name", group->name);
		put_tally(json, "calls", &group->calls);
		json_open(json, "facts", '{');
		for (e = 0; e < report.nr_engines; e++)
			put_tally(json, report.engine[e], &group->facts[e]);
		json_close(json, '}');
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_kinds(struct json *json)
{
	int e, column;

	json_open(json, "kinds", '{');
	for (e = 0; e < report.nr_engines; e++) {
		json_newline(json, 2);
		json_open(json, report.engine[e], '{');
		for (column = 0; column < NR_COLUMNS; column++)
			put_tally(json, column_name(column), &report.kind[e][column]);
		json_close(json, '}');
	}
	json_close(json, '}');
}

static void put_refusals(struct json *json)
{
	int i;

	json_open(json, "not_tried", '[');
	for (i = 0; i < report.nr_refusals; i++) {
		json_newline(json, 2);
		json_open(json, NULL, '{');
		json_int(json, "times", report.refusal[i].nr);
		json_string(json, "why", report.refusal[i].words);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_mismatches(struct json *json)
{
	int i;

	json_open(json, "shown", '[');
	for (i = 0; i < report.nr_shown; i++) {
		const struct mismatch *shown = &report.shown[i];

		json_newline(json, 2);
		json_open(json, NULL, '{');
		json_string(json, "group", report.group[shown->group].name);
		json_string(json, "what", shown->words);
		if (shown->program)
			json_string(json, "program", shown->program);
		json_close(json, '}');
	}
	json_close(json, ']');
}

/**
 * output_verify_json() - print what was found as one JSON object
 *
 * Return: 0.
 */
int output_verify_json(FILE *out)
{
	struct json json;

	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_int(&json, "taskshare-verify", 1);
	json_uint(&json, "seed", report.seed);
	json_int(&json, "tasks", report.tasks);
	json_int(&json, "mismatches", report.nr_mismatches);
	json_newline(&json, 1);
	put_groups(&json);
	json_newline(&json, 1);
	put_kinds(&json);
	json_newline(&json, 1);
	put_refusals(&json);
	json_newline(&json, 1);
	put_mismatches(&json);
	json_close(&json, '}');
	putc('\n', out);
	return 0;
}
