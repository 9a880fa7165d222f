/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OUTPUT_CONTENT_H
#define OUTPUT_CONTENT_H

#include "content/fields.h"
#include "output/view.h"
#include "util/json.h"

char *content_cell(const struct view *view, __u32 task,
		   enum content_field field);
void content_json_task(struct json *json, const struct view *view, __u32 task);
void content_json_object(struct json *json, const struct view *view, int kind,
			 const struct object *obj);

#endif /* OUTPUT_CONTENT_H */
