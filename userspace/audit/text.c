// SPDX-License-Identifier: GPL-2.0-only
/* The result of an audit for people: a line for each finding, or all of it. */
#include <stdlib.h>
#include <string.h>

#include "audit/output.h"
#include "util/terminal.h"
#include "util/text.h"

/* In columns */
#define WIDTH	80
#define INDENT	12

/* Beside another thread, a leader is a thread, too: the first one. */
static void add_party(struct text *text, const struct party *party,
		      bool among_threads, bool utf8)
{
	char comm[TEXT_COMM];

	text_escape(comm, party->comm, utf8);
	if (party->pid == party->tgid)
		text_add(text, "%sprocess %u (%s)", among_threads ?
			 "the first thread of " : "", party->pid, comm);
	else
		text_add(text, "thread %u (%s) of process %u", party->pid,
			 comm, party->tgid);
}

/**
 * output_sentence() - a finding as a sentence
 * @to: room for it
 * @size: number of bytes there
 * @utf8: as for text_escape()
 */
void output_sentence(char *to, size_t size, const struct finding *finding,
		     bool utf8)
{
	const char *s = finding->sentence ?: finding->rule->sentence;
	bool threads = finding->party[0].tgid == finding->party[1].tgid;
	struct text text;
	char c[2] = "";

	text_begin(&text, to, size);
	for (; *s; s++) {
		if (!strncmp(s, "{a}", 3) || !strncmp(s, "{b}", 3)) {
			add_party(&text, &finding->party[s[1] - 'a'], threads,
				  utf8);
			s += 2;
			continue;
		}
		*c = *s;
		text_add(&text, "%s", c);
	}
	if (*to >= 'a' && *to <= 'z')
		*to += 'A' - 'a';
}

static void add_evidence(struct text *text, const struct evidence *evidence,
			 bool utf8)
{
	text_add(text, "%s ", evidence->key);
	/* Labels and cgroups may hold any bytes. */
	text_add_escaped(text, evidence->value[0], utf8);
	if (*evidence->value[1]) {
		text_add(text, "/");
		text_add_escaped(text, evidence->value[1], utf8);
	}
}

/* SEVERITY RULE PID NAME[, PID NAME]: EVIDENCE, as much as fits */
static void print_line(FILE *out, const struct finding *finding, bool utf8,
		       int width)
{
	char line[512], comm[TEXT_COMM];
	struct text text;
	unsigned int i;

	text_begin(&text, line, (size_t)width + 1 < sizeof(line) ?
		   (size_t)width + 1 : sizeof(line));
	text_add(&text, "%s %s", severity_name[finding->severity],
		 finding->rule->name);
	for (i = 0; i < finding->nr_parties; i++)
		text_add(&text, "%s %u %s", i ? "," : "",
			 finding->party[i].pid,
			 text_escape(comm, finding->party[i].comm, utf8));
	if (finding->more)
		text_add(&text, " and %u more", finding->more);
	for (i = 0; i < finding->nr_evidence; i++) {
		text_add(&text, "%s ", i ? "," : ":");
		add_evidence(&text, &finding->evidence[i], utf8);
	}
	fprintf(out, "%s\n", line);
}

static void print_paragraph(FILE *out, const char *label, const char *words)
{
	char line[1024];
	struct text text;

	text_begin(&text, line, sizeof(line));
	text_add(&text, "  %-*s%s", INDENT - 2, label, words);
	text_wrap(out, line, WIDTH, INDENT);
}

static void print_party(FILE *out, const struct party *party, bool utf8)
{
	char words[1024];
	struct text text;

	text_begin(&text, words, sizeof(words));
	add_party(&text, party, false, utf8);
	text_add(&text, ": ");
	if (party->exe)
		text_add_escaped(&text, party->exe, utf8);
	else
		text_add(&text, "program unknown");
	if (party->cgroup) {
		text_add(&text, ", cgroup ");
		text_add_escaped(&text, party->cgroup, utf8);
	}
	print_paragraph(out, "Who:", words);
}

static void print_block(FILE *out, const struct finding *finding, bool utf8)
{
	char words[1024];
	struct text text;
	unsigned int i;

	fprintf(out, "%s: %s\n", severity_name[finding->severity],
		finding->rule->name);
	output_sentence(words, sizeof(words), finding, utf8);
	print_paragraph(out, "Finding:", words);
	for (i = 0; i < finding->nr_parties; i++)
		print_party(out, &finding->party[i], utf8);
	text_begin(&text, words, sizeof(words));
	for (i = 0; i < finding->nr_evidence; i++) {
		text_add(&text, "%s", i ? ", " : "");
		add_evidence(&text, &finding->evidence[i], utf8);
	}
	if (finding->for_ns)
		text_add(&text, "%sfor %llu s", i ? "; " : "",
			 finding->for_ns / SECOND_NS);
	if (text.len)
		print_paragraph(out, "Evidence:", words);
	if (finding->more)
		fprintf(out, "  %-*s%u more of the same process\n",
			INDENT - 2, "Also:", finding->more);
	print_paragraph(out, "Why:", finding->rule->why);
	print_paragraph(out, "Advice:", finding->rule->advice);
	print_paragraph(out, "See:", finding->rule->reference);
	putc('\n', out);
}

/* Names the rules that could not be checked: no finding is no proof there. */
static void print_unchecked(FILE *out, const struct result *result)
{
	const char *before = "Not checked in some cases: ";
	char words[2048];
	struct text text;
	size_t i;

	text_begin(&text, words, sizeof(words));
	for (i = 0; i < nr_audit_rules; i++) {
		const struct coverage *coverage = &result->coverage[i];

		if (!coverage->unknown || coverage->unknown >= coverage->asked)
			continue;
		text_add(&text, "%s%s (%u of %u)", before, audit_rules[i].name,
			 coverage->unknown, coverage->asked);
		before = ", ";
	}
	if (text.len)
		text_wrap(out, words, WIDTH, 2);
	for (i = 0; i < nr_audit_rules; i++) {
		const struct coverage *coverage = &result->coverage[i];

		if (!coverage->unknown || coverage->unknown < coverage->asked)
			continue;
		text_begin(&text, words, sizeof(words));
		text_add(&text, "Not checked: %s, which needs %s.",
			 audit_rules[i].name, audit_rules[i].needs);
		text_wrap(out, words, WIDTH, 2);
	}
}

static void print_summary(FILE *out, const struct result *result)
{
	size_t by_severity[NR_SEVERITIES], hidden = 0, shown;
	__u32 suppressed = 0;
	const char *before = ": ";
	int s;
	size_t i;

	shown = result_shown(result, by_severity);
	fprintf(out, "%zu %s", shown, shown == 1 ? "finding" : "findings");
	for (s = NR_SEVERITIES - 1; s >= 0; s--) {
		if (s < (int)result->opt->severity) {
			hidden += by_severity[s];
		} else if (by_severity[s]) {
			fprintf(out, "%s%zu %s", before, by_severity[s],
				severity_name[s]);
			before = ", ";
		}
	}
	for (i = 0; i < nr_audit_rules; i++)
		suppressed += result->suppressed[i];
	if (hidden)
		fprintf(out, "; %zu less severe", hidden);
	if (suppressed)
		fprintf(out, "; %u allowed", suppressed);
	fprintf(out, ". %u tasks, %u look%s, %s engine.\n", result->tasks,
		result->looks, result->looks == 1 ? "" : "s", result->engine);
}

/**
 * output_audit_text() - print the result for people
 */
void output_audit_text(FILE *out, const struct result *result)
{
	bool utf8 = terminal_utf8();
	size_t i;

	for (i = 0; i < result->findings.nr; i++) {
		const struct finding *finding = &result->findings.finding[i];

		if (finding->severity < result->opt->severity)
			continue;
		if (result->opt->verbose)
			print_block(out, finding, utf8);
		else
			print_line(out, finding, utf8, terminal_width());
	}
	print_summary(out, result);
	print_unchecked(out, result);
}

/**
 * result_shown() - count findings
 * @by_severity: set to the number of each severity
 *
 * Return: number of those that are severe enough to be reported.
 */
size_t result_shown(const struct result *result, size_t by_severity[])
{
	size_t i, shown = 0;
	int s;

	for (s = 0; s < NR_SEVERITIES; s++)
		by_severity[s] = 0;
	for (i = 0; i < result->findings.nr; i++)
		by_severity[result->findings.finding[i].severity]++;
	for (s = result->opt->severity; s < NR_SEVERITIES; s++)
		shown += by_severity[s];
	return shown;
}
