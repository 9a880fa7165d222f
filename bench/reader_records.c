// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: reader_records NUMBER >FILE
 *
 * That many records, of processes with ten threads each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <taskshare.h>

#define OWN	(1u << TASKSHARE_MM | 1u << TASKSHARE_FILES |		\
		 1u << TASKSHARE_SIGHAND | 1u << TASKSHARE_FS |		\
		 1u << TASKSHARE_SIGNAL | 1u << TASKSHARE_CRED)
#define NONE	(1u << TASKSHARE_IO | 1u << TASKSHARE_SECCOMP)

int main(int argc, char **argv)
{
	unsigned int nr = argc > 1 ? atoi(argv[1]) : 0, i;
	struct taskshare_record rec;
	int k;

	for (i = 0; i < nr; i++) {
		memset(&rec, 0, sizeof(rec));
		taskshare_record_layout(&rec);
		rec.pid = i + 1;
		rec.tgid = i / 10 * 10 + 1;
		rec.ppid = 1;
		rec.start_ns = i;
		rec.kind = rec.pid == rec.tgid ? TASKSHARE_TASK_LEADER :
						 TASKSHARE_TASK_THREAD;
		rec.state = 'S';
		strcpy(rec.comm, "synthetic");
		rec.seen = (1u << TASKSHARE_NR_KINDS) - 1;
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			rec.id[k] = NONE & 1u << k ? 0 : OWN & 1u << k ?
				    rec.tgid * 0x9e3779b97f4a7c15ull + k :
				    0x1234567890ull + k;
		if (fwrite(&rec, sizeof(rec), 1, stdout) != 1)
			return 1;
	}
	return fflush(stdout) != 0;
}
