// SPDX-License-Identifier: GPL-2.0-only
/*
 * The filesystem. Names are looked up when a process asks for them, as in /proc,
 * and nothing of them is kept afterwards.
 *
 *	<pid>  self  all  records/<pid>  records/all
 *
 * The numbers are those of the pid namespace that mounted it, one superblock
 * for each; debugfs has those of the initial one. An inode holds the struct
 * pid, not the number: once that task is gone the dentry is no longer valid. An
 * open of the inode through a descriptor that was kept gives ENOENT, even when
 * the number belongs to another task by then.
 *
 * Nothing can be written. S_IMMUTABLE refuses what the VFS would do by itself,
 * such as chmod(2).
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/kernel.h>
#include <linux/magic.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/security.h>
#include <linux/threads.h>
#include <linux/uio.h>

#include "taskshare.h"

#define TS_MAGIC	0x54534852

enum { INO_ROOT = 1, INO_FIXED, INO_PID = 16 };

/**
 * struct entry - a name, or all numbers, in a directory
 * @name: the name, NULL for numbers
 * @mode: type and permissions
 * @iop: inode operations
 * @fop: file operations
 */
struct entry {
	const char *name;
	umode_t mode;
	const struct inode_operations *iop;
	const struct file_operations *fop;
};

/* A directory: @nr fixed names, and one more entry for the numbers. */
struct dir {
	const struct entry *entry;
	unsigned int nr;
};

static const struct dir root_dir, records_dir;

static struct pid_namespace *ns_of(struct super_block *sb)
{
	return sb->s_fs_info;
}

/*
 * Files: the content is made when they are opened.
 */

/*
 * Lockdown for integrity leaves reading alone, and there is nothing but reading
 * here; it lets files of debugfs through for the same reason. Lockdown for
 * confidentiality keeps the kernel's memory from user space, and every content
 * is read from there. Its reason for /proc/kcore comes closest.
 */
static int may_open(void)
{
	if (!capable(CAP_SYS_PTRACE))
		return -EACCES;
	return security_locked_down(LOCKDOWN_KCORE);
}

static int open_content(struct inode *inode, struct file *file, bool text)
{
	struct ts_content *content;
	int err = may_open();

	if (err)
		return err;
	content = ts_snapshot(ns_of(inode->i_sb), inode->i_private, text);
	if (IS_ERR(content))
		return PTR_ERR(content);
	file->private_data = content;
	return 0;
}

static int text_open(struct inode *inode, struct file *file)
{
	return open_content(inode, file, true);
}

static int records_open(struct inode *inode, struct file *file)
{
	return open_content(inode, file, false);
}

static ssize_t file_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct ts_content *content = iocb->ki_filp->private_data;
	size_t left, done;

	if (iocb->ki_pos >= content->size || !iov_iter_count(to))
		return 0;
	left = min(content->size - (size_t)iocb->ki_pos, iov_iter_count(to));
	done = copy_to_iter(content->data + iocb->ki_pos, left, to);
	if (!done)
		return -EFAULT;
	iocb->ki_pos += done;
	return done;
}

static loff_t file_llseek(struct file *file, loff_t offset, int whence)
{
	struct ts_content *content = file->private_data;

	return fixed_size_llseek(file, offset, whence, content->size);
}

static int file_release(struct inode *inode, struct file *file)
{
	ts_snapshot_free(file->private_data);
	ts_automount_idle();
	return 0;
}

static const struct file_operations text_fops = {
	.owner		= THIS_MODULE,
	.open		= text_open,
	.read_iter	= file_read_iter,
	.splice_read	= copy_splice_read,
	.llseek		= file_llseek,
	.release	= file_release,
};

static const struct file_operations records_fops = {
	.owner		= THIS_MODULE,
	.open		= records_open,
	.read_iter	= file_read_iter,
	.splice_read	= copy_splice_read,
	.llseek		= file_llseek,
	.release	= file_release,
};

static const char *self_get_link(struct dentry *dentry, struct inode *inode,
				 struct delayed_call *done)
{
	pid_t tgid = task_tgid_nr_ns(current, ns_of(inode->i_sb));
	char *link;

	if (!tgid)
		return ERR_PTR(-ENOENT);
	/* A walk under RCU must not sleep; the VFS repeats it without RCU. */
	if (!dentry)
		return ERR_PTR(-ECHILD);
	link = kasprintf(GFP_KERNEL, "%d", tgid);
	if (!link)
		return ERR_PTR(-ENOMEM);
	set_delayed_call(done, kfree_link, link);
	return link;
}

static const struct inode_operations self_iops = {
	.get_link	= self_get_link,
};

static const struct inode_operations file_iops = { };

/*
 * Names.
 */

/* Returns the number that @name is in canonical decimal form, 0 for none. */
static u32 name_to_nr(const struct qstr *name)
{
	char digits[12];
	u32 nr;

	if (name->len >= sizeof(digits) || name->name[0] < '1' ||
	    name->name[0] > '9')
		return 0;
	memcpy(digits, name->name, name->len);
	digits[name->len] = '\0';
	if (kstrtou32(digits, 10, &nr) || digits[name->len - 1] == '\n')
		return 0;
	return nr <= INT_MAX ? nr : 0;
}

static struct inode *entry_inode(struct super_block *sb,
				 const struct entry *entry, unsigned long ino)
{
	struct inode *inode = new_inode(sb);

	if (!inode)
		return NULL;
	inode->i_ino = ino;
	inode->i_mode = entry->mode;
	inode->i_op = entry->iop;
	inode->i_fop = entry->fop;
	inode->i_flags |= S_IMMUTABLE | S_NOATIME | S_NOCMTIME;
	simple_inode_init_ts(inode);
	if (S_ISDIR(entry->mode))
		set_nlink(inode, 2);
	return inode;
}

static unsigned long pid_ino(const struct dir *dir, u32 nr)
{
	return INO_PID + 2UL * nr + (dir == &records_dir);
}

static unsigned long fixed_ino(const struct dir *dir, unsigned int i)
{
	return INO_FIXED + i + (dir == &records_dir ? root_dir.nr : 0);
}

static struct inode *pid_inode(struct super_block *sb, const struct dir *dir,
			       u32 nr)
{
	struct pid *pid;
	struct inode *inode;

	/* Protects the pid until it is referenced. */
	rcu_read_lock();
	pid = find_pid_ns(nr, ns_of(sb));
	if (pid && pid_task(pid, PIDTYPE_PID))
		get_pid(pid);
	else
		pid = NULL;
	rcu_read_unlock();
	if (!pid)
		return ERR_PTR(-ENOENT);

	inode = entry_inode(sb, &dir->entry[dir->nr], pid_ino(dir, nr));
	if (!inode) {
		put_pid(pid);
		return ERR_PTR(-ENOMEM);
	}
	inode->i_private = pid;
	return inode;
}

static struct inode *name_inode(struct super_block *sb, const struct dir *dir,
				const struct qstr *name)
{
	struct inode *inode;
	unsigned int i;
	u32 nr;

	for (i = 0; i < dir->nr; i++) {
		if (name->len != strlen(dir->entry[i].name) ||
		    memcmp(name->name, dir->entry[i].name, name->len))
			continue;
		inode = entry_inode(sb, &dir->entry[i], fixed_ino(dir, i));
		return inode ?: ERR_PTR(-ENOMEM);
	}
	nr = name_to_nr(name);
	return nr ? pid_inode(sb, dir, nr) : ERR_PTR(-ENOENT);
}

static struct dentry *lookup(struct inode *inode, struct dentry *dentry,
			     const struct dir *dir)
{
	struct inode *found = name_inode(inode->i_sb, dir, &dentry->d_name);

	return IS_ERR(found) ? ERR_CAST(found) :
		d_splice_alias(found, dentry);
}

static struct dentry *root_lookup(struct inode *inode, struct dentry *dentry,
				  unsigned int flags)
{
	return lookup(inode, dentry, &root_dir);
}

static struct dentry *records_lookup(struct inode *inode,
				     struct dentry *dentry, unsigned int flags)
{
	return lookup(inode, dentry, &records_dir);
}

static int d_revalidate(TS_D_REVALIDATE_ARGS)
{
	struct pid *pid;

	/* Without RCU the dentry keeps its inode, and the inode the pid. */
	if (flags & LOOKUP_RCU)
		return -ECHILD;
	pid = d_inode(dentry)->i_private;
	return !pid || pid_has_task(pid, PIDTYPE_PID);
}

static const struct dentry_operations ts_dops = {
	.d_revalidate	= d_revalidate,
	/* Nothing is cached once it is closed. */
	.d_delete	= always_delete_dentry,
};

/*
 * Directories.
 */

/*
 * Returns the lowest number of a thread group's leader from @nr on; 0 at the
 * end, or for a reader that is being killed.
 */
static u32 next_leader(struct pid_namespace *ns, u32 nr)
{
	struct pid *pid;
	u32 steps = 0;
	bool leader;

	for (;; nr++) {
		/* Protects the pid. */
		rcu_read_lock();
		pid = find_ge_pid(nr, ns);
		nr = pid ? pid_nr_ns(pid, ns) : 0;
		leader = pid && pid_has_task(pid, PIDTYPE_TGID);
		rcu_read_unlock();
		if (!pid || leader)
			return nr;
		if (ts_breathe(steps++))
			return 0;
	}
}

/* Positions: 0 and 1 the dots, then the fixed names, then the numbers. */
static int iterate(struct file *file, struct dir_context *ctx,
		   const struct dir *dir)
{
	struct pid_namespace *ns = ns_of(file_inode(file)->i_sb);
	unsigned int i;
	char name[12];
	loff_t base;
	u32 nr;

	if (!dir_emit_dots(file, ctx))
		return 0;
	base = 2 + dir->nr;
	for (; ctx->pos < base; ctx->pos++) {
		i = ctx->pos - 2;
		if (!dir_emit(ctx, dir->entry[i].name,
			      strlen(dir->entry[i].name), fixed_ino(dir, i),
			      fs_umode_to_dtype(dir->entry[i].mode)))
			return 0;
	}
	if (ctx->pos - base > PID_MAX_LIMIT)
		return 0;
	nr = next_leader(ns, max_t(u32, ctx->pos - base, 1));
	for (; nr; nr = next_leader(ns, nr + 1)) {
		ctx->pos = base + nr;
		if (!dir_emit(ctx, name, sprintf(name, "%u", nr),
			      pid_ino(dir, nr), DT_REG))
			return 0;
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	/* The d_off of the last entry, which a 32-bit off_t must hold. */
	ctx->pos = base + PID_MAX_LIMIT + 1;
	return 0;
}

static int root_iterate(struct file *file, struct dir_context *ctx)
{
	return iterate(file, ctx, &root_dir);
}

static int records_iterate(struct file *file, struct dir_context *ctx)
{
	return iterate(file, ctx, &records_dir);
}

static int dir_release(struct inode *inode, struct file *file)
{
	ts_automount_idle();
	return 0;
}

static const struct inode_operations root_iops = {
	.lookup		= root_lookup,
};

static const struct file_operations root_fops = {
	.owner		= THIS_MODULE,
	.read		= generic_read_dir,
	.iterate_shared	= root_iterate,
	.llseek		= generic_file_llseek,
	.release	= dir_release,
};

static const struct inode_operations records_iops = {
	.lookup		= records_lookup,
};

static const struct file_operations records_dir_fops = {
	.owner		= THIS_MODULE,
	.read		= generic_read_dir,
	.iterate_shared	= records_iterate,
	.llseek		= generic_file_llseek,
	.release	= dir_release,
};

static const struct entry root_entry = {
	NULL, S_IFDIR | 0500, &root_iops, &root_fops
};

static const struct entry root_entries[] = {
	{ "self", S_IFLNK | 0777, &self_iops, NULL },
	{ "all", S_IFREG | 0400, &file_iops, &text_fops },
	{ "records", S_IFDIR | 0500, &records_iops, &records_dir_fops },
	{ NULL, S_IFREG | 0400, &file_iops, &text_fops },
};

static const struct dir root_dir = {
	root_entries, ARRAY_SIZE(root_entries) - 1
};

static const struct entry records_entries[] = {
	{ "all", S_IFREG | 0400, &file_iops, &records_fops },
	{ NULL, S_IFREG | 0400, &file_iops, &records_fops },
};

static const struct dir records_dir = {
	records_entries, ARRAY_SIZE(records_entries) - 1
};

/*
 * The superblock.
 */

static void evict_inode(struct inode *inode)
{
	clear_inode(inode);
	put_pid(inode->i_private);
}

static const struct super_operations ts_sops = {
	.statfs		= simple_statfs,
	.evict_inode	= evict_inode,
};

static int fill_super(struct super_block *sb, struct fs_context *fc)
{
	struct inode *inode;

	sb->s_magic = TS_MAGIC;
	sb->s_op = &ts_sops;
	sb->s_blocksize = PAGE_SIZE;
	sb->s_blocksize_bits = PAGE_SHIFT;
	sb->s_maxbytes = MAX_LFS_FILESIZE;
	sb->s_time_gran = 1;
	/* The VFS takes the mount's flags from its parent's. */
	sb->s_iflags |= SB_I_NOEXEC | SB_I_NODEV;
	set_default_d_op(sb, &ts_dops);
	inode = entry_inode(sb, &root_entry, INO_ROOT);
	if (!inode)
		return -ENOMEM;
	inc_nlink(inode);
	sb->s_root = d_make_root(inode);
	return sb->s_root ? 0 : -ENOMEM;
}

static int get_tree(struct fs_context *fc)
{
	return get_tree_keyed(fc, fill_super, fc->s_fs_info);
}

/* A new superblock has taken over s_fs_info; one that was there has not. */
static void free_fs_context(struct fs_context *fc)
{
	if (fc->s_fs_info)
		put_pid_ns(fc->s_fs_info);
}

static const struct fs_context_operations context_ops = {
	.get_tree	= get_tree,
	.free		= free_fs_context,
};

/*
 * A context keeps the module loaded, or even a superblock alive, for as long
 * as its descriptor is open, and no mountinfo shows it. fsopen(2) and fspick(2)
 * ask for CAP_SYS_ADMIN over the caller's own mount namespace only, so any user
 * could make one in a user namespace. fsconfig(2) would ask for the capability
 * over the initial user namespace before it mounts; this asks at once. A
 * submount's context is debugfs's own and ends with the walk that needs it,
 * by any user.
 */
static bool may_make_context(const struct fs_context *fc)
{
	return fc->purpose == FS_CONTEXT_FOR_SUBMOUNT || capable(CAP_SYS_ADMIN);
}

static int init_fs_context(struct fs_context *fc)
{
	struct pid_namespace *ns = task_active_pid_ns(current);

	if (!may_make_context(fc))
		return -EPERM;
	if (fc->purpose == FS_CONTEXT_FOR_SUBMOUNT) {
		/* debugfs has the initial namespace's numbers for every user. */
		ns = &init_pid_ns;
		fc->source = kstrdup(TS_NAME, GFP_KERNEL);
		if (!fc->source)
			return -ENOMEM;
	}
	fc->s_fs_info = get_pid_ns(ns);
	fc->ops = &context_ops;
	return 0;
}

static void kill_sb(struct super_block *sb)
{
	struct pid_namespace *ns = ns_of(sb);

	kill_anon_super(sb);
	put_pid_ns(ns);
}

struct file_system_type ts_fs_type = {
	.owner			= THIS_MODULE,
	.name			= TS_NAME,
	.init_fs_context	= init_fs_context,
	.kill_sb		= kill_sb,
};

/*
 * No MODULE_ALIAS_FS: with it, mount(2) and fsopen(2) would load an installed
 * module for any user who has made a user namespace.
 */
