/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ENGINE_BPF_LOAD_H
#define ENGINE_BPF_LOAD_H

#include <stdbool.h>

#include <linux/types.h>

#include "util/error.h"

#define BPF_PIN_DIR	"/sys/fs/bpf/taskshare"
#define BPF_PIN_PROGRAM	BPF_PIN_DIR "/program"
#define BPF_PIN_CONTENT	BPF_PIN_DIR "/content"
#define BPF_PIN_RECORDS	BPF_PIN_DIR "/records"

/**
 * struct bpf_variant - options of the program
 * @key: of the ids; programs of one key give an object the same id
 * @content: whether it writes the content of objects behind each record
 */
struct bpf_variant {
	__u64 key[2];
	bool content;
};

int bpf_new_key(struct bpf_variant *variant, struct error *error);
int bpf_load(const struct bpf_variant *variant, struct error *error);
int bpf_load_direct(const struct bpf_variant *variant);
int bpf_load_light(const struct bpf_variant *variant);
int bpf_load_full(const struct bpf_variant *variant);

#endif /* ENGINE_BPF_LOAD_H */
