// SPDX-License-Identifier: GPL-2.0-only
/* Lab 11: kernel threads, io_uring workers, containers. */
#include <dirent.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "util/array.h"
#include "record/kinds.h"
#include "lab/lab.h"
#include "util/procfs.h"

enum { MAIN, WORKER, CONTAINER, KTHREADD, KTHREAD };

/* Observations; indices of values */
enum { RING, PID_INSIDE, CONTAINED, WITH_USERS };

static void *map_ring(int fd, size_t size, off_t what)
{
	void *ring = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			  what);

	if (ring == MAP_FAILED)
		actor_fail("mmap of a ring", errno);
	return ring;
}

/* Asks the kernel to read from a pipe that stays empty, not at once. */
static void read_by_ring(int fd, const struct io_uring_params *params)
{
	static char buf[16];
	struct io_uring_sqe *sqe;
	__u32 *tail, *array;
	int ends[2];
	char *ring;

	if (pipe(ends))
		actor_fail("pipe", errno);
	ring = map_ring(fd, params->sq_off.array +
			params->sq_entries * sizeof(*array),
			IORING_OFF_SQ_RING);
	sqe = map_ring(fd, params->sq_entries * sizeof(*sqe), IORING_OFF_SQES);
	*sqe = (struct io_uring_sqe){
		.opcode = IORING_OP_READ, .flags = IOSQE_ASYNC, .fd = ends[0],
		.addr = (unsigned long)buf, .len = sizeof(buf),
	};
	array = (__u32 *)(ring + params->sq_off.array);
	tail = (__u32 *)(ring + params->sq_off.tail);
	array[0] = 0;
	__atomic_store_n(tail, 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, fd, 1, 0, 0, NULL, 0) != 1)
		actor_fail("io_uring_enter", errno);
}

/* A worker names itself when it begins to run. */
static bool worker_runs(void)
{
	DIR *tasks = opendir("/proc/self/task");
	char path[64], comm[32];
	struct dirent *entry;
	bool found = false;

	while (tasks && (entry = readdir(tasks))) {
		snprintf(path, sizeof(path), "/proc/self/task/%d/comm",
			 atoi(entry->d_name));
		if (procfs_read(path, comm, sizeof(comm)) > 0 &&
		    !strncmp(comm, "iou-wrk", 7))
			found = true;
	}
	if (tasks)
		closedir(tasks);
	return found;
}

/* Leaves 0, or why there are no rings here. */
static void make_worker(void)
{
	struct io_uring_params params = { 0 };
	int fd = syscall(SYS_io_uring_setup, 1, &params), tries;

	shared->value[RING] = fd < 0 ? errno : 0;
	if (fd < 0)
		return;
	read_by_ring(fd, &params);
	for (tries = 0; tries < 5000 && !worker_runs(); tries++)
		usleep(1000);
}

/* It sees itself as 1, so it waits until main has written its number down. */
static int contained(void *unused)
{
	const struct actor *self = &shared->actor[CONTAINER];

	(void)unused;
	shared->value[PID_INSIDE] = syscall(SYS_getpid);
	syscall(SYS_prctl, PR_SET_NAME, "container", 0, 0, 0);
	syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	while (self->tid <= 0)
		usleep(1000);
	actor_arrive();
	actor_pause();
	return 0;
}

#define NAMESPACES (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | \
		    CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP)

static pid_t clone_contained(unsigned int more)
{
	return clone(contained, shared->stack[CONTAINER] + LAB_STACK,
		     NAMESPACES | more | SIGCHLD, NULL);
}

/* Users other than root can do so in a new user namespace, if anywhere. */
static void make_container(void)
{
	struct actor *actor = &shared->actor[CONTAINER];

	strcpy(actor->name, "container");
	actor->tid = clone_contained(0);
	if (actor->tid < 0 && errno == EPERM) {
		shared->value[WITH_USERS] = 1;
		actor->tid = clone_contained(CLONE_NEWUSER);
	}
	shared->value[CONTAINED] = actor->tid < 0 ? errno : 0;
	if (actor->tid < 0) {
		actor->tid = 0;
		actor_arrive();
	}
}

static void act(void)
{
	make_worker();
	actor_arrive();
	actor_await(1);
	make_container();
}

/* The whole system, by kind of task, and how many have no memory */
static void count_tasks(struct lab_run *run)
{
	static const struct table_column column[] = {
		{ "KIND", 0 }, { "TASKS", SCOLS_FL_RIGHT },
		{ "WITHOUT MEMORY", SCOLS_FL_RIGHT },
	};
	__u32 nr[TASKSHARE_NR_TASKS] = { 0 }, none[TASKSHARE_NR_TASKS] = { 0 };
	struct libscols_table *table;
	__u32 i;
	int k;

	for (i = 0; i < run->seen.model.nr; i++) {
		const struct taskshare_record *rec = run->seen.model.task[i];

		/* A task that ends has released it. */
		if (rec->flags & TASKSHARE_F_EXITING)
			continue;
		nr[rec->kind]++;
		none[rec->kind] += model_holding(&run->seen.model, i,
						 TASKSHARE_MM) == HOLDS_NONE;
	}
	printf("\nAll tasks of the system that are not ending\n\n");
	table = lab_table(run, column, ARRAY_SIZE(column));
	for (k = 0; k < TASKSHARE_NR_TASKS; k++)
		lab_row(run, table, "%s\t%u\t%u", task_name[k], nr[k], none[k]);
	lab_print_table(run, table);
	run->gap = true;
	if (!nr[TASKSHARE_TASK_KTHREAD])
		lab_unseen(run, "kernel threads: this pid namespace has none");
	else if (run->handle->engine == &engine_proc)
		lab_unseen(run, "the objects of kernel threads: the proc engine cannot see them");
	else
		lab_outcome(run, 0, "%u", nr[TASKSHARE_TASK_KTHREAD] -
			    none[TASKSHARE_TASK_KTHREAD]);
	if (nr[TASKSHARE_TASK_KTHREAD] && run->handle->engine != &engine_proc)
		lab_expect(run, none[TASKSHARE_TASK_KTHREAD],
			   nr[TASKSHARE_TASK_KTHREAD],
			   "no kernel thread has memory of its own");
	lab_expect(run, none[TASKSHARE_TASK_IO_WORKER], 0,
		   "every worker of io_uring has");
}

static void look_at_everything(struct lab_run *run)
{
	struct selection everything = { 0 };
	struct error error;
	int err;

	err = snapshot_take(&run->seen, run->handle, &everything, &error);
	if (err)
		lab_fail(run, err, "the system cannot be shown: %s", error.text);
	else
		count_tasks(run);
}

/* The two oldest kernel threads, if we can see them: nothing is done to them. */
static void look_at_kthreads(struct lab_run *run)
{
	struct actor *actor = shared->actor;
	const struct taskshare_record *rec;

	actor[KTHREADD].tid = 2;
	actor[KTHREAD].tid = 3;
	strcpy(actor[KTHREADD].name, "kthreadd");
	strcpy(actor[KTHREAD].name, "its first child");
	rec = lab_record(run, KTHREAD);
	if (rec && rec->kind == TASKSHARE_TASK_KTHREAD && rec->ppid == 2) {
		lab_look(run, "Kernel threads 2 and 3, beside a process", NULL);
		if (run->handle->engine != &engine_proc)
			lab_shares(run, KTHREADD, KTHREAD,
				   LAB_KIND(FS) | LAB_KIND(FILES),
				   LAB_KIND(MM) | LAB_KIND(SIGHAND));
	}
	actor[KTHREADD].tid = 0;
	actor[KTHREAD].tid = 0;
}

/* Only the kernel knows the worker's number. */
static void find_worker(struct lab_run *run)
{
	__u32 i;

	for (i = 0; i < run->seen.model.nr; i++)
		if (run->seen.model.task[i]->tgid == (__u32)run->root &&
		    run->seen.model.task[i]->kind == TASKSHARE_TASK_IO_WORKER)
			shared->actor[WORKER].tid = run->seen.model.task[i]->pid;
	strcpy(shared->actor[WORKER].name, "its worker");
}

/* Before 5.12, workers were threads of the kernel. */
static bool workers_are_threads(void)
{
	struct utsname uts;
	int major, minor;

	return !uname(&uts) &&
	       sscanf(uts.release, "%d.%d", &major, &minor) == 2 &&
	       (major > 5 || (major == 5 && minor >= 12));
}

static void look_at_worker(struct lab_run *run)
{
	if (shared->value[RING]) {
		run->gap = true;
		lab_unseen(run, "workers of io_uring: io_uring_setup: %s",
			   strerror(shared->value[RING]));
		return;
	}
	if (!workers_are_threads()) {
		run->gap = true;
		lab_unseen(run, "workers of io_uring: threads only since Linux 5.12");
		return;
	}
	lab_look(run, "A process that has asked io_uring to read from an empty pipe",
		 NULL);
	if (run->err)
		return;
	find_worker(run);
	lab_expect(run, run->seen.model.nr, 2, "a second task, which the program did not create");
	lab_expect(run, shared->actor[WORKER].tid != 0, 1, "it is a worker of io_uring");
	lab_shares(run, MAIN, WORKER, LAB_KIND(MM) | LAB_KIND(FILES) |
		   LAB_KIND(SIGHAND) | LAB_KIND(FS) | LAB_KIND(SIGNAL), 0);
}

static void look_at_container(struct lab_run *run)
{
	__u32 kinds = LAB_KIND(USER) | LAB_KIND(TIME);

	if (shared->value[CONTAINED]) {
		run->gap = true;
		lab_unseen(run, "a container: clone: %s",
			   strerror(shared->value[CONTAINED]));
		return;
	}
	lab_look(run, "A child in namespaces of its own: a container",
		 "PID,PPID,mm,files,cgroups,ns/uts,ns/ipc,ns/mnt,ns/net,ns/pid,ns/cgroup,ns/time,ns/user,COMM");
	if (run->err)
		return;
	if (shared->value[WITH_USERS])
		kinds &= ~LAB_KIND(USER);
	lab_shares(run, MAIN, CONTAINER, kinds,
		   (LAB_KIND(USER) & ~kinds) | LAB_KIND(UTS) |
		   LAB_KIND(IPC) | LAB_KIND(MNT) | LAB_KIND(NET) |
		   LAB_KIND(PID) | LAB_KIND(CGROUP) | LAB_KIND(MM) |
		   LAB_KIND(FILES));
	lab_outcome(run, 1, "%ld", shared->value[PID_INSIDE]);
	lab_expect(run, shared->value[PID_INSIDE], 1,
		   "inside, its pid is 1; outside, it has a number like any other");
}

/**
 * lab_system() - lab 11: kernel threads, io_uring workers, containers
 * @run: the lab
 */
void lab_system(struct lab_run *run)
{
	lab_start(run, "main", act);
	lab_wait(run, 1);
	if (run->err)
		return;
	look_at_everything(run);
	look_at_kthreads(run);
	look_at_worker(run);
	lab_go(run, 1);
	lab_wait(run, 2);
	look_at_container(run);
	if (run->err)
		return;
	lab_why(run,
		"Kernel threads are tasks that never leave the kernel: no memory of their own\n"
		"(they run in the address space that is loaded); kthreadd creates them, and they\n"
		"share its filesystem information and file descriptor table. A worker of\n"
		"io_uring is a thread of the process that it works for, created by the kernel\n"
		"with CLONE_VM, CLONE_FS, CLONE_FILES, CLONE_SIGHAND and CLONE_THREAD: it needs\n"
		"the same memory and files. ps -L and /proc/PID/task list it. A container is no\n"
		"object of the kernel: it is a process in other namespaces than yours. It shares\n"
		"the kernel with the system, and each namespace that it was not given anew, here\n"
		"the time namespace and perhaps the user namespace.");
	lab_reading("kernel/kthread.c: kthreadd(), create_kthread(), kthread_use_mm()\n"
		    "io_uring/io-wq.c: create_io_worker()\n"
		    "kernel/fork.c: create_io_thread()\n"
		    "kernel/nsproxy.c: create_new_namespaces()\n"
		    "man: io_uring(7), namespaces(7), cgroups(7)");
}
