// SPDX-License-Identifier: GPL-2.0-only
/* Open files at each step: what differs from the one before is written. */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "files/names.h"
#include "recorder/open_files.h"
#include "util/json.h"

/* A recording has that much of it at most: a page is to open at once. */
#define MAX_MIB		4

/**
 * open_files_open() - get ready to read open files
 * @open: set up
 * @engine: the engine that tasks are looked at with
 * @error: says why they cannot be read
 *
 * Return: 0, or a negative errno: then nothing is seen, and nothing written.
 */
int open_files_open(struct open_files *open, const char *engine,
		    struct error *error)
{
	*open = (struct open_files){ 0 };
	return files_open(&open->source, engine, error);
}

/* The table as an object of the run, or CELL_UNSEEN */
static __s32 object_of(const struct history *history,
		       const struct files_table *table)
{
	__u32 task = table->err ? NO_TASK : history_find(history, table->pid);

	return task == NO_TASK ? CELL_UNSEEN :
				 history->task[task].row.cell[TASKSHARE_FILES];
}

/**
 * struct writer - writes what is open at a step
 * @json: the value
 * @open: has the places
 * @files: what is open
 * @history: the tasks and objects as of the step
 */
struct writer {
	struct json json;
	struct open_files *open;
	const struct files *files;
	const struct history *history;
};

/*
 * struct spot - the place of a description or a file for the whole run
 * @key: what is there: an id or, without one, the first descriptor that led
 *	 there, and the file
 * @nr: the place
 */
struct spot {
	__u64 key[5];
	__u32 nr;
};

static int compare_spots(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(((struct spot *)NULL)->key));
}

/* Without memory, all are in one place, which differs from no other. */
static __u32 place_of(struct open_files *open, const struct spot *key)
{
	struct spot *spot = malloc(sizeof(*spot));
	struct spot **found;

	if (!spot) {
		open->no_memory = true;
		return 0;
	}
	*spot = *key;
	spot->nr = open->nr_places;
	found = tsearch(spot, &open->places, compare_spots);
	if (found && *found == spot) {
		open->nr_places++;
		return spot->nr;
	}
	free(spot);
	open->no_memory |= !found;
	return found ? (*found)->nr : 0;
}

static __u32 file_place(const struct writer *writer, __u32 index)
{
	const struct files_file *file = &writer->files->file[index];
	const struct spot spot = { .key = {
		1, (__u64)file->major << 32 | file->minor, file->ino,
		writer->history->lasting ? file->id : 0,
	} };

	return place_of(writer->open, &spot);
}

static __u32 description_place(const struct writer *writer, __u32 index)
{
	const struct files *files = writer->files;
	const struct files_description *description =
		&files->description[index];
	const struct files_descriptor *first =
		&files->descriptor[files->holder[description->first]];
	const struct files_table *table = &files->table[first->table];
	__s32 object = object_of(writer->history, table);
	struct spot spot = { .key = {
		2, files->file[description->file].ino,
	} };

	if (writer->history->lasting && description->id) {
		spot.key[2] = description->id;
	} else {
		spot.key[3] = object < 0 ? 1ull << 32 | table->pid :
					    (__u64)object;
		spot.key[4] = first->fd;
	}
	return place_of(writer->open, &spot);
}

static void put_descriptor(struct writer *writer,
			   const struct files_descriptor *descriptor)
{
	__u32 index = descriptor->description;

	/* It may be the same as another one or not, which has no form here. */
	if (writer->files->description[index].unproven)
		return;
	json_open(&writer->json, NULL, '[');
	json_uint(&writer->json, NULL, descriptor->fd);
	json_uint(&writer->json, NULL, description_place(writer, index));
	json_bool(&writer->json, NULL, descriptor->cloexec);
	json_close(&writer->json, ']');
}

static void put_table(struct writer *writer, const struct files_table *table)
{
	__s32 object = object_of(writer->history, table);
	struct json *json = &writer->json;
	__u32 i;

	if (object < 0)
		return;
	json_open(json, NULL, '[');
	json_uint(json, NULL, object);
	json_open(json, NULL, '[');
	for (i = 0; i < table->nr; i++)
		put_descriptor(writer,
			       &writer->files->descriptor[table->first + i]);
	json_close(json, ']');
	json_close(json, ']');
}

static void put_description(struct writer *writer, __u32 index)
{
	const struct files_description *description =
		&writer->files->description[index];
	struct json *json = &writer->json;
	char flags[FLAGS_TEXT];

	json_open(json, NULL, '[');
	json_uint(json, NULL, description_place(writer, index));
	if (files_has_offset(writer->files, description))
		json_int(json, NULL, description->pos);
	else
		json_null(json, NULL);
	json_string(json, NULL, flags_names(flags, description->flags, '|'));
	json_uint(json, NULL, file_place(writer, description->file));
	json_close(json, ']');
}

/* Programs that read JSON, as a page does, lose bits of larger numbers. */
static void put_inode(struct json *json, __u64 ino)
{
	char text[24];

	if (ino < 1ull << 53) {
		json_uint(json, NULL, ino);
		return;
	}
	snprintf(text, sizeof(text), "%llu", ino);
	json_string(json, NULL, text);
}

static void put_file(struct writer *writer, __u32 index)
{
	const struct files_file *file = &writer->files->file[index];
	struct json *json = &writer->json;
	char device[32];

	json_open(json, NULL, '[');
	json_uint(json, NULL, file_place(writer, index));
	snprintf(device, sizeof(device), "%u:%u", file->major, file->minor);
	json_string(json, NULL, device);
	put_inode(json, file->ino);
	if (file->path)
		json_string(json, NULL, file->path);
	else
		json_null(json, NULL);
	json_string(json, NULL, file_type(file)->text);
	json_close(json, ']');
}

static void put_member(struct writer *writer)
{
	const struct files *files = writer->files;
	struct json *json = &writer->json;
	__u32 i;

	json_open(json, "files", '{');
	json_open(json, "tables", '[');
	for (i = 0; i < files->nr_tables; i++)
		put_table(writer, &files->table[i]);
	json_close(json, ']');
	json_open(json, "descriptions", '[');
	for (i = 0; i < files->nr_descriptions; i++)
		put_description(writer, i);
	json_close(json, ']');
	json_open(json, "files", '[');
	for (i = 0; i < files->nr_files; i++)
		put_file(writer, i);
	json_close(json, ']');
	json_close(json, '}');
}

/* A member of a step, to be freed; NULL without memory */
static char *member(struct open_files *open, const struct files *files,
		    const struct history *history)
{
	struct writer writer = {
		.open = open, .files = files, .history = history,
	};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	json_begin(&writer.json, out);
	writer.json.follows = true;
	open->no_memory = false;
	put_member(&writer);
	if (!fclose(out) && !open->no_memory)
		return text;
	free(text);
	return NULL;
}

static int read_files(struct open_files *open, struct records *recs,
		      struct files *files, struct error *error)
{
	struct model model = { 0 };
	int err;

	if (open->total > MAX_MIB << 20)
		return error_set(error, -EFBIG, "they take more than %d MiB",
				 MAX_MIB);
	err = model_build(&model, recs);
	if (err)
		error_set(error, err, "no memory");
	else
		err = files_read(open->source, &model, FILES_PATHS, files,
				 error);
	model_free(&model);
	return err;
}

/**
 * open_files_see() - look at what is open
 * @open: open files of the step before; set to those of now
 * @history: the tasks and objects as of the step
 * @recs: the records that it is from; may be sorted
 * @error: says why it could not be read; then nothing is known to be open
 *
 * Return: 0 or a negative errno.
 */
int open_files_see(struct open_files *open, const struct history *history,
		   struct records *recs, struct error *error)
{
	struct files files = { 0 };
	char *text;
	int err;

	open->differs = false;
	if (!open->source)
		return 0;
	err = read_files(open, recs, &files, error);
	if (err)
		files_free(&files);
	/* Also nothing, in place of what was open before */
	text = member(open, &files, history);
	files_free(&files);
	if (!text)
		return err ?: error_set(error, -ENOMEM, "no memory");
	open->differs = !open->text || strcmp(open->text, text);
	open->total += open->differs ? strlen(text) : 0;
	free(open->text);
	open->text = text;
	return err;
}

/**
 * open_files_close() - close what open_files_open() opened
 * @open: it
 */
void open_files_close(struct open_files *open)
{
	if (open->source)
		files_close(open->source);
	tdestroy(open->places, free);
	free(open->text);
}
