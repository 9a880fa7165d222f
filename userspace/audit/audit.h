/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

struct commands;

int audit_main(int argc, char **argv, const struct commands *all);

#endif /* AUDIT_AUDIT_H */
