// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which requests are answered. Any user of the machine can connect, and any page
 * in the user's browser can make it connect. Neither knows the token. The page
 * of another site cannot send it unasked either, as that takes a header that
 * only pages of this server's origin may set (Fetch, "CORS-safelisted
 * request-header"). A name that leads here (DNS rebinding) would make another
 * site's page one of this origin; then the Host is that name.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "server/guard.h"

#define HTTP_PORT	80

enum header { HOST, ORIGIN, TOKEN, SITE, LENGTH, ENCODING, NR_HEADERS };

static const char *const header_name[NR_HEADERS] = {
	[HOST] = "Host", [ORIGIN] = "Origin", [TOKEN] = "X-Taskshare-Token",
	[SITE] = "Sec-Fetch-Site", [LENGTH] = "Content-Length",
	[ENCODING] = "Transfer-Encoding",
};

/**
 * struct headers - those of a request that matter here
 * @nr: how often each one is there
 * @value: the value of the last one
 */
struct headers {
	int nr[NR_HEADERS];
	const char *value[NR_HEADERS];
};

static enum MHD_Result collect(void *arg, enum MHD_ValueKind kind,
			       const char *key, const char *value)
{
	struct headers *headers = arg;
	int i;

	(void)kind;
	for (i = 0; i < NR_HEADERS; i++) {
		if (strcasecmp(key, header_name[i]))
			continue;
		headers->nr[i]++;
		headers->value[i] = value ?: "";
	}
	return MHD_YES;
}

/* There is exactly one, and it is this. */
static bool is(const struct headers *headers, enum header header,
	       const char *value)
{
	return headers->nr[header] == 1 &&
	       !strcmp(headers->value[header], value);
}

/* How long that takes does not depend on where the first difference is. */
static bool has_token(const struct headers *headers, const char *token)
{
	const char *given = headers->value[TOKEN];
	unsigned char differ = 0;
	int i;

	if (headers->nr[TOKEN] != 1 || strlen(given) != TOKEN_LEN)
		return false;
	for (i = 0; i < TOKEN_LEN; i++)
		differ |= given[i] ^ token[i];
	return !differ;
}

static bool has_body(const struct headers *headers)
{
	return headers->nr[ENCODING] ||
	       (headers->nr[LENGTH] && !is(headers, LENGTH, "0"));
}

/**
 * guard_open() - make a token
 * @guard: set up
 * @port: the server's
 *
 * Return: 0 or a negative errno.
 */
int guard_open(struct guard *guard, int port)
{
	unsigned char bytes[TOKEN_LEN / 2];
	char suffix[16] = "";
	size_t i;

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return -errno;
	for (i = 0; i < sizeof(bytes); i++)
		sprintf(guard->token + 2 * i, "%02x", bytes[i]);
	/* Browsers leave that of http out (RFC 6454, "ASCII serialization"). */
	if (port != HTTP_PORT)
		snprintf(suffix, sizeof(suffix), ":%d", port);
	sprintf(guard->host, "127.0.0.1%s", suffix);
	sprintf(guard->origin, "http://%s", guard->host);
	return 0;
}

/**
 * guard_check() - decide whether a request may be answered
 * @guard: what it has to bring
 * @connection: it
 * @path: its path; "/" has no secret and needs no token
 *
 * Return: 0 or the status of the refusal.
 */
unsigned int guard_check(const struct guard *guard,
			 struct MHD_Connection *connection,
			 const char *method, const char *path)
{
	bool post = !strcmp(method, MHD_HTTP_METHOD_POST);
	struct headers headers = { 0 };

	mhd.get_connection_values(connection, MHD_HEADER_KIND, collect,
				  &headers);
	if (!post && strcmp(method, MHD_HTTP_METHOD_GET))
		return MHD_HTTP_METHOD_NOT_ALLOWED;
	if (!is(&headers, HOST, guard->host))
		return MHD_HTTP_FORBIDDEN;
	if ((post || headers.nr[ORIGIN]) &&
	    !is(&headers, ORIGIN, guard->origin))
		return MHD_HTTP_FORBIDDEN;
	if (has_body(&headers))
		return MHD_HTTP_CONTENT_TOO_LARGE;
	if (!post && !strcmp(path, "/"))
		return 0;
	if (headers.nr[SITE] && !is(&headers, SITE, "same-origin"))
		return MHD_HTTP_FORBIDDEN;
	return has_token(&headers, guard->token) ? 0 : MHD_HTTP_FORBIDDEN;
}
