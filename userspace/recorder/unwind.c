// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which line of the program's source has made a call: the stack of a stopped
 * task is unwound by elfutils' libdw, with registers and memory from ptrace(2).
 * The first frame outside of the C library that has a line is it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

#include <elf.h>
#include <elfutils/libdwfl.h>

#include "recorder/ptrace.h"
#include "recorder/unwind.h"

/* Programs whose symbols are kept */
#define MOST_PROGRAMS	16
#define MOST_FRAMES	64

#if defined(__x86_64__)
#define NR_REGS	17
#elif defined(__aarch64__)
#define NR_REGS	32
#else
#error "say here which registers DWARF means"
#endif

/**
 * struct program - a process and the symbols of what it has mapped
 * @tgid: the process, 0 for none
 * @used: when it was last asked for
 * @dwfl: of libdw
 * @pid: the task that is unwound
 * @reg: its registers, in DWARF's order
 * @pc: and where it is
 * @signature: bits of a return address on its stack that are none of it
 */
struct program {
	pid_t tgid;
	__u64 used;
	Dwfl *dwfl;
	pid_t pid;
	Dwarf_Word reg[NR_REGS];
	Dwarf_Word pc;
	Dwarf_Word signature;
};

/**
 * struct unwinder - symbols of the programs that were asked for last
 * @program: the programs
 * @clock: number of questions so far
 * @elf: a file of the machine's architecture
 * @file: it
 */
struct unwinder {
	struct program program[MOST_PROGRAMS];
	__u64 clock;
	Elf *elf;
	int file;
};

/**
 * struct search - frames while they are searched
 * @pid: the task
 * @dwfl: the program's
 * @in_call: the task is in a call; otherwise its pc is the instruction itself
 * @nr: number of frames so far
 * @places: files with source text
 * @place: the best that was found
 * @library: it is one of the C library
 */
struct search {
	pid_t pid;
	Dwfl *dwfl;
	bool in_call;
	int nr;
	struct places *places;
	struct place *place;
	bool library;
};

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_linux_proc_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
};

#if defined(__x86_64__)
static void order_registers(struct program *program,
			    const struct user_regs_struct *r)
{
	const Dwarf_Word reg[NR_REGS] = {
		r->rax, r->rdx, r->rcx, r->rbx, r->rsi, r->rdi, r->rbp, r->rsp,
		r->r8, r->r9, r->r10, r->r11, r->r12, r->r13, r->r14, r->r15,
		r->rip,
	};

	memcpy(program->reg, reg, sizeof(reg));
	program->pc = r->rip;
}

/* The return address is on top of the stack. */
static bool return_by_hand(struct program *program)
{
	Dwarf_Word *sp = &program->reg[7];

	if (ptrace_read(program->pid, *sp, &program->pc,
			sizeof(program->pc)) != sizeof(program->pc))
		return false;
	*sp += 8;
	program->reg[16] = program->pc;
	return true;
}

static Dwarf_Word signature_of(pid_t pid)
{
	(void)pid;
	return 0;
}
#else
static void order_registers(struct program *program,
			    const struct user_regs_struct *r)
{
	memcpy(program->reg, r->regs, sizeof(r->regs));
	program->reg[31] = r->sp;
	program->pc = r->pc;
}

/* The link register has the return address still. */
static bool return_by_hand(struct program *program)
{
	program->pc = program->reg[30];
	return true;
}

/* A processor may sign them (PAC); libdw 0.192 takes them as they are. */
static Dwarf_Word signature_of(pid_t pid)
{
	/* For data, then for instructions, as in struct user_pac_mask */
	Dwarf_Word mask[2] = { 0 };
	struct iovec iov = { .iov_base = mask, .iov_len = sizeof(mask) };

	if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_ARM_PAC_MASK, &iov))
		return 0;
	return mask[1];
}
#endif

static bool read_registers(struct program *program)
{
	struct user_regs_struct regs;
	struct iovec iov = { .iov_base = &regs, .iov_len = sizeof(regs) };

	if (ptrace(PTRACE_GETREGSET, program->pid, (void *)NT_PRSTATUS, &iov) ||
	    iov.iov_len != sizeof(regs))
		return false;
	order_registers(program, &regs);
	program->signature = signature_of(program->pid);
	return true;
}

static pid_t next_thread(Dwfl *dwfl, void *arg, void **thread)
{
	const struct program *program = arg;

	(void)dwfl;
	if (*thread)
		return 0;
	*thread = arg;
	return program->pid;
}

static bool get_thread(Dwfl *dwfl, pid_t pid, void *arg, void **thread)
{
	(void)dwfl;
	(void)pid;
	*thread = arg;
	return true;
}

static bool memory_read(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *word,
			void *arg)
{
	const struct program *program = arg;

	(void)dwfl;
	if (ptrace_read(program->pid, address, word, sizeof(*word)) !=
	    sizeof(*word))
		return false;
	/* In addresses of a stack these bits are not set. */
	*word &= ~program->signature;
	return true;
}

static bool set_registers(Dwfl_Thread *thread, void *arg)
{
	const struct program *program = arg;

	dwfl_thread_state_register_pc(thread, program->pc);
	return dwfl_thread_state_registers(thread, 0, NR_REGS, program->reg);
}

static const Dwfl_Thread_Callbacks thread_callbacks = {
	.next_thread = next_thread,
	.get_thread = get_thread,
	.memory_read = memory_read,
	.set_initial_registers = set_registers,
};

static const char *file_of(Dwfl_Module *module)
{
	const char *path = dwfl_module_info(module, NULL, NULL, NULL, NULL,
					    NULL, NULL, NULL);
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_library(const char *file)
{
	return !strncmp(file, "libc.", 5) || !strncmp(file, "libc-", 5) ||
	       !strncmp(file, "libpthread", 10) || !strncmp(file, "ld-", 3) ||
	       *file == '[';
}

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ?: "");
}

/* Paths that the compiler was given are as it was given them. */
static __u32 add_source(const struct search *search, Dwfl_Line *line,
			const char *path)
{
	const char *dir = dwfl_line_comp_dir(line);
	char *whole;
	__u32 source;

	if (*path == '/' || !dir || asprintf(&whole, "%s/%s", dir, path) < 0)
		return places_add(search->places, search->pid, path);
	source = places_add(search->places, search->pid, whole);
	free(whole);
	return source;
}

/* The name of a function; an address that is none is a wrong turn. */
static bool name_of(Dwfl_Module *module, Dwarf_Addr pc, const char **name)
{
	GElf_Off offset;
	GElf_Sym sym;

	*name = dwfl_module_addrinfo(module, pc, &offset, &sym, NULL, NULL,
				     NULL);
	return !*name || (GELF_ST_TYPE(sym.st_info) != STT_OBJECT &&
			  GELF_ST_TYPE(sym.st_info) != STT_TLS);
}

static void take(struct search *search, Dwfl_Module *module, Dwarf_Addr pc,
		 const char *name, const char *file, bool library)
{
	struct place *place = search->place;
	Dwfl_Line *line = library ? NULL : dwfl_module_getsrc(module, pc);
	const char *path = NULL;
	int nr = 0;

	if (line)
		path = dwfl_lineinfo(line, NULL, &nr, NULL, NULL, NULL);
	/* A function without a line is good only as long as there is none. */
	if (!path && place->known && !(search->library && !library))
		return;
	*place = (struct place){ .known = true, .source = NO_SOURCE };
	search->library = library;
	copy(place->function, sizeof(place->function), name);
	copy(place->file, sizeof(place->file), file);
	if (!path)
		return;
	place->source = add_source(search, line, path);
	place->line = nr;
}

static int see_frame(Dwfl_Frame *frame, void *arg)
{
	struct search *search = arg;
	Dwfl_Module *module;
	Dwarf_Addr pc;
	const char *file, *name;
	bool activation;

	if (!dwfl_frame_pc(frame, &pc, &activation))
		return DWARF_CB_ABORT;
	if (search->nr++ || search->in_call)
		pc -= !activation || search->in_call;
	module = dwfl_addrmodule(search->dwfl, pc);
	if (!module)
		return DWARF_CB_OK;
	file = file_of(module);
	if (!name_of(module, pc, &name))
		return DWARF_CB_ABORT;
	take(search, module, pc, name, file, is_library(file) ||
	     (name && !strcmp(name, "_start")));
	return search->place->source == NO_SOURCE &&
	       search->nr < MOST_FRAMES ? DWARF_CB_OK : DWARF_CB_ABORT;
}

/*
 * Without a file to take the architecture from, libdw takes it from the first one
 * that is mapped, and goes on with that after a program has replaced all of
 * them. That may be unknown here: a task that is killed then reports no execve(2).
 */
static bool map(struct unwinder *unwinder, struct program *program, pid_t tgid)
{
	if (!program->dwfl)
		program->dwfl = dwfl_begin(&callbacks);
	if (!program->dwfl)
		return false;
	/* A file that is mapped as before keeps its symbols. */
	dwfl_report_begin(program->dwfl);
	if (dwfl_linux_proc_report(program->dwfl, program->pid) ||
	    dwfl_report_end(program->dwfl, NULL, NULL))
		return false;
	if (program->tgid == tgid)
		return true;
	program->tgid = tgid;
	return dwfl_attach_state(program->dwfl, unwinder->elf, tgid,
				 &thread_callbacks, program);
}

static void forget(struct program *program)
{
	if (program->dwfl)
		dwfl_end(program->dwfl);
	*program = (struct program){ 0 };
}

static struct program *find_program(struct unwinder *unwinder, pid_t tgid)
{
	struct program *oldest = unwinder->program;
	int i;

	for (i = 0; i < MOST_PROGRAMS; i++) {
		struct program *program = &unwinder->program[i];

		if (program->tgid == tgid)
			return program;
		if (program->used < oldest->used)
			oldest = program;
	}
	forget(oldest);
	return oldest;
}

/**
 * unwinder_open() - get ready to find places in programs
 *
 * Return: the unwinder, or NULL if this program was built without.
 */
struct unwinder *unwinder_open(void)
{
	struct unwinder *unwinder = calloc(1, sizeof(*unwinder));

	/* Nothing is asked of a server. */
	unsetenv("DEBUGINFOD_URLS");
	if (!unwinder)
		return NULL;
	elf_version(EV_CURRENT);
	unwinder->file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	unwinder->elf = elf_begin(unwinder->file, ELF_C_READ, NULL);
	return unwinder;
}

/*
 * glibc ends its unwind data before the system call of clone(2), in a function
 * that has nothing on its stack there. libdw would follow the frame pointer,
 * which is none.
 */
static bool is_clone(const struct program *program)
{
	Dwarf_Addr pc = program->pc - 1, bias;
	Dwfl_Module *module = dwfl_addrmodule(program->dwfl, pc);
	Dwarf_Frame *frame;
	Dwarf_CFI *cfi;

	if (!module || !is_library(file_of(module)))
		return false;
	cfi = dwfl_module_eh_cfi(module, &bias);
	if (!cfi || dwarf_cfi_addrframe(cfi, pc - bias, &frame))
		return true;
	free(frame);
	return false;
}

/**
 * unwinder_find() - find what has made a call
 * @tgid: the process
 * @pid: the task, stopped
 * @in_call: it is in a call, or on its way out
 * @places: gets the file
 * @place: set to the place
 *
 * Return: true if something is known.
 */
bool unwinder_find(struct unwinder *unwinder, pid_t tgid, pid_t pid,
		   bool in_call, struct places *places, struct place *place)
{
	struct program *program = find_program(unwinder, tgid);
	struct search search = {
		.pid = pid, .in_call = in_call, .places = places,
		.place = place,
	};

	*place = (struct place){ .source = NO_SOURCE };
	program->pid = pid;
	program->used = ++unwinder->clock;
	if (!map(unwinder, program, tgid) || !read_registers(program)) {
		forget(program);
		return false;
	}
	search.dwfl = program->dwfl;
	if (in_call && is_clone(program) && !return_by_hand(program))
		return false;
	dwfl_getthread_frames(program->dwfl, pid, see_frame, &search);
	return place->known;
}

/**
 * unwinder_forget() - a process runs another program, or has ended
 * @tgid: the process
 */
void unwinder_forget(struct unwinder *unwinder, pid_t tgid)
{
	int i;

	for (i = 0; i < MOST_PROGRAMS; i++)
		if (unwinder->program[i].tgid == tgid)
			forget(&unwinder->program[i]);
}

/**
 * unwinder_close() - forget all symbols
 * @unwinder: the unwinder, or NULL
 */
void unwinder_close(struct unwinder *unwinder)
{
	int i;

	if (!unwinder)
		return;
	for (i = 0; i < MOST_PROGRAMS; i++)
		forget(&unwinder->program[i]);
	elf_end(unwinder->elf);
	if (unwinder->file >= 0)
		close(unwinder->file);
	free(unwinder);
}
