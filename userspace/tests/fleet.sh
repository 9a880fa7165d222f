#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A finding on its way: taskshare audit writes a metric, node_exporter's textfile
# collector exports it, Prometheus scrapes it, and the example alert fires; and
# it is resolved when an audit finds nothing any more.
#
#	fleet.sh TASKSHARE TESTS-DIR
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/tap.sh"
# Other programs of the machine are not to be found.
among_few "$0" "$@"

taskshare=$(realpath "$1")
tests=$(realpath "$2")
alerts=$(realpath "${0%/*}/../../docs/fleet/taskshare-alerts.yml")
cd "$scratch" || exit 1
export XDG_CONFIG_HOME=$scratch/config
servers=()
trap 'kill "${servers[@]}" $child 2>/dev/null; wait; rm -rf "$scratch"' EXIT

# eventually COMMAND...: until it succeeds; what it says last is in the log.
eventually()
{
	local end=$((SECONDS + $(limit 60)))
	until "$@"; do
		((SECONDS < end)) || return 1
		sleep 0.1
	done
}

# port_of PID: the one that it listens on
port_of()
{
	ss -H -t -l -n -p | sed -n "s/.*127.0.0.1:\([0-9]*\) .*pid=$1,.*/\1/p" |
		grep .
}

# Nothing but the example's rules, and often; a busy machine has to scrape in time,
# or there is neither a metric nor an alert for a moment.
configure()
{
	mkdir textfiles
	cat >prometheus.yml <<-END
		global: {scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 200ms}
		rule_files: [$alerts]
		scrape_configs:
		  - job_name: node
		    static_configs: [targets: ["127.0.0.1:$1"]]
	END
}

start_servers()
{
	local port
	prometheus-node-exporter --web.listen-address=127.0.0.1:0 \
		--collector.disable-defaults --collector.textfile \
		--collector.textfile.directory="$scratch/textfiles" &
	servers+=($!)
	eventually port_of "${servers[0]}" >port || return 1
	configure "$(<port)"
	prometheus --config.file=prometheus.yml --storage.tsdb.path=data \
		--web.listen-address=127.0.0.1:0 &
	servers+=($!)
	eventually port_of "${servers[1]}" >port || return 1
	port=$(<port)
	prometheus=http://127.0.0.1:$port
	eventually ask 'up == 1'
}

# ask QUERY: succeeds if it has a result, and prints it.
ask()
{
	promtool query instant "$prometheus" "$1" | grep .
}

audit()
{
	"$taskshare" audit --rule seccomp-thread-gap,zombie-leader --least 0 \
		--interval 0.05 --metrics=textfiles/taskshare.prom
}

fires()
{
	task_begin "$tests/audit_task" filter-thread || return 1
	audit
	[[ $? == 4 ]] && eventually ask 'taskshare_audit_findings{rule="seccomp-thread-gap",severity="security"} >= 1' &&
		eventually ask 'ALERTS{alertname="TaskshareSecurity",alertstate="firing",rule="seccomp-thread-gap",severity="critical"}'
}

# All rules are evaluated together, since the servers have begun.
no_other()
{
	ask 'absent_over_time(ALERTS{rule!="seccomp-thread-gap"}[1h])'
}

# Scraped without the finding, and no alert since
resolves()
{
	task_end
	audit && eventually ask 'taskshare_audit_findings{rule="seccomp-thread-gap"} == 0 and on() node_textfile_scrape_error == 0' &&
		eventually ask 'absent(ALERTS)'
}

for need in prometheus prometheus-node-exporter promtool ss; do
	if ! command -v "$need" >/dev/null; then
		skip "Prometheus" "no $need"
		finish
	fi
done
if ((EUID)); then
	skip "Prometheus" "only root sees the ports of programs"
	finish
fi
check "node_exporter and Prometheus" start_servers
check "an alert fires" fires
check "no other alert does" no_other
check "it is resolved" resolves
finish
