# SPDX-License-Identifier: GPL-2.0-only
# bash completion for taskshare(1)

_taskshare()
{
	local cur prev words cword split

	_init_completion -s || return
	if [[ ${words[1]} == trace && $cword -gt 1 ]]; then
		_taskshare_trace
		return
	fi
	case $prev in
	--engine)
		if [[ $cur == file:* ]]; then
			cur=${cur#file:}
			_filedir
			return
		fi
		mapfile -t COMPREPLY < <(compgen -W \
			'auto all module bpf proc file:' -- "$cur")
		[[ ${COMPREPLY[*]} == *: ]] && compopt -o nospace
		return
		;;
	--save)
		_filedir
		return
		;;
	--interval)
		return
		;;
	-o | --output)
		local before=${cur%"${cur##*[,+]}"} names
		names=$(taskshare --list-columns 2>/dev/null |
			while read -r name _; do echo "$before$name"; done)
		mapfile -t COMPREPLY < <(compgen -W "$names" -- "$cur")
		compopt -o nospace
		return
		;;
	esac
	$split && return
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W '--all --matrix --tree
			--flags --dot --svg --json --odd --raw --noheadings
			--output --list-columns --list-flags --engine --save
			--interval --help --version' -- "$cur")
		return
	fi
	if [[ ${words[1]-} == why ]] && ((cword > 2)); then
		_taskshare_why
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W 'watch pin unpin lab trace verify why' -- "$cur")
	_taskshare_pids "$cur"
}

# Options of trace, then a command with its arguments
_taskshare_trace()
{
	local i

	for ((i = 2; i < cword; i++)); do
		case ${words[i]} in
		-p | -o | -e | --pid | --output | --events | --buffer)
			i=$((i + 1))
			;;
		-*) ;;
		*)
			_command_offset "$i"
			return
			;;
		esac
	done
	case $prev in
	-p | --pid)
		_taskshare_pids "$cur"
		;;
	-o | --output)
		_filedir
		;;
	-e | --events)
		mapfile -t COMPREPLY < <(compgen -W '%create %exec %namespace
			%creds %exit %process create exec unshare setns
			credentials seccomp vfork_done exit fail' -- "$cur")
		;;
	--buffer) ;;
	*)
		if [[ $cur == -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W '--pid --follow
				--all --events --failed --verbose --tree
				--json --output --summary --buffer --help' \
				-- "$cur")
		else
			_command_offset "$cword"
		fi
		;;
	esac
}

# why PID CALL FLAGS TARGET-PID
_taskshare_why()
{
	local before=${cur%"${cur##*[,|]}"} flags
	case $cword in
	3)
		mapfile -t COMPREPLY < <(compgen -W 'unshare setns clone clone3
			fork vfork posix_spawn pthread_create' -- "$cur")
		;;
	4)
		flags=$(taskshare --list-flags 2>/dev/null |
			while read -r name _; do echo "$before$name"; done)
		mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$cur")
		;;
	5)
		_taskshare_pids "$cur"
		;;
	esac
}

# PIDs of /proc, behind what is there already
_taskshare_pids()
{
	local dir
	for dir in /proc/[1-9]*; do
		dir=${dir#/proc/}
		[[ $dir == "$1"* ]] && COMPREPLY+=("$dir")
	done
}

complete -F _taskshare taskshare
