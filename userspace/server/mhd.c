// SPDX-License-Identifier: GPL-2.0-only
/* Loads libmicrohttpd. */
#include <dlfcn.h>
#include <errno.h>

#include "server/mhd.h"
#include "util/array.h"

#define LIBRARY	"libmicrohttpd.so.12"

struct mhd mhd;

static const struct {
	const char *name;
	void **to;
} function[] = {
#define ENTRY(name) { "MHD_" #name, (void **)&mhd.name }
	ENTRY(start_daemon),
	ENTRY(run),
	ENTRY(get_timeout),
	ENTRY(get_daemon_info),
	ENTRY(get_connection_values),
	ENTRY(lookup_connection_value),
	ENTRY(suspend_connection),
	ENTRY(resume_connection),
	ENTRY(create_response_from_buffer),
	ENTRY(create_response_from_fd),
	ENTRY(add_response_header),
	ENTRY(queue_response),
	ENTRY(destroy_response),
#undef ENTRY
};

/**
 * mhd_load() - make the functions of libmicrohttpd callable
 * @error: says what is missing
 *
 * Return: 0 or -ENOENT.
 */
int mhd_load(struct error *error)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	size_t i;

	if (!library)
		return error_set(error, -ENOENT,
				 "serve needs %s: install libmicrohttpd12",
				 LIBRARY);
	for (i = 0; i < ARRAY_SIZE(function); i++) {
		*function[i].to = dlsym(library, function[i].name);
		if (!*function[i].to)
			return error_set(error, -ENOENT, "%s has no %s: install a newer one",
					 LIBRARY, function[i].name);
	}
	return 0;
}
