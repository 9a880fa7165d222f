// SPDX-License-Identifier: GPL-2.0-only
/* Makes random processes, whose tasks take objects out of sharing. */
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "testtask/testtask.h"
#include "tests/claims/world.h"
#include "util/array.h"

#define PTHREAD		(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
			 CLONE_THREAD | CLONE_SYSVSEM)
#define MAX_WORLD	64
#define BIT(kind)	(1u << TASKSHARE_##kind)

static int dice(int sides)
{
	return random() % sides;
}

static void set_filter(int task)
{
	struct {
		struct sock_filter insn[1];
		struct sock_fprog prog;
	} *text = testtask_text(task);

	text->insn[0] = (struct sock_filter)
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	text->prog = (struct sock_fprog){ .len = 1, .filter = text->insn };
	testtask_call(task, SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0);
	if (testtask_call(task, SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER,
			  (long)&text->prog, 0))
		errx(1, "no seccomp filter");
	/* Each of the two calls is allowed to change the credentials. */
	renew(task + 1, TASKSHARE_SECCOMP);
}

/* Something that takes an object out of sharing */
static void take_out(int task)
{
	struct member *m = &world[task + 1];

	switch (dice(is_root ? 12 : 6)) {
	case 0:
		if (testtask_call(task, SYS_unshare, CLONE_FS, 0, 0, 0))
			errx(1, "unshare(CLONE_FS)");
		break;
	case 1:
		if (testtask_call(task, SYS_unshare, CLONE_FILES, 0, 0, 0))
			errx(1, "unshare(CLONE_FILES)");
		break;
	case 2:
		if (testtask_call(task, SYS_unshare, CLONE_SYSVSEM, 0, 0, 0))
			errx(1, "unshare(CLONE_SYSVSEM)");
		m->id[TASKSHARE_SEMUNDO] = 0;
		break;
	case 3:
		/* commit_creds(), whatever the value was before */
		if (testtask_call(task, SYS_prctl, PR_SET_KEEPCAPS, 1, 0, 0))
			errx(1, "prctl(PR_SET_KEEPCAPS)");
		renew(task + 1, TASKSHARE_CRED);
		break;
	case 4:
		if (testtask_make_io(task))
			errx(1, "ioprio_set");
		if (!m->id[TASKSHARE_IO])
			renew(task + 1, TASKSHARE_IO);
		break;
	case 5:
		set_filter(task);
		break;
	case 6:
		if (testtask_call(task, SYS_unshare, CLONE_NEWUTS, 0, 0, 0))
			errx(1, "unshare(CLONE_NEWUTS)");
		renew(task + 1, TASKSHARE_NSPROXY);
		break;
	case 7:
		if (testtask_call(task, SYS_unshare, CLONE_NEWIPC, 0, 0, 0))
			errx(1, "unshare(CLONE_NEWIPC)");
		renew(task + 1, TASKSHARE_NSPROXY);
		m->id[TASKSHARE_SEMUNDO] = 0;
		break;
	case 8:
		if (testtask_call(task, SYS_unshare, CLONE_NEWNS, 0, 0, 0))
			errx(1, "unshare(CLONE_NEWNS)");
		renew(task + 1, TASKSHARE_NSPROXY);
		break;
	case 9:
		/* Equal contents, now and then */
		if (testtask_call(task, SYS_setresgid, -1, 1 + dice(2), -1, 0))
			errx(1, "setresgid");
		renew(task + 1, TASKSHARE_CRED);
		break;
	case 10:
		if (cgroup_join(m->pid))
			m->id[TASKSHARE_CGROUPS] = 1;
		break;
	case 11:
		/* Where it is already, but by an object of its own */
		if (testtask_call(task, SYS_setns, net, CLONE_NEWNET, 0, 0))
			errx(1, "setns(CLONE_NEWNET)");
		renew(task + 1, TASKSHARE_NSPROXY);
		break;
	}
}

/* Test tasks come behind this program itself in the world. */
static int add(int creator, __u64 flags)
{
	int task = testtask_clone(creator, SYS_clone, flags,
				  flags & CLONE_THREAD ? 0 : SIGCHLD);

	if (task < 0)
		errx(1, "clone: %s", strerror(-task));
	born(task + 1, testtask_pid(task), creator + 1, flags);
	nr_world = task + 2;
	return task;
}

static void add_twin(int creator)
{
	static const __u64 flags[] = {
		CLONE_FS, CLONE_FILES, CLONE_VM, CLONE_FS | CLONE_FILES,
		CLONE_VM | CLONE_SIGHAND, CLONE_SYSVSEM, CLONE_IO,
		CLONE_VM | CLONE_FS | CLONE_FILES,
	};

	add(creator, flags[dice(ARRAY_SIZE(flags))]);
}

/* A process of some threads, with twins outside of it */
void make_process(void)
{
	int leader = testtask_fork(), first = leader, nr = 1 + dice(8), i;
	bool leader_dies = !dice(6), waits = !dice(6);

	if (leader < 0)
		errx(1, "fork: %s", strerror(-leader));
	born(leader + 1, testtask_pid(leader), 0, 0);
	nr_world = leader + 2;
	for (i = 1; i < nr; i++)
		add(first + dice(i), PTHREAD & (dice(8) ? ~0 : ~CLONE_FS) &
				     (dice(8) ? ~0 : ~CLONE_FILES));
	for (i = dice(nr + 2); i > 0; i--)
		take_out(first + dice(nr));
	/* Children of a thread that ends are killed, see testtask.c. */
	leader_dies = leader_dies && nr > 1;
	for (i = dice(3); i > 0; i--)
		add_twin(leader_dies ? first + 1 + dice(nr - 1) :
				       first + dice(nr));
	if (leader_dies) {
		if (testtask_exit(leader))
			errx(1, "exit");
		world[leader + 1].dead = true;
	} else if (waits) {
		/* Its creator makes no calls any more. */
		add(first + dice(nr), CLONE_VM | CLONE_VFORK |
				      (dice(3) ? 0 : CLONE_PARENT));
	}
}
