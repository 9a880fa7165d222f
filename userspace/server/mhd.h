/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libmicrohttpd, loaded when it is needed: with the libraries that it brings, to
 * be linked with it would double the time that every command takes to start.
 */
#ifndef SERVER_MHD_H
#define SERVER_MHD_H

#include <microhttpd.h>

#include "util/error.h"

/**
 * struct mhd - its functions, by the names that they have without MHD_
 */
struct mhd {
	__typeof__(MHD_start_daemon) *start_daemon;
	__typeof__(MHD_run) *run;
	__typeof__(MHD_get_timeout) *get_timeout;
	__typeof__(MHD_get_daemon_info) *get_daemon_info;
	__typeof__(MHD_get_connection_values) *get_connection_values;
	__typeof__(MHD_lookup_connection_value) *lookup_connection_value;
	__typeof__(MHD_suspend_connection) *suspend_connection;
	__typeof__(MHD_resume_connection) *resume_connection;
	__typeof__(MHD_create_response_from_buffer) *create_response_from_buffer;
	__typeof__(MHD_create_response_from_fd) *create_response_from_fd;
	__typeof__(MHD_add_response_header) *add_response_header;
	__typeof__(MHD_queue_response) *queue_response;
	__typeof__(MHD_destroy_response) *destroy_response;
};

extern struct mhd mhd;

int mhd_load(struct error *error);

#endif /* SERVER_MHD_H */
