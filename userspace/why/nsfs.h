/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WHY_NSFS_H
#define WHY_NSFS_H

#include <stdbool.h>
#include <sys/types.h>

#include <linux/types.h>

#include "clone/facts.h"

/* The deepest user namespace has level 33, and so 33 above it. */
#define MAX_CHAIN	34

/* Inode numbers of the initial namespaces: linux/proc_ns.h of the kernel */
#define INITIAL_USER	0xeffffffdu
#define INITIAL_PID	0xeffffffcu
#define INITIAL_CGROUP	0xeffffffbu

/**
 * struct chain - a namespace and those above it, as far as they can be seen
 * @nr: number of namespaces, itself first
 * @fd: file descriptors of them
 * @inode: their inode numbers
 * @owner: of user namespaces the UID of the owner, as seen here
 * @whole: the last one is the initial namespace
 * @own: the last one is that of the calling process
 */
struct chain {
	int nr;
	int fd[MAX_CHAIN];
	ino_t inode[MAX_CHAIN];
	uid_t owner[MAX_CHAIN];
	bool whole;
	bool own;
};

enum truth nsfs_same(__u32 pid, __u32 other, const char *name);
ino_t nsfs_inode(__u32 pid, const char *name);
int nsfs_open(__u32 pid, const char *name);
int nsfs_user_of(int fd);
void chain_open(struct chain *chain, int fd, bool users);
void chain_close(struct chain *chain);
int chain_find(const struct chain *chain, ino_t inode);

int inside(const int *fd, size_t nr, void (*fn)(void *arg, void *result),
	   void *arg, void *result, size_t size);

#endif /* WHY_NSFS_H */
