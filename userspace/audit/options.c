// SPDX-License-Identifier: GPL-2.0-only
/* The command line of taskshare audit. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/options.h"
#include "audit/rules.h"
#include "cli/args.h"
#include "util/text.h"

static const struct option longopts[] = {
	{ "engine", required_argument, NULL, 'e' },
	{ "format", required_argument, NULL, 'f' },
	{ "help", no_argument, NULL, 'h' },
	{ "interval", required_argument, NULL, 'i' },
	{ "json", no_argument, NULL, 'J' },
	{ "list-rules", no_argument, NULL, 'l' },
	{ "least", required_argument, NULL, 'L' },
	{ "metrics", optional_argument, NULL, 'm' },
	{ "rule", required_argument, NULL, 'R' },
	{ "severity", required_argument, NULL, 's' },
	{ "verbose", no_argument, NULL, 'v' },
	{ NULL, 0, NULL, 0 }
};

static void print_help(void)
{
	fputs("\nUsage:\n"
	      " taskshare audit [options] [PID...]\n"
	      "\nReport sharing that is dangerous, broken or surprising: in the whole system, or\n"
	      "as far as it concerns some processes. Each finding was there in two looks.\n"
	      "\nOptions:\n"
	      "     --severity <name>  report findings from this severity on: security,\n"
	      "                        correctness, hygiene (the default) or information\n"
	      "     --rule <list>      apply only these rules\n"
	      "     --list-rules       list the rules and explain them\n"
	      "     --interval <sec>   time between the looks, 2 by default; 0: look once\n"
	      "     --least <sec>      minimum age of a state, in place of that of each rule\n"
	      "     --engine <name>    where to look: auto, module, bpf, proc or file:<file>\n"
	      " -v, --verbose          print evidence, reason and advice for each finding\n"
	      " -J, --json             use JSON output format, an object on each line\n"
	      "     --metrics[=<file>] print metrics for Prometheus; to a file beside the findings\n"
	      "     --format <name>    format of metrics: prometheus (the default) or openmetrics\n"
	      "\n"
	      " -h, --help             display this help\n"
	      "\nExit status: 0 without findings, 1 on error, 2 without an engine, 3 if there is\n"
	      "no such process, 4 with findings.\n"
	      "\nFor more details see taskshare(1).\n", stdout);
}

/* A sentence of the table, with plain words for the tasks */
static void print_sentence(const char *label, const char *sentence)
{
	char line[512];
	struct text text;

	if (!sentence)
		return;
	text_begin(&text, line, sizeof(line));
	text_add(&text, "  %-10s %s", label, sentence);
	text_wrap(stdout, line, 80, 13);
}

static void print_rules(const struct options *opt)
{
	size_t i;

	for (i = 0; i < nr_audit_rules; i++) {
		const struct rule *rule = &audit_rules[i];

		if (!opt->wanted[i])
			continue;
		printf("%s: %s", rule->name, severity_name[rule->most]);
		if (rule->least != rule->most)
			printf(" or %s", severity_name[rule->least]);
		putchar('\n');
		print_sentence("Condition:", rule->condition);
		if (rule->seconds)
			printf("  %-10s at least %u s, by the age of the tasks\n", "Lasts:",
			       rule->seconds);
		print_sentence("Why:", rule->why);
		print_sentence("Rightly:", rule->rightly);
		print_sentence("Advice:", rule->advice);
		print_sentence("See:", rule->reference);
		print_sentence("Needs:", rule->needs);
		putchar('\n');
	}
}

static int parse_severity(struct options *opt, const char *name,
			  struct error *error)
{
	int i;

	for (i = 0; i < NR_SEVERITIES; i++) {
		if (strcmp(severity_name[i], name))
			continue;
		opt->severity = i;
		return 0;
	}
	return error_set(error, -EINVAL,
			 "'%s' is no severity: give security, correctness, hygiene or information",
			 name);
}

static int parse_seconds(double *to, const char *text, struct error *error)
{
	char *end;

	*to = strtod(text, &end);
	if (end == text || *end || !(*to >= 0 && *to <= 86400))
		return error_set(error, -EINVAL,
				 "'%s' is no time: give seconds from 0 to 86400",
				 text);
	return 0;
}

/* The first list replaces the default, which is all of them. */
static int parse_rules(struct options *opt, char *list, bool *first,
		       struct error *error)
{
	const struct rule *rule;
	const char *name;

	if (*first)
		memset(opt->wanted, 0, nr_audit_rules * sizeof(*opt->wanted));
	*first = false;
	while ((name = strsep(&list, ","))) {
		rule = rule_find(name);
		if (!rule)
			return error_set(error, -EINVAL,
					 "'%s' is no rule: see taskshare audit --list-rules",
					 name);
		opt->wanted[rule - audit_rules] = true;
	}
	return 0;
}

static int parse_format(struct options *opt, const char *name,
			struct error *error)
{
	opt->openmetrics = !strcmp(name, "openmetrics");
	if (opt->openmetrics || !strcmp(name, "prometheus"))
		return 0;
	return error_set(error, -EINVAL,
			 "'%s' is no format: give prometheus or openmetrics",
			 name);
}

static int parse_option(struct options *opt, int c, bool *first_rule,
			struct error *error)
{
	switch (c) {
	case 'e':
		opt->engine = optarg;
		return 0;
	case 'f':
		return parse_format(opt, optarg, error);
	case 'i':
		return parse_seconds(&opt->interval, optarg, error);
	case 'L':
		return parse_seconds(&opt->least, optarg, error);
	case 'J':
		opt->json = true;
		return 0;
	case 'm':
		opt->metrics = true;
		opt->metrics_file = optarg;
		return 0;
	case 'R':
		return parse_rules(opt, optarg, first_rule, error);
	case 's':
		return parse_severity(opt, optarg, error);
	case 'v':
		opt->verbose = true;
		return 0;
	}
	return -EINVAL;
}

static int parse_operands(struct options *opt, int nr, char **operand,
			  struct error *error)
{
	int i, err = 0;

	opt->pid = calloc(nr + 1, sizeof(*opt->pid));
	if (!opt->pid)
		return error_set(error, -ENOMEM, "no memory");
	for (i = 0; i < nr && !err; i++)
		err = parse_pid(operand[i], &opt->pid[opt->nr_pids++], error);
	return err;
}

/* Refuses options that do not go together. */
static int check(const struct options *opt, bool format, struct error *error)
{
	if (format && !opt->metrics)
		return error_set(error, -EINVAL,
				 "--format is about metrics: add --metrics");
	if (opt->metrics && opt->nr_pids)
		return error_set(error, -EINVAL,
				 "metrics are about the whole system: leave out the PIDs or --metrics");
	if (opt->metrics && !opt->metrics_file && opt->json)
		return error_set(error, -EINVAL,
				 "--json and --metrics both print: give metrics a file, --metrics=FILE");
	return 0;
}

/**
 * options_parse_audit() - understand the command line
 * @opt: set to what it says; for options_free_audit() in any case
 * @argc: as of main()
 * @argv: as of main()
 * @error: says what is wrong
 *
 * Return: 0 to go on, 1 if --help and the like were served, or a negative
 * errno.
 */
int options_parse_audit(struct options *opt, int argc, char **argv,
			struct error *error)
{
	bool first_rule = true, format = false, list = false;
	int c, err = 0;

	*opt = (struct options){
		.engine = "auto",
		.interval = 2,
		.least = -1,
		.severity = SEVERITY_HYGIENE,
	};
	opt->wanted = malloc(nr_audit_rules * sizeof(*opt->wanted));
	if (!opt->wanted)
		return error_set(error, -ENOMEM, "no memory");
	memset(opt->wanted, true, nr_audit_rules * sizeof(*opt->wanted));
	optind = 1;
	opterr = 0;
	while (!err && (c = getopt_long(argc, argv, ":Jhv", longopts,
					NULL)) >= 0) {
		format |= c == 'f';
		if (c == 'h') {
			print_help();
			return 1;
		}
		if (c == 'l')
			list = true;
		else if (c == '?' || c == ':')
			err = bad_option(argv, c, "audit ", error);
		else
			err = parse_option(opt, c, &first_rule, error);
	}
	err = err ?: parse_operands(opt, argc - optind, argv + optind, error);
	err = err ?: check(opt, format, error);
	if (!err && list) {
		print_rules(opt);
		return 1;
	}
	return err;
}

/**
 * options_free_audit() - free what options_parse_audit() allocated
 */
void options_free_audit(struct options *opt)
{
	free(opt->wanted);
	free(opt->pid);
}
