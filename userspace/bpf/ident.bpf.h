/* SPDX-License-Identifier: GPL-2.0-only */
/* Addresses into ids: addresses do not leave the kernel. */
#ifndef BPF_IDENT_BPF_H
#define BPF_IDENT_BPF_H

#include "bpf/kernel.bpf.h"
#include "util/siphash.h"

/* The loader draws it; the same for all passes */
const volatile __u64 id_key[2];

/*
 * SipHash-2-4 of an address; 0 is what a NULL pointer has. It is not static, so
 * that the verifier looks at it once and not at every call.
 */
__noinline __u64 hash(__u64 address)
{
	__u64 id;

	if (!address)
		return 0;
	id = siphash(address, id_key[0], id_key[1]);
	return id ? id : 1;
}

#endif /* BPF_IDENT_BPF_H */
