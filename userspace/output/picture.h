/* SPDX-License-Identifier: GPL-2.0-only */
/* The language of pictures: that of the page, see page/page.css. */
#ifndef OUTPUT_PICTURE_H
#define OUTPUT_PICTURE_H

#include "output/view.h"

#define NR_COLOURS	8

/**
 * struct colour - the colour of a letter, which repeats it
 * @fill: the colour
 * @ink: that of text on it
 */
struct colour {
	const char *fill;
	const char *ink;
};

extern const struct colour picture_colour[NR_COLOURS];

void picture_text(FILE *out, const char *comm, bool utf8);
void picture_title(FILE *out, const struct view *view);

#endif /* OUTPUT_PICTURE_H */
