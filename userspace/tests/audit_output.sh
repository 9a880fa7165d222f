#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# taskshare audit, natively: what it prints of the states that it finds, as text,
# JSON and metrics, and what an allowlist keeps from it.
#
#	audit_output.sh TASKSHARE TESTS-DIR
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/audit_common.sh"

# A name of any bytes is one string in JSON, and one line of text.
hostile_names()
{
	local name=$'\e[31m"}\n\\x'
	begin nnp-thread "$name" || return 1
	audit -J "$pid" >answer
	[[ $(wc -l <answer) == $(jq -s length answer) ]] || return 1
	[[ $(jq -r 'select(.rule == "nnp-thread-gap").tasks[0].comm' answer) == \
		"$name" ]] || { cat answer; return 1; }
	audit "$pid" >text
	audit -v "$pid" >>text
	! grep -P '[\x00-\x09\x0b-\x1f\x7f-\xff]' text &&
		grep -q -F '\x1b[31m"}\x0a\\x' text
}

# A process goes on whose first thread has ended, and its other threads have what
# the first one has not.
first_thread()
{
	local of status=0
	begin "$1" || return 1
	of="process $pid \\(audit_task\\)"
	for words in "${@:2}"; do
		audit -J "$pid" | jq -r 'select(.type == "finding").sentence' >text
		words=${words//PROCESS/$of}
		words=${words//THREAD/thread $tid \\([a-z]+\\) of process $pid}
		grep -q -i -x -E "$words" text || { cat text; echo "no $words"; status=1; }
	done
	return "$status"
}

# A line for each finding, of 80 columns at most, unless a path is longer; with -v
# all of it
formats()
{
	cp "$tests/audit_task" task && task_begin ./task ids-uid || return 1
	audit "$pid" >text
	awk 'length > 80 { print; bad = 1 } END { exit bad }' text &&
		[[ $(grep -c '^security thread-ids-differ' text) == 1 ]] ||
		return 1
	audit -v "$pid" >text
	awk 'length > 80 { print; bad = 1 } END { exit bad }' text || return 1
	for word in Finding Who Evidence Why Advice See; do
		grep -q "^  $word:" text || { cat text; return 1; }
	done
	grep -q 'Not checked: landlock-thread-gap' text
}

# allows LINE [MODE]: with this line in the allowlist nothing is reported.
allows()
{
	mkdir -p config/taskshare/audit.d
	printf '%s\n' "$1" >config/taskshare/audit.d/test.conf
	chmod "${2:-644}" config/taskshare/audit.d/test.conf
	audit --rule thread-ids-differ -J "$pid" >answer 2>err
}

allowlist()
{
	local exe=$tests/audit_task cgroup
	begin ids-uid || return 1
	cgroup=$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
	# By path, by a pattern, by the cgroup, too
	for line in "$exe" "${exe%/*}/*_task" "$exe $cgroup"; do
		allows "thread-ids-differ $line # why" ||
			{ cat answer err; echo "$line"; return 1; }
		jq -e '.allowed == {"thread-ids-differ": 1}' answer || return 1
	done
	# Another program, rule or cgroup; a pattern goes not beyond a slash.
	for line in "thread-ids-differ /usr/bin/other" "nnp-thread-gap $exe" \
		"thread-ids-differ $exe /no/such/cgroup" \
		"thread-ids-differ /*"; do
		allows "$line" && { echo "$line"; return 1; }
		[[ ! -s err ]] || { cat err; return 1; }
	done
	# A wrong line is reported, and a file that others may write, too.
	allows "no-such-rule $exe" && return 1
	grep -q 'test.conf:1: no such rule' err || return 1
	allows "thread-ids-differ" && return 1
	grep -q 'test.conf:1: a line is' err || return 1
	allows "thread-ids-differ $exe" 666 && return 1
	grep -q 'only its owner' err && jq -e -s '.[-1].errors == 1' answer
}

# The file that has the path here is another one than the process runs. It is
# allowed where it is the same.
allowlist_elsewhere()
{
	local inside=$1
	task_end
	mkdir -p root
	mount -t tmpfs none root || return 1
	cp "$tests/audit_task" root/task
	cp "$tests/audit_task" task
	: >out
	unshare --mount bash -c "$inside exec ./task ids-uid" >out &
	child=$!
	until read -r _ pid _ <out; do
		kill -0 "$child" || return 1
		sleep 0.02
	done
	umount -l root
	[[ $(readlink "/proc/$pid/exe") == "$scratch/task" ]] || return 1
	allows "thread-ids-differ $scratch/task"
}

another_file()
{
	allowlist_elsewhere '' || { cat answer; return 1; }
	! allowlist_elsewhere 'mount --bind root/task task &&' &&
		[[ ! -s err ]] && jq -e -s --arg exe "$scratch/task" \
			'.[0].tasks[0].exe == $exe' answer
}

# The series are the same, with and without findings; each rule is there.
metrics()
{
	local rule
	rm -rf config
	begin ids-uid "a\"b" || return 1
	"$taskshare" audit --metrics=file.prom --least 0 --interval 0.05 >text
	[[ $(stat -c %a file.prom) == 644 && $(find . -name 'file.prom*') == \
		./file.prom ]] || return 1
	task_end
	"$taskshare" audit --metrics --rule nnp-thread-gap >other.prom
	diff <(sed -E 's/ [^ ]+$//' file.prom) <(sed -E 's/ [^ ]+$//' other.prom) ||
		return 1
	for rule in $("$taskshare" audit --list-rules | sed -n 's/^\([a-z-]*\): .*/\1/p'); do
		grep -q "^taskshare_audit_findings{rule=\"$rule\"" file.prom ||
			return 1
	done
	grep -q '^taskshare_audit_findings{rule="thread-ids-differ",severity="security"} [1-9]' file.prom &&
		grep -q '^taskshare_audit_unchecked_cases{rule="landlock-thread-gap"} [1-9]' file.prom &&
		! grep -q audit_task file.prom || return 1
	"$taskshare" audit --metrics --format openmetrics --rule nnp-thread-gap >open.prom
	[[ $(tail -1 open.prom) == "# EOF" ]] &&
		grep -q '^# TYPE taskshare_build info' open.prom
}

promtool_agrees()
{
	"$taskshare" audit --metrics --interval 0 |
		promtool check metrics >log 2>&1 && [[ ! -s log ]] && return
	cat log
	return 1
}

duration()
{
	"$taskshare" audit --metrics --interval 0 |
		awk '$1 == "taskshare_audit_duration_seconds" { took = $2 }
			END { exit !(took > 0 && took < 1000) }'
}

# The alerts are valid, fire and are silent as their own tests say.
alerts()
{
	local docs=$here/../../docs/fleet
	promtool check rules "$docs/taskshare-alerts.yml" &&
		promtool test rules "$docs/taskshare-alerts-test.yml"
}

# The queries of the dashboard, as rules that promtool can check
dashboard()
{
	jq '{groups: [{name: "dashboard", rules: [.panels[].targets[].expr |
		{record: "x", expr: .}]}]}' \
		"$here/../../docs/fleet/taskshare-dashboard.json" >rules.json &&
		[[ $(jq '.groups[0].rules | length' rules.json) -gt 3 ]] &&
		promtool check rules rules.json >log 2>&1 ||
		grep -q 'SUCCESS: ' log || { cat log; return 1; }
}

# The allowlist of the package is understood.
known()
{
	mkdir -p config/taskshare/audit.d
	cp "$here/../audit.d/10-known.conf" config/taskshare/audit.d
	chmod 644 config/taskshare/audit.d/*
	"$taskshare" audit --interval 0 --severity security -J >answer 2>err
	[[ ! -s err ]] && jq -e 'select(.type == "summary").errors == 0' answer
}

errors()
{
	fails 1 'is no rule' "$taskshare" audit --rule nonsense &&
		fails 1 'is no severity' "$taskshare" audit --severity bad &&
		fails 1 'is no time' "$taskshare" audit --interval -1 &&
		fails 1 'is no PID' "$taskshare" audit x &&
		fails 1 'leave out the PIDs' "$taskshare" audit --metrics 1 &&
		fails 1 'give metrics a file' "$taskshare" audit --metrics -J &&
		fails 1 'add --metrics' "$taskshare" audit --format openmetrics &&
		fails 3 'no such process' "$taskshare" audit 4194304 &&
		fails 1 'No such file' "$taskshare" audit --interval 0 \
			--metrics=/no/such/dir/file &&
		fails 1 'cannot be written' bash -c \
			"'$taskshare' audit --list-rules >/dev/full"
}

# Only what is as severe as was asked for counts.
severities()
{
	begin nnp-thread || return 1
	audit "$pid" >text
	[[ $? == 4 ]] || return 1
	audit --severity correctness "$pid" >text &&
		grep -q '^0 findings; 1 less severe' text
}

check "metrics: the audit took some time" duration
check "bad input" errors
if ! command -v jq >/dev/null; then
	skip "output" "no jq"
elif ((EUID)); then
	skip "output" "only root may get into all of the states"
else
	check "names of any bytes" hostile_names
	check "sentence: a first thread that has ended" first_thread zombie \
		"The first thread of PROCESS has ended, but THREAD goes on."
	check "sentence: a first thread without filters" first_thread \
		filter-thread \
		"The first thread of PROCESS is not bound by seccomp, but THREAD is."
	check "sentence: a thread elsewhere" first_thread stray-uts \
		"THREAD is in another namespace than the first thread of PROCESS."
	check "text" formats
	check "allowlist" allowlist
	if [[ -z $(root_outside) ]]; then
		check "allowlist: another file of that path" another_file
	else
		skip "allowlist: another file of that path" \
			"in a chroot, paths in another mount namespace are longer"
	fi
	check "metrics" metrics
	check "allowlist: what is known" known
	check "severities" severities
fi
if command -v promtool >/dev/null; then
	check "promtool: metrics" promtool_agrees
	check "promtool: alerts" alerts
	check "promtool: dashboard" dashboard
else
	skip "promtool" "no promtool: install prometheus"
fi
task_end
finish
