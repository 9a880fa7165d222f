/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERVER_START_H
#define SERVER_START_H

#include "server/guard.h"
#include "util/error.h"

int start_server(struct guard *guard, int port, struct error *error);

#endif /* SERVER_START_H */
