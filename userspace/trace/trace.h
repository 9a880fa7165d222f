/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

struct commands;
int trace_main(int argc, char **argv, const struct commands *all);

#endif /* TRACE_TRACE_H */
