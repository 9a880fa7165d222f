// SPDX-License-Identifier: GPL-2.0-only
/* A recording as JSON: see taskshare(5). */
#include <signal.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "record/kinds.h"
#include "recorder/about.h"
#include "recorder/recording.h"
#include "util/json.h"
#include "util/text.h"

/* The version of the format; taskshare(5) says when it changes. */
#define VERSION	1

static const char *const origin_name[NR_ORIGINS] = {
	[ORIGIN_STOPPED] = "stopped",
	[ORIGIN_LATE] = "late",
	[ORIGIN_UNTRACED] = "untraced",
};

static void put_or_null(struct json *json, const char *key, const char *text)
{
	if (text)
		json_string(json, key, text);
	else
		json_null(json, key);
}

static void put_time(struct json *json)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[32];

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	json_string(json, "time", text);
}

static void put_machine(struct json *json)
{
	struct utsname machine;

	uname(&machine);
	json_string(json, "host", machine.nodename);
	json_string(json, "kernel", machine.release);
	json_string(json, "machine", machine.machine);
	json_uint(json, "uid", getuid());
	put_time(json);
}

static void put_exit(struct json *json, const struct run *run)
{
	const char *name = sigabbrev_np(WTERMSIG(run->main_status));
	char text[32];

	if (!run->main_ended) {
		json_null(json, "exit");
		return;
	}
	json_open(json, "exit", '{');
	if (WIFEXITED(run->main_status)) {
		json_int(json, "status", WEXITSTATUS(run->main_status));
	} else {
		if (name)
			snprintf(text, sizeof(text), "SIG%s", name);
		else
			snprintf(text, sizeof(text), "%d",
				 WTERMSIG(run->main_status));
		json_string(json, "signal", text);
	}
	json_close(json, '}');
}

static void put_kinds(struct json *json, const struct run *run)
{
	int k;

	json_newline(json, 1);
	json_open(json, "kinds", '[');
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		json_newline(json, 2);
		json_open(json, NULL, '{');
		json_string(json, "name", kind_name[k]);
		json_string(json, "title", kind_text(k));
		json_string(json, "about", about_kind(k));
		json_bool(json, "seen", run->tape.seen & 1u << k);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_tasks(struct json *json, const struct history *history)
{
	__u32 i;

	json_newline(json, 1);
	json_open(json, "tasks", '[');
	for (i = 0; i < history->nr_tasks; i++) {
		const struct history_task *task = &history->task[i];

		json_newline(json, 2);
		json_open(json, NULL, '{');
		json_uint(json, "pid", task->row.pid);
		json_uint(json, "tgid", task->row.tgid);
		json_string(json, "kind", task_name[task->kind]);
		json_string(json, "origin", origin_name[task->origin]);
		if (task->creator == NO_TASK)
			json_null(json, "creator");
		else
			json_uint(json, "creator", task->creator);
		json_uint(json, "first", task->first);
		if (history_ended(history, i))
			json_uint(json, "last", task->last);
		else
			json_null(json, "last");
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_objects(struct json *json, const struct history *history)
{
	char letters[TEXT_GROUP];
	__u32 i;

	json_newline(json, 1);
	json_open(json, "objects", '[');
	for (i = 0; i < history->nr_objects; i++) {
		const struct history_object *obj = &history->object[i];

		json_newline(json, 2);
		json_open(json, NULL, '{');
		json_uint(json, "kind", obj->kind);
		json_string(json, "letter", text_group(letters, obj->group));
		json_uint(json, "first", obj->first);
		json_uint(json, "last", obj->last);
		put_or_null(json, "about", obj->about);
		json_close(json, '}');
	}
	json_close(json, ']');
}

/* The tape has them as they will be. */
static void put_steps(struct json *json, const struct tape *tape)
{
	json_newline(json, 1);
	json_open(json, "steps", '[');
	fwrite(tape->text, 1, tape->len, json->out);
	json_close(json, ']');
}

static void put_output(struct json *json, const struct run *run)
{
	static const char *const name[NR_STREAMS] = { "stdout", "stderr" };
	const struct streams *streams = &run->streams;
	size_t i;

	json_newline(json, 1);
	json_open(json, "output", '[');
	for (i = 0; i < streams->nr; i++) {
		const struct output *output = &streams->output[i];

		json_newline(json, 2);
		json_open(json, NULL, '{');
		json_string(json, "stream", name[output->stream]);
		json_uint(json, "time", output->ns - run->tape.start_ns);
		json_bytes(json, "text", output->text, output->len);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_notes(struct json *json, const struct tape *tape)
{
	int i;

	json_newline(json, 1);
	json_open(json, "notes", '[');
	for (i = 0; i < tape->nr_notes; i++)
		json_string(json, NULL, tape->note[i]);
	json_close(json, ']');
}

/**
 * recording_write() - write a recording
 * @run: the run, after its end or while it goes on
 * @argv: the program and its arguments
 * @lab: the lab that it is of, as JSON; or NULL
 * @out: the stream; whether it took it is for the caller to see
 */
void recording_write(const struct run *run, char *const *argv,
		     const char *lab, FILE *out)
{
	const struct engine *engine = run->engine.engine;
	struct json json;

	if (run->tape.out)
		fflush(run->tape.out);
	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_int(&json, "recording", VERSION);
	json_string(&json, "taskshare", PROGRAM_VERSION);
	json_string(&json, "engine", engine->name);
	json_bool(&json, "lasting", engine->lasting);
	put_machine(&json);
	json_open(&json, "command", '[');
	for (; *argv; argv++)
		json_string(&json, NULL, *argv);
	json_close(&json, ']');
	put_exit(&json, run);
	put_kinds(&json, run);
	put_tasks(&json, &run->history);
	put_objects(&json, &run->history);
	places_json(&json, &run->places);
	put_steps(&json, &run->tape);
	put_output(&json, run);
	json_newline(&json, 1);
	if (lab)
		json_raw(&json, "lab", lab);
	else
		json_null(&json, "lab");
	put_notes(&json, &run->tape);
	json_close(&json, '}');
	putc('\n', out);
}
