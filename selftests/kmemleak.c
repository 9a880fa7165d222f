// SPDX-License-Identifier: GPL-2.0-only
/* Whatever ran before it: nothing is left that nobody points to any more. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/util.h"

#define KMEMLEAK	"/sys/kernel/debug/kmemleak"

/* The kernel looks at what is older than five seconds. */
#define OLD_MS		5500

/* Says what there is; a report that cannot be read is none that is empty. */
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
 * With the module unloaded, so that whatever it forgot is lost. What looks lost
 * only because it was on its way between two places is not so the second time.
 */
TEST(nothing_is_lost)
{
	bool clean;

	if (access(KMEMLEAK, F_OK))
		SKIP(return, "no " KMEMLEAK ": the kernel lacks DEBUG_KMEMLEAK");
	/* it gives up for good if it lacks memory, and refuses from then on */
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
