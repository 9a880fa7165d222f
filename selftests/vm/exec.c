// SPDX-License-Identifier: GPL-2.0-only
/*
 * $(exec PROGRAM,NAMES): make becomes PROGRAM
 *
 * GNU make ends with status 2 whatever the status of the recipe that failed.
 * `make vm` has to end with the status of the command in the VM, so its last
 * step is not a child of make but takes its place. PROGRAM finds the make
 * variables NAMES in its environment, unexpanded.
 */
#include <err.h>
#include <gnumake.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int plugin_is_GPL_compatible;

static void export_value(const char *name)
{
	char ref[64], *value;

	snprintf(ref, sizeof(ref), "$(value %s)", name);
	value = gmk_expand(ref);
	if (setenv(name, value, 1))
		err(125, "%s", name);
	gmk_free(value);
}

static char *become(const char *func, unsigned int argc, char **argv)
{
	char *name;

	for (name = strtok(argv[1], " "); name; name = strtok(NULL, " "))
		export_value(name);
	execl(argv[0], argv[0], (char *)NULL);
	err(125, "%s: %s", func, argv[0]);
}

/**
 * exec_gmk_setup() - called by make when it loads exec.so
 *
 * Return: 1, success.
 */
int exec_gmk_setup(void)
{
	gmk_add_function("exec", become, 2, 2, GMK_FUNC_DEFAULT);
	return 1;
}
