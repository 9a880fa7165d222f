// SPDX-License-Identifier: GPL-2.0-only
/* The labs. */
#include "util/array.h"
#include "lab/lab.h"

const struct lab lab_list[] = {
	{ 1, "calls", "fork, vfork, clone, pthread_create: one call underneath",
	  "fork(), vfork(), clone(), pthread_create() and posix_spawn() all start\n"
	  "something new. Which of memory, open files, signal handlers and working\n"
	  "directory does each share with its creator?", lab_calls },
	{ 2, "threads", "threads are tasks",
	  "A program starts four threads. How many tasks does the kernel see, how\n"
	  "many process ids and thread ids are there, how many copies of the memory,\n"
	  "and who is the parent of a thread?", lab_threads },
	{ 3, "between", "something in between",
	  "Between a process and a thread there is nothing else. Or is there? Can two\n"
	  "processes share their open files but not their memory? Can a thread have a\n"
	  "working directory of its own?", lab_between },
	{ 4, "pid", "if I clone, is the pid the same?",
	  "What do getpid(), gettid() and getppid() say in a child made by fork(), by\n"
	  "vfork(), with CLONE_PARENT, with CLONE_THREAD? And which pid is left if a\n"
	  "thread, not the main one, calls execve()?", lab_pid },
	{ 5, "exec", "what exec keeps and drops",
	  "A task shares everything that it can with another one, and then calls\n"
	  "execve(). What do the two still share?", lab_exec },
	{ 6, "vfork", "vfork: the parent waits",
	  "After vfork(), parent and child share one memory and even one stack. How\n"
	  "can that work? Who of the parent's threads waits, and until when?",
	  lab_vfork },
	{ 7, "cow", "copy on write",
	  "A process with 16 MiB of memory forks. How much memory is copied by fork()?\n"
	  "And when the child writes to half of it?", lab_cow },
	{ 8, "cleartid", "set_tid_address and CLONE_CHILD_CLEARTID",
	  "pthread_join() waits until a thread has ended. How does it know? Which\n"
	  "system call is it in, and who wakes it up?", lab_cleartid },
	{ 9, "unshare", "unshare: taking it back, and why some of it fails",
	  "unshare() takes the flags of clone() to end the sharing. Of which flags can\n"
	  "a process with one task make use, of which one with two?", lab_unshare },
	{ 10, "cost", "what does it cost?",
	  "How long does it take to create a child and see it end: by fork(), vfork(),\n"
	  "clone(), pthread_create() and posix_spawn()? What of it depends on how much\n"
	  "memory the parent has? Is vfork() 4 to 5 times faster than fork()?",
	  lab_cost },
	{ 11, "system", "kernel threads, io_uring workers, containers",
	  "Not all tasks are threads of programs. What memory does a kernel thread\n"
	  "have? What is a worker of io_uring? What does a container share with the\n"
	  "rest of the system?", lab_system },
};

const int nr_labs = ARRAY_SIZE(lab_list);
