// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults that no module may have: insmod knownbad.ko bad=NAME commits one, once
 *
 * For kernels that are built to notice. If one of them does not, its silence
 * about taskshare.ko is worth nothing.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>

static char *bad = "";
module_param(bad, charp, 0400);
MODULE_PARM_DESC(bad, "what to do");

/* Where the compiler must believe that a value is used. */
static char sink;

static void use_after_free(void)
{
	char *p = kmalloc(100, GFP_KERNEL);

	kfree(p);
	/* The compiler would warn of a constant. */
	OPTIMIZER_HIDE_VAR(p);
	WRITE_ONCE(sink, READ_ONCE(*p));
}

static void vmalloc_bounds(void)
{
	size_t size = PAGE_SIZE - 10;
	char *p = vmalloc(size);

	OPTIMIZER_HIDE_VAR(size);
	if (p)
		WRITE_ONCE(sink, READ_ONCE(p[size]));
	vfree(p);
}

/* As a sighand_struct: its memory is reused, but it must not be relied on. */
static void typesafe(void)
{
	struct kmem_cache *cache;
	char *p;

	cache = kmem_cache_create("knownbad", 100, 0, SLAB_TYPESAFE_BY_RCU,
				  NULL);
	if (!cache)
		return;
	p = kmem_cache_alloc(cache, GFP_KERNEL);
	kmem_cache_free(cache, p);
	rcu_barrier();
	OPTIMIZER_HIDE_VAR(p);
	WRITE_ONCE(sink, READ_ONCE(*p));
	kmem_cache_destroy(cache);
}

static void rcu_sleep(void)
{
	rcu_read_lock();
	/* It did not have to sleep; it might have. */
	kfree(kmalloc(100, GFP_KERNEL));
	rcu_read_unlock();
}

static char __rcu *guarded;

static void rcu_unlocked(void)
{
	WRITE_ONCE(sink, rcu_dereference(guarded) ? 1 : 0);
}

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

static void inversion(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);

	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void never(struct timer_list *timer)
{
}

static void active_timer(void)
{
	struct timer_list *timer = kmalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return;
	timer_setup(timer, never, 0);
	mod_timer(timer, jiffies + 1000 * HZ);
	kfree(timer);
}

static void shift(void)
{
	unsigned int by = 40;

	OPTIMIZER_HIDE_VAR(by);
	WRITE_ONCE(sink, 1 << by);
}

static void twice_from_list(void)
{
	struct list_head list, entry;

	INIT_LIST_HEAD(&list);
	list_add(&entry, &list);
	list_del(&entry);
	list_del(&entry);
}

/* Ten, as what lies around on a stack may still point to one. */
static void leak(void)
{
	int i;

	for (i = 0; i < 10; i++)
		WRITE_ONCE(sink, (unsigned long)kmalloc(100, GFP_KERNEL));
}

static unsigned int raced;

/* Not to be kept in a register while the loop goes round. */
static void race_on(void)
{
	raced++;
	barrier();
	cond_resched();
}

static int racer(void *data)
{
	while (!kthread_should_stop())
		race_on();
	return 0;
}

static void race(void)
{
	struct task_struct *task = kthread_run(racer, NULL, "knownbad");
	unsigned long end = jiffies + 10 * HZ;

	if (IS_ERR(task))
		return;
	while (time_before(jiffies, end))
		race_on();
	kthread_stop(task);
}

static const struct {
	const char *name;
	void (*commit)(void);
} sins[] = {
	{ "use_after_free", use_after_free },
	{ "vmalloc_bounds", vmalloc_bounds },
	{ "typesafe", typesafe },
	{ "rcu_sleep", rcu_sleep },
	{ "rcu_unlocked", rcu_unlocked },
	{ "inversion", inversion },
	{ "active_timer", active_timer },
	{ "shift", shift },
	{ "twice_from_list", twice_from_list },
	{ "leak", leak },
	{ "race", race },
};

static int __init knownbad_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sins); i++) {
		if (strcmp(bad, sins[i].name))
			continue;
		sins[i].commit();
		return 0;
	}
	return -EINVAL;
}

static void __exit knownbad_exit(void)
{
}

module_init(knownbad_init);
module_exit(knownbad_exit);

MODULE_DESCRIPTION("Does what kernels that debug themselves must notice");
MODULE_AUTHOR("The taskshare developers");
MODULE_LICENSE("GPL");
