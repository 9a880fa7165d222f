/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODEL_DESCRIBE_H
#define MODEL_DESCRIBE_H

#include "model/model.h"

/**
 * struct captions - what is usual in each process
 * @model: the model
 * @usual: for each process and kind the object that most of its tasks hold,
 *	   NO_OBJECT for none
 */
struct captions {
	const struct model *model;
	__u32 *usual;
};

/* Longest caption, cut off if it would be longer */
#define CAPTION_TEXT	1024

int captions_init(struct captions *captions, const struct model *model);
void captions_free(struct captions *captions);
__u32 captions_unusual(const struct captions *captions, __u32 task);
const char *caption(char *to, const struct captions *captions, __u32 task);

bool kind_crosses(int kind);
__u32 model_outside(const struct model *model, __u32 task, int kind,
		    __u32 other[2]);

#endif /* MODEL_DESCRIBE_H */
