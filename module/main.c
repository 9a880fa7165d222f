// SPDX-License-Identifier: GPL-2.0-only
/*
 * taskshare: which tasks share which kernel objects
 *
 * Loading and unloading.
 */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/module.h>

#include "taskshare.h"

/*
 * Once the filesystem is registered it can be mounted, and its text must stay.
 * So this is the last step that may fail.
 */
static int __init ts_init(void)
{
	int err;

	ts_ident_init();
	err = register_filesystem(&ts_fs_type);
	if (err)
		return err;
	ts_automount_init(&ts_fs_type);
	return 0;
}

static void __exit ts_exit(void)
{
	ts_automount_exit();
	unregister_filesystem(&ts_fs_type);
}

module_init(ts_init);
module_exit(ts_exit);

MODULE_DESCRIPTION("Shows which tasks share which kernel objects");
MODULE_AUTHOR("The taskshare developers");
MODULE_LICENSE("GPL");
