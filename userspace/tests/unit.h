/* SPDX-License-Identifier: GPL-2.0-only */
/* Helpers of the unit tests: records and a model of them. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "model/model.h"

#define BIT(kind)	(1u << TASKSHARE_##kind)

__attribute__((unused))
static struct taskshare_record *add(struct records *recs, __u32 pid,
				    __u32 tgid)
{
	struct taskshare_record *rec = records_new(recs);

	assert_non_null(rec);
	rec->pid = pid;
	rec->tgid = tgid;
	rec->kind = pid == tgid ? TASKSHARE_TASK_LEADER :
				  TASKSHARE_TASK_THREAD;
	rec->state = 'S';
	rec->start_ns = pid * 1000;
	return rec;
}

__attribute__((unused))
static void hold(struct taskshare_record *rec, int kind, __u64 id)
{
	rec->seen |= 1u << kind;
	rec->id[kind] = id;
}

__attribute__((unused))
static void build(struct model *model, struct records *recs)
{
	assert_int_equal(model_build(model, recs), 0);
}

#endif /* UNIT_H */
