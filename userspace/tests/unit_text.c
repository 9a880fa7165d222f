// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of how things are written: groups, names, ids, words. */
#include <string.h>

#include "util/array.h"
#include "record/kinds.h"
#include "util/siphash.h"
#include "util/text.h"
#include "unit.h"

static void test_text_group(void **state)
{
	char to[TEXT_GROUP];

	(void)state;
	assert_string_equal(text_group(to, 0), "A");
	assert_string_equal(text_group(to, 25), "Z");
	assert_string_equal(text_group(to, 26), "AA");
	assert_string_equal(text_group(to, 26 + 26 * 26 - 1), "ZZ");
	assert_string_equal(text_group(to, 26 + 26 * 26), "AAA");
	assert_string_equal(text_group(to, UINT32_MAX), "MWLQKWV");
}

/* For any bytes, printable ASCII comes out, and nothing is lost. */
static void test_text_escape(void **state)
{
	char comm[16] = "", to[TEXT_COMM];
	int byte;
	char *s;

	(void)state;
	for (byte = 1; byte < 256; byte++) {
		memset(comm, byte, 15);
		text_escape(to, comm, false);
		assert_true(strlen(to) < TEXT_COMM);
		for (s = to; *s; s++)
			assert_true(*s >= 0x20 && *s < 0x7f);
	}
	assert_string_equal(text_escape(to, "a\\b\x1b", false),
			    "a\\\\b\\x1b");
}

static void test_text_utf8(void **state)
{
	static const char *const bad[] = {
		"\x80", "\xc0\xaf", "\xc1\x81", "\xe0\x80\xaf", "\xed\xa0\x80",
		"\xf0\x80\x80\xaf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
		"\xe2\x82", "\xff", "\xc3",
	};
	__u32 point;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(text_utf8(bad[i], strlen(bad[i]), &point), 0);
	assert_int_equal(text_utf8("\xf4\x8f\xbf\xbf", 4, &point), 4);
	assert_int_equal(point, 0x10ffff);
	assert_true(text_control(0x9b) && text_control(0x202e) &&
		    text_control(0x1b) && !text_control('a') &&
		    !text_control(0xe9));
}

/* The first eight bytes 00 .. 07 of the reference implementation's vectors */
static void test_siphash(void **state)
{
	(void)state;
	assert_int_equal(siphash(0x0706050403020100, 0x0706050403020100,
				 0x0f0e0d0c0b0a0908), 0x93f5f5799a932462);
}

/* The compiler sees to it that every kind has words; here: each has others. */
static void test_kind_text(void **state)
{
	int k, l;

	(void)state;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		for (l = 0; l < k; l++)
			assert_string_not_equal(kind_text(k), kind_text(l));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_group),
		cmocka_unit_test(test_text_escape),
		cmocka_unit_test(test_text_utf8),
		cmocka_unit_test(test_siphash),
		cmocka_unit_test(test_kind_text),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("unit_text", tests, NULL, NULL);
}
