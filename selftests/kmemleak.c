// SPDX-License-Identifier: GPL-2.0-only
/* No test that ran before has left an object that nothing points to. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/util.h"

#define KMEMLEAK	"/sys/kernel/debug/kmemleak"

/* The kernel reports objects that are older than five seconds. */
#define OLD_MS		5500

/* Prints the reports; true if there are none, and could be read. */
static bool nothing_reported(void)
{
	static char reports[1 << 16];
	char *line, *rest = reports;
	ssize_t len = read_file(KMEMLEAK, reports, sizeof(reports));

	if (len < 0)
		complain(KMEMLEAK ": error %zd", len);
	while (len > 0 && (line = strsep(&rest, "\n")))
		if (*line)
			complain("%s", line);
	return !len;
}

/*
 * With the module unloaded, so that nothing points to an object that it did not
 * free. An object that was only being moved from one place to another does not
 * look lost the second time.
 */
TEST(nothing_is_lost)
{
	bool clean;

	if (access(KMEMLEAK, F_OK))
		SKIP(return, "no " KMEMLEAK ": the kernel lacks DEBUG_KMEMLEAK");
	/* kmemleak that has run out of memory is off, and refuses to scan */
	ASSERT_TRUE(write_file(KMEMLEAK, "scan"));
	ASSERT_TRUE(!ko_loaded() || ko_unload_soon());
	nap_ms(OLD_MS);
	EXPECT_TRUE(write_file(KMEMLEAK, "scan"));
	EXPECT_TRUE(write_file(KMEMLEAK, "scan"));
	clean = nothing_reported();
	ko_restore();
	EXPECT_TRUE(clean);
}

TEST_HARNESS_MAIN
