# SPDX-License-Identifier: GPL-2.0-only
#
# Every target that has a ## comment is listed by `make help`.

VM := selftests/vm
Q := $(if $(filter 1,$(V)),,@)
DIR := $(MAKE) --no-print-directory -C

# What people give on the command line reaches the scripts through the
# environment and as it is: make must not expand the $ in a command for the
# VM. It does not reach other makes, where these names mean other things.
VM_VARS := CMD FILES KERNEL MODULE READER MEM TIMEOUT APPEND VMDEBUG EXTRA
$(foreach v,$(VM_VARS),$(eval override $$(v) := $$(value $$(v))))
export $(VM_VARS) V
MAKEOVERRIDES :=

all: module reader ## build/taskshare.ko and build/taskshare

module: ## build/taskshare.ko alone (KERNEL=, EXTRA='-D...')
	$(Q)+ko=$$($(VM)/module.sh "$$KERNEL") && cp -p "$$ko" build/

reader: ## build/taskshare alone
	$(Q)$(DIR) userspace

# The command's output is the only thing on stdout, and its status is make's.
# See exec.c; where make cannot load it, make's own status is 2 and only the
# message on stderr tells the command's.
ifneq ($(filter vm,$(MAKECMDGOALS)),)
-load build/exec.so
build/exec.so: $(VM)/exec.c
	$(Q)mkdir -p build && cc -O2 -Wall -shared -fPIC -o $@ $< >&2
endif

vm: vm-reader ## run CMD='...' in a VM (FILES= KERNEL= MEM= TIMEOUT= APPEND=)
	$(if $(findstring exec.so,$(.LOADED)),\
		$(exec $(VM)/run.sh,$(VM_VARS)),\
		@$(VM)/run.sh)

vm-reader:
	$(Q)[ "$$READER" = 0 ] || $(DIR) userspace >&2

.PHONY: all module reader vm vm-reader
