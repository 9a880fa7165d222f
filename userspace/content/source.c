// SPDX-License-Identifier: GPL-2.0-only
/* Facts about this machine and the reader that reading content needs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "content/proc.h"
#include "util/procfs.h"

/* Those of linux/proc_ns.h; it has none for mnt and net before 6.18 */
static const __u32 initial[CONTENT_NR_NS] = {
	[CONTENT_NS(TASKSHARE_UTS)] = 0xeffffffe,
	[CONTENT_NS(TASKSHARE_IPC)] = 0xefffffff,
	[CONTENT_NS(TASKSHARE_PID)] = 0xeffffffc,
	[CONTENT_NS(TASKSHARE_PID_FOR_CHILDREN)] = 0xeffffffc,
	[CONTENT_NS(TASKSHARE_CGROUP)] = 0xeffffffb,
	[CONTENT_NS(TASKSHARE_TIME)] = 0xeffffffa,
	[CONTENT_NS(TASKSHARE_TIME_FOR_CHILDREN)] = 0xeffffffa,
	[CONTENT_NS(TASKSHARE_USER)] = 0xeffffffd,
};

/* Number 2 is the kernel thread that makes the others: it never leaves. */
static void find_initial(struct content_source *source)
{
	__u32 of_kthreadd[CONTENT_NR_NS];
	const int pid = CONTENT_NS(TASKSHARE_PID);
	int i;

	memcpy(source->initial, initial, sizeof(initial));
	if (!source->proc_usable || source->reader[pid] != initial[pid])
		return;
	proc_namespaces("/proc/2/ns", of_kthreadd);
	for (i = 0; i < CONTENT_NR_NS; i++)
		if (!source->initial[i])
			source->initial[i] = of_kthreadd[i];
}

/* In a user namespace, those who have no number there look all the same. */
static __u32 find_overflow(const struct content_source *source)
{
	const int user = CONTENT_NS(TASKSHARE_USER);
	char text[16];

	if (source->reader[user] == initial[user])
		return UINT32_MAX;
	if (procfs_read("/proc/sys/kernel/overflowuid", text,
			sizeof(text)) <= 0)
		return 65534;
	return strtoul(text, NULL, 10);
}

static __u64 find_all_caps(void)
{
	char text[16];
	unsigned long last;

	if (procfs_read("/proc/sys/kernel/cap_last_cap", text,
			sizeof(text)) <= 0)
		return 0;
	last = strtoul(text, NULL, 10);
	return last < 64 ? ~0ull >> (63 - last) : 0;
}

static bool has_labels(void)
{
	char text[256];

	return procfs_read("/proc/self/attr/current", text,
			   sizeof(text)) != -EINVAL;
}

/**
 * content_source_open() - find out what reading content needs
 * @source: set to it
 *
 * A fact that cannot be found out makes content unknown, no more.
 */
void content_source_open(struct content_source *source)
{
	struct error unused;

	*source = (struct content_source){ .cgroup2 = -1 };
	source->proc_usable = !procfs_check(&unused) &&
			      !procfs_boot_offset(&source->boot_offset_ns,
						  &unused);
	proc_namespaces("/proc/self/ns", source->reader);
	find_initial(source);
	source->overflow = find_overflow(source);
	source->all_caps = find_all_caps();
	source->labels = has_labels();
	source->cgroup2 = proc_find_cgroup2();
}

/**
 * content_source_close() - close what content_source_open() opened
 */
void content_source_close(struct content_source *source)
{
	if (source->beside.engine)
		engine_close(&source->beside);
	if (source->cgroup2 >= 0)
		close(source->cgroup2);
}

/**
 * content_source_beside() - an engine for content alone
 *
 * Return: the engine, or NULL if it is not usable.
 */
struct engine_handle *content_source_beside(struct content_source *source)
{
	struct error unused;
	size_t nr;

	if (!source->tried &&
	    engine_open(&source->beside, engine_bpf.name, true, &unused, &nr))
		source->beside.engine = NULL;
	source->tried = true;
	return source->beside.engine ? &source->beside : NULL;
}
