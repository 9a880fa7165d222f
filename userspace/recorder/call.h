/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_CALL_H
#define RECORDER_CALL_H

#include <stdbool.h>
#include <sys/types.h>

#include "bpf/trace_event.h"
#include "recorder/ptrace.h"

/**
 * struct call - a system call that is a step
 * @call: which; TRACE_NO_CALL for none
 * @flags: of clone(2) and the like, as the kernel sees them
 * @args: its arguments; the flags of clone(2) come first
 * @clone3: arguments of clone3(2)
 * @clone3_read: whether they could be read
 * @file: the program of execve(2), cut off if it is long
 */
struct call {
	enum trace_call call;
	__u64 flags;
	__u64 args[6];
	struct clone_args clone3;
	bool clone3_read;
	char file[TRACE_FILE_LEN];
};

bool call_read(struct call *call, pid_t pid, const struct call_stop *stop);
bool call_writes(const struct call_stop *stop);
bool call_is_exit(const struct call_stop *stop);
bool call_has_stack(const struct call *call);

#endif /* RECORDER_CALL_H */
