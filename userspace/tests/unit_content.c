// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of content: what files say, whose it is, and what is equal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "content/equal.h"
#include "content/fields.h"
#include "content/parse.h"
#include "content/proc.h"
#include "content/summary.h"
#include "unit.h"

#define CRED_KNOWN	(BIT(CRED) | CONTENT_GROUPS_SEEN)

static const char status[] =
	"Name:\ta\\nUid:\t9\t9\t9\t9\n"
	"Umask:\t0137\n"
	"State:\tS (sleeping)\n"
	"Uid:\t1\t2\t3\t4\n"
	"Gid:\t5\t6\t7\t4294967294\n"
	"FDSize:\t64\n"
	"Groups:\t4 24 65534\x20\n"
	"CapInh:\t0000000000000001\n"
	"CapPrm:\t0000000000000002\n"
	"CapEff:\t000001ffffffffff\n"
	"CapBnd:\tffffffffffffffff\n"
	"CapAmb:\t0000000000000000\n"
	"NSpid:\t77\t12\t3\n"
	"NoNewPrivs:\t1\n"
	"Seccomp:\t2\n"
	"Seccomp_filters:\t3\n";

static void test_status(void **state)
{
	struct content_item item = { 0 };
	char text[sizeof(status)];
	const char *groups;

	(void)state;
	strcpy(text, status);
	assert_true(parse_status(&item, text, UINT32_MAX, &groups));
	assert_int_equal(item.row.known, CRED_KNOWN | BIT(FS) | BIT(SECCOMP) |
			 CONTENT_SELF);
	assert_int_equal(item.row.uid[0], 1);
	assert_int_equal(item.row.uid[3], 4);
	assert_int_equal(item.row.gid[2], 7);
	assert_int_equal(item.row.gid[3], 4294967294u);
	assert_int_equal(item.row.cap[0], 1);
	assert_int_equal(item.row.cap[1], 2);
	assert_true(item.row.cap[3] == UINT64_MAX);
	assert_int_equal(item.row.umask, 0137);
	assert_int_equal(item.row.nnp, 1);
	assert_int_equal(item.row.nspid, 3);
	assert_int_equal(item.row.seccomp_mode, 2);
	assert_int_equal(item.row.filters, 3);
	assert_int_equal(item.groups.nr, 3);
	assert_int_equal(item.groups.group[2], 65534);
	assert_memory_equal(groups, "4 24 65534\x20\n", 12);
}

/* Two users without a number in the reader's user namespace may be one. */
static void test_status_overflow(void **state)
{
	struct content_item item = { 0 };
	char text[sizeof(status)];
	const char *groups;

	(void)state;
	strcpy(text, status);
	assert_true(parse_status(&item, text, 2, &groups));
	assert_int_equal(item.row.uid[0], 1);
	assert_int_equal(item.row.uid[1], UINT32_MAX);
	assert_int_equal(item.groups.nr, 3);
	memset(&item, 0, sizeof(item));
	strcpy(text, status);
	assert_true(parse_status(&item, text, 65534, &groups));
	assert_int_equal(item.groups.nr, 1);
	assert_int_equal(item.groups.group[0], UINT32_MAX);
}

/* A missing field is unknown, and so is one that is no number. */
static void test_status_in_part(void **state)
{
	static const char *const broken[] = {
		"Uid:\t1\t2\t3\n", "Uid:\t1\t2\t3\tx\n", "Uid:\t1 2 3 -4\n",
		"Uid:\t1 2 3 4294967296\n", "Uid:\t1 2 3 4x\n",
	};
	struct content_item item;
	char text[512], *at;
	const char *groups;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		memset(&item, 0, sizeof(item));
		strcpy(text, status);
		at = strstr(text, "Uid:\t1");
		strcpy(text, broken[i]);
		strcat(text, strstr(status, "Gid:"));
		assert_non_null(at);
		assert_false(parse_status(&item, text, UINT32_MAX, &groups));
		assert_int_equal(item.row.known, CONTENT_SELF | BIT(SECCOMP));
	}
	memset(&item, 0, sizeof(item));
	strcpy(text, "Umask:\t0022");
	assert_false(parse_status(&item, text, UINT32_MAX, &groups));
	assert_int_equal(item.row.known, BIT(FS));
	*text = 0;
	assert_false(parse_status(&item, text, UINT32_MAX, &groups));
}

static void test_groups(void **state)
{
	__u32 group[4] = { 0 };
	size_t nr;

	(void)state;
	assert_true(parse_groups("", group, 4, &nr));
	assert_int_equal(nr, 0);
	assert_true(parse_groups("\x20\n7", group, 4, &nr));
	assert_int_equal(nr, 0);
	assert_true(parse_groups("1 2 3 4 5 6", group, 4, &nr));
	assert_int_equal(nr, 6);
	assert_int_equal(group[3], 4);
	assert_false(parse_groups("1 a", group, 4, &nr));
	assert_false(parse_groups("4294967296", group, 4, &nr));
}

static void test_cgroup_lines(void **state)
{
	const char *lines = "3:cpu,cpuacct:/a:b\n1:name=systemd:/\n0::/x\n";
	const char *controllers, *path;
	size_t controllers_len, len;

	(void)state;
	assert_true(parse_cgroup(&lines, &controllers, &controllers_len, &path,
				 &len));
	assert_int_equal(controllers_len, 11);
	assert_int_equal(len, 4);
	assert_memory_equal(path, "/a:b", 4);
	assert_true(parse_cgroup(&lines, &controllers, &controllers_len, &path,
				 &len));
	assert_memory_equal(controllers, "name=systemd", controllers_len);
	assert_true(parse_cgroup(&lines, &controllers, &controllers_len, &path,
				 &len));
	assert_int_equal(controllers_len, 0);
	assert_memory_equal(path, "/x", len);
	assert_false(parse_cgroup(&lines, &controllers, &controllers_len, &path,
				  &len));
	lines = "0:/x";
	assert_false(parse_cgroup(&lines, &controllers, &controllers_len, &path,
				  &len));
}

static void test_start(void **state)
{
	static const char line[] =
		"7 (a) R 99 (b)) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20";
	__u64 ticks;

	(void)state;
	assert_true(parse_start(line, strlen(line), &ticks));
	assert_int_equal(ticks, 4242);
	assert_false(parse_start(line, strlen(line) - 8, &ticks));
	assert_false(parse_start("7 (a", 4, &ticks));
}

static void test_exiting(void **state)
{
	static const char lives[] = "7 (a) Z) S 1 2 3 0 -1 4194560 8";
	static const char exits[] = "7 (a) S 1 2 3 0 -1 4194564 8";

	(void)state;
	assert_false(parse_exiting(lives, strlen(lives)));
	assert_true(parse_exiting(exits, strlen(exits)));
	assert_true(parse_exiting("7 (a", 4));
}

/*
 * struct fixture - tasks 1 to 4, each a process, and their content; changed by
 * the tests as they need it, then read
 */
struct fixture {
	struct records recs;
	struct model model;
	struct content_source source;
	struct content content;
	struct selection sel;
};

static struct content_item *item_of(struct fixture *s, int task)
{
	return &s->content.rows.item[task];
}

/* Each holds objects of its own, about which everything is known. */
static void begin(struct fixture *s)
{
	struct taskshare_record *rec;
	struct content_item *item;
	int i, k;

	memset(s, 0, sizeof(*s));
	s->source.cgroup2 = -1;
	s->source.overflow = UINT32_MAX;
	s->source.all_caps = 0x1ff;
	for (i = 0; i < 4; i++) {
		rec = add(&s->recs, 10 + i, 10 + i);
		sprintf(rec->comm, "t%d\033", i);
		item = content_rows_new(&s->content.rows);
		assert_non_null(item);
		item->row.size = sizeof(item->row);
		item->row.pid = rec->pid;
		item->row.start_ns = rec->start_ns;
		item->row.known = ~0u;
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			hold(rec, k, 100 * k + i + 1);
#define ID(index, kind) (item->row.id[index] = rec->id[TASKSHARE_##kind]),
		CONTENT_IDS(ID) (void)0;
#undef ID
		item->groups.cred = item->row.id[0];
		for (k = 0; k < (int)CONTENT_NR_NS; k++) {
			item->row.ns[k].inum = 50 + k;
			s->source.reader[k] = 50 + k;
		}
	}
}

/* Numbers, as of the BPF engine */
static void finish(struct fixture *s)
{
	struct engine_handle handle = { .engine = &engine_bpf };
	struct error error;

	build(&s->model, &s->recs);
	assert_int_equal(content_read(&s->content, &s->source, &s->model,
				      &handle, &s->sel, CONTENT_NUMBERS,
				      &error), 0);
}

static void end(struct fixture *s)
{
	content_free(&s->content);
	model_free(&s->model);
	records_free(&s->recs);
}

static enum content_state value(const struct fixture *s, __u32 task,
				enum content_field field, __u64 *number)
{
	struct content_value v;
	enum content_state state = content_value(&s->content, task, field, &v);

	*number = v.number;
	return state;
}

/* A text of a task's object, as if /proc had had it */
static void set_text(struct fixture *s, __u32 task, enum content_text which,
		     const char *text)
{
	struct content *c = &s->content;

	c->text_of[which][content_slot(c, task, which)] = c->text_len;
	assert_true(c->text_len + strlen(text) < c->text_capacity);
	strcpy(c->text + c->text_len, text);
	c->text_len += strlen(text) + 1;
}

/* A row that was of another object by the time that it was read is unknown. */
static void test_ids_decide(void **state)
{
	struct fixture s;
	__u64 n;

	(void)state;
	begin(&s);
	item_of(&s, 1)->row.id[0]++;
	item_of(&s, 2)->row.id[1]++;
	item_of(&s, 3)->row.known &= ~BIT(NSPROXY);
	item_of(&s, 3)->groups.cred++;
	finish(&s);
	assert_int_equal(value(&s, 0, FIELD_EUID, &n), CONTENT_KNOWN);
	assert_int_equal(value(&s, 1, FIELD_EUID, &n), CONTENT_UNKNOWN);
	assert_int_equal(value(&s, 1, FIELD_USER_INODE, &n), CONTENT_UNKNOWN);
	assert_int_equal(value(&s, 1, FIELD_SECUREBITS, &n), CONTENT_UNKNOWN);
	assert_int_equal(value(&s, 1, FIELD_UMASK, &n), CONTENT_KNOWN);
	assert_int_equal(value(&s, 2, FIELD_UMASK, &n), CONTENT_UNKNOWN);
	assert_int_equal(value(&s, 2, FIELD_NET_INODE, &n), CONTENT_KNOWN);
	assert_int_equal(value(&s, 3, FIELD_NET_INODE, &n), CONTENT_UNKNOWN);
	assert_int_equal(value(&s, 3, FIELD_PID_INODE, &n), CONTENT_KNOWN);
	assert_int_equal(value(&s, 3, FIELD_USER_INODE, &n), CONTENT_KNOWN);
	assert_int_equal(value(&s, 3, FIELD_GROUPS, &n), CONTENT_UNKNOWN);
	end(&s);
}

/* None, zero and unknown are three things. */
static void test_unknown_is_not_none(void **state)
{
	struct fixture s;
	__u64 n;

	(void)state;
	begin(&s);
	s.recs.rec[1].id[TASKSHARE_FS] = 0;
	item_of(&s, 1)->row.id[1] = 0;
	s.recs.rec[1].id[TASKSHARE_SECCOMP] = 0;
	item_of(&s, 1)->row.id[4] = 0;
	item_of(&s, 2)->row.known &= ~(CONTENT_SELF | CONTENT_WAITER);
	item_of(&s, 2)->row.uid[1] = UINT32_MAX;
	finish(&s);
	assert_int_equal(value(&s, 0, FIELD_UMASK, &n), CONTENT_KNOWN);
	assert_int_equal(n, 0);
	assert_int_equal(value(&s, 1, FIELD_UMASK, &n), CONTENT_ABSENT);
	assert_int_equal(value(&s, 1, FIELD_CWD, &n), CONTENT_ABSENT);
	assert_int_equal(value(&s, 0, FIELD_CWD, &n), CONTENT_UNKNOWN);
	assert_int_equal(value(&s, 1, FIELD_FILTERS, &n), CONTENT_KNOWN);
	assert_int_equal(value(&s, 0, FIELD_WAITER, &n), CONTENT_ABSENT);
	assert_int_equal(value(&s, 2, FIELD_WAITER, &n), CONTENT_UNKNOWN);
	assert_int_equal(value(&s, 2, FIELD_NNP, &n), CONTENT_UNKNOWN);
	assert_int_equal(value(&s, 0, FIELD_EUID, &n), CONTENT_KNOWN);
	assert_int_equal(value(&s, 2, FIELD_EUID, &n), CONTENT_UNKNOWN);
	end(&s);
}

/* The same number later is another task. */
static void test_another_task(void **state)
{
	struct fixture s;
	__u64 n;

	(void)state;
	begin(&s);
	item_of(&s, 1)->row.start_ns++;
	finish(&s);
	assert_int_equal(value(&s, 1, FIELD_EUID, &n), CONTENT_UNKNOWN);
	assert_int_equal(value(&s, 1, FIELD_NNP, &n), CONTENT_UNKNOWN);
	end(&s);
}

static enum content_equal equal(const struct fixture *s, int kind)
{
	return content_equal(&s->content, kind, 0, 1);
}

static void test_equal_cred(void **state)
{
	struct fixture s;

	(void)state;
	begin(&s);
	finish(&s);
	/* Without labels that is not known. */
	assert_int_equal(equal(&s, TASKSHARE_CRED), EQUAL_UNKNOWN);
	set_text(&s, 0, CONTENT_LABEL, "a");
	set_text(&s, 1, CONTENT_LABEL, "a");
	assert_int_equal(equal(&s, TASKSHARE_CRED), EQUAL_YES);
	item_of(&s, 1)->row.known &= ~CONTENT_SECUREBITS;
	assert_int_equal(equal(&s, TASKSHARE_CRED), EQUAL_YES);
	item_of(&s, 1)->row.known |= CONTENT_SECUREBITS;
	item_of(&s, 1)->row.securebits = 1;
	assert_int_equal(equal(&s, TASKSHARE_CRED), EQUAL_NO);
	item_of(&s, 1)->row.securebits = 0;
	item_of(&s, 1)->groups.nr = 1;
	assert_int_equal(equal(&s, TASKSHARE_CRED), EQUAL_NO);
	item_of(&s, 1)->groups.group[0] = UINT32_MAX;
	assert_int_equal(equal(&s, TASKSHARE_CRED), EQUAL_UNKNOWN);
	item_of(&s, 1)->row.cap[4] = 1;
	assert_int_equal(equal(&s, TASKSHARE_CRED), EQUAL_NO);
	end(&s);

	begin(&s);
	s.recs.rec[1].id[TASKSHARE_CRED] = s.recs.rec[0].id[TASKSHARE_CRED];
	item_of(&s, 1)->row.known = 0;
	finish(&s);
	/* The same object is equal, whatever is known of it. */
	assert_int_equal(equal(&s, TASKSHARE_CRED), EQUAL_YES);
	end(&s);
}

static void test_equal_others(void **state)
{
	struct fixture s;

	(void)state;
	begin(&s);
	finish(&s);
	assert_int_equal(equal(&s, TASKSHARE_FS), EQUAL_YES);
	item_of(&s, 1)->row.cwd.mnt = 7;
	assert_int_equal(equal(&s, TASKSHARE_FS), EQUAL_NO);
	item_of(&s, 1)->row.known &= ~CONTENT_DIRS;
	/* Equal paths are no proof. */
	set_text(&s, 0, CONTENT_CWD, "/");
	set_text(&s, 1, CONTENT_CWD, "/");
	set_text(&s, 0, CONTENT_ROOT, "/");
	set_text(&s, 1, CONTENT_ROOT, "/");
	assert_int_equal(equal(&s, TASKSHARE_FS), EQUAL_UNKNOWN);
	item_of(&s, 1)->row.umask = 1;
	assert_int_equal(equal(&s, TASKSHARE_FS), EQUAL_NO);

	assert_int_equal(equal(&s, TASKSHARE_SECCOMP), EQUAL_YES);
	item_of(&s, 0)->row.filters = 2;
	assert_int_equal(equal(&s, TASKSHARE_SECCOMP), EQUAL_NO);
	item_of(&s, 1)->row.filters = 2;
	assert_int_equal(equal(&s, TASKSHARE_SECCOMP), EQUAL_UNKNOWN);

	assert_int_equal(equal(&s, TASKSHARE_NSPROXY), EQUAL_YES);
	item_of(&s, 1)->row.ns[CONTENT_NS(TASKSHARE_TIME)].inum = 0;
	assert_int_equal(equal(&s, TASKSHARE_NSPROXY), EQUAL_UNKNOWN);
	item_of(&s, 1)->row.ns[CONTENT_NS(TASKSHARE_UTS)].inum = 1;
	assert_int_equal(equal(&s, TASKSHARE_NSPROXY), EQUAL_NO);
	assert_int_equal(equal(&s, TASKSHARE_UTS), EQUAL_NO);
	assert_int_equal(equal(&s, TASKSHARE_IPC), EQUAL_YES);

	assert_int_equal(equal(&s, TASKSHARE_CGROUPS), EQUAL_UNKNOWN);
	set_text(&s, 0, CONTENT_CGROUP, "1:cpu:/a\n0::/\n");
	set_text(&s, 1, CONTENT_CGROUP, "1:cpu:/b\n0::/\n");
	assert_int_equal(equal(&s, TASKSHARE_CGROUPS), EQUAL_NO);

	assert_int_equal(equal(&s, TASKSHARE_FILES), EQUAL_UNKNOWN);
	assert_int_equal(equal(&s, TASKSHARE_MM), EQUAL_UNKNOWN);
	set_text(&s, 0, CONTENT_EXE, "/bin/a");
	set_text(&s, 1, CONTENT_EXE, "/bin/b");
	assert_int_equal(equal(&s, TASKSHARE_MM), EQUAL_NO);
	end(&s);
}

/* If content is that of tasks, an object has the values that its holders share. */
static void test_object_value(void **state)
{
	struct content_value v;
	const struct object *obj;
	struct fixture s;
	int i;

	(void)state;
	begin(&s);
	for (i = 1; i < 3; i++)
		s.recs.rec[i].id[TASKSHARE_FS] = s.recs.rec[0].id[TASKSHARE_FS];
	for (i = 0; i < 3; i++) {
		item_of(&s, i)->row.id[1] = s.recs.rec[0].id[TASKSHARE_FS];
		item_of(&s, i)->row.umask = 5;
	}
	item_of(&s, 0)->row.known &= ~BIT(FS);
	finish(&s);
	s.content.by_task = true;
	obj = model_object(&s.model, 0, TASKSHARE_FS);
	assert_int_equal(content_object_value(&s.content, TASKSHARE_FS, obj,
					      FIELD_UMASK, &v), CONTENT_KNOWN);
	assert_int_equal(v.number, 5);
	item_of(&s, 2)->row.umask = 6;
	assert_int_equal(content_object_value(&s.content, TASKSHARE_FS, obj,
					      FIELD_UMASK, &v),
			 CONTENT_UNKNOWN);
	end(&s);
}

static void assert_summary(const struct fixture *s, int kind, const char *want)
{
	char text[512] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	assert_non_null(out);
	content_summary(out, &s->content, &s->model, kind, 1, "", false);
	fclose(out);
	assert_string_equal(text, want);
}

static void test_summary(void **state)
{
	struct content_item *item;
	struct fixture s;

	(void)state;
	begin(&s);
	s.source.initial[CONTENT_NS(TASKSHARE_UTS)] = 50;
	item = item_of(&s, 1);
	item->row.umask = 022;
	item->row.uid[0] = 1000;
	item->groups.nr = 2;
	item->groups.group[1] = 24;
	item->row.ns[CONTENT_NS(TASKSHARE_NET)].inum = 99;
	item->row.filters = 1;
	finish(&s);
	set_text(&s, 1, CONTENT_CWD, "/a\033[31m\nb\t\\");
	assert_summary(&s, TASKSHARE_FS, "cwd /a\\x1b[31m\\x0ab\\x09\\\\, umask 0022");
	set_text(&s, 1, CONTENT_LABEL, "evil\177");
	assert_summary(&s, TASKSHARE_CRED,
		       "uid 0 (real 1000), gid 0, groups 0 24, no capabilities, label evil\\x7f");
	item->row.cap[1] = 0x1ff;
	assert_summary(&s, TASKSHARE_CRED,
		       "uid 0 (real 1000), gid 0, groups 0 24, capabilities 0 (permitted 1ff), label evil\\x7f");
	item->row.cap[2] = 0x1ff;
	item->groups.nr = 0;
	assert_summary(&s, TASKSHARE_CRED,
		       "uid 0 (real 1000), gid 0, all capabilities, label evil\\x7f");
	/* They count in a user namespace that is not the reader's. */
	s.source.reader[CONTENT_NS(TASKSHARE_USER)] = 60;
	item->row.ns[CONTENT_NS(TASKSHARE_USER)].inum = 98;
	assert_summary(&s, TASKSHARE_CRED,
		       "uid 0 (real 1000), gid 0, all capabilities in user:[98], label evil\\x7f");
	item->row.ns[CONTENT_NS(TASKSHARE_USER)].inum = 60;
	assert_summary(&s, TASKSHARE_CRED,
		       "uid 0 (real 1000), gid 0, all capabilities, label evil\\x7f");
	assert_summary(&s, TASKSHARE_SECCOMP, "1 filter");
	assert_summary(&s, TASKSHARE_UTS, "uts:[50], the host's");
	assert_summary(&s, TASKSHARE_IPC, "ipc:[51], the reader's own");
	assert_summary(&s, TASKSHARE_NET, "net:[99] of process 11 (t1\\x1b)");
	assert_summary(&s, TASKSHARE_NSPROXY, "net:[99] of process 11 (t1\\x1b)");
	item->row.ns[CONTENT_NS(TASKSHARE_NET)].inum = 53;
	assert_summary(&s, TASKSHARE_NSPROXY, "the reader's namespaces");
	/* Of what is not known nothing is said. */
	item->row.known = 0;
	assert_summary(&s, TASKSHARE_NSPROXY, "");
	assert_summary(&s, TASKSHARE_NET, "");
	assert_summary(&s, TASKSHARE_MM, "");
	set_text(&s, 1, CONTENT_CGROUP, "2:cpu:/x\n1:io:/\n0::/sys\n");
	assert_summary(&s, TASKSHARE_CGROUPS, "/sys, cpu:/x");
	end(&s);
}

/* A thread has its leader's content only of the objects that it holds, too. */
static void test_complete(void **state)
{
	struct content_item *item, *thread;
	struct taskshare_record *rec;
	struct fixture s;

	(void)state;
	begin(&s);
	rec = &s.recs.rec[1];
	rec->tgid = 10;
	hold(rec, TASKSHARE_CRED, s.recs.rec[0].id[TASKSHARE_CRED]);
	hold(rec, TASKSHARE_PID, s.recs.rec[0].id[TASKSHARE_PID]);
	item = item_of(&s, 0);
	item->row.uid[0] = 7;
	item->row.nnp = 1;
	item->groups.nr = 3;
	thread = item_of(&s, 1);
	memset(thread->row.id, 0, sizeof(thread->row.id));
	thread->row.known = CONTENT_SELF | CONTENT_WAITER;
	thread->row.nspid = 5;
	thread->row.waiter = 6;
	thread->row.seccomp_mode = 2;
	content_rows_complete(&s.content.rows, &s.recs);
	assert_int_equal(thread->row.pid, 11);
	assert_true(thread->row.start_ns == rec->start_ns);
	assert_int_equal(thread->row.nspid, 5);
	assert_int_equal(thread->row.waiter, 6);
	assert_int_equal(thread->row.seccomp_mode, 2);
	assert_int_equal(thread->row.nnp, 0);
	assert_int_equal(thread->row.uid[0], 7);
	assert_int_equal(thread->groups.nr, 3);
	assert_int_equal(thread->row.known &
			 (BIT(CRED) | BIT(FS) | BIT(NSPROXY) | BIT(CGROUPS) |
			  BIT(SECCOMP)), BIT(CRED));

	/* Nothing of a leader that is in another pid namespace, or not there */
	thread->row.known = CONTENT_SELF;
	hold(rec, TASKSHARE_PID, 1);
	content_rows_complete(&s.content.rows, &s.recs);
	assert_int_equal(thread->row.known, CONTENT_SELF);
	rec->tgid = 9;
	content_rows_complete(&s.content.rows, &s.recs);
	assert_int_equal(thread->row.known, CONTENT_SELF);
	finish(&s);
	assert_int_equal(s.model.task[0]->pid, 11);
	assert_non_null(content_item(&s.content, 0, CONTENT_SELF));
	assert_null(content_item(&s.content, 0, BIT(PID)));
	end(&s);
}

/* By /proc, a number says nothing without the start time. */
static void test_proc_start(void **state)
{
	struct content_source source;
	struct taskshare_record rec = { .pid = getpid(), .tgid = getpid() };
	unsigned long long ticks = 0;
	char line[1024] = "";
	FILE *f = fopen("/proc/self/stat", "r");
	__u64 start;
	int dir, got;

	(void)state;
	content_source_open(&source);
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	fclose(f);
	/* The name of this program has no blank. */
	got = sscanf(line, "%*d %*s %*c %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %llu",
		     &ticks);
	assert_int_equal(got, 1);
	start = ticks * (1000000000ull / sysconf(_SC_CLK_TCK));
	rec.start_ns = start - source.boot_offset_ns;
	dir = proc_task_open(&source, &rec, true);
	assert_true(dir >= 0);
	close(dir);
	rec.start_ns += 20000000;
	assert_int_equal(proc_task_open(&source, &rec, true), -1);
	content_source_close(&source);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_status_overflow),
		cmocka_unit_test(test_status_in_part),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_cgroup_lines),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_exiting),
		cmocka_unit_test(test_ids_decide),
		cmocka_unit_test(test_unknown_is_not_none),
		cmocka_unit_test(test_another_task),
		cmocka_unit_test(test_equal_cred),
		cmocka_unit_test(test_equal_others),
		cmocka_unit_test(test_object_value),
		cmocka_unit_test(test_summary),
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_proc_start),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("unit_content", tests, NULL, NULL);
}
