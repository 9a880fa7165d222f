// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests of ptrace(2). A task may be killed at any moment, also while it is
 * stopped; a request that fails for that reason needs no answer, as its end is
 * reported.
 */
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <unistd.h>

#include <linux/ptrace.h>

#include "recorder/ptrace.h"
#include "util/procfs.h"

/* The program ends with its recorder, which its output goes through. */
#define OPTIONS	(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL |		\
		 PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |		\
		 PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE |	\
		 PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT)

/**
 * ptrace_seize() - trace a task, and the tasks that it will make
 * @pid: the task
 *
 * Return: 0 or a negative errno.
 */
int ptrace_seize(pid_t pid)
{
	return ptrace(PTRACE_SEIZE, pid, NULL, (void *)OPTIONS) ? -errno : 0;
}

/**
 * ptrace_interrupt() - have a running task stop
 * @pid: the task
 *
 * Return: 0 or a negative errno.
 */
int ptrace_interrupt(pid_t pid)
{
	return ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) ? -errno : 0;
}

/**
 * ptrace_resume() - let a stopped task go on to its next system call
 * @pid: the task
 * @sig: a signal to deliver, or 0
 */
void ptrace_resume(pid_t pid, int sig)
{
	ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)sig);
}

/**
 * ptrace_listen() - let a task be stopped by a signal as it would be untraced
 * @pid: the task, in a group-stop
 */
void ptrace_listen(pid_t pid)
{
	ptrace(PTRACE_LISTEN, pid, NULL, NULL);
}

/**
 * ptrace_detach() - trace a stopped task no more
 * @pid: the task
 * @sig: a signal to deliver, or 0
 */
void ptrace_detach(pid_t pid, int sig)
{
	ptrace(PTRACE_DETACH, pid, NULL, (void *)(long)sig);
}

/**
 * ptrace_message() - the message of the event that a task has stopped at
 * @pid: the task
 *
 * Return: PTRACE_GETEVENTMSG's message, 0 if the task is gone.
 */
unsigned long ptrace_message(pid_t pid)
{
	unsigned long message = 0;

	if (ptrace(PTRACE_GETEVENTMSG, pid, NULL, &message))
		return 0;
	return message;
}

/**
 * ptrace_call_stop() - ask what system call a task has stopped at
 * @pid: the task, stopped at one
 * @stop: set to it
 *
 * Return: 0 or a negative errno.
 */
int ptrace_call_stop(pid_t pid, struct call_stop *stop)
{
	static __u32 native;
	struct ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(info),
		   &info) < 0)
		return -errno;
	/* The first one is this program itself, before it executes another. */
	if (!native)
		native = info.arch;
	*stop = (struct call_stop){ .native = info.arch == native };
	switch (info.op) {
	case PTRACE_SYSCALL_INFO_ENTRY:
		stop->moment = CALL_ENTRY;
		stop->nr = info.entry.nr;
		memcpy(stop->args, info.entry.args, sizeof(stop->args));
		break;
	case PTRACE_SYSCALL_INFO_EXIT:
		stop->moment = CALL_RETURN;
		stop->ret = info.exit.rval;
		break;
	}
	return 0;
}

/**
 * ptrace_read() - read a task's memory
 * @pid: the task, stopped
 * @address: its address there
 * @to: buffer for @len bytes
 * @len: number of bytes
 *
 * Return: number of bytes that could be read.
 */
size_t ptrace_read(pid_t pid, __u64 address, void *to, size_t len)
{
	ssize_t n = procfs_read_memory(pid, address, to, len);

	return n < 0 ? 0 : n;
}

/**
 * ptrace_string() - read a string of a task's memory
 * @pid: the task, stopped
 * @address: its address there
 * @to: buffer; gets as much of the text as fits and can be read
 * @size: number of bytes there
 */
void ptrace_string(pid_t pid, __u64 address, char *to, size_t size)
{
	const size_t page = sysconf(_SC_PAGESIZE);
	size_t len, want, got;

	memset(to, 0, size);
	for (len = 0; len < size - 1; len += got) {
		want = page - (address + len) % page;
		if (want > size - 1 - len)
			want = size - 1 - len;
		got = ptrace_read(pid, address + len, to + len, want);
		if (got < want || memchr(to + len, 0, got))
			return;
	}
}
