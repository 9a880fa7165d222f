#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# fleet-guest.sh: the tests of check-fleet.sh, in its VM, as TAP: the service and
# its timer, a finding on its way to an alert, and an audit beside programs that
# share in ways of their own.
# shellcheck disable=SC2317 # functions are called by check

cd "${0%/*}" || exit 1
export PATH=/usr/sbin:/usr/bin
unit=taskshare-audit.service
drop_in=/etc/systemd/system/taskshare-audit.timer.d/soon.conf
metrics=/var/lib/taskshare/audit.prom
n=0 pids=()

# check NAME COMMAND...
check() {
	local name=$1

	shift
	n=$((n + 1))
	"$@" >log 2>&1 || echo -n "not "
	echo "ok $n - $name"
	[ ! -s log ] || tail -n 60 log | sed 's/^/# /'
}

eventually() {
	local end=$((SECONDS + 300))

	until "$@"; do
		((SECONDS < end)) || return 1
		sleep 0.5
	done
}

booted() {
	systemctl --failed --no-legend --plain | tee failed
	[ ! -s failed ]
}

# systemd's own words on the unit files, and on what the service may do
verified() {
	systemd-analyze verify --man=no "$unit" taskshare-audit.timer \
		>said 2>&1
	cat said
	[ ! -s said ]
}

confined() {
	systemd-analyze security --no-pager "$unit" >said || return 1
	tail -n 1 said
	systemd-analyze security --threshold=30 --no-pager "$unit" >/dev/null
}

# run_of: numbers each run of the service.
run_of() {
	systemctl show -P InvocationID "$unit"
}

ended() {
	[ "$(systemctl show -P ActiveState "$unit")" = inactive ] &&
		[ -n "$(systemctl show -P ExecMainExitTimestamp "$unit")" ]
}

# The journal of the last run; another unit's messages are not in it.
journal() {
	journalctl --sync
	journalctl _SYSTEMD_INVOCATION_ID="$(run_of)" SYSLOG_IDENTIFIER=taskshare \
		-o cat
}

timer() {
	# The time that has passed since the boot is not known.
	mkdir -p "${drop_in%/*}"
	printf '[Timer]\nOnBootSec=\nOnActiveSec=1s\nRandomizedDelaySec=0\n' \
		>"$drop_in"
	systemctl daemon-reload
	ln -s "$metrics" /var/lib/prometheus/node-exporter/
	systemctl enable --now taskshare-audit.timer
	eventually ended || systemctl status "$unit"
	[ -n "$(systemctl show -P LastTriggerUSec taskshare-audit.timer)" ] &&
		[ "$(systemctl show -P Result "$unit")" = success ]
}

# All could be read and checked that can be at all, with three capabilities.
sees_all() {
	journal >journal.log
	cat journal.log
	jq -e -s '.[-1] | .type == "summary" and
		.engine == "bpf" and .errors == 0 and .unreadable_tasks == 0 and
		.tasks > 20 and ([.not_checked[].rule] - ["landlock-thread-gap"]) == []' \
		journal.log
}

# begin COMMAND...: something that stays, in the background; not in this unit's
# own sandbox, of which there is none
begin() {
	"$@" >>begin.log 2>&1 &
	pids+=($!)
}

# The words are in the command line of a process.
runs() {
	pgrep -f "$1" >/dev/null
}

bundle() {
	mkdir -p bundle/rootfs/bin
	cp /bin/busybox bundle/rootfs/bin/sh
	cp /bin/busybox bundle/rootfs/bin/sleep
	(cd bundle && runc spec && jq '.process.args = ["sleep", "1000001"] |
		.process.terminal = false' config.json >new &&
		mv new config.json)
}

# Programs of which one knows how they share: containers with and without users
# of their own, servers that work for their users, and a runtime with threads
others() {
	bundle || return 1
	begin runc run --bundle bundle one
	# A root in memory has no overlays.
	cat >/etc/containers/storage.conf <<-'END'
	[storage]
	driver = "vfs"
	runroot = "/run/containers/storage"
	graphroot = "/var/lib/containers/storage"
	END
	tar -C bundle/rootfs -c . | podman import - box || return 1
	begin podman run --network=none box sleep 1000002
	begin bwrap --ro-bind / / --unshare-all --dev /dev --proc /proc \
		sleep 1000003
	begin bwrap --ro-bind / / --unshare-user --uid 1000 --unshare-pid \
		--dev /dev --proc /proc sleep 1000004
	begin unshare --user --map-root-user --pid --fork sleep 1000005
	begin node -e 'require("zlib").gzip("x", () => {});
		setTimeout(() => {}, 1e9)'
	systemctl start postfix@- postfix smbd
	local i
	for i in 1 2 3 4 5; do
		eventually runs "sleep 100000$i" || { cat begin.log; return 1; }
	done
	eventually runs '/usr/sbin/smbd' && eventually runs qmgr &&
		eventually runs '^node'
}

# Nothing is a question of security; what else there is, is shown.
audited() {
	taskshare audit --json --severity information >all.json
	jq -c 'select(.type == "finding") | [.severity, .rule, .sentence]' all.json
	jq -c 'select(.type == "summary") | [.tasks, .findings, .allowed]' all.json
	jq -e 'select(.type == "summary") | .findings.security == 0 and
		.findings.correctness == 0 and .unreadable_tasks == 0' all.json
}

ask() {
	promtool query instant http://localhost:9090 "$1" | grep .
}

# Debian's two services, with what docs/fleet has for them; asked often, as the
# audit runs when the test says so.
prometheus() {
	cp taskshare-alerts.yml /etc/prometheus/
	cat >/etc/prometheus/prometheus.yml <<-'END'
	global: {scrape_interval: 10s, scrape_timeout: 10s, evaluation_interval: 5s}
	rule_files: [taskshare-alerts.yml]
	scrape_configs:
	  - job_name: node
	    static_configs: [targets: ["localhost:9100"]]
	END
	systemctl restart prometheus prometheus-node-exporter &&
		eventually ask 'up == 1 and on() taskshare_audit_findings{rule="seccomp-thread-gap"} == 0'
}

# The rule is about tasks that are not just starting.
is_old() {
	[ "$(ps -o etimes= "$1")" -gt 15 ]
}

fires() {
	./audit_task filter-thread >ready &
	pids+=($!)
	eventually grep -q ready ready && eventually is_old "${pids[-1]}" &&
		systemctl start "$unit" || return 1
	[ "$(systemctl show -P ExecMainStatus "$unit")" = 4 ] &&
		journal | jq -c 'select(.type == "finding") | [.rule, .tasks]' &&
		eventually ask 'ALERTS{alertname="TaskshareSecurity",alertstate="firing",rule="seccomp-thread-gap"}'
}

resolves() {
	kill "${pids[-1]}"
	systemctl start "$unit" &&
		eventually ask 'taskshare_audit_findings{rule="seccomp-thread-gap"} == 0' &&
		eventually ask 'absent(ALERTS{alertname="TaskshareSecurity"})'
}

check "systemd has booted" booted
check "the unit files" verified
check "what the service may do" confined
check "the timer starts the service" timer
check "the service sees all tasks" sees_all
check "containers, servers and runtimes" others
check "nothing of them is a question of security or correctness" audited
check "Prometheus and node_exporter" prometheus
check "an alert fires" fires
check "it is resolved" resolves
echo "1..$n"
