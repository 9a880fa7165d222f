// SPDX-License-Identifier: GPL-2.0-only
/* System calls that are steps, and their arguments. */
#include <string.h>
#include <sys/syscall.h>

#include <linux/close_range.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>

#include "clone/compat.h"
#include "event/event.h"
#include "recorder/call.h"

static enum trace_call find_call(__u64 nr)
{
	int i;

	for (i = TRACE_NO_CALL + 1; i < TRACE_NR_CALLS; i++)
		if (trace_call_nr[i] >= 0 && (__u64)trace_call_nr[i] == nr)
			return i;
	return TRACE_NO_CALL;
}

/* Options of prctl(2) that may change credentials or filters */
static bool changes_credentials(__u64 option)
{
	switch (option) {
	case PR_SET_KEEPCAPS:
	case PR_CAPBSET_DROP:
	case PR_SET_SECUREBITS:
	case PR_CAP_AMBIENT:
	case PR_SET_SECCOMP:
		return true;
	default:
		return false;
	}
}

/* Calls that share their number with calls that are no steps */
static bool is_step(const struct call *call)
{
	switch (call->call) {
	case TRACE_NO_CALL:
	case TRACE_SET_TID_ADDRESS:
		return false;
	case TRACE_PRCTL:
		return changes_credentials(call->args[0]);
	case TRACE_CLOSE_RANGE:
		return call->args[2] & CLOSE_RANGE_UNSHARE;
	case TRACE_SECCOMP:
		return call->args[0] <= SECCOMP_SET_MODE_FILTER;
	default:
		return true;
	}
}

static void read_clone3(struct call *call, pid_t pid)
{
	size_t size = call->args[1];

	if (size > sizeof(call->clone3))
		size = sizeof(call->clone3);
	call->clone3_read = size >= CLONE_ARGS_SIZE_VER0 &&
			    ptrace_read(pid, call->args[0], &call->clone3,
					size) == size;
	if (call->clone3_read)
		call->flags = call->clone3.flags;
	else
		memset(&call->clone3, 0, sizeof(call->clone3));
}

static void read_arguments(struct call *call, pid_t pid)
{
	switch (call->call) {
	case TRACE_CLONE:
#ifdef __s390__ /* CONFIG_CLONE_BACKWARDS2 */
		call->flags = call->args[1];
		call->args[1] = call->args[0];
		call->args[0] = call->flags;
#endif
		call->flags = (__u32)call->args[0] & ~CSIGNAL;
		break;
	case TRACE_CLONE3:
		read_clone3(call, pid);
		break;
	case TRACE_VFORK:
		call->flags = CLONE_VFORK | CLONE_VM;
		break;
	case TRACE_UNSHARE:
		call->flags = call->args[0];
		break;
	case TRACE_SETNS:
	case TRACE_SECCOMP:
		call->flags = call->args[1];
		break;
	case TRACE_CLOSE_RANGE:
		call->flags = call->args[2];
		break;
	case TRACE_EXECVE:
		ptrace_string(pid, call->args[0], call->file,
			      sizeof(call->file));
		break;
	case TRACE_EXECVEAT:
		ptrace_string(pid, call->args[1], call->file,
			      sizeof(call->file));
		break;
	default:
		break;
	}
}

/**
 * call_read() - learn what a task is about to call
 * @call: set to it
 * @pid: the task
 * @stop: its stop at the entry of a call
 *
 * Return: true if it is a step; false for all others, and for calls of
 * another architecture's programs, whose numbers mean other calls.
 */
bool call_read(struct call *call, pid_t pid, const struct call_stop *stop)
{
	*call = (struct call){ 0 };
	if (!stop->native)
		return false;
	call->call = find_call(stop->nr);
	memcpy(call->args, stop->args, sizeof(call->args));
	if (!is_step(call)) {
		call->call = TRACE_NO_CALL;
		return false;
	}
	read_arguments(call, pid);
	return true;
}

/**
 * call_is_exit() - recognise the exit(2) that ends one thread
 * @stop: a stop at the entry of a call
 *
 * Return: true if it is, and not exit_group(2), which ends the process.
 */
bool call_is_exit(const struct call_stop *stop)
{
	return stop->native && stop->nr == __NR_exit;
}

/**
 * call_writes() - recognise calls that may write to a stream
 * @stop: a stop at the entry of a call
 *
 * Return: true if so, and for calls that are not known.
 */
bool call_writes(const struct call_stop *stop)
{
	if (!stop->native)
		return true;
	switch (stop->nr) {
	case __NR_write:
	case __NR_writev:
	case __NR_sendfile:
	case __NR_splice:
	case __NR_tee:
	case __NR_copy_file_range:
	case __NR_io_uring_enter:
		return true;
	default:
		return false;
	}
}

/**
 * call_has_stack() - find out whether a new task gets a stack of its own
 * @call: the call that creates it
 *
 * Return: true if the call names a stack.
 */
bool call_has_stack(const struct call *call)
{
	return call->call == TRACE_CLONE3 ? call->clone3.stack :
	       call->call == TRACE_CLONE && call->args[1];
}
