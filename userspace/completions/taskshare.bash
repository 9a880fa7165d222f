# SPDX-License-Identifier: GPL-2.0-only
# bash completion for taskshare(1). Commands, options and names come from the
# program itself, so that they are those of the version that is installed.

_taskshare()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command='' words

	COMPREPLY=()
	# bash takes "=" for a word of its own.
	[[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD - 2]}
	[[ $cur == = ]] && cur=
	((COMP_CWORD > 1)) && command=$(_taskshare_commands |
		grep -x -e "${COMP_WORDS[1]}")
	case $prev in
	--engine)
		words=$(taskshare --help 2>/dev/null |
			awk '/^Engines/ { on = 1; next }
				on && !NF { exit }
				on { print $1 }')
		words="auto all $words file:"
		[[ -z $command ]] || words=${words/ file/}
		;;
	-o | --output | --save)
		if [[ ! $command =~ ^(watch|files)?$ || $prev == --save ]]; then
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			return
		fi
		local before=${cur%"${cur##*[,+]}"}
		[[ $command == files ]] || command=''
		# shellcheck disable=SC2086 # no word if there is no command
		words=$(taskshare $command --list-columns 2>/dev/null |
			while read -r name _; do echo "$before$name"; done)
		compopt -o nospace 2>/dev/null
		;;
	--record)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	--severity)
		words='security correctness hygiene information'
		;;
	--rule)
		words=$(taskshare audit --list-rules 2>/dev/null |
			sed -n 's/^\([a-z-]*\): .*/\1/p')
		;;
	--format)
		words='prometheus openmetrics'
		;;
	-p | --pid)
		words=$(_taskshare_pids)
		;;
	--json)
		if [[ $command == record || $command == serve ]]; then
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			return
		fi
		words=$(_taskshare_words "$command" "$cur")
		;;
	-e | --events)
		words='%create %exec %namespace %creds %exit %process create exec
			unshare setns credentials seccomp vfork_done exit fail'
		;;
	*)
		words=$(_taskshare_words "$command" "$cur")
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

# The words of the section "Commands" of --help
_taskshare_commands()
{
	taskshare --help 2>/dev/null | awk '/^Commands/ { on = 1; next }
		on && !NF { exit }
		on { print $1 }'
}

# PIDs of /proc
_taskshare_pids()
{
	local dir
	for dir in /proc/[1-9]*; do
		echo "${dir#/proc/}"
	done
}

# _taskshare_words COMMAND BEGINNING: what may stand there
_taskshare_words()
{
	if [[ $2 == -* ]]; then
		# shellcheck disable=SC2086 # no word if there is no command
		taskshare $1 --help 2>/dev/null |
			grep -o -E -e '^ (-[a-zA-Z],|  ) *--[a-z-]+' |
			grep -o -E -e '--[a-z-]+'
	elif [[ $1 == lab ]]; then
		taskshare lab 2>/dev/null | awk '{ print $2 }'
	elif [[ $1 == why && $COMP_CWORD == 3 ]]; then
		echo unshare setns clone clone3 fork vfork posix_spawn \
			pthread_create
	elif [[ $1 == why && $COMP_CWORD == 4 ]]; then
		local before=${2%"${2##*[,|]}"}
		taskshare --list-flags 2>/dev/null |
			while read -r name _; do echo "$before$name"; done
	elif [[ $1 == page ]]; then
		compgen -f -- "$2"
	elif [[ $1 == trace || $1 == record || $1 == serve ]]; then
		[[ $1 != serve ]] || _taskshare_pids
		compgen -c -- "$2"
	elif [[ -z $1 ]]; then
		_taskshare_commands
		_taskshare_pids
	else
		_taskshare_pids
	fi
}

complete -F _taskshare taskshare
