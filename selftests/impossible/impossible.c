// SPDX-License-Identifier: GPL-2.0-only
/*
 * Puts the task that asks for it into a state that no system call leads to, as
 * exploits of the kernel do, so that a test can see whether it is noticed. It
 * is built for the virtual machines of the tests, and belongs nowhere else.
 *
 * All that a task gets is referenced, and so is what it had: a task that is
 * killed before it closes its descriptor drops what it got as it would drop
 * its own.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

#include "impossible.h"

/*
 * struct former - what a task had before
 * @lock: guards the rest
 * @task: the task, or NULL; referenced
 * @cred: its credentials, if they were exchanged
 * @pidns: the PID namespace for its children, if that was exchanged
 */
struct former {
	struct mutex lock;	/* threads may share a descriptor */
	struct task_struct *task;
	const struct cred *cred;
	struct pid_namespace *pidns;
};

/* Returns the credentials of a child of the caller, referenced, or NULL. */
static const struct cred *cred_of_child(int __user *arg)
{
	const struct cred *cred = NULL;
	struct task_struct *child;
	int nr;

	if (get_user(nr, arg))
		return NULL;
	rcu_read_lock();
	child = pid_task(find_vpid(nr), PIDTYPE_TGID);
	if (child && same_thread_group(rcu_dereference(child->real_parent),
				       current))
		cred = get_task_cred(child);
	rcu_read_unlock();
	return cred;
}

static void exchange_cred(struct former *former, const struct cred *cred)
{
	former->cred = get_current_cred();
	commit_creds((struct cred *)cred);
}

static long share_cred(struct former *former, int __user *arg)
{
	const struct cred *cred = cred_of_child(arg);

	if (!cred)
		return -ESRCH;
	exchange_cred(former, cred);
	return 0;
}

/* It keeps its users and capabilities, so that nothing but this differs. */
static long enter_user(struct former *former, int __user *arg)
{
	const struct cred *of_child = cred_of_child(arg);
	struct cred *cred;

	if (!of_child)
		return -ESRCH;
	cred = prepare_creds();
	if (cred) {
		put_user_ns(cred->user_ns);
		cred->user_ns = get_user_ns(of_child->user_ns);
		exchange_cred(former, cred);
	}
	put_cred(of_child);
	return cred ? 0 : -ENOMEM;
}

/*
 * A reader of the pointer finds one of two namespaces that stay: @former keeps
 * the one, the task's own namespace keeps that above it.
 */
static long rise_pidns(struct former *former)
{
	struct pid_namespace *above = task_active_pid_ns(current)->parent;
	struct nsproxy *ns = current->nsproxy;

	if (!above)
		return -EINVAL;
	former->pidns = ns->pid_ns_for_children;
	WRITE_ONCE(ns->pid_ns_for_children, get_pid_ns(above));
	return 0;
}

static long change(struct former *former, unsigned int cmd, int __user *arg)
{
	switch (cmd) {
	case IMPOSSIBLE_CRED:
		return share_cred(former, arg);
	case IMPOSSIBLE_USER:
		return enter_user(former, arg);
	case IMPOSSIBLE_IDLE_CRED:
		exchange_cred(former, get_task_cred(&init_task));
		return 0;
	case IMPOSSIBLE_PIDNS:
		return rise_pidns(former);
	}
	return -ENOTTY;
}

static long impossible_ioctl(struct file *file, unsigned int cmd,
			     unsigned long arg)
{
	struct former *former = file->private_data;
	long ret = -EBUSY;

	mutex_lock(&former->lock);
	if (!former->task) {
		ret = change(former, cmd, (int __user *)arg);
		if (!ret)
			former->task = get_task_struct(current);
	}
	mutex_unlock(&former->lock);
	return ret;
}

static int impossible_open(struct inode *inode, struct file *file)
{
	struct former *former;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	former = kzalloc(sizeof(*former), GFP_KERNEL);
	if (!former)
		return -ENOMEM;
	mutex_init(&former->lock);
	file->private_data = former;
	return 0;
}

/* A task that exits has lost its nsproxy by now; another one is not to change. */
static int impossible_release(struct inode *inode, struct file *file)
{
	struct former *former = file->private_data;
	bool same = former->task == current;

	if (former->pidns && same && current->nsproxy)
		swap(current->nsproxy->pid_ns_for_children, former->pidns);
	if (former->pidns)
		put_pid_ns(former->pidns);
	if (former->cred && same)
		commit_creds((struct cred *)former->cred);
	else if (former->cred)
		put_cred(former->cred);
	if (former->task)
		put_task_struct(former->task);
	kfree(former);
	return 0;
}

static const struct file_operations impossible_fops = {
	.owner = THIS_MODULE,
	.open = impossible_open,
	.release = impossible_release,
	.unlocked_ioctl = impossible_ioctl,
};

static struct miscdevice impossible_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "impossible",
	.fops = &impossible_fops,
	.mode = 0600,
};

module_misc_device(impossible_device);

MODULE_DESCRIPTION("Puts test tasks into states that no system call leads to");
MODULE_AUTHOR("The taskshare developers");
MODULE_LICENSE("GPL");
