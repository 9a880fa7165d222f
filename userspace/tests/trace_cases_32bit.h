/* SPDX-License-Identifier: GPL-2.0-only */
/* Situations for trace: a 32-bit program, whose calls are not seen */
#ifndef TESTS_TRACE_CASES_32BIT_H
#define TESTS_TRACE_CASES_32BIT_H

#include <elf.h>

#include "tests/trace_cases.h"

#define PROGRAM_32	"program32"
#define LOAD_ADDRESS	0x08048000

/*
 * Makes a child. It and then its parent, after it has ended, execute argv[1].
 */
static const unsigned char code_32[] = {
	0x6a, 0x02, 0x58,	/* fork() */
	0xcd, 0x80,
	0x85, 0xc0,		/* 0: it is the child */
	0x74, 0x0b,
	0x89, 0xc3,		/* waitpid(child, NULL, 0) */
	0x31, 0xc9,
	0x31, 0xd2,
	0x6a, 0x07, 0x58,
	0xcd, 0x80,
	0x58,			/* execve(argv[1], argv + 1, NULL) */
	0x58,
	0x8b, 0x1c, 0x24,
	0x89, 0xe1,
	0x31, 0xd2,
	0x6a, 0x0b, 0x58,
	0xcd, 0x80,
	0x0f, 0x0b,		/* It failed: SIGILL */
};

struct program_32 {
	Elf32_Ehdr head;
	Elf32_Phdr load;
	unsigned char code[sizeof(code_32)];
};

static void write_program_32(void)
{
	struct program_32 program = {
		.head = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
				     ELFCLASS32, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC,
			.e_machine = EM_386,
			.e_version = EV_CURRENT,
			.e_entry = LOAD_ADDRESS +
				   offsetof(struct program_32, code),
			.e_phoff = offsetof(struct program_32, load),
			.e_ehsize = sizeof(Elf32_Ehdr),
			.e_phentsize = sizeof(Elf32_Phdr),
			.e_phnum = 1,
		},
		.load = {
			.p_type = PT_LOAD,
			.p_vaddr = LOAD_ADDRESS,
			.p_filesz = sizeof(program),
			.p_memsz = sizeof(program),
			.p_flags = PF_R | PF_X,
			.p_align = 0x1000,
		},
	};
	int fd = open(PROGRAM_32, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		      0700);

	must(PROGRAM_32, fd);
	memcpy(program.code, code_32, sizeof(code_32));
	must("write", write(fd, &program, sizeof(program)));
	must("close", close(fd));
}

/* A task with a filter, which refuses nothing, executes the program. */
static void program_32bit(void)
{
	static const struct answer answer = { SYS_uname, SECCOMP_RET_ALLOW };
	char *const argv[] = { PROGRAM_32, "/bin/true", NULL };

	write_program_32();
	must("filter", filter(&answer, 1, 0));
	execve("./" PROGRAM_32, argv, environ);
	err(1, PROGRAM_32);
}

#endif /* TESTS_TRACE_CASES_32BIT_H */
