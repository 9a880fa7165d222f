// SPDX-License-Identifier: GPL-2.0-only
/* In place of the bpf engine, where what it is built with is missing */
#include <errno.h>

#include "engine/bpf.h"
#include "engine/bpf_pin.h"
#include "engine/engine.h"

static int absent(struct error *error)
{
	return error_set(error, -ENOSYS,
			 "bpf: taskshare was built without it: install clang, bpftool and libbpf-dev and build it again");
}

static int absent_open(void **state, const char *arg, bool content,
		       struct error *error)
{
	(void)state;
	(void)arg;
	(void)content;
	return absent(error);
}

const struct engine engine_bpf = {
	.name = "bpf",
	.sees = "nothing: taskshare was built without it",
	.lasting = true,
	.open = absent_open,
};

/**
 * engine_bpf_library() - the version of libbpf
 *
 * Return: NULL, there is none.
 */
const char *engine_bpf_library(void)
{
	return NULL;
}

/**
 * pin() - refuse to leave a program loaded that is not there
 * @error: says so
 *
 * Return: -ENOSYS.
 */
int pin(struct error *error)
{
	return absent(error);
}

/**
 * unpin() - refuse to remove it
 * @error: says so
 *
 * Return: -ENOSYS.
 */
int unpin(struct error *error)
{
	return absent(error);
}
