// SPDX-License-Identifier: GPL-2.0-only
/* Unit test of what is said of processes that an engine did not show. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cli/session.h"
#include "unit.h"

/* Not a PID: pid_max is smaller. */
#define NO_TASK	INT32_MAX

/* Captures the output of session_report_gone() for two processes. */
static int report(const struct engine *engine, const __u32 pid[2],
		  bool gone[2], char *text, size_t size)
{
	struct selection sel = { .pid = pid, .gone = gone, .nr = 2 };
	int saved = dup(STDERR_FILENO), status;
	FILE *f = tmpfile();

	assert_non_null(f);
	dup2(fileno(f), STDERR_FILENO);
	status = session_report_gone(engine, &sel);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(f);
	text[fread(text, 1, size - 1, f)] = 0;
	fclose(f);
	return status;
}

/* A task that exists is not called gone because an engine does not show it. */
static void test_unseen_is_not_gone(void **state)
{
	const __u32 pid[2] = { getpid(), NO_TASK };
	bool both[2] = { true, true }, one[2] = { true, false };
	char text[512], number[16];

	(void)state;
	sprintf(number, ": %u\n", pid[0]);
	assert_int_equal(report(&engine_bpf, pid, both, text, sizeof(text)),
			 EXIT_GONE);
	assert_non_null(strstr(text, "no such process: 2147483647\n"));
	assert_non_null(strstr(text, "not shown to the bpf engine"));
	assert_non_null(strstr(text, number));
	assert_int_equal(report(&engine_bpf, pid, one, text, sizeof(text)),
			 EXIT_GONE);
	assert_null(strstr(text, "no such process"));
}

/* Records of another day are not compared with the /proc of today. */
static void test_file_is_not_compared(void **state)
{
	const __u32 pid[2] = { getpid(), NO_TASK };
	bool both[2] = { true, true }, none[2] = { false, false };
	char text[512], all[64];

	(void)state;
	sprintf(all, "no such process: %u 2147483647\n", pid[0]);
	assert_int_equal(report(&engine_file, pid, both, text, sizeof(text)),
			 EXIT_GONE);
	assert_non_null(strstr(text, all));
	assert_int_equal(report(&engine_file, pid, none, text, sizeof(text)),
			 EXIT_OK);
	assert_string_equal(text, "");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unseen_is_not_gone),
		cmocka_unit_test(test_file_is_not_compared),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("unit_session", tests, NULL, NULL);
}
