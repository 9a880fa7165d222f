/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LAB_PLOT_H
#define LAB_PLOT_H

#include "util/error.h"

/**
 * struct plot - curves over one axis, both scales logarithmic
 * @title: above
 * @x_name: below the axis
 * @y_name: beside the other one
 * @nr_x: number of points of each curve
 * @x: their places, ascending and positive
 * @nr_curves: number of curves
 * @name: of each curve
 * @y: nr_curves times nr_x values, positive
 */
struct plot {
	const char *title;
	const char *x_name;
	const char *y_name;
	int nr_x;
	const double *x;
	int nr_curves;
	const char *const *name;
	const double *y;
};

int plot_svg(const struct plot *plot, const char *path, struct error *error);

#endif /* LAB_PLOT_H */
