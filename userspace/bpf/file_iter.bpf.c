// SPDX-License-Identifier: GPL-2.0-only
/*
 * An iterator over all file descriptors that writes a row for each.
 *
 * The iterator holds a reference to the task and to the open file description
 * that it shows; of threads that share the table of their leader, it shows the
 * leader only. Nothing else is held, as in task_iter.bpf.c: one pass is a hint,
 * and only what two passes agree on counts.
 */
#include "bpf/file_row.h"
#include "bpf/ident.bpf.h"
#include "bpf/objects.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/*
 * References other than the iterator's own. The counter that came with 6.13,
 * 90ee6ed776c0, is 0 if there is one reference.
 */
static __always_inline __u32 refs_of(const struct file *file)
{
	const struct file___6_13 *new = (const void *)file;
	long count = 0;

	if (bpf_core_field_exists(new->f_ref)) {
		bpf_core_read(&count, sizeof(count), &new->f_ref);
		return count;
	}
	bpf_core_read(&count, sizeof(count), &file->f_count);
	return count - 1;
}

static __always_inline bool is_cloexec(const struct files_struct *files,
				       __u32 fd)
{
	const unsigned long *bits = READ(READ(files, fdt), close_on_exec);
	unsigned long word = 0;

	bpf_probe_read_kernel(&word, sizeof(word),
			      bits + fd / (8 * sizeof(word)));
	return word >> fd % (8 * sizeof(word)) & 1;
}

SEC("iter/task_file")
int write_file(struct bpf_iter__task_file *ctx)
{
	const struct task_struct *task = ctx->task;
	const struct file *file = ctx->file;
	const struct files_struct *files;
	const struct inode *inode;
	struct file_row row;

	if (!task || !file)
		return 0;
	__builtin_memset(&row, 0, sizeof(row));
	row.pid = own_number(task);
	if (!row.pid)
		return 0;
	files = READ(task, files);
	inode = READ(file, f_inode);
	row.table = hash((__u64)files);
	row.inode = hash((__u64)inode);
	row.ino = READ(inode, i_ino);
	row.dev = READ(READ(inode, i_sb), s_dev);
	row.mode = READ(inode, i_mode);
	row.fd = ctx->fd;
	row.pos = READ(file, f_pos);
	row.flags = READ(file, f_flags);
	row.refs = refs_of(file);
	row.cloexec = is_cloexec(files, row.fd);
	/* A pointer that the verifier knows becomes a number by a helper. */
	bpf_probe_read_kernel(&row.file, sizeof(row.file), &file);
	row.file = hash(row.file);
	bpf_seq_write(ctx->meta->seq, &row, sizeof(row));
	return 0;
}
