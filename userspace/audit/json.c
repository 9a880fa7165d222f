// SPDX-License-Identifier: GPL-2.0-only
/*
 * The result of an audit as JSON: an object on each line, one for each finding
 * and a last one that sums up.
 */
#include "audit/output.h"
#include "util/json.h"

static void begin(struct json *json, FILE *out, const char *type,
		  const struct result *result)
{
	char time[32];
	struct tm tm;

	json_begin(json, out);
	json_open(json, NULL, '{');
	json_string(json, "type", type);
	json_int(json, "version", 1);
	if (gmtime_r(&result->now, &tm) &&
	    strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%SZ", &tm))
		json_string(json, "time", time);
}

static void end(struct json *json)
{
	json_close(json, '}');
	putc('\n', json->out);
}

static void put_string_or_null(struct json *json, const char *key,
			       const char *s)
{
	if (s)
		json_string(json, key, s);
	else
		json_null(json, key);
}

static void put_party(struct json *json, const struct party *party)
{
	json_open(json, NULL, '{');
	json_uint(json, "pid", party->pid);
	json_uint(json, "tgid", party->tgid);
	json_uint(json, "start_ns", party->start_ns);
	json_string(json, "comm", party->comm);
	put_string_or_null(json, "exe", party->exe);
	put_string_or_null(json, "cgroup", party->cgroup);
	json_close(json, '}');
}

static void put_evidence(struct json *json, const struct evidence *evidence)
{
	int i;

	json_open(json, NULL, '{');
	json_string(json, "key", evidence->key);
	json_open(json, "values", '[');
	for (i = 0; i < 2; i++)
		if (*evidence->value[i])
			json_string(json, NULL, evidence->value[i]);
	json_close(json, ']');
	json_close(json, '}');
}

static void put_finding(FILE *out, const struct result *result,
			const struct finding *finding)
{
	const struct rule *rule = finding->rule;
	char sentence[512];
	struct json json;
	unsigned int i;

	begin(&json, out, "finding", result);
	json_string(&json, "rule", rule->name);
	json_string(&json, "severity", severity_name[finding->severity]);
	output_sentence(sentence, sizeof(sentence), finding, true);
	json_string(&json, "sentence", sentence);
	json_open(&json, "tasks", '[');
	for (i = 0; i < finding->nr_parties; i++)
		put_party(&json, &finding->party[i]);
	json_close(&json, ']');
	json_uint(&json, "more", finding->more);
	json_uint(&json, "looks", finding->looks);
	if (finding->for_ns)
		json_uint(&json, "for_ns", finding->for_ns);
	else
		json_null(&json, "for_ns");
	json_open(&json, "evidence", '[');
	for (i = 0; i < finding->nr_evidence; i++)
		put_evidence(&json, &finding->evidence[i]);
	json_close(&json, ']');
	json_string(&json, "why", rule->why);
	json_string(&json, "advice", rule->advice);
	json_string(&json, "reference", rule->reference);
	end(&json);
}

static void put_unchecked(struct json *json, const struct result *result)
{
	size_t i;

	json_open(json, "not_checked", '[');
	for (i = 0; i < nr_audit_rules; i++) {
		if (!result->coverage[i].unknown)
			continue;
		json_open(json, NULL, '{');
		json_string(json, "rule", audit_rules[i].name);
		json_uint(json, "cases", result->coverage[i].unknown);
		json_uint(json, "of", result->coverage[i].asked);
		json_string(json, "needs", audit_rules[i].needs);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_suppressed(struct json *json, const struct result *result)
{
	size_t i;

	json_open(json, "allowed", '{');
	for (i = 0; i < nr_audit_rules; i++)
		if (result->suppressed[i])
			json_uint(json, audit_rules[i].name, result->suppressed[i]);
	json_close(json, '}');
}

/**
 * output_audit_json() - print the result as JSON
 */
void output_audit_json(FILE *out, const struct result *result)
{
	size_t by_severity[NR_SEVERITIES], i;
	struct json json;
	int s;

	for (i = 0; i < result->findings.nr; i++)
		if (result->findings.finding[i].severity >=
		    result->opt->severity)
			put_finding(out, result, &result->findings.finding[i]);
	result_shown(result, by_severity);
	begin(&json, out, "summary", result);
	json_string(&json, "engine", result->engine);
	json_uint(&json, "looks", result->looks);
	json_uint(&json, "tasks", result->tasks);
	json_uint(&json, "unreadable_tasks", result->unreadable);
	json_open(&json, "findings", '{');
	for (s = NR_SEVERITIES - 1; s >= 0; s--)
		json_uint(&json, severity_name[s], by_severity[s]);
	json_close(&json, '}');
	put_suppressed(&json, result);
	put_unchecked(&json, result);
	json_uint(&json, "errors", result->errors);
	end(&json);
}
