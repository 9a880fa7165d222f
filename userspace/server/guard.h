/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERVER_GUARD_H
#define SERVER_GUARD_H

#include "server/mhd.h"

/* 128 bits, as digits of base 16 */
#define TOKEN_LEN	32

/**
 * struct guard - requirements of a request
 * @host: its Host, "127.0.0.1:" and the port, as a browser writes it
 * @origin: its Origin, if it has one; each POST needs it
 * @token: the token, which only the user knows
 */
struct guard {
	char host[32];
	char origin[48];
	char token[TOKEN_LEN + 1];
};

int guard_open(struct guard *guard, int port);
unsigned int guard_check(const struct guard *guard,
			 struct MHD_Connection *connection,
			 const char *method, const char *path);

#endif /* SERVER_GUARD_H */
