/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "cli/command.h"

int serve_main(int argc, char **argv, const struct commands *all);

#endif /* SERVER_SERVER_H */
