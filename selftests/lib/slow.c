// SPDX-License-Identifier: GPL-2.0-only
/*
 * A build of the module that stops readers at one place of its code, so that a
 * test decides what happens before they go on. See slow() in module/testing.c.
 */
#define _GNU_SOURCE
#include <stdio.h>

#include "ko.h"
#include "slow.h"
#include "util.h"

#define PARAMETERS	"/sys/module/taskshare/parameters/"

static const char *faults_path(void)
{
	return ko_find("TASKSHARE_KO_FAULTS", "taskshare-faults.ko");
}

/**
 * slow_load_for() - load the build with places to stop at, instead of any other
 * @place: the place where readers stop
 * @ms: a reader goes on by itself after this time
 *
 * End with ko_usual(). Return: false, with a complaint, if that failed.
 */
bool slow_load_for(enum slow_place place, unsigned int ms)
{
	char parameters[64];
	int ret;

	if (ko_loaded() && !ko_unload_soon()) {
		complain("the module stays loaded, in place of a slow one");
		return false;
	}
	snprintf(parameters, sizeof(parameters), "slow_at=%d slow_ms=%u",
		 place, ms);
	ret = ko_load(faults_path(), parameters);
	if (ret)
		complain("loading %s: error %d", faults_path(), ret);
	return !ret;
}

/**
 * slow_load() - slow_load_for() until slow_go(), or until the test has failed
 *
 * Not for places where the reader keeps a processor from everything else: the
 * kernel reports a lockup after 20 s.
 */
bool slow_load(enum slow_place place)
{
	return slow_load_for(place, DEADLINE_MS);
}

/** slow_holds() - returns true if a reader is stopped at @place now */
bool slow_holds(enum slow_place place)
{
	return proc_field(PARAMETERS "slow_in", "") == (long)place;
}

/**
 * slow_locks() - count the checks that found a lock held, or missing
 *
 * They are made at the place where readers would stop; with locks they do not.
 */
long slow_locks(bool held)
{
	return proc_field(held ? PARAMETERS "locks_held" :
			  PARAMETERS "locks_missing", "");
}

/**
 * slow_reached() - wait until a reader stops at @place
 *
 * Return: false, with a complaint, if no reader comes there in time.
 */
bool slow_reached(enum slow_place place)
{
	if (eventually(slow_holds(place)))
		return true;
	complain("no reader has come to place %d", place);
	return false;
}

/**
 * slow_go() - let the reader go on
 * @next: the place where it, and others, stop next
 */
bool slow_go(enum slow_place next)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", next);
	return write_file(PARAMETERS "slow_at", text);
}
