// SPDX-License-Identifier: GPL-2.0-only
/*
 * taskshare files, against what was built and against kcmp(2), fstat(2) and
 * fdinfo.
 *
 *	files TASKSHARE ENGINE [storm ROUNDS | many NUMBER | others]
 */
#include <linux/bpf.h>

#include "engine/engine.h"
#include "files/files.h"
#include "model/model.h"
#include "tests/files_scene.h"
#include "tap.h"

static const char *taskshare, *engine;

/* Microseconds that pass at most before a table is read */
static int slowness;

/* Passes over descriptors so far, and the one before which others() acts */
static int passes, act_before;

static void act(void);

/* In place of libbpf's: a slow machine, on which others run between two tables */
int bpf_iter_create(int link)
{
	union bpf_attr attr = { .iter_create.link_fd = link };

	if (++passes == act_before)
		act();
	if (slowness)
		usleep(rand() % slowness);
	return syscall(SYS_bpf, BPF_ITER_CREATE, &attr, sizeof(attr));
}

/*
 * struct seen - a descriptor as it was printed
 */
struct seen {
	int pid, fd, cloexec, refs, here;
	unsigned int major, minor;
	unsigned long ino;
	char pids[64], table[8], description[8], offset[32], flags[128];
	char file[8], type[8], path[4200];
};

static struct seen *seen;
static int nr_seen;

static FILE *run(const char *arguments)
{
	char *command;
	FILE *out;

	must(asprintf(&command, "%s files --engine=%s %s", taskshare, engine,
		      arguments) > 0, "memory");
	out = popen(command, "re");
	must(out, "popen");
	free(command);
	return out;
}

static char *arguments(char *to, const char *options)
{
	sprintf(to, "%s %d %d %d %d", options, pids[PARENT], pids[FORKED],
		pids[SHARES], pids[RECEIVES]);
	return to;
}

/* Reads the table that is printed; a cell without text is a dot. */
static void look(void)
{
	static const char options[] =
	"-r -n -o PIDS,TABLE,PID,FD,CLOEXEC,DESC,OFFSET,FLAGS,REFS,HERE,FILE,TYPE,DEV,INODE,PATH";
	char text[4096], line[8192], refs[16];
	FILE *out = run(arguments(text, options));
	struct seen *s;

	seen = calloc(4096, sizeof(*seen));
	for (nr_seen = 0; fgets(line, sizeof(line), out); nr_seen++) {
		s = &seen[nr_seen];
		if (sscanf(line, "%63s %7s %d %d %d %7s %31s %127s %15s %d %7s %7s %u:%u %lu %4199s",
			   s->pids, s->table, &s->pid, &s->fd, &s->cloexec,
			   s->description, s->offset, s->flags, refs, &s->here,
			   s->file, s->type, &s->major, &s->minor, &s->ino,
			   s->path) != 16) {
			printf("# %s", line);
			break;
		}
		s->refs = atoi(refs);
	}
	pclose(out);
}

/* A table is listed once, under the lowest PID of the tasks that share it. */
static bool is_of(const struct seen *s, int task)
{
	char list[sizeof(s->pids) + 2], pid[16];

	snprintf(list, sizeof(list), ",%s,", s->pids);
	snprintf(pid, sizeof(pid), ",%d,", pids[task]);
	return strstr(list, pid);
}

static const struct seen *find(int task, int fd)
{
	int i;

	for (i = 0; i < nr_seen; i++)
		if (is_of(&seen[i], task) && seen[i].fd == fd)
			return &seen[i];
	return NULL;
}

static int count_tasks(const struct seen *s)
{
	const char *comma;
	int nr = 1;

	for (comma = s->pids; (comma = strchr(comma, ',')); comma++)
		nr++;
	return nr;
}

static bool alike(int a, int fd, int b, int other)
{
	const struct seen *x = find(a, fd), *y = find(b, other);

	return x && y && !strcmp(x->description, y->description);
}

static bool same_file(int a, int fd, int b, int other)
{
	const struct seen *x = find(a, fd), *y = find(b, other);

	return x && y && !strcmp(x->file, y->file);
}

static void check_construction(void)
{
	const struct seen *s;

	tap_ok(alike(PARENT, FIRST, PARENT, COPY), "dup(): one description");
	tap_ok(alike(PARENT, FIRST, FORKED, FIRST), "fork(): one description");
	tap_ok(alike(PARENT, FIRST, RECEIVES, 7),
	       "SCM_RIGHTS: one description");
	tap_ok(find(PARENT, AGAIN) && !alike(PARENT, FIRST, PARENT, AGAIN) &&
	       same_file(PARENT, FIRST, PARENT, AGAIN),
	       "opened twice: one file, two descriptions");
	tap_ok(same_file(PARENT, PIPE_READ, PARENT, PIPE_WRITE) &&
	       !alike(PARENT, PIPE_READ, PARENT, PIPE_WRITE),
	       "a pipe: one file, two descriptions");
	tap_ok(find(PARENT, SOCKET) &&
	       !same_file(PARENT, SOCKET, PARENT, PEER),
	       "a pair of sockets: two files");
	tap_ok(find(PARENT, EVENT) &&
	       !same_file(PARENT, EVENT, PARENT, OTHER_EVENT) &&
	       !same_file(PARENT, EVENT, PARENT, EPOLL),
	       "what has no file is never one file");
	tap_ok(same_file(PARENT, EVENT, FORKED, EVENT),
	       "an eventfd of two tasks is one");
	s = find(PARENT, FIRST);
	tap_ok(s && s == find(SHARES, FIRST) && count_tasks(s) == 2,
	       "CLONE_FILES: one table");
	tap_ok(find(THREAD, FIRST) && !find(THREAD, AGAIN) &&
	       alike(THREAD, FIRST, PARENT, FIRST),
	       "a thread that unshared has a table of its own");
	tap_ok(s && !strcmp(s->offset, "15") && !strcmp(s->flags, "RDWR"),
	       "an offset that another task moved");
	s = find(PARENT, AGAIN);
	tap_ok(s && !strcmp(s->offset, "0") &&
	       !strcmp(s->flags, "RDWR,APPEND,NONBLOCK"), "flags");
	/* In PARENT and FORKED; THREAD closed its own, and one is in flight. */
	tap_ok(s && s->here == 2 && (!s->refs || s->refs == 3),
	       "references, of which one is a message's");
	s = find(PARENT, DIRECTORY);
	tap_ok(s && !strcmp(s->offset, "-") && !strcmp(s->type, "DIR") &&
	       !strcmp(s->flags, "PATH,DIRECTORY"), "O_PATH");
	s = find(PARENT, LINK);
	tap_ok(s && !strcmp(s->type, "LNK"), "a symbolic link");
	tap_ok(find(PARENT, COPY) && find(PARENT, COPY)->cloexec &&
	       !find(PARENT, FIRST)->cloexec && !find(FORKED, COPY),
	       "O_CLOEXEC is the descriptor's, and close() ends only it");
	s = find(PARENT, DELETED);
	tap_ok(s && strstr(s->path, HOSTILE_ESCAPED),
	       "a hostile path is escaped");
	s = find(PARENT, SOCKET);
	tap_ok(s && !strcmp(s->type, "SOCK") && !strcmp(s->offset, "-") &&
	       !strncmp(s->path, "socket:[", 8), "a socket");
}

/* Compares all pairs with kcmp(2). */
static void check_kcmp(void)
{
	int i, j, wrong = 0, unproven = 0, shared = 0;

	for (i = 0; i < nr_seen; i++) {
		unproven += !strcmp(seen[i].description, "?");
		for (j = 0; j < i; j++) {
			long ret = syscall(SYS_kcmp, seen[i].pid, seen[j].pid,
					   KCMP_FILE, seen[i].fd, seen[j].fd);
			bool one = !strcmp(seen[i].description,
					   seen[j].description);

			wrong += ret < 0 || one != !ret;
			shared += !ret;
		}
	}
	tap_ok(nr_seen > 40 && shared > 30 && !wrong && !unproven,
	       "%d descriptors: kcmp(2) says the same of all pairs, %d of them one description",
	       nr_seen, shared);
}

/* 1 if fdinfo and fstat(2) say the same, otherwise 0 */
static int agrees(const struct seen *s)
{
	char path[64], offset[32] = "";
	unsigned int flags = 0;
	struct stat st;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", s->pid, s->fd);
	f = fopen(path, "re");
	if (f && fscanf(f, "pos: %31s flags: %o", offset, &flags) != 2)
		*offset = 0;
	if (f)
		fclose(f);
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", s->pid, s->fd);
	return !stat(path, &st) && st.st_ino == s->ino &&
	       major(st.st_dev) == s->major && minor(st.st_dev) == s->minor &&
	       s->cloexec == !!(flags & O_CLOEXEC) &&
	       !!strstr(s->flags, "APPEND") == !!(flags & O_APPEND) &&
	       !!strstr(s->flags, "NONBLOCK") == !!(flags & O_NONBLOCK) &&
	       (!strcmp(s->offset, "-") || !strcmp(s->offset, offset));
}

static int count_fds(int task)
{
	struct dirent *entry;
	char path[40];
	int nr = 0;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/fd", pids[task]);
	d = opendir(path);
	must(d, path);
	while ((entry = readdir(d)))
		nr += *entry->d_name != '.';
	closedir(d);
	return nr;
}

/* Ours is open while we look. */
static void check_procfs(void)
{
	int i, wrong = 0, nr;

	for (i = 0; i < nr_seen; i++) {
		if (agrees(&seen[i]))
			continue;
		printf("# not so: %d of %d: %s %s %u:%u %lu %s\n", seen[i].fd,
		       seen[i].pid, seen[i].offset, seen[i].flags,
		       seen[i].major, seen[i].minor, seen[i].ino,
		       seen[i].path);
		wrong++;
	}
	tap_ok(nr_seen && !wrong, "/proc says the same of each");
	nr = count_fds(PARENT) + count_fds(FORKED) + count_fds(RECEIVES) +
	     count_fds(THREAD);
	tap_ok(nr == nr_seen, "all descriptors are there: %d of %d", nr_seen,
	       nr);
}

/* Text and JSON carry no byte that could steer a terminal. */
static void check_bytes(const char *options)
{
	char text[4096];
	FILE *out = run(arguments(text, options));
	int c, bytes = 0, bad = 0;

	while ((c = getc(out)) != EOF) {
		bytes++;
		bad += (c < ' ' && c != '\n') || c >= 0x7f;
	}
	tap_ok(!pclose(out) && bytes > 1000 && !bad,
	       "'%s' has nothing that could steer a terminal", options);
}

static void check_scene(void)
{
	pid_t pid = fork();
	int status;

	must(pid >= 0, "fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pids[PARENT] = getpid();
		build();
		for (;;)
			pause();
	}
	while (*step < NR_TASKS && !waitpid(pid, &status, WNOHANG))
		usleep(1000);
	must(*step == NR_TASKS, "building");
	look();
	check_construction();
	check_kcmp();
	check_procfs();
	check_bytes("--all");
	check_bytes("--json");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Opens and closes without end; nothing of it is ever shared. */
static pid_t start_opener(int cpu)
{
	cpu_set_t set;
	pid_t pid = fork();
	int i, fd[8];

	must(pid >= 0, "fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	syscall(SYS_close_range, 0, ~0u, 0);
	__sync_fetch_and_add(step, 1);
	for (;;) {
		for (i = 0; i < 8; i++)
			fd[i] = open("/dev/null", O_RDONLY);
		sched_yield();
		for (i = 0; i < 8; i++)
			close(fd[i]);
		sched_yield();
	}
}

/* One or two tasks, as the engine sees them */
static void take_model(struct model *model, struct records *recs,
		       const pid_t *pid, int tasks)
{
	const __u32 wanted[2] = { pid[0], pid[tasks - 1] };
	bool gone[2];
	struct selection sel = { .pid = wanted, .gone = gone, .nr = tasks };
	struct engine_handle handle;
	struct error error[8];
	size_t nr;

	must(!engine_open(&handle, engine, false, error, &nr), "engine");
	must(!handle.engine->collect(handle.state, &sel, recs, error),
	     "engine");
	must(!model_build(model, recs) &&
	     (int)model->kind[TASKSHARE_FILES].nr == tasks, "tables");
	engine_close(&handle);
}

/* Counts descriptions that more than one descriptor is said to lead to. */
static int count_shared(const struct files *files)
{
	__u32 i;
	int shared = 0;

	for (i = 0; i < files->nr_descriptions; i++)
		shared += files->description[i].nr > 1;
	return shared;
}

/*
 * Memory of a description that was closed is that of the next one that is
 * opened, perhaps by the other task. Two that share nothing may be seen with the
 * same address, one after the other.
 */
static void storm(int rounds)
{
	pid_t pid[2] = { start_opener(0), start_opener(0) };
	struct files_source *source;
	struct records recs = { 0 };
	int i, seen = 0, wrong = 0;
	struct model model = { 0 };
	struct files files;
	struct error error;

	wait_for(2);
	take_model(&model, &recs, pid, 2);
	must(!files_open(&source, engine, &error), "source");
	slowness = 3000;
	for (i = 0; i < rounds; i++) {
		must(!files_read(source, &model, 0, &files, &error), "reading");
		seen += files.nr;
		wrong += count_shared(&files);
		files_free(&files);
	}
	files_close(source);
	model_free(&model);
	records_free(&recs);
	for (i = 0; i < 2; i++) {
		kill(pid[i], SIGKILL);
		waitpid(pid[i], NULL, 0);
	}
	tap_ok(!wrong, "%s: two tasks that open and close share nothing: %d looks, %d descriptors, %d wrong",
	       engine, rounds, seen, wrong);
}

/*
 * Between two passes, a process that was not asked for no longer has what it
 * had when the first of the two saw it.
 */
enum { IDLE, KEEPS, OPENS_AGAIN, CLOSES, ENDS };

static const char *const act_names[] = {
	[KEEPS] = "keeps it", [OPENS_AGAIN] = "opens the file again instead",
	[CLOSES] = "closes it", [ENDS] = "has ended",
};

static pid_t other;

static void act(void)
{
	*step = 1;
	while (*step == 1 && waitpid(other, NULL, WNOHANG) != other)
		usleep(500);
}

/* A task with FIRST, which waits until its @action is due, or for ever. */
static pid_t start_holder(int action)
{
	char path[64];
	pid_t pid = fork();

	must(pid >= 0, "fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (action == IDLE)
		pause();
	wait_for(1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", FIRST);
	if (action == ENDS)
		_exit(0);
	if (action == OPENS_AGAIN)
		put(open(path, O_RDWR), FIRST);
	if (action == CLOSES)
		close(FIRST);
	*step = 2;
	for (;;)
		pause();
}

/* Others that lead to the description of FIRST, or -1 if it is not there */
static int count_others(const struct files *files)
{
	__u32 i;

	for (i = 0; i < files->nr; i++)
		if (files->descriptor[i].fd == FIRST)
			return files->description[files->descriptor[i].description]
				.nr_others;
	return -1;
}

/* Returns how many others are found, if they do that before the last pass. */
static int look_at_others(struct files_source *source, int action)
{
	struct records recs = { 0 };
	struct model model = { 0 };
	struct files files;
	struct error error;
	pid_t pid;
	int found;

	*step = 0;
	put(memfd_create("taskshare test", 0), FIRST);
	pid = start_holder(IDLE);
	other = start_holder(action);
	close(FIRST);
	take_model(&model, &recs, &pid, 1);
	passes = 0;
	must(!files_read(source, &model, FILES_OTHERS, &files, &error),
	     "reading");
	found = count_others(&files);
	kill(pid, SIGKILL);
	kill(other, SIGKILL);
	while (wait(NULL) > 0)
		;
	files_free(&files);
	model_free(&model);
	records_free(&recs);
	return found;
}

static void others(void)
{
	struct files_source *source;
	struct error error;
	int action, found;

	must(!files_open(&source, engine, &error), "source");
	/* The number of passes depends on the kernel, but not on others. */
	look_at_others(source, KEEPS);
	look_at_others(source, KEEPS);
	act_before = passes;
	for (action = KEEPS; action <= ENDS; action++) {
		found = look_at_others(source, action);
		tap_ok(found == (action == KEEPS) && passes == act_before,
		       "%s: another process %s: %d found", engine,
		       act_names[action], found);
	}
	files_close(source);
}

/* A third of one description, a third of one file, and the rest apart */
static void open_many(int nr)
{
	int i, fd;

	syscall(SYS_close_range, 0, ~0u, 0);
	must(!open("/dev/zero", O_RDONLY), "open");
	for (i = 1; i < 3 * nr; i++) {
		fd = i % 3 == 0 ? dup(0) : i % 3 == 1 ?
		     open("/dev/null", O_RDONLY) : eventfd(0, 0);
		must(fd == i, "opening many files");
	}
}

static pid_t start_many(int nr)
{
	pid_t pid = fork();

	must(pid >= 0, "fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	open_many(nr);
	__sync_fetch_and_add(step, 1);
	for (;;)
		pause();
}

/* Counts of what look right: copies, opened files, and what has no file */
static void count_many(const char *arguments, int each, int tasks,
		       int count[3])
{
	char line[256], type[8];
	int here, opened;
	FILE *out = run(arguments);

	memset(count, 0, 3 * sizeof(*count));
	while (fgets(line, sizeof(line), out)) {
		if (sscanf(line, "%d %d %7s", &here, &opened, type) != 3)
			continue;
		count[0] += here == each && opened == tasks;
		count[1] += here == 1 && opened == each * tasks;
		count[2] += here == 1 && opened == 1 && !strcmp(type, "ANON");
	}
	must(!pclose(out), "taskshare");
}

/* The most memory that a command has had so far, in bytes */
static long peak(void)
{
	struct rusage usage;

	must(!getrusage(RUSAGE_CHILDREN, &usage), "getrusage");
	return usage.ru_maxrss * 1024;
}

/* Memory that files.h grants each descriptor, and a path */
#define BYTES_EACH	(64 + 64 + 176 + 32)

/* Descriptors by the hundred thousand, in as many tasks as limits ask for */
static void many(int nr)
{
	int i, each, tasks, count[3];
	struct rlimit limit;
	char *line, *at;
	pid_t *pid;
	long few, bytes;

	must(!getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
	tasks = nr / (limit.rlim_max - 10) + 1;
	each = nr / tasks / 3;
	pid = calloc(tasks, sizeof(*pid));
	line = malloc(64 + tasks * 12);
	must(pid && line, "memory");
	at = line + sprintf(line, "-r -n -o HERE,OPENED,TYPE");
	sprintf(at, " %d", getpid());
	count_many(line, 0, 0, count);
	few = peak();
	for (i = 0; i < tasks; i++) {
		pid[i] = start_many(each);
		at += sprintf(at, " %d", pid[i]);
	}
	while (*step < tasks)
		must(usleep(1000) || waitpid(-1, NULL, WNOHANG) <= 0,
		     "opening many files");
	count_many(line, each, tasks, count);
	bytes = (peak() - few) / (3 * each * tasks);
	for (i = 0; i < tasks; i++)
		kill(pid[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	tap_ok(count[0] == each * tasks && count[1] == each * tasks &&
	       count[2] == each * tasks,
	       "%s: %d descriptors of %d tasks: %d, %d and %d are right",
	       engine, 3 * each * tasks, tasks, count[0], count[1], count[2]);
	tap_ok(bytes <= BYTES_EACH, "%s: %ld bytes of memory for each",
	       engine, bytes);
}

/* As many as there may be: HIGH is not below every limit that shells set. */
static void raise_limit(void)
{
	struct rlimit limit;

	must(!getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
	limit.rlim_cur = limit.rlim_max;
	must(!setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

int main(int argc, char **argv)
{
	void *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	must(argc > 2 && shared != MAP_FAILED, "usage");
	raise_limit();
	setlinebuf(stdout);
	taskshare = argv[1];
	engine = argv[2];
	step = shared;
	pids = (pid_t *)shared + 1;
	must(mkdtemp(dir), dir);
	if (argc > 4 && !strcmp(argv[3], "storm"))
		storm(atoi(argv[4]));
	else if (argc > 3 && !strcmp(argv[3], "others"))
		others();
	else if (argc > 4)
		many(atoi(argv[4]));
	else
		check_scene();
	rmdir(dir);
	return tap_end();
}
