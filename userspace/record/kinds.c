// SPDX-License-Identifier: GPL-2.0-only
/* Names of the kinds of objects and tasks. */
#include "record/kinds.h"

const char *const kind_name[TASKSHARE_NR_KINDS] = {
#define NAME(constant, name) [TASKSHARE_##constant] = name,
	TASKSHARE_KINDS(NAME)
#undef NAME
};

const char *const task_name[TASKSHARE_NR_TASKS] = {
#define NAME(constant, name) [TASKSHARE_TASK_##constant] = name,
	TASKSHARE_TASKS(NAME)
#undef NAME
};

/**
 * kind_text() - a kind of object in plain words
 *
 * There is no default, so that the compiler asks for the words of a new kind.
 *
 * Return: words that go behind "its own" or "shares".
 */
const char *kind_text(enum taskshare_kind kind)
{
	switch (kind) {
	case TASKSHARE_MM:
		return "memory";
	case TASKSHARE_FILES:
		return "file descriptor table";
	case TASKSHARE_SIGHAND:
		return "signal handlers";
	case TASKSHARE_FS:
		return "filesystem information";
	case TASKSHARE_SIGNAL:
		return "thread group";
	case TASKSHARE_IO:
		return "I/O context";
	case TASKSHARE_SEMUNDO:
		return "semaphore undo list";
	case TASKSHARE_NSPROXY:
		return "nsproxy";
	case TASKSHARE_CRED:
		return "credentials";
	case TASKSHARE_CGROUPS:
		return "cgroups";
	case TASKSHARE_SECCOMP:
		return "seccomp filters";
	case TASKSHARE_UTS:
		return "UTS namespace";
	case TASKSHARE_IPC:
		return "IPC namespace";
	case TASKSHARE_MNT:
		return "mount namespace";
	case TASKSHARE_NET:
		return "network namespace";
	case TASKSHARE_PID:
		return "PID namespace";
	case TASKSHARE_PID_FOR_CHILDREN:
		return "PID namespace for children";
	case TASKSHARE_CGROUP:
		return "cgroup namespace";
	case TASKSHARE_TIME:
		return "time namespace";
	case TASKSHARE_TIME_FOR_CHILDREN:
		return "time namespace for children";
	case TASKSHARE_USER:
		return "user namespace";
	case TASKSHARE_NR_KINDS:
		break;
	}
	return "object";
}

/**
 * kind_refs_are_tasks() - check whether an object's references count its tasks
 * @kind: of the object
 *
 * A signal_struct is held by tasks that are gone already, until a grace period
 * has passed (put_signal_struct()); credentials are held by open files, too; and
 * namespaces are held by what kind_held_by() returns rather than by tasks. There
 * the difference between references and holders means nothing.
 *
 * Return: true if every task holds just one reference.
 */
bool kind_refs_are_tasks(enum taskshare_kind kind)
{
	switch (kind) {
	case TASKSHARE_MM:
	case TASKSHARE_FILES:
	case TASKSHARE_SIGHAND:
	case TASKSHARE_FS:
	case TASKSHARE_IO:
	case TASKSHARE_SEMUNDO:
		return true;
	default:
		return false;
	}
}

/**
 * kind_refs_of_one() - reference count of an object with a single holder
 * @kind: of the object
 *
 * A task holds its credentials twice, see copy_creds() in kernel/cred.c.
 *
 * Return: the count; one that is larger says that there is another holder.
 */
__u32 kind_refs_of_one(enum taskshare_kind kind)
{
	return kind == TASKSHARE_CRED ? 2 : 1;
}

/**
 * kind_held_by() - name the kind of object through which tasks hold another one
 * @kind: of that other one
 *
 * A task's struct pid holds the pid namespace that it is in; no record has it:
 * see task_active_pid_ns() in kernel/pid.c.
 *
 * Return: the kind itself where tasks do, or %TASKSHARE_NR_KINDS if it is none.
 */
enum taskshare_kind kind_held_by(enum taskshare_kind kind)
{
	switch (kind) {
	case TASKSHARE_UTS:
	case TASKSHARE_IPC:
	case TASKSHARE_MNT:
	case TASKSHARE_NET:
	case TASKSHARE_PID_FOR_CHILDREN:
	case TASKSHARE_CGROUP:
	case TASKSHARE_TIME:
	case TASKSHARE_TIME_FOR_CHILDREN:
		return TASKSHARE_NSPROXY;
	case TASKSHARE_USER:
		return TASKSHARE_CRED;
	case TASKSHARE_PID:
		return TASKSHARE_NR_KINDS;
	default:
		return kind;
	}
}

/**
 * kind_pair() - the kind that names objects of the same type
 * @kind: of the object
 *
 * A namespace for children may be the one that another task is in; for those
 * two kinds ids can be compared, see taskshare.h.
 *
 * Return: %TASKSHARE_PID for %TASKSHARE_PID_FOR_CHILDREN and the like, the kind
 * itself for all others.
 */
enum taskshare_kind kind_pair(enum taskshare_kind kind)
{
	switch (kind) {
	case TASKSHARE_PID_FOR_CHILDREN:
		return TASKSHARE_PID;
	case TASKSHARE_TIME_FOR_CHILDREN:
		return TASKSHARE_TIME;
	default:
		return kind;
	}
}
