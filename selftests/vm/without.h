/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Takes a part out of a kernel's configuration, with the parts that need it.
 * Included by the compiler before a source file, and after the configuration,
 * it shows whether the module compiles for kernels that lack the part. The
 * resulting module fits no kernel.
 */
#ifdef WITHOUT_CGROUPS
#undef CONFIG_BLK_CGROUP
#undef CONFIG_CGROUPS
#undef CONFIG_CGROUP_BPF
#undef CONFIG_CGROUP_SCHED
#undef CONFIG_CGROUP_WRITEBACK
#undef CONFIG_CPUSETS
#undef CONFIG_MEMCG
#undef CONFIG_PSI
#undef CONFIG_SOCK_CGROUP_DATA
#endif

#ifdef WITHOUT_BLOCK
#undef CONFIG_BLK_CGROUP
#undef CONFIG_BLOCK
#endif

#ifdef WITHOUT_SYSVIPC
#undef CONFIG_SYSVIPC
#endif

#ifdef WITHOUT_SECCOMP
#undef CONFIG_SECCOMP
#undef CONFIG_SECCOMP_FILTER
#endif

#ifdef WITHOUT_NAMESPACES
#undef CONFIG_IPC_NS
#undef CONFIG_NET_NS
#undef CONFIG_PID_NS
#undef CONFIG_TIME_NS
#undef CONFIG_USER_NS
#undef CONFIG_UTS_NS
#endif

#ifdef WITHOUT_DEBUG_FS
#undef CONFIG_DEBUG_FS
#endif

#ifdef WITHOUT_TASKS_RCU
#undef CONFIG_TASKS_RCU
#endif

#ifdef WITHOUT_SECURITY
#undef CONFIG_SECURITY
#endif

#ifdef WITHOUT_SMP
#undef CONFIG_SMP
#endif
