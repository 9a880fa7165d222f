#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# load.sh MODULE: loads it into the running kernel, or says what to do if that
# takes no such module.

. "${0%/*}/lib.sh"

ko=${1:?usage: load.sh MODULE}
if said=$(as_root insmod "$ko" 2>&1); then
	exit
fi
warn "$said"
case $said in
*"Key was rejected"* | *"Required key not available"*)
	warn "this kernel loads signed modules only (Secure Boot): install" \
		"taskshare-dkms, whose module DKMS signs, and let the firmware" \
		"know its key: mokutil --import /var/lib/dkms/mok.pub, and reboot;" \
		"or do without the module: taskshare --engine=bpf"
	;;
*"Operation not permitted"*)
	warn "this kernel is locked down, or root may not load modules here;" \
		"without the module: taskshare --engine=bpf"
	;;
*"Invalid module format"*)
	warn "it was built for another kernel: make module"
	;;
*)
	[ -e /proc/modules ] || warn "the running kernel loads no modules;" \
		"'make demo' boots one that does"
	;;
esac
exit 1
