// SPDX-License-Identifier: GPL-2.0-only
/* Limits of ptrace(2) that a recording has to mention. */
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "recorder/lack.h"
#include "util/procfs.h"

/**
 * lack_call() - mention a call that a recording cannot show, or disturbs
 * @tracee: the task
 * @stop: its stop at the entry of a call
 */
void lack_call(struct run *run, const struct tracee *tracee,
	       const struct call_stop *stop)
{
	if (!stop->native) {
		tape_note(&run->tape,
			  "%u makes system calls as 32-bit programs do: they are no steps, and the flags of the tasks that it creates are not known.",
			  tracee->pid);
		return;
	}
	if (stop->nr != __NR_ptrace)
		return;
	if (stop->args[0] == PTRACE_TRACEME ||
	    ((stop->args[0] == PTRACE_ATTACH ||
	      stop->args[0] == PTRACE_SEIZE) &&
	     tracees_find(&run->tracees, stop->args[1])))
		tape_note(&run->tape,
			  "%u called ptrace(2) for a task that is being recorded: it fails, as a task has one tracer.",
			  tracee->pid);
}

/* A field of /proc/PID/status, after its name and a tab; or NULL */
static const char *status_field(char *text, size_t size, pid_t pid,
				const char *name)
{
	char path[64], *at;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	n = procfs_read(path, text, size - 1);
	if (n <= 0)
		return NULL;
	text[n] = 0;
	at = strstr(text, name);
	return at ? at + strlen(name) : NULL;
}

/* A set-ID program that has just been executed, without its owner's ID */
static bool lacks_id(pid_t pid, const char *name, unsigned int wanted)
{
	unsigned int effective;
	char text[4096];
	const char *ids = status_field(text, sizeof(text), pid, name);

	return ids && sscanf(ids, "%*u%u", &effective) == 1 &&
	       effective != wanted;
}

/**
 * lack_privilege() - mention a set-ID program that runs without privilege
 * @tracee: the task that has executed it, stopped
 */
void lack_privilege(struct run *run, const struct tracee *tracee)
{
	struct stat st;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/exe", tracee->pid);
	if (stat(path, &st))
		return;
	if ((st.st_mode & 04000 &&
	     lacks_id(tracee->pid, "\nUid:\t", st.st_uid)) ||
	    ((st.st_mode & 02010) == 02010 &&
	     lacks_id(tracee->pid, "\nGid:\t", st.st_gid)))
		tape_note(&run->tape,
			  "%s is a set-user-ID or set-group-ID program, which runs without that privilege while it is recorded.",
			  tracee->call.file);
}

/**
 * lack_traced() - find out who traces a task
 * @pid: of the task
 *
 * Return: true if it is this process: the task is recorded, known or not.
 */
bool lack_traced(pid_t pid)
{
	char text[4096];
	const char *tracer = status_field(text, sizeof(text), pid,
					  "\nTracerPid:\t");

	return tracer && atoi(tracer) == getpid();
}

/**
 * lack_unborn() - leave tasks out whose creation is a step to come
 * @recs: a snapshot
 *
 * A new task is traced before it runs, but the stop of its creator may not
 * have been handled yet.
 */
void lack_unborn(const struct run *run, struct records *recs)
{
	size_t i, nr = 0;

	for (i = 0; i < recs->nr; i++) {
		__u32 pid = recs->rec[i].pid;

		if (history_find(&run->history, pid) == NO_TASK &&
		    lack_traced(pid))
			continue;
		recs->rec[nr++] = recs->rec[i];
	}
	recs->nr = nr;
}
