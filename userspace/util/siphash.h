/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UTIL_SIPHASH_H
#define UTIL_SIPHASH_H

#include <linux/types.h>

#define SIP_ROTATE(x, by)	((x) << (by) | (x) >> (64 - (by)))

#define SIP_ROUND							\
	do {								\
		v0 += v1;						\
		v1 = SIP_ROTATE(v1, 13) ^ v0;				\
		v0 = SIP_ROTATE(v0, 32);				\
		v2 += v3;						\
		v3 = SIP_ROTATE(v3, 16) ^ v2;				\
		v0 += v3;						\
		v3 = SIP_ROTATE(v3, 21) ^ v0;				\
		v2 += v1;						\
		v1 = SIP_ROTATE(v1, 17) ^ v2;				\
		v2 = SIP_ROTATE(v2, 32);				\
	} while (0)

/**
 * siphash() - SipHash-2-4 of one 64-bit number, for BPF as well
 * @value: the number to hash
 * @key0: first half of the key
 * @key1: second half of the key
 *
 * Return: the hash.
 */
static inline __attribute__((always_inline))
__u64 siphash(__u64 value, __u64 key0, __u64 key1)
{
	__u64 v0 = 0x736f6d6570736575ull ^ key0;
	__u64 v1 = 0x646f72616e646f6dull ^ key1;
	__u64 v2 = 0x6c7967656e657261ull ^ key0;
	__u64 v3 = 0x7465646279746573ull ^ key1;
	__u64 tail = 8ull << 56;

	v3 ^= value;
	SIP_ROUND;
	SIP_ROUND;
	v0 ^= value;
	v3 ^= tail;
	SIP_ROUND;
	SIP_ROUND;
	v0 ^= tail;
	v2 ^= 0xff;
	SIP_ROUND;
	SIP_ROUND;
	SIP_ROUND;
	SIP_ROUND;
	return v0 ^ v1 ^ v2 ^ v3;
}

#endif /* UTIL_SIPHASH_H */
