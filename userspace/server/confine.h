/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERVER_CONFINE_H
#define SERVER_CONFINE_H

void confine(int a, int b);

#endif /* SERVER_CONFINE_H */
