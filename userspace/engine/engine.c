// SPDX-License-Identifier: GPL-2.0-only
/* Which engines there are, and choosing one. */
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

static int open_best(struct source *source, struct reason *why, size_t *nr_why)
{
	size_t i;

	for (i = 0; i < nr_engines; i++) {
		source->engine = engines[i];
		if (!source->engine->open(&source->state, NULL, &why[i]))
			return 0;
	}
	*nr_why = nr_engines;
	return -ENODEV;
}

/**
 * source_open() - open the engine that was asked for, or the best
 * @source: where to put it
 * @choice: the argument of --engine=, "auto" for the best
 * @why: room for nr_engines reasons, one for each engine that is not usable
 * @nr_why: set to how many were filled in
 *
 * Return: 0; -EINVAL if there is no such engine; -ENODEV if it is not usable.
 */
int source_open(struct source *source, const char *choice, struct reason *why,
		size_t *nr_why)
{
	const char *colon = strchrnul(choice, ':');

	*nr_why = 0;
	if (!strcmp(choice, "auto"))
		return open_best(source, why, nr_why);
	source->engine = find_engine(choice, colon - choice);
	if (!source->engine)
		return -EINVAL;
	if ((source->engine == &engine_file) != (*colon == ':'))
		return -EINVAL;
	if (!source->engine->open(&source->state, *colon ? colon + 1 : NULL,
				  why))
		return 0;
	*nr_why = 1;
	return -ENODEV;
}

/**
 * source_close() - give back what source_open() opened
 * @source: the source
 */
void source_close(struct source *source)
{
	source->engine->close(source->state);
}
