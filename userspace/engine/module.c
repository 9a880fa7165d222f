// SPDX-License-Identifier: GPL-2.0-only
/* The engine that reads what taskshare.ko collected. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/engine.h"

#define DEBUGFS_DIR "/sys/kernel/debug/taskshare"

/* mountinfo writes blanks and the like as three octal digits. */
static void unescape_octal(char *s)
{
	char *to = s;

	for (; *s; s++, to++) {
		if (s[0] == '\\' && s[1] && s[2] && s[3]) {
			*to = (s[1] - '0') << 6 | (s[2] - '0') << 3 |
			      (s[3] - '0');
			s += 3;
		} else {
			*to = *s;
		}
	}
	*to = 0;
}

/* A line of mountinfo: the mount point of a taskshare filesystem, or NULL */
static char *taskshare_mount(char *line)
{
	char *dash = strstr(line, " - ");
	char *dir = NULL;
	int i;

	if (!dash || strncmp(dash, " - taskshare ", 13))
		return NULL;
	for (i = 0; i < 5; i++)
		dir = strsep(&line, " ");
	if (dir)
		unescape_octal(dir);
	return dir;
}

static int collect_one(int dir, const char *name, struct records *recs,
		       struct error *error)
{
	char origin[32];
	int fd, err;

	snprintf(origin, sizeof(origin), "records/%s", name);
	fd = openat(dir, origin, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return -ESRCH;
	if (fd < 0 && errno == EACCES)
		return error_set(error, -errno,
				 "%s: no permission: CAP_SYS_PTRACE is needed",
				 origin);
	/* The module returns this under lockdown=confidentiality only. */
	if (fd < 0 && errno == EPERM)
		return error_set(error, -errno,
				 "%s: refused, as lockdown=confidentiality does: see /sys/kernel/security/lockdown",
				 origin);
	if (fd < 0)
		return error_set(error, -errno, "%s: cannot be opened: %s",
				 origin, strerror(errno));
	err = records_read(recs, fd, origin, error);
	close(fd);
	return err;
}

/*
 * Whose numbers do the files have? Those of debugfs are the initial pid
 * namespace's, those of a mount by hand the namespace's where it was made. Our
 * own record says, unless it may not be read.
 */
static bool has_our_numbers(int dir)
{
	struct records recs = { 0 };
	struct error unused;
	struct stat own;
	char name[16];
	bool has;
	int err;

	if (stat("/proc/self/ns/pid", &own))
		return true;
	snprintf(name, sizeof(name), "%d", getpid());
	err = collect_one(dir, name, &recs, &unused);
	has = err ? err != -ESRCH :
		    recs.nr && recs.rec[0].pidns == own.st_ino;
	records_free(&recs);
	return has;
}

/* The directory, a negative errno, or -EXDEV for another PID namespace. */
static int open_ours(const char *path)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return -errno;
	if (has_our_numbers(dir))
		return dir;
	close(dir);
	return -EXDEV;
}

static int open_mounted(void)
{
	char *line = NULL, *path;
	int dir = -ENOENT;
	size_t size = 0;
	FILE *f;

	f = fopen("/proc/self/mountinfo", "re");
	if (!f)
		return -errno;
	while (dir < 0 && getline(&line, &size, f) > 0) {
		path = taskshare_mount(line);
		if (path)
			dir = open_ours(path);
	}
	free(line);
	fclose(f);
	return dir;
}

static int module_open(void **state, const char *arg, bool content,
		       struct error *error)
{
	int dir, err;

	(void)arg;
	(void)content;
	/* Opening it is what makes debugfs mount it. */
	dir = open_ours(DEBUGFS_DIR);
	err = dir;
	if (dir < 0)
		dir = open_mounted();
	if (dir >= 0) {
		*state = (void *)(intptr_t)dir;
		return 0;
	}
	if (err == -EACCES || err == -EPERM)
		return error_set(error, err,
				 "module: no permission for %s: become root",
				 DEBUGFS_DIR);
	if (err == -EXDEV || dir == -EXDEV)
		return error_set(error, -EXDEV,
				 "module: its numbers are another pid namespace's: mount -t taskshare none /mnt");
	if (access("/sys/module/taskshare", F_OK))
		return error_set(error, -ENOENT,
				 "module: not loaded: insmod taskshare.ko");
	/* With debugfs or without, whatever the kernel was booted with. */
	return error_set(error, err,
			 "module: loaded, but not mounted: mount -t taskshare none /mnt");
}

static int collect_all(int dir, struct records *recs, struct error *error)
{
	int err = collect_one(dir, "all", recs, error);

	if (err == -ESRCH)
		error_set(error, err,
			  "records/all: is not there: load the module again");
	return err;
}

static int module_collect(void *state, struct selection *sel,
			  struct records *recs, struct error *error)
{
	int dir = (intptr_t)state;
	char name[16];
	int err;

	if (sel->nr == 1) {
		snprintf(name, sizeof(name), "%u", sel->pid[0]);
		err = collect_one(dir, name, recs, error);
		sel->gone[0] = err == -ESRCH || (!err && !recs->nr);
		return err == -ESRCH ? 0 : err;
	}
	/* Two files are two snapshots, and their ids no proof of sharing. */
	err = collect_all(dir, recs, error);
	return err ? err : selection_filter(sel, recs, error);
}

static void module_close(void *state)
{
	close((intptr_t)state);
}

const struct engine engine_module = {
	.name = "module",
	.sees = "everything, verified under locks: taskshare.ko, root",
	.lasting = true,
	.open = module_open,
	.collect = module_collect,
	.close = module_close,
};
