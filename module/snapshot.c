// SPDX-License-Identifier: GPL-2.0-only
/*
 * The content of an open file. It is made when the file is opened: pin,
 * collect, settle, verify, unpin, identify. It does not change afterwards,
 * whatever the tasks do.
 */
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>

#include "taskshare.h"

static int collect(struct ts_set *set)
{
	u32 row;
	int err;

	ts_slow(TS_COLLECT);
	if ((size_t)set->nr * sizeof(*set->rec) > ts_limit())
		return -EFBIG;
	set->rec = ts_alloc(set->nr, sizeof(*set->rec));
	if (!set->rec)
		return -ENOMEM;
	for (row = 0; row < set->nr; row++) {
		ts_collect(set, row);
		err = ts_breathe(row);
		if (err)
			return err;
	}
	return 0;
}

/*
 * Makes the records of @pid's process, or of all tasks. The caller calls
 * ts_unpin() and kvfree() in all cases.
 */
static int make_records(struct ts_set *set, struct pid *pid)
{
	int err = pid ? ts_pin_process(set, pid) : ts_pin_all(set);

	if (!err)
		err = collect(set);
	if (!err)
		err = ts_settle(set);
	ts_slow(TS_VERIFY);
	if (!err && ts_verifies())
		err = ts_verify(set);
	return err;
}

/**
 * ts_snapshot() - make the content of a file
 * @ns: the pid namespace whose numbers to use, and whose tasks all are
 * @pid: the number of any task of the process, NULL for all tasks
 * @text: text for people, records otherwise
 *
 * Context: may sleep.
 *
 * Return: the content, for ts_snapshot_free(), or an ERR_PTR: -ENOENT if there
 * is no such task any more, -ENOMEM, -EFBIG over the limit, -EINTR for a reader
 * that is being killed.
 */
struct ts_content *ts_snapshot(struct pid_namespace *ns, struct pid *pid,
			       bool text)
{
	struct ts_set set = { .ns = ns };
	struct ts_content *content = ts_alloc(1, sizeof(*content));
	u32 nr;
	int err;

	if (!content)
		return ERR_PTR(-ENOMEM);
	err = make_records(&set, pid);
	nr = set.nr;
	ts_unpin(&set);
	if (!err)
		err = ts_ident(set.rec, nr);
	if (!err && !text) {
		content->data = set.rec;
		content->size = nr * sizeof(*set.rec);
		return content;
	}
	if (!err)
		err = ts_text(content, set.rec, nr, pid);
	kvfree(set.rec);
	if (!err)
		return content;
	ts_snapshot_free(content);
	return ERR_PTR(err);
}

/**
 * ts_snapshot_free() - free the content of a file
 * @content: from ts_snapshot()
 *
 * Context: may sleep.
 */
void ts_snapshot_free(struct ts_content *content)
{
	kvfree(content->data);
	kvfree(content);
}
