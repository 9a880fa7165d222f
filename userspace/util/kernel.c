// SPDX-License-Identifier: GPL-2.0-only
/* The release of the running kernel. */
#include <stdio.h>
#include <sys/utsname.h>

#include "util/kernel.h"

/**
 * kernel_is_since() - compare the running kernel with a release
 * @major: as 6 of Linux 6.17
 * @minor: as 17 of it
 *
 * For what a kernel does not otherwise show: distributions take features into
 * older releases, too.
 *
 * Return: whether it is of that release or a later one.
 */
bool kernel_is_since(unsigned int major, unsigned int minor)
{
	unsigned int first, second;
	struct utsname uts;

	if (uname(&uts) || sscanf(uts.release, "%u.%u", &first, &second) != 2)
		return false;
	return first > major || (first == major && second >= minor);
}
