// SPDX-License-Identifier: GPL-2.0-only
/* Findings: their evidence, and a list of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit/finding.h"
#include "util/text.h"

const char *const severity_name[NR_SEVERITIES] = {
	[SEVERITY_INFORMATION] = "information",
	[SEVERITY_HYGIENE] = "hygiene",
	[SEVERITY_CORRECTNESS] = "correctness",
	[SEVERITY_SECURITY] = "security",
};

/**
 * finding_evidence() - add to what a finding is based on
 * @finding: the finding; values beyond its room are left out
 * @key: name of the value
 * @a: value of the first task
 * @b: value of the second one, or NULL
 *
 * Values that are too long end in "...".
 */
void finding_evidence(struct finding *finding, const char *key, const char *a,
		      const char *b)
{
	struct evidence *evidence = &finding->evidence[finding->nr_evidence];
	struct text text;

	if (finding->nr_evidence == MAX_EVIDENCE)
		return;
	finding->nr_evidence++;
	evidence->key = key;
	text_begin(&text, evidence->value[0], EVIDENCE_TEXT);
	text_add(&text, "%s", a);
	text_begin(&text, evidence->value[1], EVIDENCE_TEXT);
	text_add(&text, "%s", b ?: "");
}

static void swap_text(char *a, char *b)
{
	char text[EVIDENCE_TEXT];

	strcpy(text, a);
	strcpy(a, b);
	strcpy(b, text);
}

/**
 * finding_swap() - let a finding be about the second task first
 */
void finding_swap(struct finding *finding)
{
	__u32 first = finding->shown[0];
	unsigned int i;

	finding->shown[0] = finding->shown[1];
	finding->shown[1] = first;
	for (i = 0; i < finding->nr_evidence; i++)
		swap_text(finding->evidence[i].value[0],
			  finding->evidence[i].value[1]);
}

/**
 * findings_add() - add a finding
 * @findings: the list
 * @finding: the finding; is copied
 * @error: says what is wrong
 *
 * Return: 0 or -ENOMEM.
 */
int findings_add(struct findings *findings, const struct finding *finding,
		 struct error *error)
{
	size_t capacity = findings->capacity ? findings->capacity * 2 : 8;
	struct finding *more;

	if (findings->nr == findings->capacity) {
		more = realloc(findings->finding, capacity * sizeof(*more));
		if (!more)
			return error_set(error, -ENOMEM, "no memory");
		findings->finding = more;
		findings->capacity = capacity;
	}
	findings->finding[findings->nr++] = *finding;
	return 0;
}

/**
 * finding_forget() - free what a finding holds
 */
void finding_forget(struct finding *finding)
{
	int i;

	for (i = 0; i < 2; i++) {
		free(finding->party[i].exe);
		free(finding->party[i].cgroup);
	}
}

static bool same_process(const struct finding *a, const struct finding *b)
{
	return a->rule == b->rule && a->party[0].tgid == b->party[0].tgid;
}

static int by_process(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	if (x->party[0].tgid != y->party[0].tgid)
		return x->party[0].tgid < y->party[0].tgid ? -1 : 1;
	if (x->party[0].pid != y->party[0].pid)
		return x->party[0].pid < y->party[0].pid ? -1 : 1;
	return x->party[1].pid < y->party[1].pid ? -1 :
	       x->party[1].pid > y->party[1].pid;
}

/**
 * findings_fold() - leave one finding of each rule and process
 * @findings: the list
 *
 * The worst one stays, and counts the others.
 */
void findings_fold(struct findings *findings)
{
	struct finding *kept, *next;
	size_t from, to = 0;
	unsigned int more;

	if (!findings->nr)
		return;
	qsort(findings->finding, findings->nr, sizeof(*findings->finding),
	      by_process);
	for (from = 1; from < findings->nr; from++) {
		kept = &findings->finding[to];
		next = &findings->finding[from];
		if (!same_process(kept, next)) {
			findings->finding[++to] = *next;
			continue;
		}
		more = kept->more + 1;
		if (next->severity > kept->severity) {
			finding_forget(kept);
			*kept = *next;
		} else {
			finding_forget(next);
		}
		kept->more = more;
	}
	findings->nr = to + 1;
}

static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->severity != y->severity)
		return (int)y->severity - (int)x->severity;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return x->party[0].pid < y->party[0].pid ? -1 :
	       x->party[0].pid > y->party[0].pid;
}

/**
 * findings_sort() - the most severe first
 * @findings: the list
 */
void findings_sort(struct findings *findings)
{
	if (findings->nr)
		qsort(findings->finding, findings->nr,
		      sizeof(*findings->finding), compare);
}

/**
 * findings_free() - free a list
 * @findings: the list
 */
void findings_free(struct findings *findings)
{
	size_t i;

	for (i = 0; i < findings->nr; i++)
		finding_forget(&findings->finding[i]);
	free(findings->finding);
	*findings = (struct findings){ 0 };
}
