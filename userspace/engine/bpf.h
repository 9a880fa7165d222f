/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ENGINE_BPF_H
#define ENGINE_BPF_H

/*
 * Maximum number of passes over tasks, if some keep moving. For tests, 1 leaves
 * the verifying pass out.
 */
extern int engine_bpf_max_passes;

const char *engine_bpf_library(void);

#endif /* ENGINE_BPF_H */
