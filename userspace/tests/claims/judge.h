/* SPDX-License-Identifier: GPL-2.0-only */
/* Output of the reader, parsed back into facts, each of them judged. */
#ifndef CLAIMS_JUDGE_H
#define CLAIMS_JUDGE_H

#include "engine/engine.h"
#include "tests/claims/world.h"

#define MAX_LINES	4096
#define MAX_ENGINES	8

/* The kinds of which other processes' partners have to be named */
#define CROSSING	(BIT(MM) | BIT(FILES) | BIT(SIGHAND) | BIT(FS) | \
			 BIT(IO) | BIT(SEMUNDO))
/* The kinds that sentences are about */
#define SPOKEN		(((1u << TASKSHARE_NR_KINDS) - 1) & ~BIT(SIGNAL))

/*
 * struct line - one line that the reader printed
 * @task: index of the task that it is about
 * @sentence: its last cell
 */
struct line {
	char *text;
	int task;
	const char *sentence;
};

/*
 * Runs the reader, where the machine is. Returns the number of its lines, at most
 * MAX_LINES, or -1 if it failed.
 */
int read_lines(struct line *line, const char *const *argv);
void free_lines(struct line *line, int nr);

/* Claims by engine, clauses about what an object holds, those about cgroups */
extern long nr_claims[MAX_ENGINES];
extern long nr_contents;
extern long nr_cgroups;
/* Objects with a text in a legend */
extern long nr_legends;

/*
 * struct claims - what is being judged
 * @nr: number of claims by this engine
 * @task: index of the task that the sentence is about
 * @complete: the reader has looked at all tasks
 * @seen: the kinds that it saw of each task
 * @said: the kinds in which it is said to differ from its process
 * @outside: the kinds of which partners in other processes were named
 * @waits: it is said to be the thread that waits in vfork(2)
 * @sentence: all of it, for the report
 * @bad: one of its claims was false
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

/* Counts a claim, and reports it if it is not @good. */
__attribute__((format(printf, 3, 4)))
void claim(struct claims *c, bool good, const char *format, ...);
size_t engine_index(const struct engine *engine);
/* The kinds that "everything" is about: those that were seen of the task */
__u32 seen_kinds(const struct claims *c);

/*
 * struct named - a list of partners
 * @task: those named, also by their process
 * @threads: number of further threads, without names
 * @processes: number of further processes
 */
struct named {
	bool task[MAX_WORLD];
	long threads;
	long processes;
};

/* These go on behind @text, or a number, if it is there. */
bool skip(const char **s, const char *text);
bool skip_number(const char **s, long *number);
/* "a, b and c"; 0 if there is none */
__u32 parse_kinds(const char **s);
/* One item of a list: false if it is none */
bool parse_item(struct claims *c, const char **s, struct named *named, int kind);
/* The partners in the task's own process, or in others, that were not named */
void count_missing(const struct claims *c, const struct named *named, int kind,
		   long *threads, long *processes);

void judge_clause(struct claims *c, const char **s);
/* Returns the kinds of which it names partners in other processes. */
__u32 judge_sentence(struct claims *c, const char *sentence);

/* "KIND: what is in it": false if it is no such clause */
bool judge_content(struct claims *c, const char **s);
void judge_cred(struct claims *c, const char **s);
void judge_fs(struct claims *c, const char **s);
void judge_path(struct claims *c, const char **s, const char *what,
		const char *name);
void judge_namespace(struct claims *c, const char **s, int kind);

/* Whole views: these return true if nothing in them is false. */
bool judge_lines(const struct engine *engine, pid_t tgid, struct line *line,
		 int nr);
bool judge_legend_lines(const struct engine *engine, pid_t tgid,
			const struct line *line, int nr);
bool judge_system_lines(const struct engine *engine, const struct line *line,
			int nr);

#endif /* CLAIMS_JUDGE_H */
