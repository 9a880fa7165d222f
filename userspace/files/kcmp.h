/* SPDX-License-Identifier: GPL-2.0-only */
/* Descriptors of one description, found by kcmp(2) */
#ifndef FILES_KCMP_H
#define FILES_KCMP_H

#include "files/source.h"

int files_kcmp(struct file_rows *rows);
bool files_kcmp_differ(const struct files *files,
		       const struct files_descriptor *descriptor);
int files_kcmp_check(struct files *files, const struct files_file *file);

#endif /* FILES_KCMP_H */
