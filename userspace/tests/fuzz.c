// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hostile records and content, for libFuzzer: nothing crashes, nothing that a
 * terminal would obey comes out, and what is taken in is what was there.
 *
 * The first byte of the input chooses: even, the rest is a stream as it is;
 * odd, what every record says of itself is put right first, so that the model
 * and the outputs see more than the parser lets through.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "content/equal.h"
#include "content/parse.h"
#include "model/compare.h"
#include "output/columns.h"
#include "output/view.h"
#include "record/two_pass.h"

#define KIND_MASK ((1u << TASKSHARE_NR_KINDS) - 1)

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void put_right(struct taskshare_record *rec)
{
	int k;

	taskshare_record_layout(rec);
	/* Few numbers, so that some are the same. */
	rec->pid = 1 + rec->pid % 64;
	rec->tgid = 1 + rec->tgid % 16;
	rec->ppid %= 16;
	rec->start_ns %= 8;
	rec->comm[TASKSHARE_COMM_LEN - 1] = 0;
	rec->kind %= TASKSHARE_NR_TASKS;
	if (rec->kind <= TASKSHARE_TASK_THREAD)
		rec->kind = rec->pid == rec->tgid ? TASKSHARE_TASK_LEADER :
						    TASKSHARE_TASK_THREAD;
	rec->state = 'A' + rec->state % 26;
	rec->flags &= 0x7f;
	rec->seen &= KIND_MASK;
	rec->moving &= KIND_MASK & ~rec->seen;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		rec->id[k] = rec->seen & (1u << k) ? rec->id[k] % 8 : 0;
		if (!rec->id[k])
			rec->refs[k] = 0;
	}
}

/* They are records of this program's now, with any layout before. */
static void check_taken(const struct records *recs)
{
	size_t len = recs->nr * sizeof(*recs->rec);
	struct records again = { 0 };
	struct error error;

	require(!records_append(&again, recs->rec, len, "taken", &error));
	require(again.nr == recs->nr);
	require(!len || !memcmp(again.rec, recs->rec, len));
	records_free(&again);
}

/* In the C locale, all output is printable ASCII and newlines. */
static void check_text(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		require(text[i] == '\n' || text[i] == '\t' ||
			(text[i] >= 0x20 && text[i] < 0x7f));
}

/* JSON is UTF-8: only that nothing in it steers a terminal can be checked. */
static void check_json(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		require(text[i] == '\n' || (unsigned char)text[i] >= 0x20);
}

static void check_groups(const struct model *model)
{
	__u32 i, j;
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		const struct model_kind *kind = &model->kind[k];

		for (i = 0; i < kind->nr; i++) {
			require(kind->obj[i].id && kind->obj[i].nr);
			for (j = 0; j < kind->obj[i].nr; j++) {
				__u32 task = kind->holders[kind->obj[i].first + j];

				require(kind->of[task] == i);
				require(model->task[task]->id[k] ==
					kind->obj[i].id);
			}
		}
		for (i = 0; i < model->nr; i++)
			require((kind->of[i] != NO_OBJECT) ==
				(model_holding(model, i, k) == HOLDS_OBJECT));
	}
}

enum { TABLE, SYSTEM, TREE, FLAGS, DOT, JSON, NR_OUTPUTS };

static void print(struct view *view, int which)
{
	char *text = NULL;
	size_t len = 0;

	view->out = open_memstream(&text, &len);
	require(view->out);
	if (which == TABLE)
		output_table(view);
	else if (which == SYSTEM)
		output_system(view);
	else if (which == TREE)
		output_tree(view, NULL, 0);
	else if (which == FLAGS)
		output_flags(view, NULL, 0);
	else if (which == DOT && view->odd)
		output_matrix_svg(view);
	else if (which == DOT)
		output_dot(view);
	else
		output_json(view);
	fclose(view->out);
	if (which == JSON)
		check_json(text, len);
	else
		check_text(text, len);
	free(text);
}

/* The input as what files of /proc say */
static void parse_all(const char *data, size_t len)
{
	const char *lines, *controllers, *path, *groups;
	struct content_item item = { 0 };
	size_t controllers_len, path_len;
	char *text = strndup(data, len);
	__u64 ticks;

	require(text);
	parse_start(text, strlen(text), &ticks);
	for (lines = text; parse_cgroup(&lines, &controllers, &controllers_len,
					&path, &path_len);)
		require(controllers + controllers_len < path &&
			path + path_len <= lines);
	parse_status(&item, text, 65534, &groups);
	free(text);
}

/* Every text is the input, and numbers are bytes of it. */
static void make_content(struct content *content,
			 struct content_source *source,
			 const struct model *model, const char *data,
			 size_t len)
{
	size_t item_len = sizeof(struct content_item);
	struct content_item *item;
	__u32 i;
	int t;

	memset(content, 0, sizeof(*content));
	memset(source, 0, sizeof(*source));
	content->model = model;
	content->source = source;
	content->by_task = true;
	content->text_len = len + 3;
	content->text = calloc(1, content->text_len);
	content->row_of = calloc(model->nr + 1, sizeof(__u32));
	require(content->text && content->row_of);
	memcpy(content->text + 2, data, len);
	for (t = 0; t < CONTENT_NR_TEXTS; t++) {
		content->text_of[t] = calloc(model->nr + 1, sizeof(__u32));
		require(content->text_of[t]);
	}
	for (i = 0; i < model->nr; i++) {
		item = content_rows_new(&content->rows);
		require(item);
		memcpy(item, data, len < item_len ? len : item_len);
		content->row_of[i] = i;
		for (t = 0; t < CONTENT_NR_TEXTS; t++)
			content->text_of[t][i] = (i + t) % 4 ? 2 : i % 2;
	}
}

/* Unlike objects, one and the same is equal or unknown, but never different. */
static void check_equal(const struct content *content)
{
	__u32 i;
	int k;

	for (i = 0; i < content->model->nr; i++)
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			require(content_equal(content, k, i, i) != EQUAL_NO);
}

static void print_all(const struct model *model, const struct content *content,
		      uint8_t choice)
{
	struct describer describer = { .complete = choice & 1 };
	int list[MAX_COLUMNS];
	struct view view = {
		.model = model, .content = content, .describer = &describer,
		.engine = "file",
		.columns = list, .extras = true, .odd = choice & 2,
		.raw = choice & 4, .width = 80,
	};
	int i;

	if (!baseline_init(&describer.baseline, model)) {
		view.nr_columns = columns_default(list, model);
		for (i = 0; i < nr_columns && choice & 8; i++)
			if (columns[i].name && columns[i].field != NO_FIELD)
				list[view.nr_columns++] = i;
		for (i = 0; i < NR_OUTPUTS; i++)
			print(&view, i);
	}
	baseline_free(&describer.baseline);
}

/* A model is the same as itself, and no engine differs from itself. */
static void check_same(const struct model *model)
{
	struct comparison cmp;

	if (!compare_models(&cmp, model, model, 0))
		require(!cmp.nr);
	compare_free(&cmp);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct records recs = { 0 }, second = { 0 };
	struct content_source source;
	struct content content;
	struct error error;
	struct model model;
	size_t len, at, moved;
	uint8_t choice;
	char *copy;

	if (!size)
		return 0;
	choice = data[0];
	len = size - 1;
	copy = malloc(len + 1);
	require(copy);
	memcpy(copy, data + 1, len);
	parse_all(copy, len);
	for (at = 0; choice & 1 &&
	     at + sizeof(struct taskshare_record) <= len;
	     at += sizeof(struct taskshare_record)) {
		struct taskshare_record rec;

		memcpy(&rec, copy + at, sizeof(rec));
		put_right(&rec);
		memcpy(copy + at, &rec, sizeof(rec));
	}
	if (!records_append(&recs, copy, len, "fuzz", &error)) {
		check_taken(&recs);
		require(!records_append(&second, copy, len, "fuzz", &error));
		require(!passes_intersect(&second, &recs, &moved) || !len);
	}
	if (!model_build(&model, &recs)) {
		check_groups(&model);
		check_same(&model);
		make_content(&content, &source, &model, copy, len);
		check_equal(&content);
		print_all(&model, &content, choice);
		content_free(&content);
	}
	model_free(&model);
	records_free(&recs);
	records_free(&second);
	free(copy);
	return 0;
}
