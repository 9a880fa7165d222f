// SPDX-License-Identifier: GPL-2.0-only
/*
 * When unshare(2), setns(2) and clone(2) fail: one table, in the order in which
 * the kernel looks. What clone(2) makes of the flags alone is in flags.c.
 */
#include <errno.h>

#include <linux/sched.h>

#include "util/array.h"
#include "clone/compat.h"
#include "clone/rules.h"

#define NEW_NSPROXY	(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | \
			 CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWCGROUP | \
			 CLONE_NEWTIME)

#define UNSHARABLE	(CLONE_THREAD | CLONE_FS | CLONE_SIGHAND | CLONE_VM | \
			 CLONE_FILES | CLONE_SYSVSEM | CLONE_NEWUSER | \
			 NEW_NSPROXY)

static const struct why_rule rules[] = {
	{ WHY_UNSHARE | WHY_SETNS | WHY_CLONE, .any = true,
	  .obstacle = FILTERED, .err = EPERM,
	  .source = "__secure_computing()",
	  .words = "it has a seccomp filter, which may refuse it" },

	/* ksys_unshare() and what it calls */
	{ WHY_UNSHARE | WHY_CLONE, CLONE_NEWUSER, .obstacle = RESTRICTED,
	  .err = EPERM, .source = "unprivileged_userns_clone",
	  .words = "kernel.unprivileged_userns_clone is off" },
	{ WHY_UNSHARE, (__u64)~(UNSHARABLE | UNSHARE_EMPTY_MNTNS),
	  .obstacle = NR_OBSTACLES,
	  .err = EINVAL, .source = "check_unshare_flags()",
	  .words = "unshare(2) does not know this flag" },
	{ WHY_UNSHARE, UNSHARE_EMPTY_MNTNS, .obstacle = NR_OBSTACLES,
	  .err = EINVAL, .until = RELEASE(7, 2),
	  .source = "check_unshare_flags()",
	  .words = "unshare(2) does not know this flag" },
	{ WHY_UNSHARE,
	  CLONE_THREAD | CLONE_SIGHAND | CLONE_VM | CLONE_NEWUSER,
	  .obstacle = HAS_THREADS, .err = EINVAL,
	  .source = "check_unshare_flags()",
	  .words = "its process has other threads" },
	{ WHY_UNSHARE, CLONE_SIGHAND | CLONE_VM, .obstacle = SHARES_SIGHAND,
	  .err = EINVAL, .source = "check_unshare_flags()",
	  .words = "its signal handlers are shared, and stay so until execve(2)" },
	{ WHY_UNSHARE, CLONE_VM, .obstacle = SHARES_MM, .err = EINVAL,
	  .source = "current_is_single_threaded()",
	  .words = "its memory is shared, and stays so until execve(2)" },

	/* copy_process() before anything is copied */
	{ WHY_CLONE, CLONE_PARENT, .obstacle = IS_INIT, .err = EINVAL,
	  .source = "copy_process()",
	  .words = "an init has no siblings" },
	{ WHY_CLONE, CLONE_THREAD, .obstacle = PID_ELSEWHERE, .err = EINVAL,
	  .source = "copy_process()",
	  .words = "its children go to another pid namespace than its own" },
	{ WHY_CLONE, CLONE_THREAD | CLONE_VM, .obstacle = TIME_ELSEWHERE,
	  .err = EINVAL, .until = RELEASE(6, 2),
	  .source = "copy_process() before 6.2",
	  .words = "its children go to another time namespace than its own" },

	/* create_user_ns(), by copy_creds() and by unshare_userns() */
	{ WHY_UNSHARE | WHY_CLONE, CLONE_NEWUSER, .obstacle = CHROOTED,
	  .err = EPERM, .source = "create_user_ns()",
	  .words = "its root is not that of its mount namespace" },
	{ WHY_UNSHARE | WHY_CLONE, CLONE_NEWUSER, .obstacle = UNMAPPED,
	  .err = EPERM, .source = "create_user_ns()",
	  .words = "its user or group has no number in its user namespace" },

	/* copy_fs() */
	{ WHY_CLONE, CLONE_FS, .obstacle = IN_EXEC, .err = EAGAIN,
	  .source = "copy_fs()",
	  .words = "one who shares its working directory may be in execve(2)",
	  .late = true },

	/* copy_namespaces() and unshare_nsproxy_namespaces() */
	{ WHY_UNSHARE | WHY_CLONE, NEW_NSPROXY, .unless = CLONE_NEWUSER,
	  .obstacle = NO_ADMIN, .err = EPERM,
	  .source = "copy_namespaces()",
	  .words = "it has no CAP_SYS_ADMIN in its user namespace",
	  .late = true },
	{ WHY_UNSHARE | WHY_CLONE, CLONE_NEWPID, .obstacle = PID_ELSEWHERE,
	  .err = EINVAL, .source = "copy_pid_ns()",
	  .words = "its children go to another pid namespace already",
	  .late = true },

	/* alloc_pid() */
	{ WHY_CLONE, .any = true, .obstacle = PID_DEAD, .err = ENOMEM,
	  .source = "alloc_pid()",
	  .words = "the init of the pid namespace for its children has ended",
	  .late = true },

	/* userns_install(), mntns_install(), timens_install() and the others */
	{ WHY_SETNS, CLONE_NEWUSER, .obstacle = HAS_THREADS, .err = EINVAL,
	  .source = "userns_install()",
	  .words = "its process has other threads" },
	{ WHY_SETNS, CLONE_NEWUSER, .obstacle = SHARES_FS, .err = EINVAL,
	  .source = "userns_install()",
	  .words = "its root and working directory are shared" },
	{ WHY_SETNS, CLONE_NEWTIME, .obstacle = HAS_LIVE_THREADS,
	  .err = EUSERS, .source = "timens_install()",
	  .words = "its process has other threads" },
	{ WHY_SETNS, CLONE_NEWTIME, .obstacle = SHARES_MM, .err = EUSERS,
	  .source = "timens_install()", .words = "its memory is shared" },
	{ WHY_SETNS, NEW_NSPROXY, .obstacle = NO_ADMIN, .err = EPERM,
	  .source = "struct proc_ns_operations, .install",
	  .words = "it has no CAP_SYS_ADMIN in its user namespace" },
	{ WHY_SETNS, CLONE_NEWNS, .obstacle = NO_CHROOT, .err = EPERM,
	  .source = "mntns_install()",
	  .words = "it has no CAP_SYS_CHROOT in its user namespace" },
	{ WHY_SETNS, CLONE_NEWNS, .obstacle = SHARES_FS, .err = EINVAL,
	  .source = "mntns_install()",
	  .words = "its root and working directory are shared" },
};

static bool is_about(const struct why_rule *rule,
		     const struct why_request *request, unsigned int release)
{
	if (!(rule->calls & request->call))
		return false;
	if (rule->until && release >= rule->until)
		return false;
	return rule->any || (request->flags & rule->flags &&
			     !(request->flags & rule->unless));
}

static void answer_by(struct why_answer *answer, enum truth works,
		      const struct why_rule *rule)
{
	answer->works = works;
	answer->err = works == IS_SO ? 0 : rule->err;
	answer->obstacle = rule->obstacle;
	answer->source = rule->source;
	answer->words = rule->words;
	answer->late = rule->late;
}

/* What clone3(2) makes of the flags, whoever calls it */
static bool flags_stand_in_the_way(const struct why_request *request,
				   unsigned int release,
				   struct why_answer *answer)
{
	const struct clone_request clone = {
		.flags = request->flags,
		.call = request->how,
		.exit_signal = request->exit_signal,
		.release = release,
	};
	const struct flag_rule *rule = flags_refused(&clone);

	if (!rule)
		return false;
	*answer = (struct why_answer){
		.works = IS_NOT,
		.err = EINVAL,
		.obstacle = NR_OBSTACLES,
		.source = rule->source,
		.words = "these flags do not go together",
		.late = rule->late,
	};
	return true;
}

/**
 * why_ask() - would a call work, and if not, why?
 * @facts: what is known of the caller
 * @request: the call
 * @release: the kernel's RELEASE()
 * @answer: set to the answer
 *
 * An obstacle that is there makes it fail, whatever else is not known; then
 * the errno is that of the first that is known. Limits, as in user.max_*, and
 * security modules are not looked at.
 */
void why_ask(const struct why_facts *facts, const struct why_request *request,
	     unsigned int release, struct why_answer *answer)
{
	const struct why_rule *unknown = NULL;
	size_t i;

	*answer = (struct why_answer){
		.works = IS_SO,
		.obstacle = NR_OBSTACLES,
	};
	if (request->call == WHY_CLONE &&
	    flags_stand_in_the_way(request, release, answer))
		return;
	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		const struct why_rule *rule = &rules[i];
		enum truth is;

		if (!is_about(rule, request, release))
			continue;
		is = rule->obstacle == NR_OBSTACLES ? IS_SO :
		     facts->is[rule->obstacle];
		if (is == IS_SO) {
			answer_by(answer, IS_NOT, rule);
			return;
		}
		if (is == IS_UNKNOWN && !unknown)
			unknown = rule;
	}
	if (unknown)
		answer_by(answer, IS_UNKNOWN, unknown);
}
