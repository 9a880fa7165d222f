// SPDX-License-Identifier: GPL-2.0-only
/*
 * A picture for graphviz: tasks on the left, in the frame of their process, and
 * on the right the objects that they point to, with letters and colours.
 *
 * To stay legible with many tasks, tasks of a process that hold the same are one
 * box, and objects with the same holders are one group. Objects of one task are
 * drawn for tasks that were asked for, not in a picture of everything.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "record/kinds.h"
#include "util/text.h"
#include "output/picture.h"

/* The colour of what crosses processes */
#define ACCENT	"#a3004f"

/* A picture with more groups cannot be read. */
#define MAX_SETS	1000

/*
 * struct set - objects with the same holders, one group
 * @kinds: mask of their kinds
 * @kind: one of them, and
 * @obj: its object, which has the holders
 * @crosses: whether they are held by more than one process
 */
struct set {
	__u32 kinds;
	int kind;
	const struct object *obj;
	bool crosses;
};

/*
 * struct picture - a picture in the making
 * @view: the picture's model and style
 * @set: the groups
 * @nr_sets: number of groups
 * @set_of: for each kind and object its group, or NO_OBJECT
 * @drawn: for each task whether it is drawn on its own
 * @type: in the frame that is being drawn, a task of each type
 * @alike: number of its tasks of that type
 */
struct picture {
	const struct view *view;
	struct set *set;
	__u32 nr_sets;
	__u32 *set_of[TASKSHARE_NR_KINDS];
	bool *drawn;
	__u32 *type;
	__u32 *alike;
};

static const __u32 *holders(const struct model *model, int kind,
			    const struct object *obj)
{
	return &model->kind[kind].holders[obj->first];
}

/*
 * Objects that most tasks have in common, like the system's namespaces, are not
 * drawn.
 */
static bool worth_drawing(const struct view *view, int kind,
			  const struct object *obj)
{
	const struct model *model = view->model;

	if (obj->nr < 2)
		return view->asked && kind_crosses(kind);
	if (kind_crosses(kind))
		return true;
	return kind_is_namespace(kind) && 2 * obj->nr <= model->nr;
}

static bool crosses(const struct model *model, int kind,
		    const struct object *obj)
{
	const __u32 *task = holders(model, kind, obj);

	/* They are in order, so the ends are of different processes. */
	return model->process_of[task[0]] != model->process_of[task[obj->nr - 1]];
}

static __u32 find_set(const struct picture *pic, int kind,
		      const struct object *obj)
{
	const struct model *model = pic->view->model;
	__u32 i;

	for (i = 0; i < pic->nr_sets; i++)
		if (pic->set[i].obj->nr == obj->nr &&
		    !memcmp(holders(model, pic->set[i].kind, pic->set[i].obj),
			    holders(model, kind, obj),
			    obj->nr * sizeof(__u32)))
			return i;
	return NO_OBJECT;
}

static int add_to_sets(struct picture *pic, int kind, __u32 index)
{
	const struct object *obj = &pic->view->model->kind[kind].obj[index];
	__u32 i = find_set(pic, kind, obj);

	if (i == NO_OBJECT) {
		if (pic->nr_sets == MAX_SETS)
			return -EFBIG;
		i = pic->nr_sets++;
		pic->set[i].kind = kind;
		pic->set[i].obj = obj;
		pic->set[i].crosses = crosses(pic->view->model, kind, obj);
	}
	pic->set[i].kinds |= 1u << kind;
	pic->set_of[kind][index] = i;
	return 0;
}

static int find_sets(struct picture *pic)
{
	const struct model *model = pic->view->model;
	int k, err = 0;
	__u32 i;

	pic->set = calloc(MAX_SETS, sizeof(*pic->set));
	if (!pic->set)
		return -ENOMEM;
	for (k = 0; k < TASKSHARE_NR_KINDS && !err; k++) {
		pic->set_of[k] = malloc((model->kind[k].nr + 1) *
					sizeof(__u32));
		if (!pic->set_of[k])
			return -ENOMEM;
		for (i = 0; i < model->kind[k].nr && !err; i++) {
			pic->set_of[k][i] = NO_OBJECT;
			if (worth_drawing(pic->view, k,
					  &model->kind[k].obj[i]))
				err = add_to_sets(pic, k, i);
		}
	}
	return err;
}

static __u32 task_set(const struct picture *pic, __u32 task, int kind)
{
	__u32 of = pic->view->model->kind[kind].of[task];

	return of == NO_OBJECT ? NO_OBJECT : pic->set_of[kind][of];
}

/* Returns true if two tasks point to the same groups. */
static bool alike(const struct picture *pic, __u32 a, __u32 b)
{
	const struct model *model = pic->view->model;
	int k;

	if (model->task[a]->kind != model->task[b]->kind)
		return false;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (task_set(pic, a, k) != task_set(pic, b, k))
			return false;
	return true;
}

/* A string for graphviz, without the quotes around it */
static void put_label(const struct picture *pic, const char *comm)
{
	char escaped[TEXT_COMM];
	const char *s;

	for (s = text_escape(escaped, comm, pic->view->utf8); *s; s++)
		fprintf(pic->view->out, "%s%c",
			*s == '"' || *s == '\\' ? "\\" : "", *s);
}

static void put_edges(const struct picture *pic, __u32 task)
{
	__u32 i, seen = 0, done[TASKSHARE_NR_KINDS];
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		__u32 set = task_set(pic, task, k);

		for (i = 0; i < seen; i++)
			if (done[i] == set)
				break;
		if (set == NO_OBJECT || i < seen)
			continue;
		done[seen++] = set;
		fprintf(pic->view->out, "\tt%u -> s%u%s\n", task, set,
			pic->set[set].crosses ? " [color=\"" ACCENT "\"]" : "");
	}
}

static void put_tasks_alike(const struct picture *pic, __u32 task, __u32 nr)
{
	const struct taskshare_record *rec = pic->view->model->task[task];

	fprintf(pic->view->out, "\t\tt%u [label=\"%u ", task, rec->pid);
	put_label(pic, rec->comm);
	if (nr > 1)
		fprintf(pic->view->out, "\\nand %u more like it\", peripheries=2",
			nr - 1);
	else
		fputs("\"", pic->view->out);
	fprintf(pic->view->out, "%s]\n",
		rec->pid == rec->tgid ? ", penwidth=2" : "");
	pic->drawn[task] = true;
}

/*
 * A frame's tasks, a box for those that are alike. The work is in proportion to
 * how many different ones there are.
 */
static void put_tasks(const struct picture *pic, __u32 first, __u32 end)
{
	__u32 *type = pic->type, *nr = pic->alike;
	__u32 i, t, types = 0;

	for (i = first; i < end; i++) {
		for (t = 0; t < types; t++)
			if (alike(pic, type[t], i))
				break;
		if (t == types) {
			type[t] = i;
			nr[t] = 0;
			types++;
		}
		nr[t]++;
	}
	for (t = 0; t < types; t++)
		put_tasks_alike(pic, type[t], nr[t]);
}

static bool is_kthread(const struct model *model, __u32 process)
{
	return model->task[model->process[process].first]->kind ==
	       TASKSHARE_TASK_KTHREAD;
}

/* A process that shares nothing is no picture. */
static bool stands_alone(const struct picture *pic, __u32 process)
{
	const struct process *p = &pic->view->model->process[process];
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (task_set(pic, p->first, k) != NO_OBJECT)
			return false;
	return p->nr == 1;
}

static void put_process(const struct picture *pic, __u32 p)
{
	const struct model *model = pic->view->model;
	const struct process *process = &model->process[p];

	fprintf(pic->view->out, "\tsubgraph cluster_%u {\n\t\tlabel=\"process %u ",
		process->tgid, process->tgid);
	put_label(pic, model->task[process->first]->comm);
	fprintf(pic->view->out, ", %u task%s\"\n", process->nr,
		process->nr == 1 ? "" : "s");
	put_tasks(pic, process->first, process->first + process->nr);
	fputs("\t}\n", pic->view->out);
}

/* Kernel threads are processes of their own each; one box is for all. */
static void put_kthreads(const struct picture *pic)
{
	const struct model *model = pic->view->model;
	__u32 p, nr = 0, first = NO_OBJECT;

	for (p = 0; p < model->nr_processes; p++) {
		if (!is_kthread(model, p) ||
		    (!pic->view->asked && stands_alone(pic, p)))
			continue;
		if (!nr++)
			first = model->process[p].first;
	}
	if (!nr)
		return;
	pic->drawn[first] = true;
	fprintf(pic->view->out, "\tt%u [label=\"%u kernel thread%s\"]\n",
		first, nr, nr == 1 ? "" : "s");
}

/* The last one first: graphviz puts it at the bottom. */
static __u32 put_processes(const struct picture *pic)
{
	const struct model *model = pic->view->model;
	__u32 p, alone = 0;

	put_kthreads(pic);
	for (p = model->nr_processes; p-- > 0;) {
		if (is_kthread(model, p))
			continue;
		if (!pic->view->asked && model->nr_processes > 1 &&
		    stands_alone(pic, p))
			alone++;
		else
			put_process(pic, p);
	}
	return alone;
}

/* A letter, filled if several tasks hold the object */
static void put_letter(FILE *out, const struct object *obj)
{
	const struct colour *colour = &picture_colour[obj->group % NR_COLOURS];
	char letters[8];

	fprintf(out, "<TD BGCOLOR=\"%s\" BORDER=\"2\" COLOR=\"%s\" WIDTH=\"22\"><B><FONT COLOR=\"%s\">%s</FONT></B></TD>",
		obj->nr > 1 ? colour->fill : "#ffffff", colour->fill,
		obj->nr > 1 ? colour->ink : "#1b1d21",
		text_group(letters, obj->group));
}

static void put_set(const struct picture *pic, const struct set *set)
{
	const struct model *model = pic->view->model;
	__u32 holder = *holders(model, set->kind, set->obj);
	FILE *out = pic->view->out;
	int k;

	fputs("<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"4\" CELLPADDING=\"2\">", out);
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!(set->kinds & (1u << k)))
			continue;
		fputs("<TR>", out);
		put_letter(out, model_object(model, holder, k));
		fprintf(out, "<TD ALIGN=\"LEFT\">%s</TD></TR>", kind_text(k));
	}
	fprintf(out, "<TR><TD COLSPAN=\"2\" ALIGN=\"LEFT\"><FONT COLOR=\"#5d6068\">%u task%s</FONT></TD></TR></TABLE>",
		set->obj->nr, set->obj->nr == 1 ? "" : "s");
}

static void put_sets(const struct picture *pic)
{
	FILE *out = pic->view->out;
	__u32 i;

	for (i = 0; i < pic->nr_sets; i++) {
		const struct set *set = &pic->set[i];

		fprintf(out, "\ts%u [style=\"filled,rounded\", label=<", i);
		put_set(pic, set);
		fprintf(out, ">%s]\n", set->crosses ?
			", color=\"" ACCENT "\", penwidth=2" : "");
	}
}

/*
 * Thin lines between boxes of processes, left of them, where both are drawn.
 * graphviz 2.43 reads wrong arrows if one of their attributes is missing.
 */
static void put_parents(const struct picture *pic)
{
	const struct model *model = pic->view->model;
	__u32 p;

	for (p = 0; p < model->nr_processes; p++) {
		__u32 first = model->process[p].first, parent, of;

		parent = model_find_process(model, model->task[first]->ppid);
		if (parent == NO_PROCESS || parent == p || is_kthread(model, p))
			continue;
		of = model->process[parent].first;
		if (pic->drawn[first] && pic->drawn[of])
			fprintf(pic->view->out,
				"\tt%u:w -> t%u:w [color=\"#c9c7c0\", arrowhead=none, arrowtail=none, dir=none, constraint=false]\n",
				of, first);
	}
}

static void put_title(const struct picture *pic, __u32 alone)
{
	const struct object shared = { .nr = 2 }, of_one = { .nr = 1 };
	FILE *out = pic->view->out;

	fputs("\tlabel=<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"4\"><TR><TD COLSPAN=\"5\" ALIGN=\"LEFT\">",
	      out);
	picture_title(out, pic->view);
	fputs("</TD></TR>", out);
	if (alone)
		fprintf(out, "<TR><TD COLSPAN=\"5\" ALIGN=\"LEFT\">%u process%s that share%s nothing %s left out</TD></TR>",
			alone, alone == 1 ? "" : "es", alone == 1 ? "s" : "",
			alone == 1 ? "is" : "are");
	fputs("<TR>", out);
	put_letter(out, &shared);
	fputs("<TD ALIGN=\"LEFT\">shared</TD>", out);
	put_letter(out, &of_one);
	fputs("<TD ALIGN=\"LEFT\">of one task here</TD><TD ALIGN=\"LEFT\"><FONT COLOR=\"" ACCENT "\">shared by processes</FONT>; grey lines lead to children</TD></TR></TABLE>>\n",
	      out);
}

static void put_graph(const struct picture *pic)
{
	FILE *out = pic->view->out;
	__u32 i, alone;

	fputs("digraph taskshare {\n"
	      "\trankdir=LR\n\tranksep=1.2\n\tlabelloc=t\n\tlabeljust=l\n"
	      "\tfontname=\"sans-serif\"\n"
	      "\tnode [shape=box, style=filled, fillcolor=white, color=\"#5d6068\", fontname=\"sans-serif\", fontsize=10]\n"
	      "\tedge [color=\"#8a8d94\", arrowsize=0.6]\n"
	      "\tgraph [style=\"filled,rounded\", color=\"#eeece5\", fontsize=11]\n", out);
	alone = put_processes(pic);
	put_sets(pic);
	for (i = 0; i < pic->view->model->nr; i++)
		if (pic->drawn[i])
			put_edges(pic, i);
	put_parents(pic);
	put_title(pic, alone);
	fputs("}\n", out);
}

/**
 * output_dot() - print a picture for graphviz
 * @view: the model and the style
 *
 * Return: 0 or a negative errno; -EFBIG if it would not be legible. Whether
 * @out took it is for the caller to see.
 */
int output_dot(const struct view *view)
{
	struct picture pic = { .view = view };
	size_t tasks = view->model->nr + 1;
	int k, err;

	pic.drawn = calloc(tasks, sizeof(*pic.drawn));
	pic.type = calloc(tasks, sizeof(*pic.type));
	pic.alike = calloc(tasks, sizeof(*pic.alike));
	err = pic.drawn && pic.type && pic.alike ? find_sets(&pic) : -ENOMEM;
	if (!err)
		put_graph(&pic);
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		free(pic.set_of[k]);
	free(pic.set);
	free(pic.drawn);
	free(pic.type);
	free(pic.alike);
	return err;
}

/**
 * output_svg() - print a picture
 * @view: the model and the style, for standard output
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno; -ENOEXEC without graphviz.
 */
int output_svg(const struct view *view, struct error *error)
{
	struct view piped = *view;
	int err, status;

	/* If dot dies, its status shows it. */
	signal(SIGPIPE, SIG_IGN);
	fflush(view->out);
	piped.out = popen("command -v dot >/dev/null || exit 127; exec dot -Tsvg",
			  "we");
	/* graphviz reads UTF-8. */
	piped.utf8 = true;
	if (!piped.out)
		return error_set(error, -errno, "cannot start dot: %s",
				 strerror(errno));
	err = output_dot(&piped);
	status = pclose(piped.out);
	if (err)
		return error_set(error, err, err == -EFBIG ?
				 "too many groups for a picture: give PIDs" :
				 "%s", strerror(-err));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return error_set(error, -ENOEXEC,
				 "--svg needs dot: apt-get install graphviz");
	return status ? error_set(error, -EIO, "dot has failed") : 0;
}
