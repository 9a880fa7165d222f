/* SPDX-License-Identifier: GPL-2.0-only */
/* Types of files and flags of open file descriptions in words */
#ifndef FILES_NAMES_H
#define FILES_NAMES_H

#include "files/files.h"
#include "util/text.h"

/* Room for the names of all flags */
#define FLAGS_TEXT	160

/**
 * struct file_type - a type of files
 * @type: of st_mode
 * @column: in a column
 * @key: in JSON
 * @text: in a sentence
 * @has_offset: whether descriptions of such files have an offset that counts
 */
struct file_type {
	__u16 type;
	const char *column;
	const char *key;
	const char *text;
	bool has_offset;
};

const struct file_type *file_type(const struct files_file *file);
bool files_has_offset(const struct files *files,
		      const struct files_description *description);
const char *flags_names(char to[FLAGS_TEXT], __u32 flags, char between);

#endif /* FILES_NAMES_H */
