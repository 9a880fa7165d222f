// SPDX-License-Identifier: GPL-2.0-only
/* In place of the bpf source, where what it is built with is missing */
#include <errno.h>

#include "files/source.h"

static int absent_open(void **state, struct error *error)
{
	(void)state;
	return error_set(error, -ENOSYS,
			 "bpf: taskshare was built without it: install clang, bpftool and libbpf-dev and build it again");
}

const struct files_ops files_bpf = {
	.name = "bpf",
	.open = absent_open,
};
