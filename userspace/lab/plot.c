// SPDX-License-Identifier: GPL-2.0-only
/* Curves as SVG. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "util/array.h"
#include "lab/plot.h"

/* The picture and the frame in it, in pixels */
enum {
	WIDTH = 860,
	HEIGHT = 520,
	LEFT = 80,
	TOP = 50,
	RIGHT = 680,
	BOTTOM = 460,
};

#define FONT "font-family=\"sans-serif\" font-size=\"13\""

/* Distinct also without red and green, by a pattern of dashes for each */
static const char *const stroke[] = {
	"stroke=\"#0072b2\"",
	"stroke=\"#d55e00\" stroke-dasharray=\"8 3\"",
	"stroke=\"#009e73\" stroke-dasharray=\"2 3\"",
	"stroke=\"#cc79a7\" stroke-dasharray=\"8 3 2 3\"",
	"stroke=\"#555555\" stroke-dasharray=\"4 2\"",
	"stroke=\"#b8860b\" stroke-dasharray=\"12 4\"",
};

/* struct range - of an axis, as logarithms */
struct range {
	double low;
	double high;
};

static double x_at(const struct range *range, double value)
{
	double span = range->high > range->low ? range->high - range->low : 1;

	return LEFT + (log10(value) - range->low) / span * (RIGHT - LEFT);
}

static double y_at(const struct range *range, double value)
{
	return BOTTOM - (log10(value) - range->low) /
			(range->high - range->low) * (BOTTOM - TOP);
}

/* From one power of ten to another, at least one apart */
static struct range y_range(const struct plot *plot)
{
	struct range range = { .low = log10(plot->y[0]), .high = range.low };
	int i;

	for (i = 1; i < plot->nr_curves * plot->nr_x; i++) {
		range.low = fmin(range.low, log10(plot->y[i]));
		range.high = fmax(range.high, log10(plot->y[i]));
	}
	range.low = floor(range.low);
	range.high = fmax(ceil(range.high), range.low + 1);
	return range;
}

static void put_axes(FILE *svg, const struct plot *plot,
		     const struct range *xs, const struct range *ys)
{
	double power;
	int i;

	for (i = 0; i < plot->nr_x; i++)
		fprintf(svg, "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#ddd\"/>\n"
			"<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" " FONT ">%g</text>\n",
			x_at(xs, plot->x[i]), TOP, x_at(xs, plot->x[i]),
			BOTTOM, x_at(xs, plot->x[i]), BOTTOM + 18, plot->x[i]);
	for (power = ys->low; power <= ys->high; power++)
		fprintf(svg, "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>\n"
			"<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" " FONT ">%g</text>\n",
			LEFT, y_at(ys, pow(10, power)), RIGHT,
			y_at(ys, pow(10, power)), LEFT - 8,
			y_at(ys, pow(10, power)) + 4, pow(10, power));
	fprintf(svg, "<text x=\"%d\" y=\"%d\" " FONT " font-weight=\"bold\">%s</text>\n",
		LEFT, TOP - 20, plot->title);
	fprintf(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" " FONT ">%s</text>\n",
		(LEFT + RIGHT) / 2, BOTTOM + 42, plot->x_name);
	fprintf(svg, "<text transform=\"translate(22 %d) rotate(-90)\" " FONT
		" text-anchor=\"middle\">%s</text>\n", (TOP + BOTTOM) / 2,
		plot->y_name);
}

/* With a key at the right, in the order of the curves' ends */
static void put_curve(FILE *svg, const struct plot *plot, int curve,
		      const struct range *xs, const struct range *ys)
{
	const double *y = plot->y + curve * plot->nr_x;
	const char *style = stroke[curve % ARRAY_SIZE(stroke)];
	int i, rank = 0, at;

	for (i = 0; i < plot->nr_curves; i++) {
		double other = plot->y[i * plot->nr_x + plot->nr_x - 1];

		rank += other > y[plot->nr_x - 1] ||
			(other == y[plot->nr_x - 1] && i < curve);
	}
	fputs("<polyline fill=\"none\" stroke-width=\"2\" ", svg);
	fprintf(svg, "%s points=\"", style);
	for (i = 0; i < plot->nr_x; i++)
		fprintf(svg, "%s%.1f,%.1f", i ? " " : "",
			x_at(xs, plot->x[i]), y_at(ys, y[i]));
	at = TOP + 20 + 24 * rank;
	fprintf(svg, "\"/>\n<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke-width=\"2\" %s/>\n"
		"<text x=\"%d\" y=\"%d\" " FONT ">%s</text>\n",
		RIGHT + 16, at, RIGHT + 50, at, style, RIGHT + 58, at + 4,
		plot->name[curve]);
}

/**
 * plot_svg() - draw curves into a file
 * @plot: what; the texts must need no escaping in XML
 * @path: the file
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno.
 */
int plot_svg(const struct plot *plot, const char *path, struct error *error)
{
	struct range xs = { log10(plot->x[0]), log10(plot->x[plot->nr_x - 1]) };
	struct range ys = y_range(plot);
	FILE *svg = fopen(path, "we");
	int i, failed;

	if (!svg)
		return error_set(error, -errno, "%s: %s", path, strerror(errno));
	fprintf(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\">\n"
		"<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n",
		WIDTH, HEIGHT, WIDTH, HEIGHT);
	put_axes(svg, plot, &xs, &ys);
	for (i = 0; i < plot->nr_curves; i++)
		put_curve(svg, plot, i, &xs, &ys);
	fputs("</svg>\n", svg);
	failed = ferror(svg);
	if (fclose(svg) || failed)
		return error_set(error, -EIO, "%s cannot be written", path);
	return 0;
}
