/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ENGINE_BPF_LOAD_H
#define ENGINE_BPF_LOAD_H

#include "util/error.h"

#define BPF_PIN_DIR	"/sys/fs/bpf/taskshare"
#define BPF_PIN_PROGRAM	BPF_PIN_DIR "/program"
#define BPF_PIN_RECORDS	BPF_PIN_DIR "/records"

int bpf_load(struct error *error);
int bpf_load_light(void);
int bpf_load_full(void);

#endif /* ENGINE_BPF_LOAD_H */
