// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of what is made of descriptors that were read. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "files/names.h"
#include "files/output.h"
#include "files/source.h"
#include "unit.h"

/*
 * struct fake - a source that says what a test wants
 * @row: row of the first pass; table, fd, file and inode count
 * @nr: number of rows
 * @gone: a bit for each row that the second pass does not see
 * @err: of table 1
 */
struct fake {
	const struct file_row *row;
	int nr;
	unsigned int gone;
	int err;
};

static int fake_first(void *state, struct files *files, struct file_rows *rows,
		      struct error *error)
{
	const struct fake *fake = state;
	int i;

	(void)error;
	for (i = 0; i < fake->nr; i++)
		assert_int_equal(file_rows_add(rows, &fake->row[i]), 0);
	if (fake->err)
		files->table[1].err = fake->err;
	return 0;
}

static int fake_second(void *state, struct files *files, struct error *error)
{
	const struct fake *fake = state;
	struct files_descriptor *descriptor;
	int i;

	(void)error;
	for (i = 0; i < fake->nr; i++) {
		descriptor = files_find(files, fake->row[i].table,
					fake->row[i].fd);
		if (descriptor && !(fake->gone & (1u << i)))
			descriptor->confirmed = true;
	}
	return 0;
}

static const struct files_ops fake_ops = {
	.name = "fake",
	.first = fake_first,
	.second = fake_second,
};

/* Two processes: this one, whose paths can be read, and another one */
static void build_two(struct model *model, struct records *recs)
{
	hold(add(recs, getpid(), getpid()), TASKSHARE_FILES, 0xa);
	hold(add(recs, INT32_MAX, INT32_MAX), TASKSHARE_FILES, 0xb);
	build(model, recs);
}

static void read_fake(struct fake *fake, unsigned int use, struct files *files)
{
	struct files_source source = { .ops = &fake_ops, .state = fake };
	struct records recs = { 0 };
	struct error error;
	struct model model;

	build_two(&model, &recs);
	assert_int_equal(files_read(&source, &model, use, files, &error), 0);
	model_free(&model);
	records_free(&recs);
}

#define ROW(table_, fd_, file_, inode_)					\
	{ .table = table_, .fd = fd_, .file = file_, .inode = inode_,	\
	  .dev = 1, .ino = inode_, .mode = S_IFREG }

static void test_levels(void **state)
{
	/* In no order, as ids have none */
	static const struct file_row row[] = {
		ROW(1, 5, 70, 9), ROW(0, 3, 90, 8), ROW(0, 1, 70, 9),
		ROW(0, 2, 60, 9), ROW(1, 0, 50, 7), ROW(0, 4, 70, 9),
	};
	struct fake fake = { .row = row, .nr = 6 };
	struct files files;
	__u32 last;

	(void)state;
	read_fake(&fake, 0, &files);
	assert_int_equal(files.nr, 6);
	assert_int_equal(files.nr_descriptions, 4);
	assert_int_equal(files.nr_files, 3);
	assert_int_equal(files.table[0].nr, 4);
	assert_int_equal(files.table[1].first, 4);
	/* By the first descriptor of each */
	assert_int_equal(files.descriptor[0].fd, 1);
	assert_int_equal(files.descriptor[0].description, 0);
	assert_int_equal(files.description[0].nr, 3);
	last = files.holder[files.description[0].first + 2];
	assert_int_equal(files.descriptor[last].fd, 5);
	assert_int_equal(files.descriptor[1].description, 1);
	assert_int_equal(files.description[1].file, 0);
	assert_int_equal(files.file[0].nr, 2);
	assert_int_equal(files.file[1].nr, 1);
	assert_null(files_find(&files, 0, 5));
	assert_int_equal(files_find(&files, 1, 5)->description, 0);
	files_free(&files);
}

/* A row that only one pass saw is not there, and numbers close up. */
static void test_gone(void **state)
{
	static const struct file_row row[] = {
		ROW(0, 0, 1, 1), ROW(0, 1, 2, 2), ROW(1, 1, 2, 2),
		ROW(1, 2, 3, 2),
	};
	struct fake fake = { .row = row, .nr = 4, .gone = 1 << 0 | 1 << 2 };
	struct files files;

	(void)state;
	read_fake(&fake, 0, &files);
	assert_int_equal(files.nr, 2);
	assert_int_equal(files.nr_descriptions, 2);
	assert_int_equal(files.nr_files, 1);
	assert_int_equal(files.descriptor[0].description, 0);
	assert_int_equal(files.description[0].nr, 1);
	assert_int_equal(files.file[0].nr, 2);
	assert_int_equal(files.table[0].changed, 1);
	assert_int_equal(files.table[1].changed, 1);
	files_free(&files);
	fake.gone = ~0u;
	read_fake(&fake, 0, &files);
	assert_int_equal(files.nr + files.nr_descriptions + files.nr_files, 0);
	files_free(&files);
}

/* A table that cannot be read is unknown, which is not empty. */
static void test_unreadable(void **state)
{
	static const struct file_row row[] = {
		ROW(0, 0, 1, 1), ROW(1, 0, 1, 1),
	};
	struct fake fake = { .row = row, .nr = 2, .err = -EACCES };
	struct files files;

	(void)state;
	read_fake(&fake, 0, &files);
	assert_int_equal(files.nr, 1);
	assert_int_equal(files.table[1].err, -EACCES);
	files_free(&files);
	/* Nothing was shown of a task that is not there. */
	fake.err = 0;
	fake.nr = 1;
	read_fake(&fake, 0, &files);
	assert_int_equal(files.table[0].err, 0);
	assert_int_equal(files.table[1].err, -ENODATA);
	files_free(&files);
}

/* Descriptions that are not known to be others are never one. */
static void test_unproven(void **state)
{
	static const struct file_row row[] = {
		ROW(0, 0, 0, 1), ROW(0, 1, 0, 1), ROW(1, 0, 1, 1),
	};
	struct fake fake = { .row = row, .nr = 3 };
	struct files files;

	(void)state;
	read_fake(&fake, 0, &files);
	assert_int_equal(files.nr_descriptions, 3);
	assert_int_equal(files.nr_files, 1);
	assert_true(files.description[0].unproven);
	assert_true(files.description[1].unproven);
	assert_false(files.description[2].unproven);
	files_free(&files);
}

/* Objects without a file have one inode, and share no file by that. */
static void test_anonymous(void **state)
{
	int fd = eventfd(0, 0);
	struct file_row row[] = {
		ROW(0, 0, 1, 7), ROW(0, 1, 2, 7), ROW(1, 0, 1, 7),
		ROW(1, 1, 3, 1), ROW(1, 2, 0, 7),
	};
	struct fake fake = { .row = row, .nr = 5 };
	struct files files;
	struct stat st;
	int i;

	(void)state;
	assert_int_equal(fstat(fd, &st), 0);
	close(fd);
	for (i = 0; i < 5; i++) {
		if (i == 3)
			continue;
		row[i].dev = major(st.st_dev) << 20 | minor(st.st_dev);
		row[i].ino = st.st_ino;
	}
	read_fake(&fake, 0, &files);
	/* Also where numbers of descriptions are those of files */
	assert_int_equal(files.nr_files, 4);
	assert_int_equal(files.nr_descriptions, 4);
	assert_int_equal(files.description[0].nr, 2);
	assert_string_equal(file_type(&files.file[0])->column, "ANON");
	assert_int_equal(files.file[2].ino, 1);
	assert_string_equal(file_type(&files.file[2])->column, "REG");
	files_free(&files);
}

/* A path counts only if the descriptor that it is from still leads there. */
static void test_path(void **state)
{
	int fd = open("/dev/null", O_RDONLY);
	struct file_row row[] = { ROW(0, 0, 1, 1), ROW(1, 0, 1, 1) };
	struct fake fake = { .row = row, .nr = 2 };
	struct files files;

	(void)state;
	row[0].fd = fd;
	read_fake(&fake, FILES_PATHS, &files);
	assert_string_equal(files.file[0].path, "/dev/null");
	files_free(&files);
	fake.gone = 1;
	read_fake(&fake, FILES_PATHS, &files);
	assert_int_equal(files.nr, 1);
	assert_null(files.file[0].path);
	files_free(&files);
	close(fd);
}

/* A task that got another table holds nothing of what was read. */
static void test_moved(void **state)
{
	static const struct file_row row[] = {
		ROW(0, 0, 1, 1), ROW(1, 0, 1, 1),
	};
	struct fake fake = { .row = row, .nr = 2 };
	struct files_source source = { .ops = &fake_ops, .state = &fake };
	struct records recs = { 0 }, later = { 0 };
	struct model before, after;
	struct error error;
	struct files files;
	bool moved[3] = { false };

	(void)state;
	hold(add(&recs, 10, 10), TASKSHARE_FILES, 0xa);
	hold(add(&recs, 20, 20), TASKSHARE_FILES, 0xb);
	hold(add(&recs, 30, 30), TASKSHARE_FILES, 0xb);
	build(&before, &recs);
	hold(add(&later, 10, 10), TASKSHARE_FILES, 0xc);
	hold(add(&later, 20, 20), TASKSHARE_FILES, 0xb);
	hold(add(&later, 30, 30), TASKSHARE_FILES, 0xd);
	build(&after, &later);
	assert_int_equal(files_read(&source, &before, 0, &files, &error), 0);
	/* Another id in a later snapshot proves nothing for the proc engine. */
	assert_int_equal(files_check_tables(&files, &before, &after, false,
					    moved), 0);
	assert_false(moved[0]);
	assert_false(moved[1]);
	assert_true(moved[2]);
	assert_int_equal(files.nr, 2);
	assert_int_equal(files_check_tables(&files, &before, &after, true,
					    moved), 0);
	assert_true(moved[0]);
	assert_int_equal(files.nr, 1);
	assert_int_equal(files.table[0].err, -EAGAIN);
	assert_int_equal(files.descriptor[0].table, 1);
	files_free(&files);
	model_free(&before);
	model_free(&after);
	records_free(&recs);
	records_free(&later);
}

static void test_flags(void **state)
{
	char text[FLAGS_TEXT];

	(void)state;
	assert_string_equal(flags_names(text, O_RDONLY, ','), "RDONLY");
	assert_string_equal(flags_names(text, O_RDWR | O_SYNC | 0x80000000, '|'),
			    "RDWR|SYNC");
	assert_string_equal(flags_names(text, O_WRONLY | O_DSYNC, '|'),
			    "WRONLY|DSYNC");
	assert_string_equal(flags_names(text, O_RDWR | O_TMPFILE, '|'),
			    "RDWR|TMPFILE");
	assert_string_equal(flags_names(text, O_PATH | O_DIRECTORY, '|'),
			    "PATH|DIRECTORY");
	assert_true(strlen(flags_names(text, ~(__u32)O_PATH, '|')) <
		    FLAGS_TEXT - 4);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_unproven),
		cmocka_unit_test(test_anonymous),
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_flags),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("unit_files", tests, NULL, NULL);
}
