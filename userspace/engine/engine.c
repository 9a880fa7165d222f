// SPDX-License-Identifier: GPL-2.0-only
/* The table of engines, and choosing one. */
#include <errno.h>
#include <string.h>

#include "util/array.h"
#include "engine/engine.h"

const struct engine *const engines[] = {
	&engine_module,
	&engine_bpf,
	&engine_proc,
};

const size_t nr_engines = ARRAY_SIZE(engines);

static const struct engine *find_engine(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < nr_engines; i++)
		if (strlen(engines[i]->name) == len &&
		    !strncmp(engines[i]->name, name, len))
			return engines[i];
	if (strlen(engine_file.name) == len &&
	    !strncmp(engine_file.name, name, len))
		return &engine_file;
	return NULL;
}

static int open_best(struct engine_handle *handle, bool content,
		     struct error *error, size_t *nr_why)
{
	size_t i;

	for (i = 0; i < nr_engines; i++) {
		handle->engine = engines[i];
		if (!handle->engine->open(&handle->state, NULL, content,
					  &error[i]))
			return 0;
	}
	*nr_why = nr_engines;
	return -ENODEV;
}

/**
 * engine_open() - open the engine that was asked for, or the best
 * @handle: set to the open engine
 * @choice: the argument of --engine=, "auto" for the best
 * @content: whether a selection will ask for content
 * @error: room for nr_engines reasons, one for each engine that is not usable
 * @nr_why: set to how many were filled in
 *
 * Return: 0; -EINVAL if there is no such engine; -ENODEV if it is not usable.
 */
int engine_open(struct engine_handle *handle, const char *choice, bool content,
		struct error *error, size_t *nr_why)
{
	const char *colon = strchrnul(choice, ':');

	*nr_why = 0;
	if (!strcmp(choice, "auto"))
		return open_best(handle, content, error, nr_why);
	handle->engine = find_engine(choice, colon - choice);
	if (!handle->engine)
		return -EINVAL;
	if ((handle->engine == &engine_file) != (*colon == ':'))
		return -EINVAL;
	if (!handle->engine->open(&handle->state, *colon ? colon + 1 : NULL,
				  content, error))
		return 0;
	*nr_why = 1;
	return -ENODEV;
}

/**
 * engine_close() - free what engine_open() opened
 */
void engine_close(struct engine_handle *handle)
{
	handle->engine->close(handle->state);
}
