/* SPDX-License-Identifier: GPL-2.0-only */
/* Sentences back into facts, each of them judged; included by claims.c. */

#define MAX_LINES	4096

/*
 * struct line - one line that the reader printed
 * @text: all of it
 * @task: index of the task that it is about
 * @sentence: its last cell
 */
struct line {
	char *text;
	int task;
	const char *sentence;
};

static long nr_claims[8];
/* Clauses about what an object holds, and those of them about cgroups */
static long nr_contents;
static long nr_cgroups;

/*
 * struct claims - what is being judged
 * @engine: the engine
 * @nr: its count of claims
 * @task: index of the task that the sentence is about
 * @complete: the reader has looked at all tasks
 * @seen: the kinds that it saw of each task
 * @said: the kinds in which it is said to differ from its process
 * @outside: the kinds of which partners in other processes were named
 * @waits: it is said to be the thread that waits in vfork(2)
 * @sentence: all of it, for the report
 * @bad: what was false
 */
struct claims {
	const struct engine *engine;
	long *nr;
	int task;
	bool complete;
	__u32 seen[MAX_WORLD];
	__u32 said;
	__u32 outside;
	bool waits;
	const char *sentence;
	bool bad;
};

static void unescape(char *s)
{
	unsigned int c;
	char *to = s;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] == 'x' &&
		    sscanf(s + 2, "%2x", &c) == 1) {
			*to++ = c;
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = 0;
}

__attribute__((format(printf, 3, 4)))
static void claim(struct claims *c, bool good, const char *format, ...)
{
	va_list args;

	++*c->nr;
	if (good)
		return;
	if (!c->bad)
		printf("# %s: %d: %s\n", c->engine->name, world[c->task].pid,
		       c->sentence);
	c->bad = true;
	printf("#   false: ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static bool skip(const char **s, const char *text)
{
	size_t len = strlen(text);

	if (strncmp(*s, text, len))
		return false;
	*s += len;
	return true;
}

static bool skip_number(const char **s, long *number)
{
	char *end;

	*number = strtol(*s, &end, 10);
	if (end == *s)
		return false;
	*s = end;
	return true;
}

/* "a, b and c"; 0 if there is none */
static __u32 parse_kinds(const char **s)
{
	__u32 mask = 0;
	size_t len, longest;
	int k, found;

	do {
		found = -1;
		longest = 0;
		for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
			len = strlen(kind_text(k));
			if (len > longest && !strncmp(*s, kind_text(k), len)) {
				found = k;
				longest = len;
			}
		}
		if (found < 0)
			return 0;
		mask |= 1u << found;
		*s += longest;
	} while (skip(s, ", ") || skip(s, " and "));
	return mask;
}

static int find_pid(long pid)
{
	int i;

	for (i = 0; i < nr_world; i++)
		if (world[i].pid == pid)
			return i;
	return -1;
}

static bool lives_with(int i, int j)
{
	return i != j && world[i].tgid == world[j].tgid && !world[j].dead;
}

/* Number of tasks of a process, and of those that hold what a task does */
static int count_process(pid_t tgid, int with, int kind)
{
	int i, nr = 0;

	for (i = 0; i < nr_world; i++)
		nr += world[i].tgid == tgid &&
		      (with < 0 || (i != with && same(with, i, kind)));
	return nr;
}

/*
 * struct named - a list of partners
 * @task: those named, also by their process
 * @threads: how many more threads, without names
 * @processes: how many more processes
 */
struct named {
	bool task[MAX_WORLD];
	long threads;
	long processes;
};

static void name_process(struct claims *c, struct named *named, int first,
			 int kind, long nr, long of)
{
	int i, holders = 0, all = 0;

	for (i = 0; i < nr_world; i++) {
		if (world[i].tgid != world[first].tgid)
			continue;
		all++;
		if (!same(c->task, i, kind))
			continue;
		holders++;
		named->task[i] = true;
	}
	claim(c, holders == nr && all == of, "%d of %d tasks of %d hold its %s",
	      holders, all, world[first].tgid, kind_text(kind));
}

/* One item of a list: false if it is none */
static bool parse_item(struct claims *c, const char **s, struct named *named,
		       int kind)
{
	long nr, of, tgid;
	int task;

	if (!skip_number(s, &nr))
		return false;
	if (skip(s, " more threads") || skip(s, " more thread")) {
		named->threads = nr;
		return true;
	}
	if (skip(s, " more processes") || skip(s, " more process")) {
		named->processes = nr;
		return true;
	}
	task = find_pid(nr);
	if (task < 0 || !skip(s, " claims"))
		return false;
	if (skip(s, " of process ")) {
		claim(c, skip_number(s, &tgid) && world[task].tgid == tgid &&
		      skip(s, " claims"), "%ld is of another process", nr);
		named->task[task] = true;
		claim(c, count_process(tgid, c->task, kind) == 1,
		      "%ld is not the only one of its process", nr);
	} else if (skip(s, " (")) {
		skip_number(s, &nr);
		of = nr;
		if (skip(s, " of "))
			skip_number(s, &of);
		claim(c, skip(s, " tasks)"), "a list that is none");
		name_process(c, named, task, kind, nr, of);
	} else {
		named->task[task] = true;
		claim(c, world[task].tgid == world[c->task].tgid ||
		      count_process(world[task].tgid, c->task, kind) == 1,
		      "%ld is not the only one of its process", nr);
	}
	return true;
}

static bool holds_in(int task, pid_t tgid, int kind)
{
	int i;

	for (i = 0; i < nr_world; i++)
		if (i != task && world[i].tgid == tgid && same(task, i, kind))
			return true;
	return false;
}

/* The partners in the task's own process, or in others, that were not named */
static void count_missing(const struct claims *c, const struct named *named,
			  int kind, long *threads, long *processes)
{
	int i, own = c->task;

	*threads = 0;
	*processes = 0;
	for (i = 0; i < nr_world; i++) {
		if (i == own || !same(own, i, kind) || named->task[i])
			continue;
		if (world[i].tgid == world[own].tgid)
			++*threads;
		else if (i == 0 || world[i].tgid != world[i - 1].tgid ||
			 !same(own, i - 1, kind))
			++*processes;
	}
}

/* That a namespace is another one says that the nsproxy is, too. */
static void say_namespaces(struct claims *c, __u32 mask)
{
	int k;

	for (k = TASKSHARE_UTS; k < TASKSHARE_USER; k++)
		if (k != TASKSHARE_PID && mask & (1u << k))
			c->said |= BIT(NSPROXY);
}

/* "shares KINDS with LIST" */
static void judge_shared(struct claims *c, const char **s, bool inside_too)
{
	__u32 mask = parse_kinds(s);
	struct named named = { .task = { false } };
	long threads, processes;
	bool inside = false;
	int i, k = mask ? __builtin_ctz(mask) : 0;

	claim(c, mask && skip(s, " with "), "no kinds, or no partners");
	do {
		if (!parse_item(c, s, &named, k)) {
			claim(c, false, "no partner: %s", *s);
			return;
		}
	} while (skip(s, ", "));
	for (i = 0; i < nr_world; i++)
		inside |= named.task[i] && world[i].tgid == world[c->task].tgid;
	inside |= named.threads;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!(mask & (1u << k)))
			continue;
		for (i = 0; i < nr_world; i++)
			claim(c, !named.task[i] || same(c->task, i, k),
			      "shares no %s with %d", kind_text(k),
			      world[i].pid);
		count_missing(c, &named, k, &threads, &processes);
		claim(c, (!inside && !inside_too && !named.threads) ||
		      threads == named.threads,
		      "%ld more threads share its %s", threads, kind_text(k));
		claim(c, processes == named.processes || !c->complete,
		      "%ld more processes share its %s", processes,
		      kind_text(k));
	}
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (inside || !holds_in(c->task, world[c->task].tgid, k))
			c->said |= mask & (1u << k);
	c->outside |= mask;
	say_namespaces(c, mask);
}

/* No other task holds it: none at all, or none of its process */
static void judge_alone(struct claims *c, const char **s, bool shown)
{
	__u32 mask = parse_kinds(s);
	int i, k;

	claim(c, mask, "no kinds");
	c->said |= mask;
	say_namespaces(c, mask);
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!(mask & (1u << k)))
			continue;
		claim(c, has(c->task, k), "has no %s", kind_text(k));
		for (i = 0; i < nr_world; i++)
			claim(c, i == c->task || !same(c->task, i, k) ||
			      (shown && world[i].tgid != world[c->task].tgid),
			      "shares its %s with %d", kind_text(k),
			      world[i].pid);
	}
}

static void judge_none(struct claims *c, const char **s)
{
	__u32 mask = parse_kinds(s);
	int k;

	claim(c, mask, "no kinds");
	c->said |= mask;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		claim(c, !(mask & (1u << k)) || !has(c->task, k), "has %s",
		      kind_text(k));
}

/* The kinds that "everything" is about: those that were seen of the task */
static __u32 seen_kinds(const struct claims *c)
{
	return SPOKEN & c->seen[c->task];
}

/* Do two tasks have all in common that either of them holds? */
static bool all_common(int i, int j, __u32 kinds)
{
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (kinds & (1u << k) && (has(i, k) || has(j, k)) &&
		    !same(i, j, k))
			return false;
	return true;
}

/* How many of its process have all in common with the task */
static int nr_common(const struct claims *c, bool all, int *others)
{
	int i, nr = 0;

	*others = 0;
	for (i = 0; i < nr_world; i++) {
		if (!lives_with(c->task, i))
			continue;
		++*others;
		nr += all_common(c->task, i, all ? SPOKEN :
				 seen_kinds(c) & c->seen[i]);
	}
	return nr;
}

static void judge_each(struct claims *c)
{
	int i, k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		bool found = false;

		if (!(seen_kinds(c) & ~c->said & (1u << k)) || !has(c->task, k))
			continue;
		for (i = 0; i < nr_world; i++)
			found |= lives_with(c->task, i) && same(c->task, i, k);
		claim(c, found, "no task of its process shares its %s",
		      kind_text(k));
	}
}

static int leader_of(int task)
{
	return find_pid(world[task].tgid);
}

/* "everything ..." behind "shares " */
static void judge_everything(struct claims *c, const char **s)
{
	int k, leader, others, most = nr_common(c, false, &others);
	int least = nr_common(c, true, &others);
	long n = 0, of = 0;

	if (skip(s, " else")) {
		skip(s, " seen");
		claim(c, skip(s, " with the leader"), "with whom?");
		leader = leader_of(c->task);
		claim(c, !world[leader].dead, "the leader has exited");
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			if (seen_kinds(c) & ~c->said & (1u << k) &&
			    has(c->task, k))
				claim(c, same(c->task, leader, k),
				      "not its %s", kind_text(k));
		return;
	}
	skip(s, " seen");
	if (skip(s, " with the other tasks of its process") ||
	    skip(s, " with the other task of its process")) {
		claim(c, most == others, "only with %d of %d", most, others);
		return;
	}
	claim(c, skip(s, " with ") && skip_number(s, &n) &&
	      skip(s, " of the other ") && skip_number(s, &of) &&
	      skip(s, " tasks of its process"), "with whom?");
	claim(c, n >= least && n <= most && of == others,
	      "with %d to %d of %d", least, most, others);
}

static void skip_seconds(struct claims *c, const char **s)
{
	double seconds;
	int len;

	if (sscanf(*s, " for %lf s%n", &seconds, &len) != 1)
		return;
	*s += len;
	claim(c, seconds >= 0 && seconds < 600, "for so long?");
}

static void judge_vfork_child(struct claims *c, const char **s)
{
	const struct member *m = &world[c->task];
	long pid;

	claim(c, m->vfork, "nobody waits for it");
	claim(c, skip_number(s, &pid) && pid == world[m->creator].tgid &&
	      skip(s, " claims has been waiting in vfork(2)"),
	      "another parent waits");
	skip_seconds(c, s);
	claim(c, skip(s, ", until it calls execve(2) or exits"), "until when?");
}

static void judge_vfork_parent(struct claims *c, const char **s)
{
	int child;
	long pid = 0;

	claim(c, skip(s, " in vfork(2) for child ") && skip_number(s, &pid) &&
	      skip(s, " claims"), "for whom?");
	child = find_pid(pid);
	claim(c, child >= 0 && world[child].vfork &&
	      world[world[child].creator].tgid == world[c->task].tgid,
	      "it does not wait for %ld", pid);
	skip_seconds(c, s);
	claim(c, skip(s, ", until that calls execve(2) or exits"),
	      "until when?");
}

static void judge_survivors(struct claims *c, const char **s)
{
	struct named named = { .task = { false } };
	int i, others = 0, listed = 0;
	__u32 held = 0, mask, seen = ~0u;
	long nr = 0;
	int k;

	claim(c, skip_number(s, &nr) &&
	      (skip(s, " threads: ") || skip(s, " thread: ")), "in whom?");
	do {
		claim(c, parse_item(c, s, &named, TASKSHARE_SIGNAL), "no thread");
	} while (skip(s, ", "));
	for (i = 0; i < nr_world; i++) {
		if (!lives_with(c->task, i))
			continue;
		others++;
		listed += named.task[i];
		seen &= c->seen[i];
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			if (CROSSING & (1u << k) && has(i, k))
				held |= 1u << k;
	}
	claim(c, world[c->task].dead && nr == others &&
	      listed + named.threads == others, "%d threads live", others);
	claim(c, skip(s, "; still held: "), "what do they hold?");
	mask = parse_kinds(s);
	claim(c, !(mask & ~held), "it holds less");
	claim(c, !(seen & held & ~mask), "it holds more");
	claim(c, skip(s, "; it cannot be reaped before ") &&
	      skip(s, others == 1 ? "that thread ends" : "these threads end"),
	      "until when?");
}

static void judge_references(struct claims *c, const char **s)
{
	__u32 mask;
	long nr;

	/* A reader of /proc holds the memory for a moment, and nothing else. */
	do {
		claim(c, skip_number(s, &nr) && skip(s, " to "), "to what?");
		mask = parse_kinds(s);
		claim(c, mask == BIT(MM), "all holders are known");
	} while (skip(s, ", "));
}

/* A line of /proc/PID/task/TID/status, or another file there; "" without it */
static void proc_line(int task, const char *name, const char *key, char *to,
		      size_t size)
{
	char path[64], line[4096];
	FILE *in;

	*to = 0;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", world[task].tgid,
		 world[task].pid, name);
	in = fopen(path, "re");
	while (in && fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = 0;
		if (!strncmp(line, key, strlen(key)))
			snprintf(to, size, "%s", line + strlen(key));
	}
	if (in)
		fclose(in);
}

/* "uid 5 (real 0, saved 0)": true if /proc has the same four numbers */
static bool skip_ids(struct claims *c, const char **s, const char *what,
		     const char *key)
{
	static const char *const name[] = { "real ", "", "saved ", "fs " };
	char line[256];
	long id[4], said[4];
	int i;

	proc_line(c->task, "status", key, line, sizeof(line));
	if (!skip(s, what) || !skip_number(s, &said[1]) ||
	    sscanf(line, "%ld %ld %ld %ld", &id[0], &id[1], &id[2], &id[3]) != 4)
		return false;
	said[0] = said[1];
	said[2] = said[1];
	said[3] = said[1];
	if (skip(s, " (")) {
		do {
			for (i = 0; i < 4; i++)
				if (i != 1 && skip(s, name[i]))
					break;
			if (i == 4 || !skip_number(s, &said[i]))
				return false;
		} while (skip(s, ", "));
		if (!skip(s, ")"))
			return false;
	}
	return !memcmp(id, said, sizeof(id));
}

static void judge_cred(struct claims *c, const char **s)
{
	unsigned long long eff, said = 0;
	char line[256];
	int len = 0;

	claim(c, skip_ids(c, s, "uid ", "Uid:"), "another user");
	claim(c, skip(s, ", ") && skip_ids(c, s, "gid ", "Gid:"),
	      "another group");
	proc_line(c->task, "status", "CapEff:", line, sizeof(line));
	eff = strtoull(line, NULL, 16);
	if (skip(s, ", groups ") || skip(s, ", 0 groups"))
		*s += strcspn(*s, ",");
	if (skip(s, ", no capabilities")) {
		claim(c, !eff, "it has some");
	} else if (skip(s, ", all capabilities")) {
		claim(c, eff, "it has none");
	} else {
		claim(c, skip(s, ", capabilities ") &&
		      sscanf(*s, "%llx%n", &said, &len) == 1 && said == eff,
		      "others: %llx", eff);
		*s += len;
		if (skip(s, " (permitted "))
			*s += strcspn(*s, ")") + 1;
	}
	if (skip(s, ", label "))
		*s += strcspn(*s, ",;");
}

static void judge_path(struct claims *c, const char **s, const char *what,
		       const char *name)
{
	char path[64], to[4096];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s",
		 world[c->task].tgid, world[c->task].pid, name);
	len = readlink(path, to, sizeof(to) - 1);
	to[len < 0 ? 0 : len] = 0;
	claim(c, len >= 0 && skip(s, what) && skip(s, to), "%s %s", what, to);
}

static void judge_fs(struct claims *c, const char **s)
{
	char line[64];

	judge_path(c, s, "root ", "root");
	judge_path(c, s, ", cwd ", "cwd");
	proc_line(c->task, "status", "Umask:\t", line, sizeof(line));
	claim(c, skip(s, ", umask ") && skip(s, line), "umask %s", line);
}

static void judge_filters(struct claims *c, const char **s)
{
	char line[64];
	long nr;

	proc_line(c->task, "status", "Seccomp_filters:", line, sizeof(line));
	claim(c, skip_number(s, &nr) && nr == atoi(line) &&
	      skip(s, nr == 1 ? " filter" : " filters"), "%s filters", line);
}

static void judge_cgroup(struct claims *c, const char **s)
{
	const char *path = cgroup_text(world[c->task].id[TASKSHARE_CGROUPS]);

	nr_cgroups++;
	claim(c, skip(s, path), "cgroup %s", path);
}

/* "net:[4026532465] of process 812 (web)": is that one in it, too? */
static void judge_namespace(struct claims *c, const char **s, int kind)
{
	char path[64], to[64] = "";
	long pid = 0;
	int other;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/ns/%s",
		 world[c->task].tgid, world[c->task].pid, kind_name[kind]);
	claim(c, readlink(path, to, sizeof(to) - 1) > 0 && skip(s, to),
	      "it is %s", to);
	if (skip(s, ", the host's") || skip(s, ", the reader's own") ||
	    skip(s, ", not the reader's"))
		return;
	if (!skip(s, " of process "))
		return;
	other = skip_number(s, &pid) ? find_pid(pid) : -1;
	claim(c, other >= 0 && (pid == world[c->task].tgid ||
				holds_in(c->task, pid, kind)) &&
	      skip(s, " (claims)"), "%ld is not in it", pid);
}

/* Two objects that hold the same: "with the same X as PID, but not ..." */
static void judge_equal(struct claims *c, const char **s, int kind)
{
	static const char *const keys[] = {
		"Uid:", "Gid:", "Groups:", "CapInh:", "CapPrm:", "CapEff:",
		"CapBnd:", "CapAmb:", "Umask:",
	};
	char a[1024], b[1024];
	int other = -1;
	size_t i;
	long pid;

	if (!skip(s, ", with the same "))
		return;
	if (skip(s, kind == TASKSHARE_CRED ?
		 "IDs, groups and capabilities as " :
		 "root, working directory and umask as ") &&
	    skip_number(s, &pid))
		other = find_pid(pid);
	claim(c, other >= 0 && lives_with(c->task, other) &&
	      skip(s, " claims, but not the same object") &&
	      !same(c->task, other, kind), "with whom?");
	for (i = 0; other >= 0 && i < ARRAY_SIZE(keys); i++) {
		if ((kind == TASKSHARE_CRED) == !strcmp(keys[i], "Umask:"))
			continue;
		proc_line(c->task, "status", keys[i], a, sizeof(a));
		proc_line(other, "status", keys[i], b, sizeof(b));
		claim(c, !strcmp(a, b), "%s%s and%s", keys[i], a, b);
	}
}

/* "KIND: what is in it" */
static bool judge_content(struct claims *c, const char **s)
{
	const char *at = *s;
	__u32 mask = parse_kinds(&at);
	int kind;

	if (!mask || mask & (mask - 1) || !skip(&at, ": "))
		return false;
	kind = __builtin_ctz(mask);
	*s = at;
	nr_contents++;
	if (kind == TASKSHARE_CRED)
		judge_cred(c, s);
	else if (kind == TASKSHARE_FS)
		judge_fs(c, s);
	else if (kind == TASKSHARE_SECCOMP)
		judge_filters(c, s);
	else if (kind == TASKSHARE_CGROUPS)
		judge_cgroup(c, s);
	else
		judge_namespace(c, s, kind);
	judge_equal(c, s, kind);
	return true;
}

static void judge_nsproxy_equal(struct claims *c, const char **s)
{
	int other, k;
	long pid;

	other = skip_number(s, &pid) ? find_pid(pid) : -1;
	claim(c, other >= 0 && skip(s, " claims") &&
	      !same(c->task, other, TASKSHARE_NSPROXY), "not that of %ld", pid);
	for (k = TASKSHARE_UTS; other >= 0 && k < TASKSHARE_USER; k++)
		claim(c, same(c->task, other, k), "another %s", kind_text(k));
}

static void judge_waiter(struct claims *c, const char **s)
{
	long pid;
	int child;

	child = skip_number(s, &pid) ? find_pid(pid) : -1;
	claim(c, child >= 0 && world[child].vfork &&
	      world[child].creator == c->task, "it does not wait for %ld", pid);
	c->waits = true;
}

static void judge_clause(struct claims *c, const char **s)
{
	if (skip(s, "shares everything"))
		judge_everything(c, s);
	else if (skip(s, "shares each object seen with other tasks of its process") ||
		 skip(s, "shares each object with other tasks of its process") ||
		 skip(s, "shares each other object seen with other tasks of its process") ||
		 skip(s, "shares each other object with other tasks of its process"))
		judge_each(c);
	else if (skip(s, "shares "))
		judge_shared(c, s, false);
	else if (skip(s, "no other task shown holds its "))
		judge_alone(c, s, true);
	else if (skip(s, "has its own ") ||
		 skip(s, "no other task seen holds its "))
		judge_alone(c, s, false);
	else if (skip(s, "has no "))
		judge_none(c, s);
	else if (skip(s, "its nsproxy has the same namespaces as that of "))
		judge_nsproxy_equal(c, s);
	else if (skip(s, "its parent "))
		judge_vfork_child(c, s);
	else if (skip(s, "waits") || skip(s, "one of its threads waits"))
		judge_vfork_parent(c, s);
	else if (skip(s, "its process lives on in "))
		judge_survivors(c, s);
	else if (skip(s, "this is the thread that waits for "))
		judge_waiter(c, s);
	else if (judge_content(c, s))
		return;
	else if (skip(s, "references that no task seen accounts for: ") ||
		 skip(s, "references that no task shown accounts for: "))
		judge_references(c, s);
	else
		claim(c, false, "what is that: %s", *s);
}

static void judge_head(struct claims *c, const char **s)
{
	int nr = count_process(world[c->task].tgid, -1, 0);
	bool leader = world[c->task].pid == world[c->task].tgid;
	long n;

	if (skip(s, "process of one task"))
		claim(c, leader && nr == 1, "of %d tasks", nr);
	else if (skip(s, "leader of "))
		claim(c, leader && skip_number(s, &n) && n == nr &&
		      skip(s, " tasks"), "of %d tasks", nr);
	else if (skip(s, "thread"))
		claim(c, !leader, "it is a leader");
	else if (skip(s, "has exited"))
		claim(c, world[c->task].dead, "it lives");
	else
		claim(c, false, "who is that?");
}

/* The bpf engine reads which thread of a process waits. */
static void judge_waiting(struct claims *c)
{
	int i;

	for (i = 0; i < nr_world && c->engine == &engine_bpf; i++)
		claim(c, !world[i].vfork || world[i].creator != c->task ||
		      c->waits || count_process(world[c->task].tgid, -1, 0) == 1,
		      "it does not say that it waits for %d", world[i].pid);
}

/* In what a task is alone in its process has to be said. */
static void judge_silence(struct claims *c)
{
	int i, k;

	if (world[c->task].dead)
		return;
	judge_waiting(c);
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		bool alone = true, company = false;

		if (!(seen_kinds(c) & (1u << k)) || !has(c->task, k))
			continue;
		for (i = 0; i < nr_world; i++) {
			company |= lives_with(c->task, i);
			alone &= !lives_with(c->task, i) ||
				 !same(c->task, i, k);
		}
		claim(c, !alone || !company || (c->said | c->outside) & 1u << k,
		      "it does not say that it is alone with its %s",
		      kind_text(k));
	}
}

static __u32 judge_sentence(struct claims *c, const char *sentence)
{
	const char *s = sentence;

	c->sentence = sentence;
	c->waits = false;
	judge_head(c, &s);
	while (*s && !c->bad) {
		if (!skip(&s, ": ") && !skip(&s, "; "))
			claim(c, false, "what is that: %s", s);
		else
			judge_clause(c, &s);
	}
	if (!c->bad)
		judge_silence(c);
	return c->outside;
}

/* A task says so if it holds an object that crosses its process's border. */
static void judge_crossings(struct claims *c, const __u32 *outside, int task)
{
	int leader = leader_of(task), i, k;

	c->task = task;
	c->sentence = "(all of its process)";
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!(CROSSING & seen_kinds(c) & (1u << k)) ||
		    outside[task] & (1u << k) ||
		    (same(task, leader, k) && outside[leader] & (1u << k)))
			continue;
		for (i = 0; i < nr_world; i++)
			claim(c, world[i].tgid == world[task].tgid ||
			      !same(task, i, k),
			      "nothing says that %d shares its %s", world[i].pid,
			      kind_text(k));
	}
}

static size_t engine_index(const struct engine *engine)
{
	size_t e = 0;

	while (engines[e] != engine)
		e++;
	return e;
}

/* A cell for each kind: "." if it was not seen. Returns whether none moves. */
static bool parse_seen(const char **s, __u32 *seen)
{
	bool still = true;
	int k;

	*seen = 0;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (**s != '.')
			*seen |= 1u << k;
		still &= **s != '?';
		*s += strcspn(*s, " ");
		*s += strspn(*s, " ");
	}
	return still;
}

/* Sets for each task what was seen of it, and cuts that off its line. */
static bool parse_rows(struct claims *c, struct line *line, int nr)
{
	const char *s;
	long pid;
	int i, task;

	for (i = 0; i < nr; i++) {
		s = line[i].text;
		task = skip_number(&s, &pid) ? find_pid(pid) : -1;
		if (task < 0 || !skip(&s, " ") ||
		    !parse_seen(&s, &c->seen[task])) {
			printf("# no task, or one that moves: %s\n",
			       line[i].text);
			return false;
		}
		line[i].task = task;
		line[i].sentence = s;
	}
	return true;
}

static bool judge_lines(const struct engine *engine, pid_t tgid,
			struct line *line, int nr)
{
	struct claims c = {
		.engine = engine, .nr = &nr_claims[engine_index(engine)],
		/* Without references it does not know that there are others. */
		.complete = engine != &engine_proc,
	};
	__u32 outside[MAX_WORLD] = { 0 };
	bool bad = false;
	int i;

	if (!parse_rows(&c, line, nr))
		return false;
	for (i = 0; i < nr; i++) {
		c.bad = false;
		c.said = 0;
		c.outside = 0;
		c.task = line[i].task;
		outside[c.task] = judge_sentence(&c, line[i].sentence);
		bad |= c.bad;
	}
	c.bad = false;
	for (i = 0; i < nr_world && c.complete; i++)
		if (world[i].tgid == tgid && !world[i].dead)
			judge_crossings(&c, outside, i);
	return !bad && !c.bad && nr == count_process(tgid, -1, 0);
}

/*
 * struct group - a line of an object and the processes that share it
 * @leader: of each process that is named
 * @nr: the number of its tasks that hold it
 * @processes: number of processes
 */
struct group {
	int leader[MAX_WORLD];
	long nr[MAX_WORLD];
	int processes;
};

/* Only lines of which all processes are known are judged. */
static bool parse_group(const char *s, struct group *group)
{
	long refs, here, pid, of;
	int task;

	group->processes = 0;
	if (!skip_number(&s, &refs) || !skip_number(&s, &here))
		return false;
	while (skip(&s, " ") || skip(&s, ", ")) {
		if (!skip_number(&s, &pid))
			return false;
		task = find_pid(pid);
		if (task < 0 || !skip(&s, " claims"))
			return false;
		group->leader[group->processes] = task;
		group->nr[group->processes] =
			count_process(world[task].tgid, -1, 0);
		if (skip(&s, " (") && skip_number(&s, &pid)) {
			group->nr[group->processes] = pid;
			if (!skip(&s, " of ") || !skip_number(&s, &of) ||
			    !skip(&s, " tasks)"))
				return false;
		}
		skip(&s, " (vfork: its parent waits)");
		group->processes++;
	}
	return !*s;
}

/* Is this the object of a task, with just these holders? */
static bool is_group_of(const struct group *group, int task, int kind)
{
	int i, holders = 0, named = 0;

	for (i = 0; i < nr_world; i++)
		holders += same(task, i, kind);
	for (i = 0; i < group->processes; i++) {
		pid_t tgid = world[group->leader[i]].tgid;
		int nr = count_process(tgid, task, kind) +
			 (world[task].tgid == tgid);

		if (nr != group->nr[i])
			return false;
		named += nr;
	}
	return named == holders;
}

static void judge_group(struct claims *c, const char *s, int kind)
{
	struct group group;
	bool found = false;
	int i;

	if (!parse_group(s, &group))
		return;
	for (i = 0; i < nr_world; i++)
		found |= has(i, kind) && is_group_of(&group, i, kind);
	c->task = group.leader[0];
	claim(c, found, "no such object");
}

static bool judge_system_lines(const struct engine *engine,
			       const struct line *line, int nr)
{
	struct claims c = {
		.engine = engine, .nr = &nr_claims[engine_index(engine)],
		.complete = true,
	};
	bool bad = false;
	int i, k, task;

	/* These lines say nothing of kinds that proc did not see. */
	for (i = 0; i < nr_world && engine != &engine_proc; i++)
		c.seen[i] = SPOKEN;

	for (i = 0; i < nr; i++) {
		const char *s = line[i].text;
		long tgid, pid;

		c.bad = false;
		c.said = 0;
		c.outside = 0;
		c.sentence = line[i].text;
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			if (!strncmp(s, kind_name[k], strlen(kind_name[k])) &&
			    s[strlen(kind_name[k])] == ' ')
				judge_group(&c, s + strlen(kind_name[k]), k);
		task = skip_number(&s, &tgid) && skip_number(&s, &pid) ?
		       find_pid(pid) : -1;
		if (task >= 0 && skip(&s, " claims ")) {
			c.task = task;
			judge_sentence(&c, s);
		}
		bad |= c.bad;
	}
	return !bad;
}
