#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Names that the program has from its tables are in the manual page and are
# completed: commands, options, engines, columns.
#
#	manual.sh TASKSHARE
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/tap.sh"

here=$(realpath "$(dirname "$0")")
taskshare=$(realpath "$1")

# completes WORDS...: print all that bash completes for the last of them
completes()
{
	PATH=$(dirname "$taskshare"):$PATH bash -c '
		source "$0/../completions/taskshare.bash"
		COMP_WORDS=(taskshare "$@") COMP_CWORD=$#
		_taskshare
		printf "%s\n" "${COMPREPLY[@]}"' "$here" "$@"
}

commands()
{
	"$taskshare" --help | sed -n '/^Commands/,/^$/s/^ \([a-z]*\) .*/\1/p'
}

# Each command is in the synopsis of the manual page, and is completed.
commands_everywhere()
{
	local command
	[[ $(commands | wc -l) -ge 7 ]] || return 1
	for command in $(commands); do
		echo "$command"
		grep -q -E "^\.Cm .*\b$command\b" "$here/../taskshare.1" ||
			return 1
		completes "${command:0:2}" | grep -q -x "$command" || return 1
	done
}

# Each option that --help has is in the manual page, by one of its names, and is
# completed.
options_everywhere()
{
	local command short option
	for command in '' $(commands); do
		# shellcheck disable=SC2086 # no word for none
		while read -r short option; do
			echo "$command $option"
			grep -q -E -e "Fl (-${option#--}|${short#-})\b" \
				"$here/../taskshare.1" || return 1
			completes ${command:+"$command"} -- |
				grep -q -x -e "$option" || return 1
		done < <("$taskshare" $command --help |
			sed -n -E 's/^ (-[a-zA-Z])?,? *(--[a-z-]+).*/\1 \2/p' |
			sed -E 's/^ (--)/\1 \1/')
	done
}

# Every name that a column ever had is accepted; NEWS says which changed.
names_of_columns()
{
	"$taskshare" --engine=proc -n -o \
		PID,TGID,PPID,KIND,STATE,START,FLAGS,EXITSIG,COMM,WORDS $$ &&
	"$taskshare" --engine=proc -n -o \
		mm,files,sighand,fs,signal,io,semundo,ns,cred,cgroups,seccomp $$ &&
	"$taskshare" --engine=proc -n -o \
		nsproxy,ns/uts,ns/ipc,ns/mnt,ns/net,ns/pid,ns/pid_for_children $$ &&
	"$taskshare" --engine=proc -n -o \
		ns/cgroup,ns/time,ns/time_for_children,ns/user $$
}

# Each engine is in the manual page.
engines_everywhere()
{
	local engine
	for engine in $("$taskshare" --help |
		sed -n '/^Engines/,/^$/s/^ \([a-z]*\) .*/\1/p'); do
		echo "$engine"
		grep -q "^\.It Cm $engine" "$here/../taskshare.1" || return 1
	done
	[[ $engine == file ]]
}

# So is each column that shows content; others are listed by the program alone.
content_everywhere()
{
	local column columns
	columns=$(sed -n 's/^\tX([^"]*"[^"]*", "\([A-Z0-9]*\)".*/\1/p' \
		"$here/../content/fields.h")
	[[ $(wc -l <<<"$columns") -ge 30 ]] || return 1
	for column in $columns; do
		echo "$column"
		grep -q -w -e "$column" "$here/../taskshare.1" || return 1
	done
}

completes_names()
{
	completes lab th | grep -x threads && completes --engine b | grep -x bpf &&
		completes -o ns/m | grep -x ns/mnt &&
		completes files -o PID,OFF | grep -x PID,OFFSET &&
		completes trace -p $$ | grep -x $$ &&
		completes why $$ uns | grep -x unshare &&
		completes why $$ unshare CLONE_NEWU | grep -x CLONE_NEWUSER &&
		completes trace -e cred | grep -x credentials &&
		completes audit --rule zom | grep -x zombie-leader
}

check "each command: manual page and completion" commands_everywhere
check "each option: manual page and completion" options_everywhere
check "each engine: manual page" engines_everywhere
check "each column of content: manual page" content_everywhere
check "names of columns, earlier ones too" names_of_columns
check "names of labs, engines and columns are completed" completes_names
finish
