// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is each sentence true? Random processes are made, whose tasks take objects out
 * of sharing; the sentences of all views are parsed back into facts, and each
 * fact is compared with kcmp(2), /proc and construction.
 *
 *	claims [TREES [SEED]]
 *
 * Each tree is one process and those that its tasks make.
 *
 * What must be said is checked, too: a task that holds an object alone in its
 * process, and an object that crosses processes.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/kcmp.h>
#include <linux/sched.h>
#include <linux/seccomp.h>

#include "engine/engine.h"
#include "record/kinds.h"
#include "testtask/testtask.h"
#include "util/array.h"
#include "cgroup2.h"
#include "tap.h"

#define PTHREAD		(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
			 CLONE_THREAD | CLONE_SYSVSEM)
#define MAX_WORLD	64
#define BIT(kind)	(1u << TASKSHARE_##kind)

/* The kinds of which other processes' partners have to be named */
#define CROSSING	(BIT(MM) | BIT(FILES) | BIT(SIGHAND) | BIT(FS) | \
			 BIT(IO) | BIT(SEMUNDO))
/* The kinds that sentences are about */
#define SPOKEN		(((1u << TASKSHARE_NR_KINDS) - 1) & ~BIT(SIGNAL))

/*
 * struct member - a task that sentences may name
 * @pid: its number
 * @tgid: of its process
 * @dead: a leader that has exited
 * @vfork: the child of a vfork(2) that is not over
 * @creator: index of the one that made it
 * @id: what construction says that it holds; 0 for none
 */
static struct member {
	pid_t pid;
	pid_t tgid;
	bool dead;
	bool vfork;
	int creator;
	unsigned int id[TASKSHARE_NR_KINDS];
} world[MAX_WORLD];

static int nr_world;
static unsigned int nr_ids;
static bool is_root;
/* Namespaces of the machine, where the reader runs, and their names in /proc */
static int machine[5];
static char home[TASKSHARE_NR_KINDS][32];
/* The network namespace that all tasks of the world are in */
static int net;
static const char *const machine_ns[] = { "uts", "ipc", "mnt", "net", "cgroup" };
static const char *taskshare;

static int dice(int sides)
{
	return random() % sides;
}

static void renew(int task, int kind)
{
	world[task].id[kind] = ++nr_ids;
}

/*
 * Construction, of the kinds for which kcmp(2) and /proc cannot be asked or
 * call two NULL pointers equal.
 */
static void born(int task, int pid, int creator, __u64 flags)
{
	struct member *m = &world[task], *c = &world[creator];

	*m = (struct member){
		.pid = pid, .tgid = flags & CLONE_THREAD ? c->tgid : pid,
		.vfork = flags & CLONE_VFORK, .creator = creator,
	};
	memcpy(m->id, c->id, sizeof(m->id));
	if (!(flags & CLONE_THREAD))
		renew(task, TASKSHARE_CRED);
	if (flags & CLONE_SYSVSEM) {
		if (!c->id[TASKSHARE_SEMUNDO])
			renew(creator, TASKSHARE_SEMUNDO);
		m->id[TASKSHARE_SEMUNDO] = c->id[TASKSHARE_SEMUNDO];
	} else {
		m->id[TASKSHARE_SEMUNDO] = 0;
	}
	/* Without CLONE_IO a context with a priority is copied (copy_io()). */
	if (c->id[TASKSHARE_IO] && !(flags & CLONE_IO))
		renew(task, TASKSHARE_IO);
}

static int kcmp_type(int kind)
{
	switch (kind) {
	case TASKSHARE_MM:
		return KCMP_VM;
	case TASKSHARE_FILES:
		return KCMP_FILES;
	case TASKSHARE_FS:
		return KCMP_FS;
	case TASKSHARE_SIGHAND:
		return KCMP_SIGHAND;
	default:
		return -1;
	}
}

static bool has(int task, int kind)
{
	/* Until it is reaped: see release_task() and cgroup_free(). */
	if (world[task].dead)
		return (BIT(SIGNAL) | BIT(SIGHAND) | BIT(CRED) |
			BIT(CGROUPS)) & 1u << kind;
	switch (kind) {
	case TASKSHARE_IO:
	case TASKSHARE_SEMUNDO:
	case TASKSHARE_SECCOMP:
		return world[task].id[kind];
	default:
		return true;
	}
}

static bool same_namespace(pid_t a, pid_t b, int kind)
{
	char path[64], x[64] = "", y[64] = "";

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", a, kind_name[kind]);
	if (readlink(path, x, sizeof(x) - 1) < 0)
		err(1, "%s", path);
	snprintf(path, sizeof(path), "/proc/%d/ns/%s", b, kind_name[kind]);
	if (readlink(path, y, sizeof(y) - 1) < 0)
		err(1, "%s", path);
	return !strcmp(x, y);
}

/* Do two tasks hold the same object? */
static bool ask_same(int i, int j, int kind)
{
	long ret;

	switch (kind) {
	case TASKSHARE_SIGNAL:
		return world[i].tgid == world[j].tgid;
	case TASKSHARE_IO:
	case TASKSHARE_SEMUNDO:
	case TASKSHARE_SECCOMP:
	case TASKSHARE_CRED:
	case TASKSHARE_CGROUPS:
	case TASKSHARE_NSPROXY:
		return world[i].id[kind] == world[j].id[kind];
	case TASKSHARE_USER:
	case TASKSHARE_PID:
	case TASKSHARE_PID_FOR_CHILDREN:
	case TASKSHARE_TIME:
	case TASKSHARE_TIME_FOR_CHILDREN:
		return true;
	case TASKSHARE_MM:
	case TASKSHARE_FILES:
	case TASKSHARE_FS:
	case TASKSHARE_SIGHAND:
		ret = syscall(SYS_kcmp, world[i].pid, world[j].pid,
			      kcmp_type(kind), 0, 0);
		if (ret < 0)
			err(1, "kcmp");
		return !ret;
	default:
		return same_namespace(world[i].pid, world[j].pid, kind);
	}
}

/* The answers, asked for once for each set of processes */
static bool answer[TASKSHARE_NR_KINDS][MAX_WORLD][MAX_WORLD];

static void ask_all(void)
{
	int i, j, k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		for (i = 0; i < nr_world; i++)
			for (j = 0; j < nr_world; j++)
				answer[k][i][j] = has(i, k) && has(j, k) &&
					(i == j || ask_same(i, j, k));
}

static bool same(int i, int j, int kind)
{
	return answer[kind][i][j];
}

#include "claims_cgroup.h"
#include "claims_parse.h"
#include "claims_legend.h"

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
static void make_process(void)
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
		add(first + dice(nr), CLONE_VM | CLONE_VFORK);
	}
}

/* Runs the reader in the machine's namespaces, and opens what it prints. */
static FILE *run_reader(const char *const *argv)
{
	int pipes[2];
	size_t i;
	pid_t pid;

	if (pipe(pipes))
		err(1, "pipe");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		cgroup_leave();
		for (i = 0; is_root && i < ARRAY_SIZE(machine); i++)
			if (setns(machine[i], 0))
				_exit(126);
		dup2(pipes[1], STDOUT_FILENO);
		close(pipes[0]);
		execv(taskshare, (char *const *)argv);
		_exit(127);
	}
	close(pipes[1]);
	return fdopen(pipes[0], "r");
}

/* struct score - what came of one engine's sentences */
struct score {
	long processes;
	long failed;
};

static int read_lines(struct line *line, const char *const *argv)
{
	FILE *in = run_reader(argv);
	size_t size = 0;
	int nr = 0, status;

	line[nr].text = NULL;
	while (nr < MAX_LINES && getline(&line[nr].text, &size, in) > 0) {
		line[nr].text[strcspn(line[nr].text, "\n")] = 0;
		unescape(line[nr].text);
		size = 0;
		line[++nr].text = NULL;
	}
	fclose(in);
	if (wait(&status) < 0 || status)
		return -1;
	return nr;
}

static void free_lines(struct line *line, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		free(line[i].text);
}

/* Reads the @columns of a process, or, without, everything that people get. */
static int look_at(const struct engine *engine, int leader, char *columns,
		   struct line *line)
{
	char choice[32], pid[16];
	const char *const argv[] = { "taskshare", choice, pid,
				     columns ? "-rno" : NULL, columns, NULL };
	int nr;

	snprintf(choice, sizeof(choice), "--engine=%s", engine->name);
	snprintf(pid, sizeof(pid), "%d", world[leader].pid);
	nr = read_lines(line, argv);
	if (nr < 0)
		printf("# the reader failed for %s\n", pid);
	return nr;
}

/* The sentences of one process, as the column WORDS has them */
static bool judge_process(const struct engine *engine, int leader)
{
	struct line line[MAX_LINES + 1];
	char columns[512] = "PID";
	bool good;
	int nr, k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		snprintf(strchr(columns, 0), 32, ",%s%s",
			 k >= TASKSHARE_UTS ? "ns/" : "", kind_name[k]);
	strcat(columns, ",WORDS");
	nr = look_at(engine, leader, columns, line);
	good = nr >= 0 && judge_lines(engine, world[leader].tgid, line, nr);
	free_lines(line, nr);
	return good;
}

/* The table and its legend */
static bool judge_legend(const struct engine *engine, int leader)
{
	struct line line[MAX_LINES + 1];
	int nr = look_at(engine, leader, NULL, line);
	bool good = nr >= 0 && judge_legend_lines(engine, world[leader].tgid,
						  line, nr);

	free_lines(line, nr);
	return good;
}

/* The view of the system: what it says of these tasks */
static bool judge_system(const struct engine *engine)
{
	char choice[32];
	const char *const argv[] = { "taskshare", choice, "-r", "-n", NULL };
	struct line line[MAX_LINES + 1];
	bool good;
	int nr;

	snprintf(choice, sizeof(choice), "--engine=%s", engine->name);
	nr = read_lines(line, argv);
	if (nr < 0) {
		printf("# the reader failed for the system\n");
		return false;
	}
	good = judge_system_lines(engine, line, nr);
	free_lines(line, nr);
	return good;
}

static void judge_world(struct score *score, const struct engine *engine)
{
	int i;

	for (i = 1; i < nr_world; i++) {
		if (world[i].pid != world[i].tgid)
			continue;
		score->processes++;
		score->failed += !judge_process(engine, i);
		/* One process is enough for the legend, and takes less time. */
		score->failed += i == 1 && !judge_legend(engine, i);
	}
	score->failed += !judge_system(engine);
}

/*
 * The tasks live in namespaces that nothing else of the machine is in, so that
 * every partner is known.
 */
static void leave_machine(void)
{
	char path[64];
	size_t i;
	int k;

	is_root = !geteuid();
	for (k = TASKSHARE_UTS; k < TASKSHARE_NR_KINDS; k++) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s", kind_name[k]);
		if (readlink(path, home[k], sizeof(home[k]) - 1) < 0)
			err(1, "%s", path);
	}
	if (!is_root)
		return;
	cgroup_enter();
	for (i = 0; i < ARRAY_SIZE(machine); i++) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s", machine_ns[i]);
		machine[i] = open(path, O_RDONLY | O_CLOEXEC);
		if (machine[i] < 0)
			err(1, "%s", path);
	}
	if (unshare(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWNET |
		    CLONE_NEWCGROUP))
		err(1, "unshare");
	/* For test tasks, which execute this program */
	net = open("/proc/self/ns/net", O_RDONLY);
	if (net < 0)
		err(1, "/proc/self/ns/net");
}

static bool is_usable(const struct engine *engine, struct error *error)
{
	void *state;

	if (engine->open(&state, NULL, false, error))
		return false;
	engine->close(state);
	return true;
}

/* For whoever looks at a run of an hour */
static void print_progress(int done, const struct score *score)
{
	size_t e;

	printf("# %d trees", done);
	for (e = 0; e < nr_engines; e++)
		if (score[e].processes)
			printf("; %s: %ld processes, %ld claims, %ld failed",
			       engines[e]->name, score[e].processes,
			       nr_claims[e], score[e].failed);
	putchar('\n');
}

int main(int argc, char **argv)
{
	int wanted = argc > 1 ? atoi(argv[1]) : 60;
	unsigned int seed = argc > 2 ? strtoul(argv[2], NULL, 0) :
					(unsigned long)time(NULL);
	struct score score[8] = { 0 };
	struct error error[8];
	bool usable[8];
	size_t e;
	int done;

	setvbuf(stdout, NULL, _IOLBF, 0);
	taskshare = getenv("TASKSHARE");
	if (!taskshare)
		errx(1, "TASKSHARE: say which program to try");
	printf("# seed %u\n", seed);
	srandom(seed);
	leave_machine();
	if (testtasks_open(&error[0]))
		errx(1, "%s", error[0].text);
	for (e = 0; e < nr_engines; e++)
		usable[e] = is_usable(engines[e], &error[e]);
	for (done = 1; done <= wanted; done++) {
		world[0] = (struct member){ .pid = getpid(), .tgid = getpid() };
		renew(0, TASKSHARE_CRED);
		make_process();
		ask_all();
		for (e = 0; e < nr_engines; e++)
			if (usable[e])
				judge_world(&score[e], engines[e]);
		testtasks_end();
		if (done % 100 == 0)
			print_progress(done, score);
	}
	testtasks_close();
	cgroup_remove();
	tap_ok(wanted < 50 || (nr_contents && nr_legends),
	       "claims: about what objects hold: %ld in sentences, %ld in legends",
	       nr_contents, nr_legends);
	if (cgroup_dir)
		tap_ok(wanted < 50 || nr_cgroups, "claims: about cgroups: %ld",
		       nr_cgroups);
	else
		tap_skip("no cgroup can be made here", "claims: about cgroups");
	for (e = 0; e < nr_engines; e++) {
		if (!usable[e])
			tap_skip(error[e].text, "claims: by %s",
				 engines[e]->name);
		else
			tap_ok(score[e].processes >= wanted && !score[e].failed,
			       "claims: by %s: %ld processes, %ld claims, %ld views with a false one",
			       engines[e]->name, score[e].processes,
			       nr_claims[e], score[e].failed);
	}
	return tap_end();
}
