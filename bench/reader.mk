# SPDX-License-Identifier: GPL-2.0-only
# How fast the reader is: make -f reader.mk
OUT := ../build/bench
CFLAGS := -O2 -g -Wall -Wextra -Werror -I../module/uapi
PROGRAMS := $(OUT)/reader_measure $(OUT)/reader_records $(OUT)/with_crowd

run: $(PROGRAMS)
	@./reader.sh $(OUT) ../build/taskshare

$(OUT)/with_crowd: with_crowd.c crowd.c crowd.h

$(OUT)/%: %.c
	@mkdir -p $(OUT)
	$(CC) $(CFLAGS) -o $@ $(filter %.c,$^)

.PHONY: run
