// SPDX-License-Identifier: GPL-2.0-only
/*
 * Content of live tasks, by every engine that is usable: tasks take on users,
 * groups, capabilities, namespaces, directories, filters and cgroups, say by
 * system calls what they have, and are looked at from outside.
 */
#include "cli/session.h"
#include "content/equal.h"
#include "content/fields.h"
#include "record/kinds.h"
#include "tests/content_actors.h"
#include "tap.h"

static bool differs(const struct facts *facts, const char *what,
		    const char *got, const char *want)
{
	if (!strcmp(got, want))
		return false;
	printf("# %u: %s is %s, not %s\n", facts->tid, what, got, want);
	return true;
}

/* A value as text; "unknown" and "none" are no values. */
static const char *text_of(char *to, size_t size, const struct content *content,
			   __u32 task, enum content_field field)
{
	struct content_value v;
	size_t i, len = 0;

	switch (content_value(content, task, field, &v)) {
	case CONTENT_UNKNOWN:
		return "unknown";
	case CONTENT_ABSENT:
		return "none";
	case CONTENT_KNOWN:
		break;
	}
	if (v.string)
		snprintf(to, size, "%.*s", (int)v.len, v.string);
	else if (field != FIELD_GROUPS)
		snprintf(to, size, "%llu", v.number);
	else
		*to = 0;
	for (i = 0; i < v.nr && len < size; i++)
		len += snprintf(to + len, size - len, "%u ", v.ids[i]);
	return to;
}

static int check_number(const struct facts *facts,
			const struct content *content, __u32 task,
			enum content_field field, __u64 want)
{
	char got[64], text[64];

	snprintf(text, sizeof(text), "%llu", want);
	return differs(facts, content_fields[field].key,
		       text_of(got, sizeof(got), content, task, field), text);
}

static int check_groups(const struct facts *facts,
			const struct content *content, __u32 task)
{
	char got[2048], want[2048] = "", *at = want;
	int i;

	for (i = 0; i < facts->nr_groups; i++)
		at += sprintf(at, "%u ", facts->group[i]);
	return differs(facts, "groups",
		       text_of(got, sizeof(got), content, task, FIELD_GROUPS),
		       want);
}

static int check_cred(const struct facts *facts, const struct content *content,
		      __u32 task, bool by_proc)
{
	int i, bad = 0;

	for (i = 0; i < 4; i++) {
		bad += check_number(facts, content, task, FIELD_RUID + i,
				    facts->uid[i]);
		bad += check_number(facts, content, task, FIELD_RGID + i,
				    facts->gid[i]);
	}
	for (i = 0; i < 5; i++)
		bad += check_number(facts, content, task, FIELD_CAPINH + i,
				    facts->cap[i]);
	if (!by_proc)
		bad += check_number(facts, content, task, FIELD_SECUREBITS,
				    facts->securebits);
	return bad + check_groups(facts, content, task);
}

static int check_fs(const struct facts *facts, const struct content *content,
		    __u32 task)
{
	char got[4200];
	int bad;

	bad = check_number(facts, content, task, FIELD_UMASK, facts->umask);
	bad += differs(facts, "root",
		       text_of(got, sizeof(got), content, task, FIELD_ROOT),
		       facts->root);
	return bad + differs(facts, "cwd", text_of(got, sizeof(got), content,
						   task, FIELD_CWD),
			     facts->cwd);
}

static int check_namespaces(const struct facts *facts,
			    const struct content *content, __u32 task)
{
	static const enum content_field field[] = {
		FIELD_UTS_INODE, FIELD_IPC_INODE, FIELD_MNT_INODE,
		FIELD_NET_INODE, FIELD_PID_INODE,
		FIELD_PID_FOR_CHILDREN_INODE, FIELD_CGROUP_INODE,
		FIELD_TIME_INODE, FIELD_TIME_FOR_CHILDREN_INODE,
		FIELD_USER_INODE,
	};
	int i, bad = 0;

	/* One for children without a child cannot be looked at by itself. */
	for (i = 0; i < CONTENT_NR_NS; i++)
		if (facts->ns[i])
			bad += check_number(facts, content, task, field[i],
					    facts->ns[i]);
	return bad;
}

static int check_tree(const struct facts *facts, const struct content *content,
		      __u32 task)
{
	const int user = CONTENT_NS(TASKSHARE_USER);
	const int pid = CONTENT_NS(TASKSHARE_PID);
	int bad = 0;

	if (facts->ns[user] != shared[0].ns[user]) {
		bad += check_number(facts, content, task, FIELD_USER_PARENT,
				    shared[0].ns[user]);
		bad += check_number(facts, content, task, FIELD_USER_UID,
				    shared[0].uid[1]);
	}
	if (facts->ns[pid] != shared[0].ns[pid]) {
		bad += check_number(facts, content, task, FIELD_PID_PARENT,
				    shared[0].ns[pid]);
		bad += check_number(facts, content, task, FIELD_PID_OWNER,
				    shared[0].ns[user]);
	}
	return bad;
}

static int check_cgroup(const struct facts *facts,
			const struct content *content, __u32 task)
{
	char got[256];

	if (!*facts->cgroup)
		return 0;
	return check_number(facts, content, task, FIELD_CGROUPID,
			    facts->cgroup_id) +
	       differs(facts, "cgroup", text_of(got, sizeof(got), content,
						task, FIELD_CGROUP),
		       facts->cgroup);
}

static int check_self(const struct facts *facts, const struct content *content,
		      __u32 task, bool by_proc)
{
	char exe[256], got[256], path[64];
	int bad = 0;
	ssize_t n;

	sprintf(exe, "%u", facts->waiter);
	bad += differs(facts, "waiter",
		       text_of(got, sizeof(got), content, task, FIELD_WAITER),
		       by_proc ? "unknown" : facts->waiter ? exe : "none");
	bad += check_number(facts, content, task, FIELD_NNP, facts->nnp);
	bad += check_number(facts, content, task, FIELD_NSPID, facts->nspid);
	bad += check_number(facts, content, task, FIELD_SECCOMPMODE,
			    facts->seccomp_mode);
	bad += check_number(facts, content, task, FIELD_FILTERS,
			    filters_here + facts->filters);
	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	exe[n < 0 ? 0 : n] = 0;
	bad += differs(facts, "exe",
		       text_of(got, sizeof(got), content, task, FIELD_EXE),
		       exe);
	sprintf(path, "/proc/%u/attr/current", facts->tid);
	n = open(path, O_RDONLY);
	if (n >= 0 && read(n, exe, sizeof(exe)) >= 0) {
		exe[strcspn(exe, "\n")] = 0;
		bad += differs(facts, "label", text_of(got, sizeof(got),
						       content, task,
						       FIELD_LABEL), exe);
	}
	if (n >= 0)
		close(n);
	return bad;
}

/*
 * The module knows no content: where BPF programs cannot be used, it is that of
 * /proc. Whether they should be usable is not decided here.
 */
static bool reads_proc(const struct engine *engine)
{
	struct engine_handle bpf = { .engine = &engine_bpf };
	struct error unused;

	if (engine == &engine_proc)
		return true;
	if (engine_bpf.open(&bpf.state, NULL, true, &unused))
		return true;
	engine_close(&bpf);
	return false;
}

static __u32 find_task(const struct model *model, __u32 pid)
{
	__u32 i;

	for (i = 0; i < model->nr; i++)
		if (model->task[i]->pid == pid)
			return i;
	return NO_OBJECT;
}

static int check_actor(const struct snapshot *snap, size_t i, bool by_proc)
{
	const struct content *content = &snap->content;
	const struct facts *facts = &shared[i];
	__u32 task = find_task(&snap->model, facts->tid);

	if (task == NO_OBJECT) {
		printf("# %u is not there\n", facts->tid);
		return 1;
	}
	return check_cred(facts, content, task, by_proc) +
	       check_fs(facts, content, task) +
	       check_namespaces(facts, content, task) +
	       check_tree(facts, content, task) +
	       check_cgroup(facts, content, task) +
	       check_self(facts, content, task, by_proc);
}

static size_t find_actor(const char *name)
{
	size_t i = 0;

	while (strcmp(actors[i].name, name))
		i++;
	return i;
}

/* Two actors, and how their content has to compare by BPF and by /proc */
static const struct {
	const char *a;
	const char *b;
	int kind;
	enum content_equal by_bpf;
	enum content_equal by_proc;
} pairs[] = {
	{ "as it was born", "umask", TASKSHARE_CRED, EQUAL_YES, EQUAL_YES },
	{ "as it was born", "3 groups", TASKSHARE_CRED, EQUAL_NO, EQUAL_NO },
	{ "one group more", "100 groups", TASKSHARE_CRED, EQUAL_NO, EQUAL_NO },
	{ "as it was born", "users and groups", TASKSHARE_CRED, EQUAL_NO,
	  EQUAL_NO },
	{ "users and groups", "users and groups of a thread", TASKSHARE_CRED,
	  EQUAL_YES, EQUAL_YES },
	{ "as it was born", "user", TASKSHARE_CRED, EQUAL_NO, EQUAL_NO },
	{ "as it was born", "3 groups", TASKSHARE_FS, EQUAL_YES,
	  EQUAL_UNKNOWN },
	{ "as it was born", "umask", TASKSHARE_FS, EQUAL_NO, EQUAL_NO },
	{ "as it was born", "a hostile directory", TASKSHARE_FS, EQUAL_NO,
	  EQUAL_UNKNOWN },
	{ "as it was born", "mnt", TASKSHARE_FS, EQUAL_NO, EQUAL_UNKNOWN },
	{ "another root", "another root of a thread", TASKSHARE_FS, EQUAL_YES,
	  EQUAL_UNKNOWN },
	{ "as it was born", "uts, and back", TASKSHARE_NSPROXY, EQUAL_YES,
	  EQUAL_YES },
	{ "as it was born", "uts", TASKSHARE_NSPROXY, EQUAL_NO, EQUAL_NO },
	{ "uts", "uts of a thread", TASKSHARE_UTS, EQUAL_NO, EQUAL_NO },
	{ "uts", "ipc", TASKSHARE_NET, EQUAL_YES, EQUAL_YES },
	{ "as it was born", "one filter", TASKSHARE_SECCOMP, EQUAL_NO,
	  EQUAL_NO },
	{ "one filter", "three filters", TASKSHARE_SECCOMP, EQUAL_NO,
	  EQUAL_NO },
	{ "three filters", "three filters of a thread", TASKSHARE_SECCOMP,
	  EQUAL_UNKNOWN, EQUAL_UNKNOWN },
	{ "as it was born", "umask", TASKSHARE_SECCOMP, EQUAL_YES,
	  EQUAL_YES },
	{ "as it was born", "a cgroup", TASKSHARE_CGROUPS, EQUAL_NO,
	  EQUAL_NO },
	{ "as it was born", "umask", TASKSHARE_FILES, EQUAL_UNKNOWN,
	  EQUAL_UNKNOWN },
};

/*
 * Without a file in /proc, this engine does not know whether the kernel lacks
 * that type of namespace; the module does.
 */
static bool lacks_namespaces(const struct engine *engine, int kind)
{
	return engine == &engine_proc && kind == TASKSHARE_NSPROXY &&
	       access("/proc/self/ns/time", F_OK);
}

/* From /proc one knows how many filters a task has, and not which. */
static bool counts_filters(int kind)
{
	return kind == TASKSHARE_SECCOMP && filters_here;
}

static void compare(const struct snapshot *snap, const struct engine *engine,
		    bool by_proc)
{
	static const char *const word[] = { "unknown", "no", "yes" };
	enum content_equal want, got;
	size_t i, a, b;

	for (i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		a = find_actor(pairs[i].a);
		b = find_actor(pairs[i].b);
		if (shared[a].failed || shared[b].failed)
			continue;
		want = by_proc ? pairs[i].by_proc : pairs[i].by_bpf;
		if (want == EQUAL_YES &&
		    (lacks_namespaces(engine, pairs[i].kind) ||
		     (by_proc && counts_filters(pairs[i].kind))))
			want = EQUAL_UNKNOWN;
		got = content_equal(&snap->content, pairs[i].kind,
				    find_task(&snap->model, shared[a].tid),
				    find_task(&snap->model, shared[b].tid));
		tap_ok(got == want, "content: by %s: %s of '%s' and '%s' equal: %s%s%s",
		       engine->name, kind_name[pairs[i].kind], pairs[i].a,
		       pairs[i].b, word[got], got == want ? "" : ", not ",
		       got == want ? "" : word[want]);
	}
}

/* Calls that are not allowed here may be skipped; failures may not. */
static bool skipped(const struct engine *engine, size_t i)
{
	if (shared[i].failed == EPERM || shared[i].failed == EINVAL)
		tap_skip(strerror(shared[i].failed), "content: by %s: %s",
			 engine->name, actors[i].name);
	else if (shared[i].failed)
		tap_ok(0, "content: by %s: %s: %s", engine->name,
		       actors[i].name, strerror(shared[i].failed));
	return shared[i].failed;
}

static void look(const struct engine *engine)
{
	struct snapshot snap = { .parts = CONTENT_ALL };
	struct engine_handle handle = { .engine = engine };
	__u32 pid[NR_ACTORS];
	bool gone[NR_ACTORS];
	struct selection sel = { .pid = pid, .gone = gone, .nr = NR_ACTORS };
	bool by_proc = reads_proc(engine);
	struct error error;
	size_t i;

	for (i = 0; i < NR_ACTORS; i++)
		pid[i] = shared[i].tid ?: getpid();
	if (engine->open(&handle.state, NULL, true, &error)) {
		tap_skip(error.text, "content: by %s", engine->name);
		return;
	}
	if (snapshot_take(&snap, &handle, &sel, &error) ||
	    snapshot_read_content(&snap, &handle, &sel, &error))
		printf("# %s\n", error.text);
	for (i = 0; i < NR_ACTORS; i++)
		if (!skipped(engine, i))
			tap_ok(!check_actor(&snap, i, by_proc),
			       "content: by %s: %s", engine->name,
			       actors[i].name);
	compare(&snap, engine, by_proc);
	snapshot_free(&snap);
	engine_close(&handle);
}

static void remove_directory(void)
{
	char command[96];

	sprintf(command, "rm -rf %s", directory);
	if (system(command))
		printf("# %s stays\n", directory);
}

int main(void)
{
	pid_t pid[NR_ACTORS];
	size_t i;

	setbuf(stdout, NULL);
	filters_here = count_filters();
	shared = mmap(NULL, sizeof(*shared) * NR_ACTORS, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	strcpy(directory, "/tmp/taskshare-content.XXXXXX");
	proc_dir = open("/proc", O_PATH | O_DIRECTORY);
	if (shared == MAP_FAILED || proc_dir < 0 || !mkdtemp(directory))
		return 1;
	chmod(directory, 0777);
	for (i = 0; i < NR_ACTORS; i++) {
		pid[i] = start(i);
		if (pid[i] < 0) {
			shared[i].failed = errno;
			continue;
		}
		wait_for(&shared[i].ready);
		if (!shared[i].tid)
			shared[i].tid = pid[i];
		if (actors[i].correct)
			actors[i].correct(&shared[i]);
	}
	for (i = 0; i < nr_engines; i++)
		look(engines[i]);
	for (i = 0; i < NR_ACTORS; i++) {
		if (pid[i] < 0)
			continue;
		kill(pid[i], SIGKILL);
		waitpid(pid[i], NULL, 0);
		remove_cgroup(&shared[i]);
	}
	remove_directory();
	return tap_end();
}
