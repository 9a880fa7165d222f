/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FILES_COMMAND_H
#define FILES_COMMAND_H

#include "cli/command.h"

int files_main(int argc, char **argv, const struct commands *all);

#endif /* FILES_COMMAND_H */
