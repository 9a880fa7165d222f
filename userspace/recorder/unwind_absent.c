// SPDX-License-Identifier: GPL-2.0-only
/* In place of unwinding, where elfutils' libdw is missing */
#include "recorder/unwind.h"

/**
 * unwinder_open() - do without
 *
 * Return: NULL.
 */
struct unwinder *unwinder_open(void)
{
	return NULL;
}

/**
 * unwinder_find() - never called
 * @unwinder: NULL
 * @tgid: unused
 * @pid: unused
 * @in_call: unused
 * @places: unused
 * @place: unused
 *
 * Return: false.
 */
bool unwinder_find(struct unwinder *unwinder, pid_t tgid, pid_t pid,
		   bool in_call, struct places *places, struct place *place)
{
	(void)unwinder;
	(void)tgid;
	(void)pid;
	(void)in_call;
	(void)places;
	(void)place;
	return false;
}

/**
 * unwinder_forget() - never called
 * @unwinder: NULL
 * @tgid: unused
 */
void unwinder_forget(struct unwinder *unwinder, pid_t tgid)
{
	(void)unwinder;
	(void)tgid;
}

/**
 * unwinder_close() - nothing is open
 * @unwinder: NULL
 */
void unwinder_close(struct unwinder *unwinder)
{
	(void)unwinder;
}
