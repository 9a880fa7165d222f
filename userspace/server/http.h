/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include "server/guard.h"

_Noreturn void http_serve(const struct guard *guard, int listening,
			  int channel);

#endif /* SERVER_HTTP_H */
