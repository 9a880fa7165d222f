/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERVER_WATCH_H
#define SERVER_WATCH_H

#include "recorder/looks.h"
#include "server/display.h"

int watch_processes(struct looks *looks, struct display *display);

#endif /* SERVER_WATCH_H */
