// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leaving the BPF program in bpffs, so that later runs need not load it, and
 * an iterator over it that cat(1) can read.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "engine/bpf_load.h"
#include "engine/bpf_pin.h"

static int pin_one(int fd, const char *path, mode_t mode, struct error *error)
{
	int err = fd < 0 ? fd : bpf_obj_pin(fd, path);

	if (!err && chmod(path, mode))
		err = -errno;
	return err ? error_set(error, err, "%s: cannot be pinned: %s", path,
			       strerror(-err)) : 0;
}

static int pin_all(int program, int content, struct error *error)
{
	int link, err;

	link = bpf_link_create(program, 0, BPF_TRACE_ITER, NULL);
	err = pin_one(program, BPF_PIN_PROGRAM, 0600, error) ?:
	      pin_one(content, BPF_PIN_CONTENT, 0600, error) ?:
	      pin_one(link, BPF_PIN_RECORDS, 0400, error);
	if (link >= 0)
		close(link);
	return err;
}

static int make_dir(struct error *error)
{
	if (!mkdir(BPF_PIN_DIR, 0700) || errno == EEXIST)
		return 0;
	/* sysfs has an empty directory there for bpffs to be mounted on. */
	if (errno == ENOENT || (errno == EPERM && !geteuid()) ||
	    errno == EACCES)
		return error_set(error, -errno,
				 "%s: cannot be made: mount -t bpf bpf /sys/fs/bpf, as root",
				 BPF_PIN_DIR);
	return error_set(error, -errno, "%s: cannot be made: %s", BPF_PIN_DIR,
			 strerror(errno));
}

/**
 * pin() - load the BPF program and leave it in bpffs
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno; then nothing is left.
 */
int pin(struct error *error)
{
	struct bpf_variant variant = { .content = false };
	struct error unused;
	int program, content, err;

	if (!access(BPF_PIN_PROGRAM, F_OK))
		return error_set(error, -EEXIST,
				 "%s: is there already: taskshare unpin removes it",
				 BPF_PIN_DIR);
	err = bpf_new_key(&variant, error);
	if (err)
		return err;
	program = bpf_load(&variant, error);
	if (program < 0)
		return program;
	variant.content = true;
	content = bpf_load(&variant, error);
	err = content < 0 ? content : make_dir(error);
	if (!err) {
		err = pin_all(program, content, error);
		if (err)
			unpin(&unused);
	}
	close(program);
	if (content >= 0)
		close(content);
	return err;
}

/**
 * unpin() - remove what pin() left
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno.
 */
int unpin(struct error *error)
{
	if ((unlink(BPF_PIN_RECORDS) && errno != ENOENT) ||
	    (unlink(BPF_PIN_CONTENT) && errno != ENOENT) ||
	    (unlink(BPF_PIN_PROGRAM) && errno != ENOENT) ||
	    rmdir(BPF_PIN_DIR))
		return error_set(error, -errno, errno == ENOENT ?
				 "%s: is not there: nothing to unpin" :
				 "%s: cannot be removed: %s", BPF_PIN_DIR,
				 strerror(errno));
	return 0;
}
