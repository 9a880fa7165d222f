// SPDX-License-Identifier: GPL-2.0-only
/* What tasks do between two steps of a reader, which the test makes slow. */
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
#include "lib/ko.h"
#include "lib/snapshot.h"
#include "lib/tree.h"
#include "lib/util.h"

#define PTHREAD_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
			 CLONE_THREAD | CLONE_SYSVSEM)
#define KIND(kind)	(1u << TASKSHARE_##kind)
#define NR_MEMBERS	300	/* more than the module compares in one go */

/* The places of enum ts_place. */
enum { SETTLE = 1, COLLECT = 4, VERIFY, TASK_LOCK, SIGLOCK, ARRIVE };

/* How long each takes: enough for what is done meanwhile; held or busy. */
#define SLOW_MS		(1000 + 500 * slowness())
#define HELD_MS		700

/* A thread that opens a file, which takes it a while. */
struct look {
	pthread_t thread;
	char name[32];
	int cpu;			/* to stay on, -1 for any */
	pid_t tid;
	int fd;
	bool over;
};

static void use_cpu(pid_t tid, int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	sched_setaffinity(tid, sizeof(cpus), &cpus);
}

static void *look_main(void *arg)
{
	struct look *look = arg;

	if (look->cpu >= 0)
		use_cpu(0, look->cpu);
	__atomic_store_n(&look->tid, gettid(), __ATOMIC_RELEASE);
	look->fd = taskshare_open("%s", look->name);
	__atomic_store_n(&look->over, true, __ATOMIC_RELEASE);
	return NULL;
}

static bool look_waits(struct look *look)
{
	return look->tid && proc_state(getpid(), look->tid) == 'D';
}

/* Open records/<@pid>, or another name; true once it is in the slow place. */
static bool look_start(struct look *look, const char *name, pid_t pid)
{
	*look = (struct look){ .cpu = -1 };
	snprintf(look->name, sizeof(look->name), "records/%d", pid);
	if (name)
		strcpy(look->name, name);
	return !pthread_create(&look->thread, NULL, look_main, look) &&
	       eventually(look_waits(look));
}

/* What came of it; -EAGAIN if it did not wait for what happened meanwhile. */
static int look_end(struct look *look, struct snapshot *s)
{
	bool waited = look_waits(look);
	int ret;

	memset(s, 0, sizeof(*s));
	pthread_join(look->thread, NULL);
	if (!waited)
		return -EAGAIN;
	if (look->fd < 0)
		return look->fd;
	ret = snapshot_fd(s, look->fd);
	close(look->fd);
	return ret;
}

static bool load_slow(int place)
{
	const char *path = ko_find("TASKSHARE_KO_FAULTS",
				   "taskshare-faults.ko");
	char parameters[64];
	int ret;

	if (ko_loaded() && !ko_unload_soon())
		return false;
	snprintf(parameters, sizeof(parameters), "slow_at=%d slow_ms=%u",
		 place, place == TASK_LOCK || place == SIGLOCK ? HELD_MS :
		 SLOW_MS);
	ret = ko_load(path, parameters);
	if (ret)
		complain("loading %s: error %d", path, ret);
	return !ret;
}

#define NEEDS_SLOW()							\
	do {								\
		if (!ko_find("TASKSHARE_KO_FAULTS", "taskshare-faults.ko")) \
			SKIP(return, "no taskshare-faults.ko: set TASKSHARE_KO_FAULTS"); \
	} while (0)

/*
 * A process of many threads that share all that threads share. Some of them,
 * when told to, let go of one thing.
 */
struct members {
	pid_t tid[NR_MEMBERS];
	int (*let_go)(void);
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

/* With the first, whom all others are compared with. */
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

/* Of this thread alone: the C library's would change all. */
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
	if (members->leaves(i) && !members->let_go())
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
	int (*let_go)(void);
	bool (*leaves)(int member);
	unsigned int moving;	/* the kinds of which they hold another then */
	unsigned int none;	/* and those of which they hold none */
};

#define LET_GO(name, who, how, others, nothing)				\
	FIXTURE_VARIANT_ADD(members, name##_##who) {			\
		.let_go = how, .leaves = leaves_##who,			\
		.moving = others, .none = nothing,			\
	}

LET_GO(fs, odd, unshare_fs, KIND(FS), 0);
LET_GO(files, odd, unshare_files, KIND(FILES), 0);
LET_GO(uts, odd, unshare_uts, KIND(NSPROXY) | KIND(UTS), 0);
LET_GO(semundo, odd, unshare_semundo, 0, KIND(SEMUNDO));
LET_GO(cred, odd, change_cred, KIND(CRED), 0);
LET_GO(seccomp, odd, add_filter, KIND(SECCOMP), 0);

LET_GO(fs, most, unshare_fs, KIND(FS), 0);
LET_GO(files, most, unshare_files, KIND(FILES), 0);
LET_GO(uts, most, unshare_uts, KIND(NSPROXY) | KIND(UTS), 0);
LET_GO(semundo, most, unshare_semundo, 0, KIND(SEMUNDO));
LET_GO(cred, most, change_cred, KIND(CRED), 0);
LET_GO(seccomp, most, add_filter, KIND(SECCOMP), 0);

FIXTURE_SETUP(members)
{
	NEEDS_SLOW();
	ASSERT_TRUE(load_slow(VERIFY));
	members = mmap(NULL, sizeof(*members), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, members);
	members->let_go = variant->let_go;
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

/* Is all that a member has what one has who stayed, but for what he lost? */
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
 * Some let go of what they were seen to share, before it is verified. They
 * share it no more, the others still do, in groups of any size.
 */
TEST_F_TIMEOUT(members, leaves_before_it_is_verified, 60)
{
	const struct taskshare_record *stayer, *r;
	unsigned int leavers = 0;
	bool leaves;
	int i;

	for (i = 0; i < NR_MEMBERS; i++)
		leavers += variant->leaves(i);
	ASSERT_TRUE(look_start(&self->look, NULL, self->pid));
	members->go = 1;
	syscall(SYS_futex, &members->go, 1 /* FUTEX_WAKE */, NR_MEMBERS, NULL,
		NULL, 0);
	ASSERT_TRUE(eventually(__atomic_load_n(&members->gone,
					       __ATOMIC_ACQUIRE) == leavers));
	ASSERT_EQ(0, look_end(&self->look, &self->s));
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

FIXTURE(between) {
	struct snapshot s, after;
	struct look look;
	int out[2];
};

FIXTURE_SETUP(between)
{
	NEEDS_SLOW();
	ASSERT_EQ(0, pipe2(self->out, 0));
	ASSERT_EQ(0, tree_start());
}

FIXTURE_TEARDOWN(between)
{
	snapshot_free(&self->s);
	snapshot_free(&self->after);
	tree_stop();
	EXPECT_TRUE(ko_usual());
}

static char *const *wait_argv(FIXTURE_DATA(between) *self)
{
	static char fd[16], *argv[4], path[4096];

	snprintf(fd, sizeof(fd), "%d", self->out[1]);
	snprintf(path, sizeof(path), "%s", sibling("child"));
	argv[0] = path;
	argv[1] = "wait";
	argv[2] = fd;
	return argv;
}

/* A thread executes, and so takes the leader's number and place. */
TEST_F_TIMEOUT(between, exec_of_a_thread, 60)
{
	const struct taskshare_record *now, *later;
	struct pollfd done = { .fd = self->out[0], .events = POLLIN };

	ASSERT_TRUE(load_slow(SETTLE));
	ASSERT_EQ(1, tree_clone(0, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD));
	ASSERT_TRUE(look_start(&self->look, "records/all", 0));
	ASSERT_TRUE(tree_post_exec(1, wait_argv(self)));
	ASSERT_EQ(1, poll(&done, 1, DEADLINE_MS));
	ASSERT_EQ(0, look_end(&self->look, &self->s));
	EXPECT_NULL(snapshot_find(&self->s, tree[1].pid));
	now = snapshot_find(&self->s, tree[0].pid);
	ASSERT_NE(NULL, now);
	ASSERT_EQ(0, snapshot_pid(&self->after, tree[0].pid));
	later = snapshot_find(&self->after, tree[0].pid);
	ASSERT_NE(NULL, later);
	EXPECT_TRUE(record_same(now, later));
	tree[1].tgid = 0;	/* a number of nobody now */
}

static void waits(void *unused)
{
	(void)unused;
	for (;;)
		pause();
}

static void parent_of_one(void *arg)
{
	const int *told = arg;
	pid_t pid = spawn(waits, NULL);

	if (write(told[1], &pid, sizeof(pid)) != sizeof(pid))
		_exit(EXIT_FAILURE);
	waitpid(pid, NULL, 0);
	_exit(0);
}

/* A task that was found is reaped, and then its parent, who is nobody's now. */
TEST_F_TIMEOUT(between, task_and_parent_are_reaped, 60)
{
	pid_t parent, child;

	ASSERT_TRUE(load_slow(COLLECT));
	parent = spawn(parent_of_one, self->out);
	ASSERT_EQ(sizeof(child), read(self->out[0], &child, sizeof(child)));
	ASSERT_TRUE(look_start(&self->look, NULL, child));
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_TRUE(exited_with(parent, 0));
	/* RCU gives its memory back in the meantime */
	nap_ms(SLOW_MS / 3);
	ASSERT_EQ(-ENOENT, look_end(&self->look, &self->s));
}

/* One that is reaped is in no snapshot of all that was made meanwhile. */
TEST_F_TIMEOUT(between, task_is_reaped, 60)
{
	pid_t pid = tree[0].pid;

	ASSERT_TRUE(load_slow(SETTLE));
	ASSERT_TRUE(look_start(&self->look, "records/all", 0));
	tree_stop();
	ASSERT_EQ(0, look_end(&self->look, &self->s));
	ASSERT_NULL(snapshot_find(&self->s, pid));
	ASSERT_NE(NULL, snapshot_find(&self->s, getpid()));
}

/* How long does one of many calls take at most while somebody looks? In ms. */
static unsigned int longest(struct look *look, int task, long nr, long arg)
{
	uint64_t start, took, most = 0;

	while (!__atomic_load_n(&look->over, __ATOMIC_ACQUIRE)) {
		start = now_us();
		if (tree_call(task, nr, arg, 0, 0, 0) < 0)
			return 0;
		took = now_us() - start;
		most = took > most ? took : most;
	}
	return most / 1000;
}

/*
 * Whom others are compared with cannot let go of the object meanwhile: the
 * lock that he needs for it is held, here for HELD_MS.
 */
FIXTURE(held) {
	struct look look;
};

FIXTURE_VARIANT(held) {
	int place;
	long nr, arg;	/* a call that takes the lock */
};

FIXTURE_VARIANT_ADD(held, task_lock) {
	.place = TASK_LOCK, .nr = SYS_unshare, .arg = CLONE_NEWUTS,
};

FIXTURE_VARIANT_ADD(held, siglock) {
	.place = SIGLOCK, .nr = SYS_rt_sigpending,
};

FIXTURE_SETUP(held)
{
	NEEDS_SLOW();
	ASSERT_TRUE(load_slow(variant->place));
	ASSERT_EQ(0, tree_start());
}

FIXTURE_TEARDOWN(held)
{
	tree_stop();
	EXPECT_TRUE(ko_usual());
}

TEST_F_TIMEOUT(held, while_compared, 60)
{
	unsigned int ms;

	ASSERT_EQ(1, tree_clone(0, PTHREAD_FLAGS));
	/* whoever waits for a lock must not wait for a processor */
	use_cpu(tree[0].pid, 1);
	use_cpu(0, 1);
	snprintf(self->look.name, sizeof(self->look.name), "records/%d",
		 tree[0].pid);
	ASSERT_EQ(0, pthread_create(&self->look.thread, NULL, look_main,
				    &self->look));
	ms = longest(&self->look, 0, variant->nr, variant->arg);
	pthread_join(self->look.thread, NULL);
	ASSERT_LE(0, self->look.fd);
	close(self->look.fd);
	TH_LOG("a call took up to %u ms", ms);
	ASSERT_LE(HELD_MS / 7 * 6, ms);
}

static long cpu_ms(pthread_t thread)
{
	struct timespec used;
	clockid_t clock;

	if (pthread_getcpuclockid(thread, &clock) ||
	    clock_gettime(clock, &used))
		return -1;
	return used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

/*
 * Whoever walks into the directory is in the module's text before he holds a
 * reference on it: the text must stay until he has left. He finds nothing.
 */
TEST(unloading_waits_for_who_arrives)
{
	struct look look = { .name = "all", .cpu = 1 };
	uint64_t start;

	NEEDS_SLOW();
	ASSERT_TRUE(load_slow(ARRIVE));
	use_cpu(0, 0);
	start = now_ms();
	ASSERT_EQ(0, pthread_create(&look.thread, NULL, look_main, &look));
	EXPECT_TRUE(eventually(cpu_ms(look.thread) > (long)SLOW_MS / 20));
	EXPECT_EQ(0, ko_unload());
	EXPECT_LE(SLOW_MS, now_ms() - start);
	pthread_join(look.thread, NULL);
	EXPECT_EQ(-ENOENT, look.fd);
	EXPECT_TRUE(ko_usual());
}

TEST_HARNESS_MAIN
