/* SPDX-License-Identifier: GPL-2.0-only */
/* Descriptors of one description, found by kcmp(2) */
#ifndef FILES_KCMP_H
#define FILES_KCMP_H

#include "files/source.h"

int files_kcmp(struct file_rows *rows);
int files_kcmp_compare(const struct files *files,
		       const struct files_descriptor *descriptor);
int files_kcmp_other(const struct files *files,
		     const struct files_description *description,
		     const struct files_other *other);
int files_kcmp_check(struct files *files, const struct files_file *file);

#endif /* FILES_KCMP_H */
