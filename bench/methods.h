/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_METHODS_H
#define BENCH_METHODS_H

#include <stddef.h>

#include "crowd.h"

/*
 * The ways to learn what tasks share. Each ends the program if it fails: a
 * figure for something that did not happen would be worse than none.
 */

/* Reads a file of the module to its end; returns its size. */
size_t read_file(const char *path);

/* Loads the iterator once, from an object file. */
void bpf_load(const char *object);

/* Runs it over all tasks; returns the bytes that it wrote. */
size_t bpf_all(void);

/*
 * Sorts the crowd by kcmp(2), as CRIU does to find who shares what, once for
 * each kind that kcmp(2) knows of; returns the number of calls.
 */
size_t kcmp_sort(const struct crowd *crowd);

/* Runs ps -eLf, its output thrown away. */
void run_ps(void);

#endif
