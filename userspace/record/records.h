/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORD_RECORDS_H
#define RECORD_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <taskshare.h>

#include "util/error.h"

/**
 * struct records - the records of an engine
 * @rec: the records, every one of them checked
 * @nr: number of records
 * @capacity: number of records that fit without growing
 */
struct records {
	struct taskshare_record *rec;
	size_t nr;
	size_t capacity;
};

struct taskshare_record *records_new(struct records *recs);
int records_append(struct records *recs, const void *bytes, size_t len,
		   const char *origin, struct error *error);
int records_read(struct records *recs, int fd, const char *origin,
		 struct error *error);
int records_copy(struct records *to, const struct records *from,
		 struct error *error);
int records_save(const struct records *recs, const char *path,
		 struct error *error);
void records_free(struct records *recs);

int records_compare(const void *a, const void *b);
void records_sort(struct records *recs);
const struct taskshare_record *
records_find(const struct records *recs, const struct taskshare_record *like);

#endif /* RECORD_RECORDS_H */
