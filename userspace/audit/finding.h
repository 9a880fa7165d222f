/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUDIT_FINDING_H
#define AUDIT_FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include <taskshare.h>

#include "util/error.h"

struct rule;

/**
 * enum severity - severity of a finding
 * @SEVERITY_INFORMATION: worth knowing
 * @SEVERITY_HYGIENE: untidy; harmless by itself
 * @SEVERITY_CORRECTNESS: something does not work as its author believes
 * @SEVERITY_SECURITY: a boundary is none
 */
enum severity {
	SEVERITY_INFORMATION,
	SEVERITY_HYGIENE,
	SEVERITY_CORRECTNESS,
	SEVERITY_SECURITY,
	NR_SEVERITIES
};

extern const char *const severity_name[NR_SEVERITIES];

#define MAX_EVIDENCE	16
#define EVIDENCE_TEXT	96

/**
 * struct evidence - a value by which two tasks differ, or one of a single task
 * @key: its name
 * @value: of the first and the second task; "" for no value
 */
struct evidence {
	const char *key;
	char value[2][EVIDENCE_TEXT];
};

/**
 * struct party - a task of a finding
 * @pid: the task
 * @tgid: its process
 * @start_ns: its start time
 * @comm: its name
 * @exe: path of its program, or NULL
 * @cgroup: path of its cgroup in the unified hierarchy, or NULL
 * @same_exe: @exe names the same file for this program
 */
struct party {
	__u32 pid;
	__u32 tgid;
	__u64 start_ns;
	char comm[TASKSHARE_COMM_LEN];
	char *exe;
	char *cgroup;
	bool same_exe;
};

/**
 * struct finding - that a rule applies to one or two tasks
 * @severity: severity of this case
 * @sentence: in place of the rule's, or NULL
 * @party: the tasks, the one that the finding is about first
 * @nr_parties: one or two
 * @shown: indices of the tasks in the look; to be set by the condition where
 *	   these are not the tasks that it was asked about
 * @asked: the tasks that the condition was asked about
 * @more: number of further findings of this rule in the same process
 * @looks: in how many looks it was there
 * @least_ns: least duration, for the condition
 * @for_ns: for how long at least, 0 if that is not known
 * @evidence: the difference, in words
 * @nr_evidence: number of them
 */
struct finding {
	const struct rule *rule;
	enum severity severity;
	const char *sentence;
	struct party party[2];
	unsigned int nr_parties;
	__u32 shown[2];
	struct party asked[2];
	unsigned int more;
	unsigned int looks;
	__u64 least_ns;
	__u64 for_ns;
	struct evidence evidence[MAX_EVIDENCE];
	unsigned int nr_evidence;
};

/**
 * struct findings - a list of them
 * @finding: the findings
 * @nr: number of findings
 * @capacity: number that fits without growing
 */
struct findings {
	struct finding *finding;
	size_t nr;
	size_t capacity;
};

void finding_evidence(struct finding *finding, const char *key, const char *a,
		      const char *b);
void finding_swap(struct finding *finding);
int findings_add(struct findings *findings, const struct finding *finding,
		 struct error *error);
void finding_forget(struct finding *finding);
void findings_fold(struct findings *findings);
void findings_sort(struct findings *findings);
void findings_free(struct findings *findings);

#endif /* AUDIT_FINDING_H */
