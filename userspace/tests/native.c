// SPDX-License-Identifier: GPL-2.0-only
/* The BPF program, however it is loaded, gives the same records. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "engine/bpf_load.h"
#include "engine/content_rows.h"
#include "engine/engine.h"
#include "tap.h"
#include "util/array.h"
#include "util/kernel.h"

/* What the program writes of this process */
struct own {
	struct taskshare_record rec;
	struct content_item item;
};

static bool read_own(int program, struct own *own)
{
	struct content_rows rows = { 0 };
	struct records recs = { 0 };
	struct error error;
	bool found = false;
	int link, iter;
	size_t i;

	link = bpf_link_create(program, 0, BPF_TRACE_ITER, NULL);
	iter = bpf_iter_create(link);
	if (iter < 0 || content_rows_read(&rows, &recs, iter, "iterator",
					  &error))
		return false;
	close(iter);
	close(link);
	for (i = 0; i < recs.nr; i++) {
		if (recs.rec[i].pid != (__u32)getpid())
			continue;
		own->rec = recs.rec[i];
		own->item = rows.item[i];
		found = own->item.row.known & CONTENT_LEVELS;
	}
	records_free(&recs);
	content_rows_free(&rows);
	return found;
}

/* Counts may differ by what goes on meanwhile. */
static void forget_counts(struct taskshare_record *rec)
{
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		rec->refs[k] = rec->refs[k] != 0;
}

/* Every kernel with BTF loads the full one, others from a release on. */
static const struct loader {
	const char *name;
	int (*load)(const struct bpf_variant *variant);
	unsigned int major, minor;
} loaders[] = {
	{ "light", bpf_load_light, 5, 17 },
	{ "direct", bpf_load_direct, 6, 17 },
};

static void compare_loader(const struct loader *loader)
{
	const struct bpf_variant variant = { .key = { 1, 2 }, .content = true };
	int full = bpf_load_full(&variant), other = loader->load(&variant);
	struct own a, b;

	if (full < 0) {
		tap_skip(strerror(-full), "native: %s skeleton", loader->name);
	} else if (other < 0 && !kernel_is_since(loader->major, loader->minor)) {
		tap_skip("the kernel is too old", "native: %s skeleton",
			 loader->name);
	} else if (other < 0 || !read_own(full, &a) || !read_own(other, &b)) {
		tap_ok(0, "native: %s skeleton: %d", loader->name, other);
	} else {
		forget_counts(&a.rec);
		forget_counts(&b.rec);
		tap_ok(!memcmp(&a, &b, sizeof(a)),
		       "native: %s and full skeleton agree", loader->name);
	}
	close(full);
	close(other);
}

/* The hash of a program's instructions, 0 if there is none */
static __u64 tag_of(int program)
{
	struct bpf_prog_info info = { 0 };
	__u32 len = sizeof(info);
	__u64 tag = 0;

	if (program >= 0 && !bpf_obj_get_info_by_fd(program, &info, &len))
		memcpy(&tag, info.tag, sizeof(tag));
	close(program);
	return tag;
}

static void check_choice(void)
{
	const struct bpf_variant variant = { .key = { 1, 2 } };
	__u64 light = tag_of(bpf_load_light(&variant));
	__u64 direct = tag_of(bpf_load_direct(&variant));
	struct error error;

	if (!light || !direct)
		tap_skip("the kernel is too old", "native: direct is preferred");
	else
		tap_ok(light != direct &&
		       tag_of(bpf_load(&variant, &error)) == direct,
		       "native: direct is preferred");
}

static bool is_own(const struct taskshare_record *rec)
{
	return rec->pid == (__u32)getpid() && rec->tgid == rec->pid &&
	       rec->ppid == (__u32)getppid() &&
	       rec->kind == TASKSHARE_TASK_LEADER && rec->exit_signal == 17 &&
	       rec->state == 'R' && !strcmp(rec->comm, "native") &&
	       rec->refs[TASKSHARE_MM] == 1 && rec->refs[TASKSHARE_FILES] == 1 &&
	       rec->refs[TASKSHARE_FS] == 1 && !rec->moving && rec->pidns;
}

static bool look_for_own(void *state)
{
	struct selection everything = { 0 };
	struct records recs = { 0 };
	struct error error;
	bool found = false;
	size_t i;

	if (engine_bpf.collect(state, &everything, &recs, &error))
		printf("# %s\n", error.text);
	for (i = 0; i < recs.nr; i++)
		found |= is_own(&recs.rec[i]);
	records_free(&recs);
	return found;
}

/* A program that looks at /proc may hold the memory for a moment. */
static void check_own(void)
{
	static const char name[] = "native: this process as it is";
	struct error error;
	bool right = false;
	void *state;
	int tries;

	if (engine_bpf.open(&state, NULL, false, &error)) {
		tap_skip(error.text, "%s", name);
		return;
	}
	for (tries = 0; tries < 500 && !right; tries++) {
		if (tries)
			usleep(10000);
		right = look_for_own(state);
	}
	tap_ok(right, "%s", name);
	engine_bpf.close(state);
}

int main(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(loaders); i++)
		compare_loader(&loaders[i]);
	check_choice();
	check_own();
	return tap_end();
}
