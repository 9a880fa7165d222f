/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_PTRACE_H
#define RECORDER_PTRACE_H

#include <stdbool.h>
#include <sys/types.h>

#include <linux/types.h>

/**
 * enum call_moment - place of a stop at a system call
 * @CALL_NEITHER: at none
 * @CALL_ENTRY: before it
 * @CALL_RETURN: after it
 */
enum call_moment {
	CALL_NEITHER,
	CALL_ENTRY,
	CALL_RETURN,
};

/**
 * struct call_stop - a stop at a system call
 * @moment: place of the stop
 * @native: the call is one of this program's architecture
 * @nr: at the entry: its number
 * @args: at the entry: its arguments, as the registers have them
 * @ret: after it: what it returned, or a negative errno
 */
struct call_stop {
	enum call_moment moment;
	bool native;
	__u64 nr;
	__u64 args[6];
	__s64 ret;
};

int ptrace_seize(pid_t pid);
int ptrace_interrupt(pid_t pid);
void ptrace_resume(pid_t pid, int sig);
void ptrace_listen(pid_t pid);
void ptrace_detach(pid_t pid, int sig);
unsigned long ptrace_message(pid_t pid);
int ptrace_call_stop(pid_t pid, struct call_stop *stop);
size_t ptrace_read(pid_t pid, __u64 address, void *to, size_t len);
void ptrace_string(pid_t pid, __u64 address, char *to, size_t size);

#endif /* RECORDER_PTRACE_H */
