/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VERIFY_VERIFY_H
#define VERIFY_VERIFY_H

struct commands;
int verify_main(int argc, char **argv, const struct commands *all);

#endif /* VERIFY_VERIFY_H */
