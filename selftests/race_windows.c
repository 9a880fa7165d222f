// SPDX-License-Identifier: GPL-2.0-only
/* Tasks that change between two steps of a reader, which stops there. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "lib/cpu.h"
#include "lib/ko.h"
#include "lib/slow.h"
#include "lib/snapshot.h"
#include "lib/tree.h"
#include "lib/util.h"

#define PTHREAD_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
			 CLONE_THREAD | CLONE_SYSVSEM)
#define KIND(kind)	(1u << TASKSHARE_##kind)
#define NR_MEMBERS	300	/* more than the module compares in one go */

/*
 * How long a reader keeps a processor. Less than the kernel takes for a lockup;
 * more than a call takes that does not wait.
 */
#define HELD_MS		1500

/* A thread that opens a file, and stops in the module meanwhile. */
struct look {
	pthread_t thread;
	char name[32];
	int cpu;			/* to stay on, -1 for any */
	int fd;
};

static void *look_main(void *arg)
{
	struct look *look = arg;

	if (look->cpu >= 0)
		cpu_use(0, look->cpu);
	look->fd = taskshare_open("%s", look->name);
	return NULL;
}

/* Opens records/@pid, or all of them, until the reader stops at @place. */
static bool look_start(struct look *look, enum slow_place place, pid_t pid)
{
	*look = (struct look){ .cpu = -1 };
	if (pid)
		snprintf(look->name, sizeof(look->name), "records/%d", pid);
	else
		strcpy(look->name, "records/all");
	return !pthread_create(&look->thread, NULL, look_main, look) &&
	       slow_reached(place);
}

/*
 * Returns 0, an error, or -ETIME if the reader did not wait at @place so long.
 */
static int look_end(struct look *look, enum slow_place place,
		    struct snapshot *s)
{
	bool waited = slow_holds(place);
	int ret;

	memset(s, 0, sizeof(*s));
	slow_go(SLOW_NOWHERE);
	pthread_join(look->thread, NULL);
	if (look->fd < 0)
		return look->fd;
	ret = snapshot_fd(s, look->fd);
	close(look->fd);
	return waited ? ret : -ETIME;
}

/*
 * A process of many threads that share all that threads share. On request some
 * of them release one object.
 */
struct members {
	pid_t tid[NR_MEMBERS];
	int (*release)(void);
	bool (*leaves)(int member);
	unsigned int ready;
	unsigned int gone;
	unsigned int go;
};

static struct members *members;

static bool leaves_odd(int member)
{
	return member & 1;
}

/* The first one, too, with which all others are compared. */
static bool leaves_most(int member)
{
	return member != 7 && member != NR_MEMBERS - 2;
}

static int unshare_fs(void)
{
	return unshare(CLONE_FS);
}

static int unshare_files(void)
{
	return unshare(CLONE_FILES);
}

static int unshare_uts(void)
{
	return unshare(CLONE_NEWUTS);
}

static int unshare_semundo(void)
{
	return unshare(CLONE_SYSVSEM);
}

/* Of this thread only; the C library would change all threads. */
static int change_cred(void)
{
	return syscall(SYS_setresuid, 1, -1, -1);
}

static int add_filter(void)
{
	static struct sock_filter allow[] = {
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	static const struct sock_fprog program = { 1, allow };

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

static void *member(void *arg)
{
	long i = (long)arg;

	members->tid[i] = gettid();
	__atomic_add_fetch(&members->ready, 1, __ATOMIC_RELEASE);
	while (members->leaves(i) &&
	       syscall(SYS_futex, &members->go, 0 /* FUTEX_WAIT */, 0, NULL,
		       NULL, 0) && errno == EINTR)
		;
	if (members->leaves(i) && !members->release())
		__atomic_add_fetch(&members->gone, 1, __ATOMIC_RELEASE);
	for (;;)
		pause();
	return NULL;
}

static void gather(void *unused)
{
	struct sembuf up = { .sem_op = 1, .sem_flg = SEM_UNDO };
	int sem = semget(IPC_PRIVATE, 1, 0600);
	pthread_attr_t attr;
	pthread_t thread;
	long i;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 << 10);
	if (sem < 0 || semop(sem, &up, 1) || semctl(sem, 0, IPC_RMID) ||
	    add_filter())
		_exit(EXIT_FAILURE);
	for (i = 1; i < NR_MEMBERS; i++)
		if (pthread_create(&thread, &attr, member, (void *)i))
			_exit(EXIT_FAILURE);
	member(unused);
}

FIXTURE(members) {
	struct snapshot s;
	struct look look;
	pid_t pid;
};

FIXTURE_VARIANT(members) {
	int (*release)(void);
	bool (*leaves)(int member);
	unsigned int moving;	/* kinds of which they hold another then */
	unsigned int none;	/* kinds of which they hold none then */
};

#define RELEASE(name, who, how, others, nothing)				\
	FIXTURE_VARIANT_ADD(members, name##_##who) {			\
		.release = how, .leaves = leaves_##who,			\
		.moving = others, .none = nothing,			\
	}

RELEASE(fs, odd, unshare_fs, KIND(FS), 0);
RELEASE(files, odd, unshare_files, KIND(FILES), 0);
RELEASE(uts, odd, unshare_uts, KIND(NSPROXY) | KIND(UTS), 0);
RELEASE(semundo, odd, unshare_semundo, 0, KIND(SEMUNDO));
RELEASE(cred, odd, change_cred, KIND(CRED), 0);
RELEASE(seccomp, odd, add_filter, KIND(SECCOMP), 0);

RELEASE(fs, most, unshare_fs, KIND(FS), 0);
RELEASE(files, most, unshare_files, KIND(FILES), 0);
RELEASE(uts, most, unshare_uts, KIND(NSPROXY) | KIND(UTS), 0);
RELEASE(semundo, most, unshare_semundo, 0, KIND(SEMUNDO));
RELEASE(cred, most, change_cred, KIND(CRED), 0);
RELEASE(seccomp, most, add_filter, KIND(SECCOMP), 0);

FIXTURE_SETUP(members)
{
	NEEDS_KO("TASKSHARE_KO_FAULTS", "taskshare-faults.ko");
	ASSERT_TRUE(slow_load(SLOW_VERIFY));
	members = mmap(NULL, sizeof(*members), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, members);
	members->release = variant->release;
	members->leaves = variant->leaves;
	die_with_parent();
	self->pid = spawn(gather, NULL);
	ASSERT_TRUE(eventually(__atomic_load_n(&members->ready,
					       __ATOMIC_ACQUIRE) ==
			       NR_MEMBERS));
}

FIXTURE_TEARDOWN(members)
{
	snapshot_free(&self->s);
	kill_and_reap(self->pid);
	EXPECT_TRUE(ko_usual());
}

/* Compares a member with one that stayed: only what it released differs. */
static bool member_right(const struct taskshare_record *r,
			 const struct taskshare_record *stayer,
			 unsigned int moving, unsigned int none)
{
	unsigned int lost = 0;
	int kind;

	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++)
		if (r->id[kind] != stayer->id[kind])
			lost |= 1u << kind;
	if (lost == (moving | none) && r->moving == moving &&
	    r->seen == (ALL_KINDS & ~moving))
		return true;
	complain("%u differs in kinds %#x, not %#x; seen %#x, moving %#x, not %#x",
		 r->pid, lost, moving | none, r->seen, r->moving, moving);
	return false;
}

/*
 * Some members release an object after it was collected and before it is
 * verified. They do not share it any more, and all others still do.
 */
TEST_F_TIMEOUT(members, leaves_before_it_is_verified, 60)
{
	const struct taskshare_record *stayer, *r;
	unsigned int leavers = 0;
	bool leaves;
	int i;

	for (i = 0; i < NR_MEMBERS; i++)
		leavers += variant->leaves(i);
	ASSERT_TRUE(look_start(&self->look, SLOW_VERIFY, self->pid));
	members->go = 1;
	syscall(SYS_futex, &members->go, 1 /* FUTEX_WAKE */, NR_MEMBERS, NULL,
		NULL, 0);
	ASSERT_TRUE(eventually(__atomic_load_n(&members->gone,
					       __ATOMIC_ACQUIRE) == leavers));
	ASSERT_EQ(0, look_end(&self->look, SLOW_VERIFY, &self->s));
	ASSERT_EQ(NR_MEMBERS, self->s.nr);
	stayer = snapshot_find(&self->s, members->tid[NR_MEMBERS - 2]);
	ASSERT_NE(NULL, stayer);
	ASSERT_TRUE(record_quiet(stayer));
	for (i = 0; i < NR_MEMBERS; i++) {
		r = snapshot_find(&self->s, members->tid[i]);
		ASSERT_NE(NULL, r);
		leaves = variant->leaves(i);
		ASSERT_TRUE(member_right(r, stayer,
					 leaves ? variant->moving : 0,
					 leaves ? variant->none : 0));
	}
}

FIXTURE(exits) {
	struct snapshot s;
	struct look look;
	int said[2];
};

FIXTURE_SETUP(exits)
{
	NEEDS_KO("TASKSHARE_KO_FAULTS", "taskshare-faults.ko");
	ASSERT_EQ(0, pipe(self->said));
	ASSERT_EQ(0, tree_start());
}

FIXTURE_TEARDOWN(exits)
{
	snapshot_free(&self->s);
	tree_stop();
	EXPECT_TRUE(ko_usual());
}

static void waits(void *unused)
{
	(void)unused;
	for (;;)
		pause();
}

static void parent_of_one(void *arg)
{
	const int *said = arg;
	pid_t pid = spawn(waits, NULL);

	if (write(said[1], &pid, sizeof(pid)) != sizeof(pid))
		_exit(EXIT_FAILURE);
	waitpid(pid, NULL, 0);
	_exit(0);
}

/*
 * A task that was pinned is reaped, and then its parent. RCU frees the parent
 * before the reader goes on; the record must not be read from there.
 */
TEST_F_TIMEOUT(exits, task_and_parent_are_reaped, 60)
{
	pid_t parent, child;

	ASSERT_TRUE(slow_load(SLOW_COLLECT));
	parent = spawn(parent_of_one, self->said);
	ASSERT_EQ(sizeof(child), read(self->said[0], &child, sizeof(child)));
	ASSERT_TRUE(look_start(&self->look, SLOW_COLLECT, child));
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_TRUE(exited_with(parent, 0));
	ASSERT_TRUE(wait_for_rcu());
	ASSERT_TRUE(slow_holds(SLOW_COLLECT));
	ASSERT_EQ(-ENOENT, look_end(&self->look, SLOW_COLLECT, &self->s));
}

/* A task that is reaped before the rows are settled has none. */
TEST_F_TIMEOUT(exits, task_is_reaped, 60)
{
	pid_t pid = tree[0].pid;

	ASSERT_TRUE(slow_load(SLOW_SETTLE));
	ASSERT_TRUE(look_start(&self->look, SLOW_SETTLE, 0));
	tree_stop();
	ASSERT_EQ(0, look_end(&self->look, SLOW_SETTLE, &self->s));
	ASSERT_NULL(snapshot_find(&self->s, pid));
	ASSERT_NE(NULL, snapshot_find(&self->s, getpid()));
}

/*
 * A process whose threads execute one after the other. Each of them takes over
 * the process's number from the one before, which is gone then.
 */
FIXTURE(execs) {
	struct snapshot s;
	struct look look;
	pid_t pid;
	int go[2];
	int said[2];
};

FIXTURE_VARIANT(execs) {
	bool all;
};

FIXTURE_VARIANT_ADD(execs, in_all) { .all = true };
FIXTURE_VARIANT_ADD(execs, in_its_process) { .all = false };

static void exec_in_turns(void *arg)
{
	FIXTURE_DATA(execs) *self = arg;
	char in[16], out[16];

	snprintf(in, sizeof(in), "%d", self->go[0]);
	snprintf(out, sizeof(out), "%d", self->said[1]);
	execl(sibling("child"), "child", "turns", in, out, NULL);
	_exit(EXIT_FAILURE);
}

static bool has_executed(FIXTURE_DATA(execs) *self)
{
	struct pollfd said = { .fd = self->said[0], .events = POLLIN };
	char byte;

	return poll(&said, 1, DEADLINE_MS) == 1 &&
	       read(self->said[0], &byte, 1) == 1;
}

static bool execute(FIXTURE_DATA(execs) *self)
{
	return write(self->go[1], "", 1) == 1 && has_executed(self);
}

FIXTURE_SETUP(execs)
{
	NEEDS_KO("TASKSHARE_KO_FAULTS", "taskshare-faults.ko");
	ASSERT_TRUE(slow_load(SLOW_SETTLE));
	ASSERT_EQ(0, pipe(self->go));
	ASSERT_EQ(0, pipe(self->said));
	die_with_parent();
	self->pid = spawn(exec_in_turns, self);
	ASSERT_TRUE(has_executed(self));
	ASSERT_TRUE(look_start(&self->look, SLOW_SETTLE,
			       variant->all ? 0 : self->pid));
}

FIXTURE_TEARDOWN(execs)
{
	snapshot_free(&self->s);
	kill_and_reap(self->pid);
	EXPECT_TRUE(ko_usual());
}

/* The tasks that a snapshot has of the process. */
static unsigned int tasks_of(const struct snapshot *s, pid_t pid)
{
	unsigned int nr = 0;
	size_t i;

	for (i = 0; i < s->nr; i++)
		nr += s->rec[i].tgid == (__u32)pid;
	return nr;
}

/*
 * Once while it is collected: the new task is in the row of the old one, and
 * has the row no more that it had as a thread.
 */
TEST_F_TIMEOUT(execs, once, 60)
{
	const struct taskshare_record *seen;
	struct taskshare_record later;

	ASSERT_TRUE(execute(self));
	ASSERT_EQ(0, look_end(&self->look, SLOW_SETTLE, &self->s));
	seen = snapshot_find(&self->s, self->pid);
	ASSERT_NE(NULL, seen);
	EXPECT_EQ(1, tasks_of(&self->s, self->pid));
	ASSERT_EQ(0, snapshot_one(&later, self->pid));
	EXPECT_TRUE(record_same(seen, &later));
}

/* Again while the rows are settled: the process is not lost. */
TEST_F_TIMEOUT(execs, again_and_again, 60)
{
	const struct taskshare_record *seen;

	ASSERT_TRUE(execute(self));
	ASSERT_TRUE(slow_go(SLOW_SETTLE_AGAIN));
	ASSERT_TRUE(slow_reached(SLOW_SETTLE_AGAIN));
	ASSERT_TRUE(execute(self));
	ASSERT_TRUE(execute(self));
	ASSERT_EQ(0, look_end(&self->look, SLOW_SETTLE_AGAIN, &self->s));
	seen = snapshot_find(&self->s, self->pid);
	ASSERT_NE(NULL, seen);
	EXPECT_EQ(1, tasks_of(&self->s, self->pid));
	EXPECT_EQ(TASKSHARE_TASK_LEADER, seen->kind);
}

/*
 * While others are compared with a task, the reader holds the lock that the task
 * needs to release the object.
 */
FIXTURE(held) {
	struct snapshot s;
};

FIXTURE_VARIANT(held) {
	enum slow_place place;
};

FIXTURE_VARIANT_ADD(held, task_lock) { .place = SLOW_TASK_LOCK };
FIXTURE_VARIANT_ADD(held, siglock) { .place = SLOW_SIGLOCK };

FIXTURE_SETUP(held)
{
	NEEDS_KO("TASKSHARE_KO_FAULTS", "taskshare-faults.ko");
	ASSERT_EQ(0, tree_start());
	ASSERT_EQ(1, tree_clone(0, PTHREAD_FLAGS));
}

FIXTURE_TEARDOWN(held)
{
	snapshot_free(&self->s);
	tree_stop();
	EXPECT_TRUE(ko_usual());
}

TEST_F_TIMEOUT(held, while_compared, 60)
{
	ASSERT_TRUE(slow_load(variant->place));
	ASSERT_EQ(0, slow_locks(true));
	ASSERT_EQ(0, snapshot_pid(&self->s, tree[0].pid));
	EXPECT_LT(0, slow_locks(true));
	EXPECT_EQ(0, slow_locks(false));
}

/* A thread that unloads the module. */
struct unload {
	int ret;
	pid_t tid;
	bool over;
};

static void *unload_main(void *arg)
{
	struct unload *unload = arg;

	__atomic_store_n(&unload->tid, gettid(), __ATOMIC_RELEASE);
	unload->ret = ko_unload();
	__atomic_store_n(&unload->over, true, __ATOMIC_RELEASE);
	return NULL;
}

static bool is_over(const bool *over)
{
	return __atomic_load_n(over, __ATOMIC_ACQUIRE);
}

/*
 * Newer kernels call it idle, not uninterruptible, where RCU tasks are awaited.
 */
static bool unload_sleeps(struct unload *unload)
{
	pid_t tid = __atomic_load_n(&unload->tid, __ATOMIC_ACQUIRE);
	char state = tid && ko_going() ? proc_state(getpid(), tid) : 0;

	return state == 'D' || state == 'I';
}

/*
 * A reader that walks into the directory runs the module's code before it holds
 * a reference on it: unloading waits until it has left that code. The reader
 * finds no file.
 */
TEST(unloading_waits_for_who_arrives)
{
	struct look look = { .name = "all" };
	struct unload unload = {};
	pthread_t thread;
	uint64_t begin;
	int cpu[2];

	NEEDS_KO("TASKSHARE_KO_FAULTS", "taskshare-faults.ko");
	if (!cpu_two(cpu))
		SKIP(return, "the reader keeps the only processor");
	ASSERT_TRUE(slow_load_for(SLOW_ARRIVE, 5 * HELD_MS));
	cpu_use(0, cpu[1]);
	look.cpu = cpu[0];
	ASSERT_EQ(0, pthread_create(&look.thread, NULL, look_main, &look));
	ASSERT_TRUE(slow_reached(SLOW_ARRIVE));
	ASSERT_EQ(0, pthread_create(&thread, NULL, unload_main, &unload));
	EXPECT_TRUE(eventually(is_over(&unload.over) ||
			       unload_sleeps(&unload)));
	/* gives an unloading that does not wait the time to get further */
	for (begin = now_ms(); now_ms() - begin < HELD_MS; nap_ms(1)) {
		ASSERT_TRUE(ko_loaded()) {
			TH_LOG("the module has gone from under its reader");
		}
	}
	EXPECT_TRUE(slow_holds(SLOW_ARRIVE));
	EXPECT_TRUE(slow_go(SLOW_NOWHERE));
	pthread_join(thread, NULL);
	pthread_join(look.thread, NULL);
	EXPECT_EQ(0, unload.ret);
	EXPECT_EQ(-ENOENT, look.fd);
	EXPECT_TRUE(ko_usual());
}

TEST_HARNESS_MAIN
