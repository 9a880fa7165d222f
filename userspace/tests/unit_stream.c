// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of the output of a recorded program. */
#include <fcntl.h>
#include <unistd.h>

#include "recorder/stream.h"
#include "unit.h"

/* It is always there to be read, as the output of a task that is not traced. */
static void test_drain_ends(void **state)
{
	struct streams streams = {
		.silent = true,
		.from = { open("/dev/zero", O_RDONLY | O_CLOEXEC), -1 },
	};

	(void)state;
	assert_true(streams.from[0] >= 0);
	/* A drain that goes on for ever is killed. */
	alarm(60);
	streams_drain(&streams);
	alarm(0);
	assert_true(streams.from[0] >= 0);
	assert_true(streams.bytes > 0);
	streams_free(&streams);
}

/* All that a pipe holds is taken. */
static void test_drain_takes_all(void **state)
{
	struct streams streams = { .silent = true, .from = { -1, -1 } };
	static char text[4096];
	size_t written = 0;
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	streams.from[0] = ends[0];
	while (write(ends[1], text, sizeof(text)) == sizeof(text))
		written += sizeof(text);
	streams_drain(&streams);
	assert_int_equal(streams.bytes, written);
	close(ends[1]);
	streams_free(&streams);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drain_ends),
		cmocka_unit_test(test_drain_takes_all),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
