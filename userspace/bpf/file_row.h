/* SPDX-License-Identifier: GPL-2.0-only */
/* The row of a file descriptor: written by file_iter.bpf.c, and by /proc. */
#ifndef BPF_FILE_ROW_H
#define BPF_FILE_ROW_H

#include <linux/types.h>

/**
 * struct file_row - a file descriptor and what it leads to
 * @table: id of the file descriptor table, as it was read with the descriptor
 * @file: id of the open file description; 0 if it is not known
 * @inode: id of the file; 0 if it is not known
 * @ino: inode number
 * @pos: offset
 * @pid: a task that holds the table
 * @dev: device, 12 bits and more of major, 20 of minor, as in the kernel
 * @flags: of the description, O_*
 * @refs: references to the description, 0 if not known
 * @mode: type and permissions of the file, as of inode(7)
 * @cloexec: whether the descriptor is closed by execve(2)
 */
struct file_row {
	__u64 table;
	__u64 file;
	__u64 inode;
	__u64 ino;
	__s64 pos;
	__u32 pid;
	__u32 fd;
	__u32 dev;
	__u32 flags;
	__u32 refs;
	__u16 mode;
	__u16 cloexec;
};

#endif /* BPF_FILE_ROW_H */
