// SPDX-License-Identifier: GPL-2.0-only
/* Loading and unloading the module. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ko.h"
#include "util.h"

#define NAME	"taskshare"

/**
 * ko_find() - a build of the module
 * @variable: of the environment, with its path
 * @name: of the file beside the test program, if that is not set
 *
 * Return: its absolute path, to be used before the next call, or NULL if there
 * is none.
 */
const char *ko_find(const char *variable, const char *name)
{
	static char path[PATH_MAX];

	return realpath(env_string(variable, sibling(name)), path);
}

/** ko_load() - insmod; 0 or a negative errno */
int ko_load(const char *path, const char *parameters)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return ret;
}

/**
 * ko_unload() - rmmod, which does not wait
 *
 * Return: 0; -EBUSY, as rmmod(8) calls it, if it is in use; or another
 * negative errno.
 */
int ko_unload(void)
{
	if (!syscall(SYS_delete_module, NAME, O_NONBLOCK))
		return 0;
	return errno == EWOULDBLOCK ? -EBUSY : -errno;
}

/** ko_unload_soon() - rmmod as soon as nothing is in the way */
bool ko_unload_soon(void)
{
	int ret = -EBUSY;

	return eventually(!(ret = ko_unload()) || ret != -EBUSY) && !ret;
}

/** ko_loaded() - is it there? */
bool ko_loaded(void)
{
	return !access("/sys/module/" NAME "/refcnt", F_OK);
}

/** ko_going() - returns true while the module is being unloaded */
bool ko_going(void)
{
	char state[16];

	return read_file("/sys/module/" NAME "/initstate", state,
			 sizeof(state)) > 0 && !strcmp(state, "going\n");
}

/**
 * ko_unused() - no file, no mount, no superblock of the module is left
 *
 * The last of them goes from a work queue if a mount went by itself.
 */
bool ko_unused(void)
{
	return proc_field("/sys/module/" NAME "/refcnt", "") == 0;
}

/** ko_restore() - leave the module loaded, as it was found */
void ko_restore(void)
{
	const char *path = ko_find("TASKSHARE_KO", "taskshare.ko");
	int ret;

	if (!path || ko_loaded())
		return;
	ret = ko_load(path, "");
	if (ret)
		complain("loading %s again: error %d", path, ret);
}

/**
 * ko_usual() - the usual build of the module, instead of any other
 *
 * Return: false if the other one stays loaded.
 */
bool ko_usual(void)
{
	if (ko_loaded() && !ko_unload_soon())
		return false;
	ko_restore();
	return true;
}
