// SPDX-License-Identifier: GPL-2.0-only
/*
 * The result of an audit as metrics, in the text format of Prometheus and in
 * OpenMetrics. The series are the same on each machine and in each run: names
 * and numbers of tasks are for JSON.
 */
#include "audit/output.h"

static void head(FILE *out, const char *name, const char *type,
		 const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static size_t count(const struct result *result, const struct rule *rule,
		    enum severity severity)
{
	size_t i, n = 0;

	for (i = 0; i < result->findings.nr; i++)
		n += result->findings.finding[i].rule == rule &&
		     result->findings.finding[i].severity == severity;
	return n;
}

/* A rule's findings are of its least severity or of security. */
static void put_findings(FILE *out, const struct result *result)
{
	size_t i;
	int s;

	head(out, "taskshare_audit_findings", "gauge",
	     "Findings that are not allowed, by rule and severity.");
	for (i = 0; i < nr_audit_rules; i++)
		for (s = audit_rules[i].least; s <= (int)audit_rules[i].most; s++)
			if (s == (int)audit_rules[i].least || s == (int)audit_rules[i].most)
				fprintf(out,
					"taskshare_audit_findings{rule=\"%s\",severity=\"%s\"} %zu\n",
					audit_rules[i].name, severity_name[s],
					count(result, &audit_rules[i], s));
}

static void put_by_rule(FILE *out, const struct result *result)
{
	size_t i;

	head(out, "taskshare_audit_suppressed_findings", "gauge",
	     "Findings that the allowlist suppressed, by rule.");
	for (i = 0; i < nr_audit_rules; i++)
		fprintf(out,
			"taskshare_audit_suppressed_findings{rule=\"%s\"} %u\n",
			audit_rules[i].name, result->suppressed[i]);
	head(out, "taskshare_audit_unchecked_cases", "gauge",
	     "Tasks or pairs of tasks that a rule could not be checked for.");
	for (i = 0; i < nr_audit_rules; i++)
		fprintf(out,
			"taskshare_audit_unchecked_cases{rule=\"%s\"} %u\n",
			audit_rules[i].name, result->coverage[i].unknown);
}

static void put_gauge(FILE *out, const char *name, const char *help,
		      double value)
{
	head(out, name, "gauge", help);
	fprintf(out, "%s %.15g\n", name, value);
}

static void put_version(FILE *out, bool openmetrics)
{
	head(out, openmetrics ? "taskshare_build" : "taskshare_build_info",
	     openmetrics ? "info" : "gauge", "The version of taskshare.");
	fprintf(out, "taskshare_build_info{version=\"%s\"} 1\n",
		PROGRAM_VERSION);
}

/**
 * output_audit_metrics() - print the result as metrics
 */
void output_audit_metrics(FILE *out, const struct result *result)
{
	put_findings(out, result);
	put_by_rule(out, result);
	put_gauge(out, "taskshare_audit_last_run_timestamp_seconds",
		  "When the last audit ended, in seconds since 1970.",
		  result->now);
	put_gauge(out, "taskshare_audit_duration_seconds",
		  "How long the last audit took.", result->seconds);
	put_gauge(out, "taskshare_audit_errors",
		  "Files and lines of the allowlist that were not usable.",
		  result->errors);
	put_gauge(out, "taskshare_audit_scanned_tasks",
		  "Live user tasks that were looked at.", result->tasks);
	put_gauge(out, "taskshare_audit_unreadable_tasks",
		  "Live user tasks whose own values could not be read.",
		  result->unreadable);
	put_version(out, result->opt->openmetrics);
	if (result->opt->openmetrics)
		fputs("# EOF\n", out);
}
