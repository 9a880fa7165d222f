// SPDX-License-Identifier: GPL-2.0-only
/*
 * To be preloaded: of the requests for memory that the program itself makes, by
 * itself or of libsmartcols, number NOMEM_NTH fails. A byte to NOMEM_FD says
 * that there were so many.
 */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct libscols_table;
struct libscols_line;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t nr, size_t size);
void *__libc_realloc(void *old, size_t size);

static uintptr_t code_begin, code_end;
static long nth;
static int report_fd = -1;

/* The first is the program; requests of its libraries do not count. */
static int find_code(struct dl_phdr_info *info, size_t size, void *unused)
{
	int i;

	(void)size;
	(void)unused;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const typeof(*info->dlpi_phdr) *part = &info->dlpi_phdr[i];

		if (part->p_type != PT_LOAD || !(part->p_flags & PF_X))
			continue;
		code_begin = info->dlpi_addr + part->p_vaddr;
		code_end = code_begin + part->p_memsz;
	}
	return 1;
}

__attribute__((constructor)) static void prepare(void)
{
	const char *number = getenv("NOMEM_NTH"), *fd = getenv("NOMEM_FD");

	dl_iterate_phdr(find_code, NULL);
	report_fd = fd ? atoi(fd) : -1;
	nth = number ? atol(number) : 0;
	/* not for those that it executes */
	unsetenv("LD_PRELOAD");
}

static bool fails(void *caller)
{
	if ((uintptr_t)caller < code_begin || (uintptr_t)caller >= code_end ||
	    __atomic_sub_fetch(&nth, 1, __ATOMIC_RELAXED))
		return false;
	if (write(report_fd, "", 1) != 1)
		abort();
	errno = ENOMEM;
	return true;
}

#define FAILS()	fails(__builtin_return_address(0))

void *malloc(size_t size)
{
	return FAILS() ? NULL : __libc_malloc(size);
}

void *calloc(size_t nr, size_t size)
{
	return FAILS() ? NULL : __libc_calloc(nr, size);
}

void *realloc(void *old, size_t size)
{
	return FAILS() ? NULL : __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t nr, size_t size)
{
	size_t bytes;

	if (FAILS())
		return NULL;
	if (__builtin_mul_overflow(nr, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return __libc_realloc(old, bytes);
}

char *strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = FAILS() ? NULL : __libc_malloc(size);

	return copy ? memcpy(copy, text, size) : NULL;
}

/* The function that would have been called without this one */
#define NEXT(name)	((typeof(name) *)dlsym(RTLD_NEXT, #name))

int vasprintf(char **to, const char *format, va_list list)
{
	return FAILS() ? -1 : NEXT(vasprintf)(to, format, list);
}

FILE *open_memstream(char **to, size_t *size)
{
	return FAILS() ? NULL : NEXT(open_memstream)(to, size);
}

ssize_t getline(char **to, size_t *size, FILE *from)
{
	return FAILS() ? -1 : NEXT(getline)(to, size, from);
}

struct libscols_table *scols_new_table(void)
{
	return FAILS() ? NULL : NEXT(scols_new_table)();
}

struct libscols_column *scols_table_new_column(struct libscols_table *table,
					       const char *name, double width,
					       int flags)
{
	return FAILS() ? NULL :
			 NEXT(scols_table_new_column)(table, name, width,
						      flags);
}

struct libscols_line *scols_table_new_line(struct libscols_table *table,
					   struct libscols_line *parent)
{
	return FAILS() ? NULL : NEXT(scols_table_new_line)(table, parent);
}

int scols_line_set_data(struct libscols_line *line, size_t n, const char *data)
{
	return FAILS() ? -ENOMEM : NEXT(scols_line_set_data)(line, n, data);
}

int scols_print_table(struct libscols_table *table)
{
	return FAILS() ? -ENOMEM : NEXT(scols_print_table)(table);
}
