// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of how trace puts events into words, filters and indents them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/cred.h"
#include "trace/depth.h"
#include "event/event.h"
#include "event/facts.h"
#include "event/line.h"
#include "trace/source.h"
#include "trace/summary.h"
#include "unit.h"

/* Prints a line into memory. */
static char *printed(const struct line *line, int columns)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	line_print(line, out, columns);
	fclose(out);
	return text;
}

static void assert_printed(const struct line *line, int columns,
			   const char *expected)
{
	char *text = printed(line, columns);

	assert_string_equal(text, expected);
	free(text);
}

static void test_line(void **state)
{
	struct line line;

	(void)state;
	line_begin(&line);
	line_add(&line, CLAUSE_MUST, "%s", "call()");
	line_add(&line, CLAUSE_CUT, " of %s", "a/long/path");
	line_add(&line, CLAUSE_MAY, "; first");
	line_add(&line, CLAUSE_MAY, "; second");
	assert_int_equal(line_columns(&line), 6 + 15 + 7 + 8);
	assert_printed(&line, 36, "call() of a/long/path; first; second");
	assert_printed(&line, 35, "call() of a/long/path; first ...");
	assert_printed(&line, 32, "call() of a/long/path; first ...");
	assert_printed(&line, 31, "call() of a/long/path ...");
	assert_printed(&line, 24, "call() of a/long/... ...");
	/* Colours take no columns. */
	line_begin(&line);
	line_add(&line, CLAUSE_MUST, "\033[1m%s\033[m", "bold");
	line_add(&line, CLAUSE_MAY, "; more");
	assert_int_equal(line_columns(&line), 10);
	assert_printed(&line, 10, "\033[1mbold\033[m; more");
	assert_printed(&line, 8, "\033[1mbold\033[m ...");
}

/* A line gets no longer than it may, with any content. */
static void test_line_fits(void **state)
{
	static const enum clause_kind kinds[] = { CLAUSE_CUT, CLAUSE_MAY };
	static const char filler[] = "x x x x x x x x x x x x x x x x x x x x";
	int round, i, nr, columns;
	struct line line;
	char *text;

	(void)state;
	srandom(1);
	for (round = 0; round < 2000; round++) {
		line_begin(&line);
		line_add(&line, CLAUSE_MUST, "%.*s", (int)(random() % 20),
			 filler);
		nr = random() % (LINE_CLAUSES + 2);
		for (i = 0; i < nr; i++)
			line_add(&line, kinds[i > 0], "%.*s",
				 (int)(random() % sizeof(filler)), filler);
		columns = 30 + random() % 100;
		text = printed(&line, columns);
		assert_in_range(line_width(text), 0, columns);
		if (line_columns(&line) <= columns)
			assert_null(strstr(text, "..."));
		else
			assert_non_null(strstr(text, "..."));
		free(text);
	}
}

static struct trace_cred cred(__u32 uid, __u64 caps)
{
	struct trace_cred cred = { .caps[TRACE_CAP_EFFECTIVE] = caps };
	int i;

	for (i = TRACE_UID; i < TRACE_NR_IDS; i += 2)
		cred.id[i] = uid;
	return cred;
}

static void test_cred(void **state)
{
	struct trace_cred root = cred(0, ~0ull >> 23), user = cred(1000, 0);
	char text[CRED_TEXT];

	(void)state;
	assert_true(cred_ids_text(text, sizeof(text), &root, &user));
	assert_string_equal(text, "uid 0 -> 1000");
	assert_true(cred_rights_text(text, sizeof(text), &root, &user));
	assert_string_equal(text, "loses 41 capabilities");
	assert_false(cred_ids_text(text, sizeof(text), &user, &user));
	assert_string_equal(text, "");
	assert_false(cred_rights_text(text, sizeof(text), &user, &user));
	/* Only the effective ID, which that for files follows, and a group */
	user = root;
	user.id[TRACE_EUID] = 7;
	user.id[TRACE_FSUID] = 7;
	user.id[TRACE_SGID] = 8;
	assert_true(cred_ids_text(text, sizeof(text), &root, &user));
	assert_string_equal(text, "euid 0 -> 7, sgid 0 -> 8");
	/* That for files by itself; the real one is not all of them. */
	user = root;
	user.id[TRACE_FSUID] = 9;
	assert_true(cred_ids_text(text, sizeof(text), &root, &user));
	assert_string_equal(text, "fsuid 0 -> 9");
	user.id[TRACE_UID] = 5;
	assert_true(cred_ids_text(text, sizeof(text), &root, &user));
	assert_string_equal(text, "ruid 0 -> 5, fsuid 0 -> 9");
	/* Few capabilities have names; others than effective ones say so. */
	user = root;
	user.caps[TRACE_CAP_EFFECTIVE] &= ~(1ull << 21 | 1ull << 7);
	assert_true(cred_rights_text(text, sizeof(text), &root, &user));
	assert_string_equal(text, "loses cap_setuid cap_sys_admin");
	assert_true(cred_rights_text(text, sizeof(text), &user, &root));
	assert_string_equal(text, "gains cap_setuid cap_sys_admin");
	user = root;
	user.caps[TRACE_CAP_BOUNDING] = 1ull << 63;
	user.securebits = 0x10;
	assert_true(cred_rights_text(text, sizeof(text), &root, &user));
	assert_string_equal(text, "gains capability 63 (bounding), securebits 0 -> 0x10");
}

static bool takes(const char *list, bool failed, __u32 type, __u32 call)
{
	struct trace_event ev = { .type = type, .call = call };
	struct trace_filter filter;
	struct error error;

	filter_init(&filter);
	filter.failed = failed;
	if (list)
		assert_int_equal(filter_parse(&filter, list, &error), 0);
	return filter_takes(&filter, &ev);
}

static void test_filter(void **state)
{
	struct trace_filter filter;
	struct error error;

	(void)state;
	assert_true(takes(NULL, false, TRACE_EV_EXIT, TRACE_NO_CALL));
	assert_false(takes(NULL, true, TRACE_EV_EXIT, TRACE_NO_CALL));
	assert_true(takes(NULL, true, TRACE_EV_FAIL, TRACE_CLONE));
	assert_true(takes("clone", false, TRACE_EV_CREATE, TRACE_CLONE));
	assert_false(takes("clone", false, TRACE_EV_CREATE, TRACE_CLONE3));
	assert_true(takes("trace=clone,exit", false, TRACE_EV_EXIT, 0));
	assert_false(takes("!clone,exit", false, TRACE_EV_EXIT, 0));
	assert_true(takes("!clone", false, TRACE_EV_CREATE, TRACE_CLONE3));
	/* A task that the kernel creates by itself is a creation, too. */
	assert_true(takes("%create", false, TRACE_EV_CREATE, TRACE_NO_CALL));
	assert_false(takes("%creds", false, TRACE_EV_SETNS, TRACE_SETNS));
	assert_true(takes("%creds", true, TRACE_EV_FAIL, TRACE_SETUID));
	assert_false(takes("%creds", true, TRACE_EV_CRED, TRACE_SETUID));
	assert_true(takes("%namespace", false, TRACE_EV_FAIL, TRACE_SETNS));
	assert_true(takes("%process", false, TRACE_EV_VFORK_DONE, TRACE_VFORK));
	assert_true(takes("all", false, TRACE_EV_SET_TID,
			  TRACE_SET_TID_ADDRESS));
	filter_init(&filter);
	assert_int_not_equal(filter_parse(&filter, "", &error), 0);
	assert_int_not_equal(filter_parse(&filter, "clone,", &error), 0);
	assert_int_not_equal(filter_parse(&filter, "%nosuch", &error), 0);
	assert_non_null(strstr(error.text, "'%nosuch'"));
	/* The wrong input has changed nothing. */
	assert_int_equal(filter.types, ~0u);
}

static void see(struct depths *depths, __u32 type, __u32 pid, __u32 tgid,
		__u32 context, __u32 other)
{
	union {
		struct trace_create create;
		struct trace_exec exec;
	} ev = { 0 };

	ev.create.ev.type = type;
	ev.create.ev.pid = pid;
	ev.create.ev.tgid = tgid;
	ev.create.ev.context = context;
	if (type == TRACE_EV_CREATE)
		ev.create.child = other;
	else if (type == TRACE_EV_EXEC)
		ev.exec.was_pid = other;
	assert_int_equal(depths_see(depths, &ev.create.ev), 0);
}

static void test_depth(void **state)
{
	struct depths *depths = depths_new();

	(void)state;
	assert_non_null(depths);
	see(depths, TRACE_EV_CREATE, 10, 10, 0, 11);
	see(depths, TRACE_EV_CREATE, 11, 11, 0, 12);
	see(depths, TRACE_EV_CREATE, 11, 11, 0, 13);
	assert_int_equal(depth_of(depths, 10), 0);
	assert_int_equal(depth_of(depths, 11), 1);
	assert_int_equal(depth_of(depths, 13), 2);
	/* Thread 13 executes: the leader, 11, ends, and 13 takes its PID. */
	see(depths, TRACE_EV_EXIT, 11, 11, TRACE_CTX_BY_EXEC, 0);
	see(depths, TRACE_EV_EXEC, 11, 11, TRACE_CTX_TOOK_PID, 13);
	assert_int_equal(depth_of(depths, 11), 1);
	assert_int_equal(depth_of(depths, 13), 0);
	/* A PID that is used again, and one whose end was not seen */
	see(depths, TRACE_EV_EXIT, 12, 12, 0, 0);
	assert_int_equal(depth_of(depths, 12), 0);
	see(depths, TRACE_EV_CREATE, 10, 10, 0, 12);
	assert_int_equal(depth_of(depths, 12), 1);
	see(depths, TRACE_EV_CREATE, 12, 12, 0, 11);
	assert_int_equal(depth_of(depths, 11), 2);
	depths_free(depths);
	depths_free(NULL);
}

/* Facts that are looked at after a failure may have changed since. */
static void test_exec_over(void **state)
{
	struct trace_fail fail = { .ev.call = TRACE_CLONE, .ret = -EAGAIN,
				   .flags = CLONE_FS };
	struct facts facts;

	(void)state;
	trace_facts(&facts, &fail);
	assert_int_equal(fact_get(&facts, FS_IN_EXEC), IS_UNKNOWN);
	fail.facts.fs_in_exec = true;
	trace_facts(&facts, &fail);
	assert_int_equal(fact_get(&facts, FS_IN_EXEC), IS_SO);
}

/* Each reason for which events may be missing is in the last line. */
static void test_end(void **state)
{
	const struct trace_counts counts = {
		.lost = 1, .unfollowed = 2, .unseen = 3, .skipped = 4,
	};
	const struct trace_summary sum = { .events = 5 };
	struct trace_output out = { 0 };
	char *text = NULL;
	size_t size;

	(void)state;
	out.out = open_memstream(&text, &size);
	assert_non_null(out.out);
	trace_end_text(&out, &sum, &counts);
	fclose(out.out);
	assert_string_equal(text,
			    "0 tasks created; 0 failed calls; 5 events, 1 lost: use a larger --buffer; 2 tasks not followed, too many at once; 3 calls not watched, too many at once; up to 4 more may be missing: the kernel skipped them\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_line_fits),
		cmocka_unit_test(test_cred),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_exec_over),
		cmocka_unit_test(test_end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("unit_trace", tests, NULL, NULL);
}
