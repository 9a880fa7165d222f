// SPDX-License-Identifier: GPL-2.0-only
/* Parts that all pictures have */
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "output/picture.h"
#include "util/text.h"

/* After Okabe and Ito: apart for every kind of colour vision */
const struct colour picture_colour[NR_COLOURS] = {
	{ "#0072b2", "#ffffff" }, { "#e69f00", "#1b1d21" },
	{ "#00785a", "#ffffff" }, { "#cc79a7", "#1b1d21" },
	{ "#56b4e9", "#1b1d21" }, { "#bf4a00", "#ffffff" },
	{ "#f0e442", "#1b1d21" }, { "#5b5f68", "#ffffff" },
};

static void put_xml(FILE *out, char c)
{
	switch (c) {
	case '<':
		fputs("&lt;", out);
		break;
	case '>':
		fputs("&gt;", out);
		break;
	case '&':
		fputs("&amp;", out);
		break;
	case '"':
		fputs("&quot;", out);
		break;
	default:
		putc(c, out);
	}
}

/**
 * picture_text() - print a task's name as text of XML
 * @comm: the name
 * @utf8: whether the reader understands UTF-8
 */
void picture_text(FILE *out, const char *comm, bool utf8)
{
	char escaped[TEXT_COMM];
	const char *s;

	for (s = text_escape(escaped, comm, utf8); *s; s++)
		put_xml(out, *s);
}

/* The name of a host, which root may set to any bytes */
static void put_host(FILE *out, const char *name)
{
	for (; *name; name++)
		put_xml(out, *name > ' ' && *name < 0x7f ? *name : '?');
}

/**
 * picture_title() - print the origin of a picture, as text of XML
 * @view: the picture's; without a kernel it is of saved records, of which
 *	  neither host nor time is known
 */
void picture_title(FILE *out, const struct view *view)
{
	time_t now = time(NULL);
	struct utsname uts;
	char text[32];
	struct tm tm;

	fprintf(out, "%u task%s in %u process%s", view->model->nr,
		view->model->nr == 1 ? "" : "s", view->model->nr_processes,
		view->model->nr_processes == 1 ? "" : "es");
	if (!view->kernel || uname(&uts))
		return;
	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm);
	fputs(", ", out);
	put_host(out, uts.nodename);
	fprintf(out, ", Linux %s, %s, seen by %s", view->kernel, text,
		view->engine);
}
