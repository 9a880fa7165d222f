// SPDX-License-Identifier: GPL-2.0-only
/* Loading the BPF program in the way that this kernel can. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "engine/bpf_load.h"
#include "util/kernel.h"

/**
 * bpf_new_key() - draw a key for ids
 * @variant: its @key is set
 * @error: says why there is none
 *
 * Return: 0 or a negative errno.
 */
int bpf_new_key(struct bpf_variant *variant, struct error *error)
{
	if (getrandom(variant->key, sizeof(variant->key), 0) ==
	    sizeof(variant->key))
		return 0;
	return error_set(error, -EIO, "bpf: no random numbers: %s",
			 strerror(errno));
}

/**
 * bpf_load() - load the program
 * @variant: options of the program
 * @error: says why it cannot be
 *
 * Return: a descriptor of the program, or a negative errno.
 */
int bpf_load(const struct bpf_variant *variant, struct error *error)
{
	int fd = -EINVAL;

	/* To have it refused would take as long as to load it. */
	if (kernel_is_since(6, 17))
		fd = bpf_load_direct(variant);
	if (fd < 0 && fd != -EPERM)
		fd = bpf_load_light(variant);
	if (fd < 0 && fd != -EPERM)
		fd = bpf_load_full(variant);
	if (fd >= 0)
		return fd;
	if (fd == -EPERM || fd == -EACCES)
		return error_set(error, fd,
				 "bpf: no permission: CAP_BPF and CAP_PERFMON are needed: become root");
	if (access("/sys/kernel/btf/vmlinux", R_OK))
		return error_set(error, fd,
				 "bpf: this kernel has no BTF: use one with CONFIG_DEBUG_INFO_BTF, or the module");
	return error_set(error, fd,
			 "bpf: this kernel does not load the program: %s: use the module",
			 strerror(-fd));
}
