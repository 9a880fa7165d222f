// SPDX-License-Identifier: GPL-2.0-only
/* The BPF program, however it is loaded, gives the same records. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "engine/bpf_load.h"
#include "engine/engine.h"
#include "tap.h"

/* The record of this process as the program writes it */
static bool read_own(int program, struct taskshare_record *own)
{
	struct records recs = { 0 };
	struct error error;
	bool found = false;
	int link, iter;
	size_t i;

	link = bpf_link_create(program, 0, BPF_TRACE_ITER, NULL);
	iter = bpf_iter_create(link);
	if (iter < 0 || records_read(&recs, iter, "iterator", &error))
		return false;
	close(iter);
	close(link);
	for (i = 0; i < recs.nr; i++) {
		if (recs.rec[i].pid != (__u32)getpid())
			continue;
		*own = recs.rec[i];
		found = true;
	}
	records_free(&recs);
	return found;
}

/* Ids differ by their key, and so may counts by what goes on meanwhile. */
static void forget_ids(struct taskshare_record *rec)
{
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		rec->id[k] = rec->id[k] != 0;
		rec->refs[k] = rec->refs[k] != 0;
	}
}

static void compare_loaders(void)
{
	static const char name[] = "native: light and full skeleton agree";
	struct taskshare_record light, full;
	const struct bpf_variant variant = { .key = { 1, 2 } };
	int a = bpf_load_light(&variant), b = bpf_load_full(&variant);

	if (a < 0 && b < 0) {
		tap_skip(strerror(-b), "%s", name);
		return;
	}
	/* Before 5.17 only the full one can be loaded. */
	if (a == -EINVAL || a == -EPERM) {
		tap_skip(strerror(-a), "%s", name);
		return;
	}
	if (a < 0 || b < 0 || !read_own(a, &light) || !read_own(b, &full)) {
		tap_ok(0, "%s: %d %d", name, a, b);
		return;
	}
	forget_ids(&light);
	forget_ids(&full);
	tap_ok(!memcmp(&light, &full, sizeof(light)), "%s", name);
	close(a);
	close(b);
}

static void check_own(void)
{
	static const char name[] = "native: this process as it is";
	struct selection everything = { 0 };
	struct records recs = { 0 };
	struct error error;
	bool right = false;
	char comm[16];
	void *state;
	size_t i;

	if (engine_bpf.open(&state, NULL, false, &error)) {
		tap_skip(error.text, "%s", name);
		return;
	}
	sprintf(comm, "native");
	if (engine_bpf.collect(state, &everything, &recs, &error))
		printf("# %s\n", error.text);
	for (i = 0; i < recs.nr; i++) {
		const struct taskshare_record *rec = &recs.rec[i];

		if (rec->pid == (__u32)getpid())
			right = rec->tgid == rec->pid &&
				rec->ppid == (__u32)getppid() &&
				rec->kind == TASKSHARE_TASK_LEADER &&
				rec->exit_signal == 17 && rec->state == 'R' &&
				!strcmp(rec->comm, comm) &&
				rec->refs[TASKSHARE_MM] == 1 &&
				rec->refs[TASKSHARE_FILES] == 1 &&
				rec->refs[TASKSHARE_FS] == 1 &&
				!rec->moving && rec->pidns;
	}
	tap_ok(right, "%s", name);
	records_free(&recs);
	engine_bpf.close(state);
}

int main(void)
{
	compare_loaders();
	check_own();
	return tap_end();
}
