// SPDX-License-Identifier: GPL-2.0-only
/* Lines about calls that change what a task holds. */
#include "event/cred.h"
#include "event/namespace.h"
#include "event/sentence_parts.h"
#include "record/kinds.h"
#include "util/array.h"

/* A namespace for children that is the same as that for the task */
static bool is_repeated(const __u32 *inode, __u32 mask, int kind)
{
	int base = kind - 1;

	return (kind == TASKSHARE_PID_FOR_CHILDREN ||
		kind == TASKSHARE_TIME_FOR_CHILDREN) && mask & 1u << base &&
	       inode[kind - TRACE_FIRST_NS] == inode[base - TRACE_FIRST_NS];
}

/* The namespaces that a task enters or leaves; the first with a verb */
static void add_namespaces(struct line *line, enum clause_kind first,
			   const char *verb, const struct trace_change *change,
			   bool now)
{
	const __u32 *inode = now ? change->ns_now : change->ns_before;
	__u32 mask = event_changed(&change->ev) & NAMESPACES &
		     (now ? change->ev.has : change->ev.had);
	char text[NAMESPACE_TEXT];
	int k;

	for (k = TRACE_FIRST_NS; k < TASKSHARE_NR_KINDS; k++) {
		const char *owner = namespace_owner(change, k, now);

		if (!(mask & 1u << k) || is_repeated(inode, mask, k))
			continue;
		line_add(line, first, "%s%s%s", verb,
			 namespace_text(text, k, inode[k - TRACE_FIRST_NS]),
			 k == TASKSHARE_PID_FOR_CHILDREN ||
			 k == TASKSHARE_TIME_FOR_CHILDREN ?
			 " for children" : "");
		if (owner)
			line_add(line, CLAUSE_MAY, " (%s)", owner);
		first = CLAUSE_MAY;
		verb = ", ";
	}
}

/*
 * An object that the task has for itself now. One that it had for itself before
 * may have been replaced, too, which changes nothing.
 */
static const char *add_private(struct line *line, const char *between,
			       enum taskshare_kind kind, __u32 users)
{
	if (users < 2)
		return between;
	line_add(line, *between == ':' ? CLAUSE_CUT : CLAUSE_MAY,
		 "%s %s was shared with %u other%s, now private", between,
		 kind_text(kind), users - 1, text_plural(users - 1));
	return ";";
}

/**
 * text_unshare() - compose the line of TRACE_EV_UNSHARE
 * @how: style of the output
 */
void text_unshare(struct line *line, const struct event_style *how,
		  const struct trace_event *ev)
{
	const struct trace_change *change = (const void *)ev;
	__u32 changed = event_changed(ev);
	char flags[FLAGS_TEXT] = "";
	const char *between = ":";

	if (ev->call == TRACE_UNSHARE && !(changed & (OBJECTS | NAMESPACES)))
		flags_text(flags, change->flags, "|");
	text_call(line, how, ev, flags);
	if (!(changed & (OBJECTS | NAMESPACES)))
		line_add(line, CLAUSE_MUST, ": nothing was shared");
	if (changed & NAMESPACES) {
		add_namespaces(line, CLAUSE_MUST, ": new ", change, true);
		between = ";";
	}
	if (changed & BIT(FILES))
		between = add_private(line, between, TASKSHARE_FILES,
				      change->files_users);
	if (changed & BIT(FS))
		between = add_private(line, between, TASKSHARE_FS,
				      change->fs_users);
	if (changed & BIT(SEMUNDO))
		line_add(line, CLAUSE_MAY, "%s gives up %s", between,
			 kind_text(TASKSHARE_SEMUNDO));
	add_namespaces(line, CLAUSE_MAY, "; leaves ", change, false);
}

/**
 * text_setns() - compose the line of TRACE_EV_SETNS
 * @how: style of the output
 */
void text_setns(struct line *line, const struct event_style *how,
		const struct trace_event *ev)
{
	const struct trace_change *change = (const void *)ev;

	text_call(line, how, ev, "");
	if (!(event_changed(ev) & NAMESPACES))
		line_add(line, CLAUSE_MUST,
			 ": it is in this namespace already");
	add_namespaces(line, CLAUSE_MUST, " joins ", change, true);
	add_namespaces(line, CLAUSE_MAY, "; leaves ", change, false);
}

/* Equal in content is another thing than the same object. */
static void add_equal_threads(struct line *line,
			      const struct trace_threads *threads)
{
	__u32 nr = threads->others, equal = threads->equal_cred;

	if (!nr || (nr == 1 && threads->unknown_cred))
		return;
	if (nr == 1)
		line_add(line, CLAUSE_MAY, "; the other thread %s",
			 equal ? "has equal ones" : "differs");
	else if (equal == nr)
		line_add(line, CLAUSE_MAY,
			 "; all %u other threads have equal ones", nr);
	else if (equal || threads->unknown_cred)
		line_add(line, CLAUSE_MAY,
			 "; %u of %u other threads have equal ones", equal, nr);
	else
		line_add(line, CLAUSE_MAY, "; %u other threads differ", nr);
}

/* Words for the change that a call makes beyond the content of objects */
static const char *unseen_change(const struct trace_event *ev)
{
	switch (ev->call) {
	case TRACE_LANDLOCK_RESTRICT_SELF:
		return "enters a Landlock domain";
	case TRACE_LSM_SET_SELF_ATTR:
		return "new security attributes";
	case TRACE_SETGROUPS:
		return "new supplementary groups";
	default:
		return ev->context & TRACE_CTX_PARTLY ? "new credentials" :
		       "new credentials, equal to the old";
	}
}

/**
 * text_cred() - compose the line of TRACE_EV_CRED
 * @how: style of the output
 */
void text_cred(struct line *line, const struct event_style *how,
	       const struct trace_event *ev)
{
	const struct trace_change *change = (const void *)ev;
	char ids[CRED_TEXT], rights[CRED_TEXT];
	bool some;
	int i;

	text_call(line, how, ev, "");
	some = cred_ids_text(ids, sizeof(ids), &change->before, &change->cred);
	if (some)
		line_add(line, CLAUSE_CUT, ": %s", ids);
	for (i = 0; i < (int)ARRAY_SIZE(trace_keyring_name); i++) {
		if (!(change->keyrings & 1u << i))
			continue;
		line_add(line, CLAUSE_MAY, "%s new %s keyring",
			 some ? "," : ":", trace_keyring_name[i]);
		some = true;
	}
	if (!cred_rights_text(rights, sizeof(rights), &change->before,
			      &change->cred) && !some)
		line_add(line, CLAUSE_MUST, ": %s", unseen_change(ev));
	else if (!some)
		line_add(line, CLAUSE_CUT, ": %s", rights);
	add_equal_threads(line, &change->threads);
	if (some && *rights)
		line_add(line, CLAUSE_MAY, "; %s", rights);
}

/**
 * text_seccomp() - compose the line of TRACE_EV_SECCOMP
 * @how: style of the output
 */
void text_seccomp(struct line *line, const struct event_style *how,
		  const struct trace_event *ev)
{
	const struct trace_change *change = (const void *)ev;
	const struct trace_threads *threads = &change->threads;
	__u32 nr = threads->others;

	text_call(line, how, ev, "");
	if (change->filters == change->filters_before + 1)
		line_add(line, CLAUSE_MUST, " adds a filter, %u now",
			 change->filters);
	else
		line_add(line, CLAUSE_MUST, ": filters %u -> %u",
			 change->filters_before, change->filters);
	if (nr && threads->same_seccomp == nr)
		line_add(line, CLAUSE_MAY,
			 "; all %u threads have the same filters", nr + 1);
	else if (nr)
		line_add(line, CLAUSE_MAY, "; %u other thread%s",
			 nr - threads->same_seccomp,
			 nr - threads->same_seccomp == 1 ? " differs" :
							   "s differ");
}
