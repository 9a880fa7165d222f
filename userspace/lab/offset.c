// SPDX-License-Identifier: GPL-2.0-only
/* Lab 13: one offset or two? */
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lab/lab.h"
#include "util/array.h"

enum { MAIN, FORK, FILES };

#define FD	100	/* opened by main before it forks */
#define COPY	101	/* made by dup() */
#define AGAIN	102	/* opened a second time */
#define LATER	103	/* opened by the child that shares the table */

/* Observations; indices of values */
enum { AT_FIRST, BY_CHILD, BY_DUP, BY_OPEN, AFTER_CLOSE, SAME_TABLE };

static long offset(int fd)
{
	return lseek(fd, 0, SEEK_CUR);
}

static void read_ten(int fd)
{
	char buf[10];

	if (read(fd, buf, sizeof(buf)) != sizeof(buf))
		actor_fail("read", errno);
}

static int forked(void *slot)
{
	actor_enter((long)slot, "fork");
	read_ten(FD);
	actor_arrive();
	actor_await(3);
	close(FD);
	actor_arrive();
	actor_pause();
	return 0;
}

static int shares_files(void *slot)
{
	syscall(SYS_dup3, AGAIN, LATER, 0);
	actor_enter((long)slot, "clone FILES");
	actor_arrive();
	actor_pause();
	return 0;
}

/* A file of 100 bytes that has no name, opened twice */
static void open_file(void)
{
	int fd = memfd_create("taskshare lab", 0);
	char path[32];

	if (fd < 0 || ftruncate(fd, 100) || dup2(fd, FD) != FD ||
	    dup2(FD, COPY) != COPY)
		actor_fail("opening a file", errno);
	close(fd);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", FD);
	fd = open(path, O_RDONLY);
	if (fd < 0 || dup2(fd, AGAIN) != AGAIN)
		actor_fail("opening it again", errno);
	close(fd);
}

static void act(void)
{
	open_file();
	shared->value[AT_FIRST] = offset(FD);
	actor_arrive();
	actor_await(1);
	actor_clone(FORK, 0, forked);
	actor_await(2);
	shared->value[BY_CHILD] = offset(FD);
	read_ten(COPY);
	shared->value[BY_DUP] = offset(FD);
	read_ten(AGAIN);
	shared->value[BY_OPEN] = offset(FD);
	actor_clone(FILES, CLONE_FILES, shares_files);
	actor_await(4);
	shared->value[AFTER_CLOSE] = fcntl(FD, F_GETFD) >= 0;
	shared->value[SAME_TABLE] = fcntl(LATER, F_GETFD) >= 0;
	actor_arrive();
}

/* Whether two descriptors are one open file description: 1, 0, or -1 */
static long same_description(int a, int fd, int b, int other)
{
	long ret = syscall(SYS_kcmp, shared->actor[a].tid, shared->actor[b].tid,
			   KCMP_FILE, fd, other);

	return ret < 0 ? -1 : !ret;
}

static void expect_description(struct lab_run *run, long same, long taught,
			       const char *text)
{
	if (same < 0)
		lab_unseen(run, "%s: kcmp(2) is not allowed here", text);
	else
		lab_expect(run, same, taught, "%s", text);
}

static void print_offsets(struct lab_run *run)
{
	static const struct table_column column[] = {
		{ "AFTER 10 BYTES WERE READ", 0 },
		{ "OFFSET OF MAIN'S 100", SCOLS_FL_RIGHT },
	};
	static const struct {
		const char *by;
		int value;
	} row[] = {
		{ "(at first)", AT_FIRST },
		{ "by the child of fork(), through its 100", BY_CHILD },
		{ "by main, through 101, made by dup()", BY_DUP },
		{ "by main, through 102, a second open()", BY_OPEN },
	};
	struct libscols_table *table;
	size_t i;

	putchar('\n');
	table = lab_table(run, column, ARRAY_SIZE(column));
	for (i = 0; i < ARRAY_SIZE(row); i++)
		lab_row(run, table, "%s\t%ld", row[i].by,
			shared->value[row[i].value]);
	lab_print_table(run, table);
	run->gap = true;
}

static void check(struct lab_run *run)
{
	const volatile long *value = shared->value;

	lab_expect(run, value[BY_CHILD], 10,
		   "what the child reads moves main's offset ...");
	lab_expect(run, value[BY_DUP], 20, "... and so does what dup() made");
	lab_expect(run, value[BY_OPEN], 20,
		   "a second open() has an offset of its own");
	expect_description(run, same_description(MAIN, FD, MAIN, COPY), 1,
			   "100 and 101 of main are one open file description");
	expect_description(run, same_description(MAIN, FD, MAIN, AGAIN), 0,
			   "100 and 102 are two, of one file");
	lab_shares(run, MAIN, FORK, 0, LAB_KIND(FILES));
	lab_shares(run, MAIN, FILES, LAB_KIND(FILES), LAB_KIND(MM));
	lab_expect(run, value[AFTER_CLOSE], 1,
		   "the child closes its 100, main's stays open: the tables differ");
	lab_expect(run, value[SAME_TABLE], 1,
		   "a descriptor that 'clone FILES' makes is main's, too: one table");
}

/**
 * lab_offset() - descriptors, open file descriptions and files
 * @run: the lab
 */
void lab_offset(struct lab_run *run)
{
	lab_start(run, "main", act);
	lab_wait(run, 1);
	lab_go(run, 1);
	lab_wait(run, 2);
	lab_look(run, "Main and a child made by fork(): two file descriptor tables",
		 "PID,mm,files,KIND,COMM");
	if (run->err)
		return;
	expect_description(run, same_description(MAIN, FD, FORK, FD), 1,
			   "both have a descriptor 100, of one open file description");
	lab_go(run, 2);
	lab_wait(run, 3);
	lab_go(run, 3);
	lab_wait(run, 4);
	lab_go(run, 4);
	lab_wait(run, 5);
	lab_look(run, "And a child made by clone() with CLONE_FILES",
		 "PID,mm,files,KIND,COMM");
	if (run->err)
		return;
	print_offsets(run);
	check(run);
	lab_outcome(run, 0, "%ld", shared->value[BY_CHILD]);
	lab_outcome(run, 1, "%ld", shared->value[BY_DUP]);
	lab_outcome(run, 2, "%ld", shared->value[BY_OPEN]);
	lab_outcome(run, 3, shared->value[AFTER_CLOSE] ? "yes" : "no");
	lab_why(run,
		"There are three levels. A file descriptor is an index into the file\n"
		"descriptor table (files_struct), which points to an open file description\n"
		"(struct file) with the offset and the status flags, which points to the file\n"
		"(struct inode). fork() copies the table, so each task may close what it likes;\n"
		"but both tables point to the same open file descriptions, and so does the\n"
		"descriptor that dup() makes. Only open() makes a new one. With CLONE_FILES\n"
		"even the table is one. That a shell and its commands write to one file without\n"
		"overwriting each other relies on the common offset.");
	lab_reading("include/linux/fdtable.h: struct files_struct, struct fdtable\n"
		    "include/linux/fs.h: struct file, f_pos\n"
		    "kernel/fork.c: copy_files(); fs/file.c: dup_fd()\n"
		    "man: open(2), dup(2), fork(2), lseek(2), kcmp(2)");
}
