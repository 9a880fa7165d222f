/* SPDX-License-Identifier: GPL-2.0-only */
/* Files that are printed on request are part of the program. */
#ifndef UTIL_EMBED_H
#define UTIL_EMBED_H

/**
 * EMBED() - a file as a string, as it is
 * @name: of the string, a const char []
 * @file: its path from where make runs
 *
 * The Makefile has to say that the object file depends on it.
 */
#define EMBED(name, file)						\
	__asm__(".pushsection .rodata\n"				\
		#name ":\n"						\
		".incbin \"" file "\"\n"				\
		".byte 0\n"						\
		".popsection\n");					\
	extern const char name[]

#endif /* UTIL_EMBED_H */
