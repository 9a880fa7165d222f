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

static int pin_all(int program, struct error *error)
{
	int link, err;

	err = bpf_obj_pin(program, BPF_PIN_PROGRAM);
	if (err)
		return error_set(error, err, "%s: cannot be pinned: %s",
				 BPF_PIN_PROGRAM, strerror(-err));
	link = bpf_link_create(program, 0, BPF_TRACE_ITER, NULL);
	err = link < 0 ? link : bpf_obj_pin(link, BPF_PIN_RECORDS);
	if (link >= 0)
		close(link);
	if (!err && (chmod(BPF_PIN_PROGRAM, 0600) ||
		     chmod(BPF_PIN_RECORDS, 0400)))
		err = -errno;
	if (err)
		error_set(error, err, "%s: cannot be pinned: %s",
			  BPF_PIN_RECORDS, strerror(-err));
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
	struct error unused;
	int program, err;

	if (!access(BPF_PIN_PROGRAM, F_OK))
		return error_set(error, -EEXIST,
				 "%s: is there already: taskshare unpin removes it",
				 BPF_PIN_DIR);
	program = bpf_load(error);
	if (program < 0)
		return program;
	err = make_dir(error);
	if (!err) {
		err = pin_all(program, error);
		if (err)
			unpin(&unused);
	}
	close(program);
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
	    (unlink(BPF_PIN_PROGRAM) && errno != ENOENT) ||
	    rmdir(BPF_PIN_DIR))
		return error_set(error, -errno, errno == ENOENT ?
				 "%s: is not there: nothing to unpin" :
				 "%s: cannot be removed: %s", BPF_PIN_DIR,
				 strerror(errno));
	return 0;
}
