// SPDX-License-Identifier: GPL-2.0-only
/* Loading the program by libbpf, for kernels before 5.17. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "engine/bpf_load.h"
#include "bpf/task_iter_full.skel.h"

/**
 * bpf_load_full() - load the program
 * @variant: options of the program
 *
 * Return: a descriptor of the program, or a negative errno.
 */
int bpf_load_full(const struct bpf_variant *variant)
{
	struct task_iter_full_bpf *skel;
	int fd;

	/* Messages of libbpf take more than one line. */
	libbpf_set_print(NULL);
	skel = task_iter_full_bpf__open();
	if (!skel)
		return -errno;
	memcpy((void *)skel->rodata->id_key, variant->key,
	       sizeof(variant->key));
	skel->rodata->with_content = variant->content;
	fd = task_iter_full_bpf__load(skel);
	if (!fd) {
		fd = fcntl(bpf_program__fd(skel->progs.write_record),
			   F_DUPFD_CLOEXEC, 0);
		if (fd < 0)
			fd = -errno;
	}
	task_iter_full_bpf__destroy(skel);
	return fd;
}
