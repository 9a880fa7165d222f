// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of what watch concludes from one snapshot to the next. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "show/watch.h"
#include "util/array.h"
#include "unit.h"

/* One process, at each look */
static const struct look {
	__u64 start_ns;
	const char *comm;
	__u64 mm;
} looks[] = {
	{ 1000000000, "first", 5 },
	/* Another process: neither its PID nor the id proves anything. */
	{ 1000000001, "second", 5 },
	/* As after two execve(2): the mm has the id of before. */
	{ 1000000001, "third", 5 },
	{ 1000000001, "third", 6 },
};

static int collect(void *state, struct selection *sel, struct records *recs,
		   struct error *error)
{
	struct taskshare_record *rec;
	unsigned int *nr = state;

	(void)sel;
	(void)error;
	if (*nr == ARRAY_SIZE(looks))
		return 0;
	rec = add(recs, 100, 100);
	rec->start_ns = looks[*nr].start_ns;
	strcpy(rec->comm, looks[*nr].comm);
	hold(rec, TASKSHARE_MM, looks[*nr].mm);
	++*nr;
	return 0;
}

static const struct engine script = {
	.name = "script", .lasting = true, .collect = collect,
};

static void test_watch_used_again(void **state)
{
	/* A column other than the default ones: no legend and no sentences */
	struct options opt = { .interval = 1, .nr_columns = 1 };
	unsigned int nr = 0;
	struct engine_handle handle = { .engine = &script, .state = &nr };
	struct selection sel = { 0 };
	struct error error;
	char line[256], changes[1024] = "";
	FILE *out = tmpfile();
	int keep = dup(STDOUT_FILENO);

	(void)state;
	assert_non_null(out);
	fflush(stdout);
	dup2(fileno(out), STDOUT_FILENO);
	assert_int_equal(watch(&opt, &handle, &sel, &error), 1);
	fflush(stdout);
	dup2(keep, STDOUT_FILENO);
	close(keep);
	rewind(out);
	while (fgets(line, sizeof(line), out))
		if (strstr(line, "100 "))
			strcat(changes, line + strspn(line, " "));
	fclose(out);
	assert_string_equal(changes,
			    "100 second: new\n"
			    "100 first: gone\n"
			    "100 third: was second, running on\n"
			    "100 third: new memory, running on\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watch_used_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
