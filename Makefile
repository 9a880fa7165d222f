# SPDX-License-Identifier: GPL-2.0-only
#
# Every target with a ## comment is listed by `make help`.

VM := selftests/vm
Q := $(if $(filter 1,$(V)),,@)
MAKEFLAGS += --no-print-directory
PREFIX ?= /usr/local
KREL := $(shell uname -r)
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

# Variables from the command line reach the scripts through the
# environment and as it is: make must not expand the $ in a command for the
# VM. It does not reach other makes, where these names mean other things.
VM_VARS := CMD FILES KERNEL MODULE READER MEM TIMEOUT APPEND VMDEBUG
VM_VARS += VMLOG KMODS EXTRA
$(foreach v,$(VM_VARS),$(eval override $$(v) := $$(value $$(v))))
export $(VM_VARS) V TESTS KERNELS JOBS REPEAT STORM GATES MUTANTS MUTATE_KERNEL
export COVER SUITES COMMANDS SEED SIDE COUNT LONGEST
export PREFIX DESTDIR
MAKEOVERRIDES :=

include VERSION
NAME := taskshare-$(VERSION)
INSTALLED = $(DESTDIR)/lib/modules/$(KREL)/updates/taskshare.ko

# The reader is of use without the module, and a module for another kernel than
# the running one must not be taken for the one to load.
all: reader ## build/taskshare and, if the kernel's headers are there, taskshare.ko
	$(Q)+if [ -d /lib/modules/$(KREL)/build ]; then $(MAKE) module; else \
		rm -f build/taskshare.ko; \
		echo "Without headers for the running kernel, only the reader" \
			"was built: the module needs linux-headers-$(KREL)." >&2; fi

module: ## the module alone (KERNEL=6.12 for another kernel, EXTRA='-D...')
	$(Q)rm -f build/taskshare.ko
	$(Q)+ko=$$($(VM)/module.sh "$$KERNEL") && if [ -z "$$KERNEL" ]; then \
		cp -p "$$ko" build/; else echo "$$ko"; fi

reader: ## the program alone
	$(Q)$(MAKE) $(if $(Q),-s) -C userspace

tests: ## the test programs
	$(Q)inc=$$($(MAKE) -s kselftest-include) && \
		$(MAKE) $(if $(Q),-s) -C selftests KSELFTEST_INC="$$inc"
	$(Q)$(MAKE) $(if $(Q),-s) -C userspace $(patsubst \
		%,../build/userspace/tests/%,claims content predict \
		record_random record_tasks refusals trace_cases)

demo: deps reader ## boots a kernel in a VM and shows what real programs share
	$(Q)$(MAKE) $(if $(Q),-s) -C selftests ../build/selftests/demo
	$(Q)MODULE=0 FILES="$(VM)/demo.sh $$( \
		$(VM)/programs.sh "$${KERNEL:-default}")/selftests/demo $$( \
		$(VM)/module.sh "$${KERNEL:-default}")" \
		CMD='bash demo.sh' VMDEBUG=0 $(VM)/run.sh

check: deps reader tests ## every test; TESTS='name ...' KERNELS='6.12' to choose
	$(Q)+$(VM)/check.sh

check-debug: deps reader tests ## on a kernel that debugs itself (TESTS= STORM=seconds)
	$(Q)+$(VM)/check-debug.sh debug

check-matrix: export KERNELS = all
check-matrix: deps reader tests ## every test on every kernel of the table
	$(Q)+$(VM)/check.sh

check-model: deps ## docs/model/ with more tasks than in make check
	$(Q)docs/model/check.sh all

check-suites: ## README's commands in fresh roots of Debian (SUITES= COMMANDS=)
	$(Q)+$(VM)/suites.sh

check-kcsan: deps reader tests ## on a kernel that looks for data races (same variables)
	$(Q)+$(VM)/check-debug.sh kcsan

coverage: deps tests ## lines that the tests reach, as HTML (COVER='reader module')
	$(Q)+$(VM)/coverage.sh

mutate: deps reader tests ## puts bugs in, which tests must notice (MUTANTS=, or SEED= SIDE=)
	$(Q)+$(VM)/mutate$(if $(SEED),-random).sh

gates: deps reader tests ## all tests that a release must pass; writes a report
	$(Q)+$(VM)/gates.sh

deps: ## installs the packages that building and testing need, if missing
	$(Q)$(VM)/deps.sh

lint: deps ## checkpatch, sparse, W=1, shellcheck
	$(Q)+$(VM)/lint.sh

lab: reader ## runs a lab: NAME=threads; without NAME, lists them
	$(Q)build/taskshare lab $(NAME)

bench: deps reader ## times of the module and other methods, the reader, the page, recording
	$(Q)$(MAKE) $(if $(Q),-s) -C bench run reader page record

# The files that git knows, or all of a tree that has none
dist: ## build/taskshare-VERSION.tar.gz, which builds without git
	$(Q)mkdir -p build
	$(Q){ git ls-files -co --exclude-standard 2>/dev/null || \
		find . -path ./build -prune -o -type f -printf '%P\n'; } | \
		while read -r f; do [ ! -f "$$f" ] || echo "$$f"; done | \
		LC_ALL=C sort | tar -czf build/$(NAME).tar.gz -T - --owner=0 \
		--group=0 --numeric-owner --transform 's,^,$(NAME)/,S'
	$(Q)echo build/$(NAME).tar.gz

deb: dist ## build/deb/*.deb: taskshare and taskshare-dkms
	$(Q)$(VM)/deb.sh build/$(NAME).tar.gz

check-packages: ## tests both packages in fresh roots and in a VM (SUITES=)
	$(Q)+$(VM)/packages.sh

check-fleet: deps reader ## audit under systemd, with Prometheus and containers, in a VM
	$(Q)$(MAKE) $(if $(Q),-s) -C userspace \
		../build/userspace/tests/audit_task
	$(Q)+$(VM)/check-fleet.sh

load: module ## loads the module into the running kernel
	$(Q)$(VM)/load.sh build/$(KREL)/taskshare.ko

unload: ## unmounts and removes it
	$(Q)findmnt -n -o TARGET -t taskshare | xargs -r -d '\n' $(SUDO) umount || :
	$(Q)$(SUDO) rmmod taskshare

# The program is of use without the module, which needs the kernel's headers.
# No depmod with DESTDIR: the package runs it when it is installed.
install: all ## program and module for this machine (PREFIX=, DESTDIR=)
	$(Q)$(MAKE) $(if $(Q),-s) -C userspace install
	$(Q)if [ -f build/$(KREL)/taskshare.ko ]; then \
		install -D -m 0644 build/$(KREL)/taskshare.ko $(INSTALLED) \
		$(if $(DESTDIR),,&& depmod $(KREL)); \
	else \
		echo "The module was not installed: it needs" \
			"linux-headers-$(KREL)." >&2; \
	fi

# userspace/Makefile knows the files that it installs, and prints them here.
uninstall: reader ## removes what install put there
	$(Q)rm -f $(INSTALLED)
	$(Q)$(if $(DESTDIR),,depmod $(KREL))
	$(Q)dir=$$(mktemp -d) && $(MAKE) -s -C userspace install DESTDIR=$$dir && \
		(cd $$dir && find . -type f) | sed 's,^\.,$(DESTDIR),' | \
		xargs -d '\n' rm -f && rm -rf $$dir

clean: ## build/; the downloads stay
	$(Q)rm -rf build

help: ## this list
	@sed -n 's/^\([a-z-]*\):.* ## /  make \1\t/p' Makefile | expand -t 18

# The directory of kselftest_harness.h.
kselftest-include:
	@echo "$$($(VM)/fetch-source.sh)/tools/testing/selftests"

# The command's output is the only thing on stdout, and its status is make's:
# see exec.c. Where make cannot load that, it ends with 2 for any failure, and
# only the message on stderr has the number.
ifneq ($(filter vm,$(MAKECMDGOALS)),)
-load build/exec.so
build/exec.so: $(VM)/exec.c
	$(Q)mkdir -p build && cc -O2 -Wall -shared -fPIC -o $@ $< >&2 || true
endif

vm: vm-reader ## runs CMD='...' in a VM (FILES= KERNEL= MEM= TIMEOUT= APPEND=)
	$(if $(findstring exec.so,$(.LOADED)),\
		$(exec $(VM)/run.sh,$(VM_VARS)),\
		@$(VM)/run.sh)

vm-reader:
	$(Q)$(VM)/deps.sh --check
	$(Q)[ "$$READER" = 0 ] || $(MAKE) $(if $(Q),-s) -C userspace >&2

.NOTPARALLEL:
.PHONY: all module reader tests demo check check-debug check-kcsan check-matrix
.PHONY: check-suites check-packages check-model dist deb
.PHONY: coverage mutate gates deps lint bench lab load unload install uninstall
.PHONY: clean help kselftest-include vm vm-reader
