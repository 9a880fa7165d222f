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
 * ko_find() - find a build of the module
 * @variable: environment variable with its path
 * @name: if that is not set, its name in the test program's directory
 *
 * Return: its absolute path, to be used before the next call, or NULL if there
 * is none.
 */
const char *ko_find(const char *variable, const char *name)
{
	static char path[PATH_MAX];

	return realpath(env_string(variable, sibling(name)), path);
}

/** ko_load() - load the module; 0 or a negative errno */
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
 * ko_unload() - unload the module, without waiting
 *
 * Return: 0; -EBUSY if it is in use; or another negative errno.
 */
int ko_unload(void)
{
	if (!syscall(SYS_delete_module, NAME, O_NONBLOCK))
		return 0;
	return errno == EWOULDBLOCK ? -EBUSY : -errno;
}

/** ko_unload_soon() - unload the module as soon as it is not in use */
bool ko_unload_soon(void)
{
	int ret = -EBUSY;

	return eventually(!(ret = ko_unload()) || ret != -EBUSY) && !ret;
}

/** ko_loaded() - returns true if the module is loaded */
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
 * ko_unused() - returns true if no file, mount or superblock is left
 *
 * After an expired mount, a work queue drops the last of them.
 */
bool ko_unused(void)
{
	return proc_field("/sys/module/" NAME "/refcnt", "") == 0;
}

/** ko_restore() - load the usual module again, as the test found it */
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
 * ko_usual() - load the usual build of the module, instead of any other
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
