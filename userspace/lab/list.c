// SPDX-License-Identifier: GPL-2.0-only
/* The labs, and the sources of their experiments for --source. */
#include "util/array.h"
#include "util/embed.h"
#include "lab/lab.h"

#define SOURCE(name)	EMBED(source_##name, "lab/" #name ".c")

SOURCE(calls);
SOURCE(threads);
SOURCE(between);
SOURCE(pid);
SOURCE(exec);
SOURCE(vfork);
SOURCE(cow);
SOURCE(cleartid);
SOURCE(unshare);
SOURCE(cost);
SOURCE(system);
SOURCE(where);
SOURCE(offset);

#define LAB(number_, name_, title_)					\
	.number = number_, .name = #name_, .title = title_,		\
	.source = source_##name_, .run = lab_##name_

/* The letters that lab_letters() returns */
#define LETTERS	"(M memory, F file descriptor table, H signal handlers, "	\
		"W working directory; - for none)"
#define SHARED_WITH(call)						\
	{ call ": what does the child share with its creator?\n" LETTERS, true }

const struct lab lab_list[] = {
	{ LAB(1, calls, "fork, vfork, clone, pthread_create: one call underneath"),
	  .question =
	  "fork(), vfork(), clone(), pthread_create() and posix_spawn() all start\n"
	  "something new. Which of memory, open files, signal handlers and working\n"
	  "directory does each share with its creator?",
	  .ask = {
		SHARED_WITH("fork()"), SHARED_WITH("vfork()"),
		SHARED_WITH("pthread_create()"),
		SHARED_WITH("posix_spawn(), before its execve()"),
	  } },
	{ LAB(2, threads, "threads are tasks"), .question =
	  "A program starts four threads. How many tasks does the kernel see, how\n"
	  "many process ids and thread ids are there, how many copies of the memory,\n"
	  "and which task is the parent of a thread?",
	  .ask = {
		{ "How many tasks does the kernel see?", false },
		{ "How many different numbers does getpid() return in them?", false },
		{ "How many different numbers does gettid() return?", false },
		{ "The parent of a thread: M main, or P main's parent?", false },
	  } },
	{ LAB(3, between, "something in between"), .question =
	  "Between a process and a thread there is nothing else. Or is there? Can two\n"
	  "processes share their open files but not their memory? Can a thread have a\n"
	  "working directory of its own?",
	  .ask = {
		{ "Two processes that share only their open files? (yes, no)", false },
		{ "Signal handlers, but not the memory? (yes, no)", false },
		{ "A thread with a working directory of its own? (yes, no)", false },
		{ "A thread with signal handlers of its own? (yes, no)", false },
	  } },
	{ LAB(4, pid, "if I clone, is the pid the same?"), .question =
	  "Which values do getpid(), gettid() and getppid() return in a child made by\n"
	  "fork(), by vfork(), with CLONE_PARENT, with CLONE_THREAD? And which PID is left\n"
	  "if a thread, not the main one, calls execve()?",
	  .ask = {
		{ "getpid() after vfork(): same as main's, or different?", false },
		{ "getpid() with CLONE_THREAD: same, or different?", false },
		{ "getppid() with CLONE_PARENT: M main, or P main's parent?", false },
		{ "A thread calls execve(). getpid(): same, or different?", false },
	  } },
	{ LAB(5, exec, "what exec keeps and drops"), .question =
	  "A task shares everything that it can with another one, and then calls\n"
	  "execve(). What do the two still share?",
	  .ask = {
		{ "What do they still share after it?\n" LETTERS, true },
		{ "Is a signal that was ignored still ignored? (yes, no)", false },
		{ "Is a handler that was set still called? (yes, no)", false },
	  } },
	{ LAB(6, vfork, "vfork: the parent waits"), .question =
	  "After vfork(), parent and child share one memory and even one stack. How\n"
	  "can that work? Which of the parent's threads waits, and until when?",
	  .ask = {
		{ "Which tasks can run until the child calls execve()?\n"
		  "(M main, which called vfork(); T its other thread; C the child)", true },
		{ "The child changes a local variable. Does main see it? (yes, no)",
		  false },
	  } },
	{ LAB(7, cow, "copy on write"), .question =
	  "A process with 16 MiB of memory forks. How much memory is copied by fork()?\n"
	  "And when the child writes to half of it?",
	  .ask = {
		{ "KiB of it that both have in common after fork()?", false },
		{ "And after the child has written to half of it?", false },
	  } },
	{ LAB(8, cleartid, "set_tid_address and CLONE_CHILD_CLEARTID"), .question =
	  "pthread_join() waits until a thread has ended. How does it know? Which\n"
	  "system call is it in, and who wakes it up?",
	  .ask = {
		{ "Who reports the end: T the thread itself, or K the kernel?", false },
		{ "Also if no other task shares the memory? (yes, no)", false },
	  } },
	{ LAB(9, unshare, "unshare: taking it back, and why some of it fails"),
	  .question =
	  "unshare() takes the flags of clone() to end the sharing. Of which flags can\n"
	  "a process with one task make use, of which one with two?",
	  .ask = {
		{ "Two tasks, unshare(CLONE_FILES): ok, or EINVAL?", false },
		{ "Two tasks, unshare(CLONE_VM): ok, or EINVAL?", false },
		{ "One task, unshare(CLONE_VM): ok, or EINVAL?", false },
		{ "Two tasks, unshare(CLONE_NEWUTS): ok, or EINVAL?", false },
	  } },
	{ LAB(10, cost, "what does it cost?"), .question =
	  "How long does it take to create a child and see it end: by fork(), vfork(),\n"
	  "clone(), pthread_create() and posix_spawn()? What of it depends on how much\n"
	  "memory the parent has? Is vfork() 4 to 5 times faster than fork()?",
	  .ask = {
		{ "With much memory, which is faster: fork, or vfork?", false },
		{ "Does the time of vfork() grow with the memory? (yes, no)", false },
	  } },
	{ LAB(11, system, "kernel threads, io_uring workers, containers"), .question =
	  "Not all tasks are threads of programs. Does a kernel thread have memory of its\n"
	  "own? Is a worker of io_uring a thread? Which objects does a container share\n"
	  "with the rest of the system?",
	  .ask = {
		{ "How many kernel threads have a memory of their own?", false },
		{ "getpid() of the first process in a container?", false },
	  } },
	{ LAB(12, where, "where are my threads?"), .question =
	  "ps shows one line for a program with four threads, top -H five. Where does\n"
	  "the kernel keep the list of a process's threads? What is left of the process\n"
	  "when its first thread ends before the others?",
	  .ask = {
		{ "Entries of /proc/PID/task when thread 2 of 5 tasks has ended?", false },
		{ "And when the first task, the leader, has ended, too?", false },
		{ "State of that leader: R, S, Z?", false },
		{ "Can PID still be sent a signal then? (yes, no)", false },
	  } },
	{ LAB(13, offset, "one offset or two?"), .question =
	  "A file is open in a process that forks. Parent and child have each a file\n"
	  "descriptor table of their own. If the child reads ten bytes, where does the\n"
	  "parent read next? And after dup(), and after a second open()?",
	  .ask = {
		{ "The child of fork() reads 10 bytes. The parent's offset?", false },
		{ "10 bytes more through a descriptor made by dup()?", false },
		{ "10 bytes more through a second open()?", false },
		{ "The child closes its descriptor. Open in the parent? (yes, no)",
		  false },
	  } },
};

const int nr_labs = ARRAY_SIZE(lab_list);
