// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of taskshare audit: states that no system call leads to, and how
 * long states last.
 */
#include <stdlib.h>
#include <string.h>

#include "audit/evaluate.h"
#include "unit.h"

#define NOW	(1000 * SECOND_NS)

/* Process 10 with the thread 11, and the processes 20 and 30 */
enum { LEADER, THREAD, SECOND, THIRD, NR_TASKS };

struct fixture {
	struct look look;
	struct findings findings;
	struct coverage coverage[32];
	bool wanted[32];
};

static struct content_row *row_of(struct fixture *s, int task)
{
	return &s->look.snap.content.rows.item[task].row;
}

static struct taskshare_record *record_of(struct fixture *s, int task)
{
	return &s->look.snap.recs.rec[task];
}

/* All of them are old and alike, but hold objects of their own. */
static void begin(struct fixture *s)
{
	static const __u32 pid[] = { 10, 11, 20, 30 };
	static const __u32 tgid[] = { 10, 10, 20, 30 };
	struct snapshot *snap = &s->look.snap;
	struct taskshare_record *rec;
	struct content_item *item;
	int i, k;

	memset(s, 0, sizeof(*s));
	s->look.engine = &engine_bpf;
	s->look.least_ns = LEAST_BY_RULE;
	for (i = 0; i < NR_TASKS; i++) {
		rec = add(&snap->recs, pid[i], tgid[i]);
		rec->pidns = 0xeffffffc;
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			hold(rec, k, k >= TASKSHARE_UTS ? 7 : 100 * k + i + 1);
		item = content_rows_new(&snap->content.rows);
		assert_non_null(item);
		item->row.known = ~0u;
		item->row.nspid = pid[i];
		for (k = 0; k < (int)CONTENT_NR_NS; k++)
			item->row.ns[k].inum = 50 + k;
	}
}

/* Asks one rule; returns the number of findings up to now. */
static size_t ask(struct fixture *s, const char *rule)
{
	const struct question question = { .wanted = s->wanted };
	struct snapshot *snap = &s->look.snap;
	struct error error;
	__u32 i;

	model_free(&snap->model);
	free(snap->content.row_of);
	memset(s->wanted, 0, sizeof(s->wanted));
	build(&snap->model, &snap->recs);
	snap->content.model = &snap->model;
	snap->content.now_ns = NOW;
	snap->content.row_of = calloc(NR_TASKS, sizeof(__u32));
	assert_non_null(snap->content.row_of);
	for (i = 0; i < NR_TASKS; i++)
		snap->content.row_of[i] = i;
	assert_non_null(rule_find(rule));
	s->wanted[rule_find(rule) - audit_rules] = true;
	assert_int_equal(evaluate(&s->look, &question, &s->findings,
				  s->coverage, &error), 0);
	return s->findings.nr;
}

static void end(struct fixture *s)
{
	findings_free(&s->findings);
	look_free(&s->look);
}

/* A task that is so old */
static void let_be_old(struct fixture *s, int task, double seconds)
{
	record_of(s, task)->start_ns = NOW - (__u64)(seconds * SECOND_NS);
}

/* The PID namespace for the second process's children: level, parent, answer */
static void check_pidns(__u32 level, __u32 parent, size_t findings,
			size_t pending)
{
	const __u32 own = 50 + CONTENT_NS(TASKSHARE_PID);
	struct fixture s;

	begin(&s);
	hold(record_of(&s, SECOND), TASKSHARE_PID_FOR_CHILDREN, 8);
	row_of(&s, SECOND)->pid_ns.level = 2;
	row_of(&s, SECOND)->pid_children.level = level;
	row_of(&s, SECOND)->pid_children.parent = parent ?: own;
	assert_int_equal(ask(&s, "pidns-children-ancestor"), findings);
	assert_int_equal(ask(&s, "pending-child-namespace"),
			 findings + pending);
	end(&s);
}

static void test_pidns(void **state)
{
	(void)state;
	/* The host's, one beside its own, and a stranger's child */
	check_pidns(0, 1, 1, 0);
	check_pidns(2, 1, 1, 0);
	check_pidns(3, 1, 1, 0);
	/* A child of its own, and one further below */
	check_pidns(3, 0, 0, 1);
	check_pidns(4, 1, 0, 1);
}

/* An object that is not known is no finding, and is counted. */
static void test_pidns_unknown(void **state)
{
	struct fixture s;

	(void)state;
	begin(&s);
	hold(record_of(&s, SECOND), TASKSHARE_PID_FOR_CHILDREN, 8);
	row_of(&s, SECOND)->known &= ~(CONTENT_LEVELS | CONTENT_OWNERS);
	assert_int_equal(ask(&s, "pidns-children-ancestor"), 0);
	assert_int_equal(s.coverage[0].asked, 4);
	assert_int_equal(s.coverage[0].unknown, 1);
	end(&s);
}

static size_t shares_fs(double seconds, __u32 uid, enum severity *severity)
{
	struct fixture s;
	size_t nr;

	begin(&s);
	hold(record_of(&s, SECOND), TASKSHARE_FS, 1);
	hold(record_of(&s, THIRD), TASKSHARE_FS, 1);
	let_be_old(&s, THIRD, seconds);
	row_of(&s, THIRD)->uid[1] = uid;
	nr = ask(&s, "fs-shared-across-processes");
	*severity = nr ? s.findings.finding[0].severity : 0;
	end(&s);
	return nr;
}

static void test_fs_duration(void **state)
{
	enum severity severity;

	(void)state;
	assert_int_equal(shares_fs(9.5, 0, &severity), 0);
	assert_int_equal(shares_fs(10.5, 0, &severity), 1);
	assert_int_equal(severity, SEVERITY_CORRECTNESS);
	assert_int_equal(shares_fs(10.5, 1000, &severity), 1);
	assert_int_equal(severity, SEVERITY_SECURITY);
}

static size_t vforks(double seconds, bool waits, const char *rule)
{
	struct fixture s;
	size_t nr;

	begin(&s);
	hold(record_of(&s, THIRD), TASKSHARE_MM,
	     record_of(&s, SECOND)->id[TASKSHARE_MM]);
	row_of(&s, THIRD)->uid[1] = 1000;
	row_of(&s, THIRD)->waiter = waits ? 20 : 0;
	record_of(&s, THIRD)->flags = waits ? TASKSHARE_F_VFORK : 0;
	let_be_old(&s, THIRD, seconds);
	nr = ask(&s, rule);
	if (nr && waits && strstr(rule, "vfork"))
		assert_int_equal(s.findings.finding[0].party[0].pid, 20);
	/* Nothing says for how long privileges have differed. */
	if (nr && strstr(rule, "privilege"))
		assert_int_equal(s.findings.finding[0].for_ns, 0);
	end(&s);
	return nr;
}

static void test_vfork_duration(void **state)
{
	const char *privilege = "mm-shared-across-privilege";

	(void)state;
	assert_int_equal(vforks(9.5, true, "vfork-parent-stuck"), 0);
	assert_int_equal(vforks(10.5, true, "vfork-parent-stuck"), 1);
	assert_int_equal(vforks(10.5, false, "vfork-parent-stuck"), 0);
	assert_int_equal(vforks(0.9, true, privilege), 0);
	assert_int_equal(vforks(1.1, true, privilege), 1);
	assert_int_equal(vforks(0.9, false, privilege), 1);
}

static size_t threads(double seconds, const char *rule)
{
	struct fixture s;
	size_t nr;

	begin(&s);
	let_be_old(&s, THREAD, seconds);
	if (!strcmp(rule, "zombie-leader"))
		record_of(&s, LEADER)->flags = TASKSHARE_F_EXITING |
					       TASKSHARE_F_DEAD;
	else
		hold(record_of(&s, THREAD), TASKSHARE_NET, 9);
	nr = ask(&s, rule);
	if (nr)
		assert_int_equal(s.findings.finding[0].party[0].tgid, 10);
	end(&s);
	return nr;
}

static void test_thread_duration(void **state)
{
	(void)state;
	assert_int_equal(threads(29.5, "zombie-leader"), 0);
	assert_int_equal(threads(30.5, "zombie-leader"), 1);
	assert_int_equal(threads(59.5, "thread-stray-namespace"), 0);
	assert_int_equal(threads(60.5, "thread-stray-namespace"), 1);
}

static void test_idle_cred(void **state)
{
	struct fixture s;

	(void)state;
	begin(&s);
	assert_int_equal(ask(&s, "cred-of-idle-task"), 0);
	row_of(&s, SECOND)->idle_cred = 1;
	assert_int_equal(ask(&s, "cred-of-idle-task"), 1);
	row_of(&s, SECOND)->known &= ~CONTENT_IDLE_CRED;
	assert_int_equal(ask(&s, "cred-of-idle-task"), 1);
	assert_int_equal(s.coverage[rule_find("cred-of-idle-task") -
				    audit_rules].unknown, 1);
	end(&s);
}

/* Somebody whose namespace is not known may be in that of the thread. */
static void test_pinned_unknown(void **state)
{
	struct fixture s;

	(void)state;
	begin(&s);
	hold(record_of(&s, THREAD), TASKSHARE_NET, 9);
	record_of(&s, THIRD)->seen &= ~BIT(NET);
	s.look.unseen[TASKSHARE_NET] = 1;
	assert_int_equal(ask(&s, "namespace-pinned-by-thread"), 0);
	s.look.unseen[TASKSHARE_NET] = 0;
	assert_int_equal(ask(&s, "namespace-pinned-by-thread"), 1);
	end(&s);
}

/* From inside a PID namespace, a process outside may be in it, too. */
static void test_pinned_inside(void **state)
{
	const struct rule *rule = rule_find("namespace-pinned-by-thread");
	struct fixture s;

	(void)state;
	begin(&s);
	hold(record_of(&s, THREAD), TASKSHARE_NET, 9);
	record_of(&s, THREAD)->pidns = 4026532000u;
	assert_int_equal(ask(&s, rule->name), 0);
	assert_int_equal(s.coverage[rule - audit_rules].unknown, 1);
	end(&s);
}

static void unseen(struct fixture *s)
{
	record_of(s, THIRD)->seen &= ~BIT(CRED);
}

/* Found in one look; how many of it a later one confirms */
static size_t later(void (*change)(struct fixture *s))
{
	struct fixture s, second;
	__u32 unknown;
	size_t nr;
	int i;

	begin(&s);
	for (i = SECOND; i <= THIRD; i++)
		hold(record_of(&s, i), TASKSHARE_CRED, 5);
	assert_int_equal(ask(&s, "cred-shared-across-processes"), 1);
	begin(&second);
	for (i = SECOND; i <= THIRD; i++)
		hold(record_of(&second, i), TASKSHARE_CRED, 6);
	if (change)
		change(&second);
	ask(&second, "nnp-thread-gap");
	unknown = s.coverage[1].unknown;
	confirm(&second.look, &s.findings, s.coverage);
	nr = s.findings.nr;
	assert_int_equal(s.coverage[1].unknown - unknown, change == unseen);
	if (nr)
		assert_int_equal(s.findings.finding[0].looks, 2);
	end(&second);
	end(&s);
	return nr;
}

static void restart(struct fixture *s)
{
	record_of(s, THIRD)->start_ns++;
}

static void part(struct fixture *s)
{
	hold(record_of(s, THIRD), TASKSHARE_CRED, 7);
}

static void exits(struct fixture *s)
{
	record_of(s, THIRD)->flags = TASKSHARE_F_EXITING;
}

/* The number of a task may be another one's meanwhile. */
static void test_confirm(void **state)
{
	(void)state;
	assert_int_equal(later(NULL), 1);
	assert_int_equal(later(restart), 0);
	assert_int_equal(later(part), 0);
	assert_int_equal(later(exits), 0);
	/* That is no answer. */
	assert_int_equal(later(unseen), 0);
}

/* One finding of each rule and process is left: the worst. */
static void test_fold(void **state)
{
	struct findings findings = { 0 };
	struct finding finding = { .rule = &audit_rules[0] };
	struct error error;
	int i;

	(void)state;
	findings_fold(&findings);
	for (i = 0; i < 5; i++) {
		finding.party[0].tgid = i % 2;
		finding.party[0].pid = 10 - i;
		finding.severity = i == 2;
		assert_int_equal(findings_add(&findings, &finding, &error), 0);
	}
	findings_fold(&findings);
	findings_sort(&findings);
	assert_int_equal(findings.nr, 2);
	assert_int_equal(findings.finding[0].party[0].pid, 8);
	assert_int_equal(findings.finding[0].more, 2);
	assert_int_equal(findings.finding[1].more, 1);
	findings_free(&findings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pidns),
		cmocka_unit_test(test_pidns_unknown),
		cmocka_unit_test(test_fs_duration),
		cmocka_unit_test(test_vfork_duration),
		cmocka_unit_test(test_thread_duration),
		cmocka_unit_test(test_idle_cred),
		cmocka_unit_test(test_pinned_unknown),
		cmocka_unit_test(test_pinned_inside),
		cmocka_unit_test(test_confirm),
		cmocka_unit_test(test_fold),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("unit_audit", tests, NULL, NULL);
}
