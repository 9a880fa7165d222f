/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Namespaces. A task holds one through its nsproxy, which it may share with
 * others and which never changes. unshare(2) and setns(2) make a new nsproxy,
 * with the namespace that the old one had, a new one, or one that exists.
 *
 * As three rows can have one nsproxy in common only, its address is watched,
 * too. A nsproxy elsewhere is its task's own.
 */
bool by_proxy[NR];	/* the task has the watched nsproxy */
bool in_proxy;		/* that one holds the watched namespace */
byte parent[NR];	/* future parent of an unborn task */

#undef HOLDS
#define HOLDS(t)	(by_proxy[t] -> in_proxy : holds[t] == WATCHED)
#undef REFERS
#define REFERS(t)	HOLDS(t)
#undef MAY_CHANGE
#define MAY_CHANGE(t)	(task_locked != t)

#define HAS_PROXY(t)	by_proxy[t]
#define PROXY_FREE	(!ANY(HAS_PROXY))
#define CHILD(t)	(state[t] == UNBORN && state[parent[t]] == LIVE)

/* create_new_namespaces(), switch_task_namespaces(); clone with such a flag */
inline switch(t, proxy, what)
{
	if
	:: what == WATCHED && !IN_USE -> made()
	:: else
	fi;
	by_proxy[t] = proxy;
	holds[t] = (proxy -> OTHER : what);
	in_proxy = (proxy -> what == WATCHED : in_proxy && !PROXY_FREE);
	state[t] = LIVE;
	parent[t] = 0
}

#define MAY_SWITCH(t)	(ACTS(t) || CHILD(t))
#define MAKE_PROXY(t)							\
	STEP("task %d: nsproxy elsewhere, namespace elsewhere\n", t,	\
	     MAY_SWITCH(t), switch(t, false, OTHER))			\
	STEP("task %d: nsproxy elsewhere, namespace here\n", t,		\
	     MAY_SWITCH(t) && (IN_USE || FREE), switch(t, false, WATCHED)) \
	STEP("task %d: new nsproxy here, namespace elsewhere\n", t,	\
	     MAY_SWITCH(t) && PROXY_FREE, switch(t, true, OTHER))	\
	STEP("task %d: new nsproxy here, namespace here\n", t,		\
	     MAY_SWITCH(t) && PROXY_FREE && (IN_USE || FREE),		\
	     switch(t, true, WATCHED))

/* copy_namespaces() without a flag */
#undef SHARE
#define SHARE(t)							\
	STEP("task %d is born with its parent's nsproxy\n", t,		\
	     CHILD(t), by_proxy[t] = by_proxy[parent[t]];		\
	     holds[t] = holds[parent[t]]; state[t] = LIVE; parent[t] = 0)

/* exit_nsproxy_namespaces() */
#undef EXIT
#define EXIT(t)		STEP("task %d exits\n", t, ACTS(t),		\
			     switch(t, false, OTHER); state[t] = DEAD)

#undef CHANGES
#define CHANGES		OUTSIDE EACH(SHARE) EACH(MAKE_PROXY) EACH(EXIT)
