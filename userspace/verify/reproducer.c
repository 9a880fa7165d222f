// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small C program that does what some test tasks did, and looks by itself, so
 * that a mismatch can be shown to somebody who has nothing of ours.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/sched.h>

#include "util/array.h"
#include "record/kinds.h"
#include "verify/steps.h"

static const char head[] =
"#define _GNU_SOURCE\n"
"#include <errno.h>\n"
"#include <fcntl.h>\n"
"#include <linux/kcmp.h>\n"
"#include <linux/sched.h>\n"
"#include <signal.h>\n"
"#include <stdint.h>\n"
"#include <stdio.h>\n"
"#include <stdlib.h>\n"
"#include <string.h>\n"
"#include <sys/mman.h>\n"
"#include <sys/prctl.h>\n"
"#include <sys/sem.h>\n"
"#include <sys/syscall.h>\n"
"#include <unistd.h>\n"
"\n"
"enum op { IO, SEMUNDO, CLONE, CLONE3, UNSHARE, SETNS, CLOSE_RANGE, EXEC, EXIT };\n"
"\n"
"static const struct step {\n"
"	enum op op;\n"
"	int who, other;		/* other: the child, or whose namespace */\n"
"	uint64_t flags;\n"
"	int signal;\n"
"	const char *ns;\n"
"} steps[] = {\n";

static const char body[] =
"};\n"
"\n"
"#define STEPS	((int)(sizeof(steps) / sizeof(*steps)))\n"
"#define TASKS	32\n"
"\n"
"/* What all tasks have in common, whatever memory they have else */\n"
"static struct { volatile int turn; volatile long result; volatile pid_t pid[TASKS]; } *all;\n"
"static char stack[TASKS][65536] __attribute__((aligned(16)));\n"
"\n"
"static void nap(void)\n"
"{\n"
"	struct timespec ms = { .tv_nsec = 1000000 };\n"
"\n"
"	syscall(SYS_nanosleep, &ms, NULL);\n"
"}\n"
"\n"
"static int run(void *who);\n"
"\n"
"/* clone(2) and clone3(2) for x86-64; the child goes on in run() */\n"
"static long make(const struct step *s)\n"
"{\n"
"	struct clone_args args = {\n"
"		.flags = s->flags, .exit_signal = s->signal,\n"
"		.stack = (uintptr_t)stack[s->other], .stack_size = sizeof(stack[0]),\n"
"	};\n"
"	long a = (long)&args, b = sizeof(args), ret = SYS_clone3;\n"
"	register int (*fn)(void *) asm(\"r12\") = run;\n"
"	register long who asm(\"r13\") = s->other;\n"
"	register long r10 asm(\"r10\") = 0;\n"
"	register long r8 asm(\"r8\") = 0;\n"
"\n"
"	if (s->op == CLONE) {\n"
"		ret = SYS_clone;\n"
"		a = s->flags | s->signal;\n"
"		b = (long)(stack[s->other] + sizeof(stack[0]));\n"
"	}\n"
"	asm volatile(\"syscall; test %%rax, %%rax; jnz 1f; xor %%ebp, %%ebp;\"\n"
"		     \"and $-16, %%rsp; mov %[who], %%rdi; call *%[fn]; hlt; 1:\"\n"
"		     : \"+a\" (ret) : \"D\" (a), \"S\" (b), \"d\" (0), \"r\" (r10),\n"
"		       \"r\" (r8), [fn] \"r\" (fn), [who] \"r\" (who)\n"
"		     : \"rcx\", \"r11\", \"memory\", \"cc\");\n"
"	return ret;\n"
"}\n"
"\n"
"static long join(const struct step *s)\n"
"{\n"
"	char path[64];\n"
"	int fd;\n"
"\n"
"	sprintf(path, \"/proc/%d/ns/%s\", all->pid[s->other], s->ns);\n"
"	fd = open(path, O_RDONLY);\n"
"	return fd < 0 ? fd : syscall(SYS_setns, fd, (int)s->flags);\n"
"}\n"
"\n"
"static long undo(void)\n"
"{\n"
"	struct sembuf up = { .sem_op = 1, .sem_flg = SEM_UNDO };\n"
"	int id = semget(IPC_PRIVATE, 1, 0600);\n"
"	long ret = semop(id, &up, 1);\n"
"\n"
"	return ret;\n"
"}\n"
"\n"
"static long take(const struct step *s)\n"
"{\n"
"	long ret = -1;\n"
"\n"
"	switch (s->op) {\n"
"	case IO:\n"
"		ret = syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 6);\n"
"		break;\n"
"	case SEMUNDO:\n"
"		ret = undo();\n"
"		break;\n"
"	case CLONE:\n"
"	case CLONE3:\n"
"		return make(s);\n"
"	case UNSHARE:\n"
"		ret = syscall(SYS_unshare, s->flags);\n"
"		break;\n"
"	case SETNS:\n"
"		ret = join(s);\n"
"		break;\n"
"	case CLOSE_RANGE:\n"
"		ret = syscall(SYS_close_range, 1 << 20, ~0u, 2);\n"
"		break;\n"
"	case EXEC:\n"
"		execl(\"/bin/sleep\", \"sleep\", \"1000\", NULL);\n"
"		break;\n"
"	case EXIT:\n"
"		syscall(SYS_exit, 0);\n"
"		break;\n"
"	}\n"
"	return ret < 0 ? -errno : ret;\n"
"}\n"
"\n"
"/* These do not come back, or not soon. */\n"
"static int leaves(const struct step *s)\n"
"{\n"
"	return s->op == EXEC || s->op == EXIT ||\n"
"	       (s->op <= CLONE3 && s->op >= CLONE && s->flags & CLONE_VFORK);\n"
"}\n"
"\n"
"static int run(void *arg)\n"
"{\n"
"	int who = (intptr_t)arg, i = 0;\n"
"	long ret;\n"
"\n"
"	syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);\n"
"	while (who && (steps[i].op < CLONE || steps[i].op > CLONE3 ||\n"
"		       steps[i].other != who))\n"
"		i++;\n"
"	if (who && steps[i].flags & CLONE_VFORK)\n"
"		all->pid[who] = syscall(SYS_gettid);\n"
"	for (i += who != 0; i < STEPS; i++) {\n"
"		while (all->turn < i)\n"
"			nap();\n"
"		if (steps[i].who != who)\n"
"			continue;\n"
"		if (leaves(&steps[i]))\n"
"			all->turn = i + 1;\n"
"		ret = take(&steps[i]);\n"
"		all->result = ret;\n"
"		if (ret > 0 && (steps[i].op == CLONE || steps[i].op == CLONE3))\n"
"			all->pid[steps[i].other] = ret;\n"
"		all->turn = i + 1;\n"
"	}\n"
"	for (;;)\n"
"		nap();\n"
"	return 0;\n"
"}\n"
"\n"
"/* Runs everything and waits until it is done. */\n"
"static void play(void)\n"
"{\n"
"	pid_t pid;\n"
"	int i;\n"
"\n"
"	all = mmap(NULL, sizeof(*all), PROT_READ | PROT_WRITE,\n"
"		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);\n"
"	if (all == MAP_FAILED)\n"
"		exit(2);\n"
"	pid = fork();\n"
"	if (pid < 0)\n"
"		exit(2);\n"
"	if (!pid)\n"
"		run((void *)0);\n"
"	all->pid[0] = pid;\n"
"	for (i = 0; i < 5000 && all->turn < STEPS; i++)\n"
"		nap();\n"
"	for (i = 0; i < 200; i++)	/* for who execs, ends or waits */\n"
"		nap();\n"
"}\n"
"\n";

static const char *const op_name[] = {
	[STEP_IO] = "IO", [STEP_SEMUNDO] = "SEMUNDO",
	[STEP_UNSHARE] = "UNSHARE", [STEP_SETNS] = "SETNS",
	[STEP_CLOSE_RANGE] = "CLOSE_RANGE", [STEP_EXEC] = "EXEC",
	[STEP_EXIT] = "EXIT",
};

/* struct excerpt - the tasks of a case that matter, and their new numbers */
struct excerpt {
	const struct test_case *tc;
	int number[MAX_TREE];
};

/* A task needs its creators, and those whose namespaces they joined. */
static void need(struct excerpt *x, int task)
{
	int i;

	if (task < x->tc->first || x->number[task - x->tc->first])
		return;
	x->number[task - x->tc->first] = 1;
	if (expected[task].creator >= 0)
		need(x, expected[task].creator);
	for (i = 0; i < x->tc->nr_steps; i++) {
		const struct step *step =
			&batch.step[x->tc->first_step + i];

		if (step->task == task && step->op == STEP_SETNS)
			need(x, step->other);
	}
}

/* The first task is 0; those that are not needed are -1. */
static void number_all(struct excerpt *x)
{
	int i, nr = 0;

	for (i = 0; i < MAX_TREE; i++)
		x->number[i] = x->number[i] ? nr++ : -1;
}

static int number(const struct excerpt *x, int task)
{
	int i = task - x->tc->first;

	return i >= 0 && i < MAX_TREE ? x->number[i] : -1;
}

static void put_flags(FILE *out, __u64 flags)
{
	const char *bar = "";
	int i;

	for (i = 0; i < nr_clone_flags; i++) {
		if (!(flags & clone_flags[i].bit))
			continue;
		/* Headers may be older than the flag. */
		if (clone_flags[i].since)
			fprintf(out, "%s%#llx", bar, clone_flags[i].bit);
		else
			fprintf(out, "%sCLONE_%s", bar, clone_flags[i].name);
		bar = " | ";
		flags &= ~clone_flags[i].bit;
	}
	if (flags || !*bar)
		fprintf(out, "%s%#llx", bar, flags);
}

static void put_step(FILE *out, const struct excerpt *x,
		     const struct step *step, int other)
{
	const char *op = step->op == STEP_CLONE ?
		(step->call == CALL_CLONE3 ? "CLONE3" : "CLONE") :
		op_name[step->op];

	fprintf(out, "\t{ .op = %s, .who = %d", op, number(x, step->task));
	if (step->op == STEP_CLONE || step->op == STEP_SETNS)
		fprintf(out, ", .other = %d", other);
	if (step->op == STEP_CLONE || step->flags) {
		fputs(", .flags = ", out);
		put_flags(out, step->flags);
	}
	if (step->op == STEP_CLONE)
		fprintf(out, ", .signal = %d", step->exit_signal);
	if (step->op == STEP_SETNS)
		fprintf(out, ", .ns = \"%s\"", namespace_file(step->flags));
	fputs(" },\n", out);
}

static void put_steps(FILE *out, const struct excerpt *x)
{
	int i;

	fputs(head, out);
	for (i = 0; i < x->tc->nr_steps; i++) {
		const struct step *step =
			&batch.step[x->tc->first_step + i];

		if (step->op == STEP_FORK || number(x, step->task) < 0)
			continue;
		if (step->op == STEP_CLONE && number(x, step->other) < 0)
			continue;
		put_step(out, x, step, number(x, step->other));
	}
}

/**
 * program_for_call() - a program that makes a call and says what came of it
 * @last: the call
 * @expected_err: the errno that it has to fail with, or 0
 *
 * Return: the text, to be freed, or NULL without memory.
 */
char *program_for_call(const struct step *last, int expected_err)
{
	struct excerpt x = { .tc = batch_case_of(last->task) };
	char *text = NULL;
	size_t size;
	FILE *out;

	if (last->op == STEP_FORK)
		return NULL;
	need(&x, last->task);
	number_all(&x);
	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	put_steps(out, &x);
	put_step(out, &x, last, last->op == STEP_SETNS ?
		 number(&x, last->other) : MAX_TREE);
	fputs(body, out);
	fprintf(out,
"int main(void)\n"
"{\n"
"	play();\n"
"	printf(\"it %%s, and has to %s%s\\n\", all->result < 0 ?\n"
"	       strerrorname_np(-all->result) : \"works\");\n"
"	kill(all->pid[0], SIGKILL);\n"
"	return !(all->result %s %d);\n"
"}\n", expected_err ? "fail with " : "work",
		expected_err ? strerrorname_np(expected_err) : "",
		expected_err ? "==" : ">=", -expected_err);
	return fclose(out) ? NULL : text;
}

/* How a program without us finds out whether two tasks share an object */
static void put_question(FILE *out, int kind)
{
	static const struct {
		int kind;
		const char *name;
	} kcmp[] = {
		{ TASKSHARE_MM, "VM" }, { TASKSHARE_FILES, "FILES" },
		{ TASKSHARE_FS, "FS" }, { TASKSHARE_SIGHAND, "SIGHAND" },
		{ TASKSHARE_IO, "IO" }, { TASKSHARE_SEMUNDO, "SYSVSEM" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kcmp); i++)
		if (kcmp[i].kind == kind)
			fprintf(out,
"	/* Two that have none are equal to kcmp(2), too. */\n"
"	return syscall(SYS_kcmp, a, b, KCMP_%s, 0, 0) == 0;\n", kcmp[i].name);
	if (kind == TASKSHARE_SIGNAL)
		fputs(
"	/* Only members of one thread group can be signalled by it. */\n"
"	return !syscall(SYS_tgkill, a, b, 0) || !syscall(SYS_tgkill, b, a, 0);\n",
		      out);
	else if (kind >= TASKSHARE_UTS)
		fprintf(out,
"	char path[64], x[64] = \"\", y[64] = \"\";\n"
"\n"
"	sprintf(path, \"/proc/%%d/ns/%s\", a);\n"
"	if (readlink(path, x, sizeof(x) - 1) < 0)\n"
"		return 0;\n"
"	sprintf(path, \"/proc/%%d/ns/%s\", b);\n"
"	return readlink(path, y, sizeof(y) - 1) > 0 && !strcmp(x, y);\n",
			kind_name[kind], kind_name[kind]);
	else if (kind >= TASKSHARE_NSPROXY)
		fprintf(out,
"	char command[96];\n"
"\n"
"	/* No system call tells that. */\n"
"	sprintf(command, \"taskshare -r -n -o %s %%d %%d | sort -u | wc -l | grep -qx 1\", a, b);\n"
"	return system(command) == 0;\n", kind_name[kind]);
}

/**
 * program_for_fact() - a program that makes tasks and compares two of them
 * @a: one of them, a task
 * @b: the other one, or negative if there is none
 * @fact: the kind of object
 * @shared: whether they have to share it
 *
 * Return: the text, to be freed, or NULL if there is nothing to compare with,
 * or without memory.
 */
char *program_for_fact(int a, int b, int fact, bool shared)
{
	struct excerpt x = { .tc = batch_case_of(a) };
	char *text = NULL;
	size_t size;
	FILE *out;

	if (b < x.tc->first || b >= x.tc->first + x.tc->nr)
		return NULL;
	need(&x, a);
	need(&x, b);
	number_all(&x);
	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	put_steps(out, &x);
	fputs(body, out);
	fputs("static int share(pid_t a, pid_t b)\n{\n", out);
	put_question(out, fact);
	fprintf(out,
"}\n"
"\n"
"int main(void)\n"
"{\n"
"	int shared;\n"
"\n"
"	play();\n"
"	shared = share(all->pid[%d], all->pid[%d]);\n"
"	printf(\"%%d and %%d: %s %%s, and has to be %s\\n\", all->pid[%d],\n"
"	       all->pid[%d], shared ? \"shared\" : \"apart\");\n"
"	kill(all->pid[0], SIGKILL);\n"
"	return shared != %d;\n"
"}\n", number(&x, a), number(&x, b), kind_name[fact],
		shared ? "shared" : "apart", number(&x, a), number(&x, b),
		shared);
	return fclose(out) ? NULL : text;
}
