#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# taskshare record, natively: the program is not disturbed, and the steps are
# those that it made.
#
#	record.sh TASKSHARE TESTS-DIR
# shellcheck disable=SC2317 # functions are called by check
. "${0%/*}/tap.sh"

script=$(realpath "$0")
taskshare=$(realpath "$1")
tasks=$(realpath "$2")/record_tasks
compare=$(realpath "$2")/record_random
here=$(realpath "${0%/*}")
cd "$scratch" || exit 1

# record ENGINE COMMAND...: the recording is r.json
record()
{
	local engine=$1
	shift
	timeout -k 5 "$(limit 60)" "$taskshare" record --engine="$engine" \
		--json r.json -- "$@"
}

# same ENGINE COMMAND...: by itself and recorded: status and output are the same
same()
{
	local engine=$1 status
	shift
	"$@" >want.out 2>want.err </dev/null
	status=$?
	record "$engine" "$@" >out 2>err </dev/null
	[[ $? == "$status" ]] && cmp want.out out && cmp want.err err
}

# all_same COMMAND...: with every engine that is usable
all_same()
{
	local engine
	for engine in "${engines[@]}"; do
		same "$engine" "$@" || return 1
	done
}

# compared COMMAND...: kcmp(2) says the same as each step, with every engine
compared()
{
	"$compare" run "$@" >out 2>&1 </dev/null
	grep -a -e '^#' -e 'ok ' out
	[[ $(grep -a -c '^ok .* 0 wrong$' out) == "${#engines[@]}" ]]
}

# Without standard streams, no file of the recorder takes the place of one: it has
# nothing in it but the recording.
closed()
{
	local engine
	for engine in "${engines[@]}"; do
		rm -f r.json
		record "$engine" sh -c 'echo out; echo err >&2' <&- >&- 2>&-
		jq -e '[.output[].text] | sort == ["err\n", "out\n"]' r.json ||
			return 1
	done
}

# Both streams into one file: the order is the program's, also of what it has
# written before a slow recorder looks.
order()
{
	local slow
	"$tasks" order >want 2>&1
	for slow in '' 'strace -o /dev/null'; do
		[[ -z $slow ]] || command -v strace >/dev/null || continue
		# shellcheck disable=SC2086 # words
		timeout -k 5 "$(limit 60)" $slow "$taskshare" record --engine=proc \
			--json r.json -- "$tasks" order >got 2>&1 &&
			cmp want got || return 1
		jq -r '.output[].text' r.json | grep . | cmp want || return 1
	done
}

# events: one a line, "EVENT TASK OTHER"
events()
{
	jq -r '.steps[] | "\(.event) \(.task) \(.other)"' r.json
}

# The order of the last steps is not known.
threads()
{
	local engine
	for engine in "${engines[@]}"; do
		record "$engine" "$tasks" threads >out
		[[ $? == 7 ]] || return 1
		events | head -n 6 >got
		printf '%s\n' 'start 0 null' 'create 0 '{1..5} | diff - got ||
			return 1
		events | sed -n '7,11p' | sort >got
		printf 'exit %s null\n' {1..5} | diff - got || return 1
		events | sed -n '12,$p' >got
		printf '%s\n' 'create 0 6' 'exit 6 null' 'exit 0 null' |
			diff - got || return 1
		# Threads share their memory, the child does not.
		jq -e '.exit.status == 7 and
			([.steps[5].rows[][6][0], .steps[1].rows[][6][0]] |
			unique | length) == 1 and
			([.steps[11].rows[] | select(.[0] == 6)][0][6][0] as $mm |
			.objects[$mm].letter == "B")' r.json || return 1
	done
}

# valid: r.json is what taskshare(5) says
valid()
{
	jq -e '
		def index($of): type == "number" and . >= 0 and . < ($of | length);
		. as $all | .recording == 1 and (.lasting | type) == "boolean" and
		([.kinds[] | [.name, .title, .about] | all(type == "string")] | all) and
		(.objects | all(.kind < ($all.kinds | length) and .first <= .last)) and
		(.tasks | all(.creator == null or (.creator | index($all.tasks)))) and
		(.steps | to_entries | all(.key == .value.step)) and
		(.steps | all((.task | index($all.tasks)) and
			(.other == null or (.other | index($all.tasks))) and
			(.sentence | length > 0) and (.flags | type == "array") and
			.output <= ($all.output | length) and
			(.rows | all(length == 7 and (.[0] | index($all.tasks)) and
				(.[6] | length == ($all.kinds | length)) and
				(.[6] | all(. == null or . == "-" or . == "?" or
					index($all.objects))))))) and
		(.notes | all(type == "string"))' r.json
}

formats()
{
	local engine mode
	for engine in "${engines[@]}"; do
		for mode in threads hostile spawn exec leader unshare killed; do
			echo "$engine $mode"
			record "$engine" "$tasks" "$mode" >out 2>err
			valid || return 1
		done
	done
}

# No byte of a program is more than a part of a string.
hostile()
{
	record proc "$tasks" hostile >out && ! grep -q -P '\x1b' r.json &&
		jq -e '.output[0].text | contains("</script>") and endswith("]]>\n")' \
		r.json && jq -e '.steps[1].rows[0][5] | contains("</a>")' r.json
}

# vfork(2): the parent waits, and shows so.
spawn()
{
	record proc "$tasks" spawn && jq -e '
		[.steps[] | select(.event == "vfork-done")] | length == 2' r.json &&
	jq -e '.steps[1] | .event == "create" and
		(.rows | any(.[0] == 0 and .[4] == "vfork"))' r.json &&
	jq -r '.steps[].sentence' r.json >sentences && cat sentences &&
	grep -q 'like posix_spawn' sentences
}

# A thread that executes gets the PID of the first one.
exec_of_thread()
{
	record proc "$tasks" exec && jq -r '.steps[].sentence' r.json >got &&
		cat got && grep -q 'takes over this PID; ends 2 threads' got &&
		grep -q -c 'is ended by the execve() of' got &&
		jq -e '.steps[-1] | .event == "exit" and .task == 2' r.json &&
		jq -e '.tasks | all(.last != null)' r.json
}

leader()
{
	record proc "$tasks" leader
	[[ $? == 5 ]] && jq -e '.exit.status == 5' r.json &&
		jq -r '.steps[].sentence' r.json | tail -n 1 |
		grep 'process [0-9]* exits with status 5'
}

unshared()
{
	record proc "$tasks" unshare && jq -r '.steps[].sentence' r.json >got &&
		cat got && grep -q '^unshare(): filesystem information was shared with 1 other, now private' got &&
		grep -q '^close_range(): file descriptor table was shared with 1 other' got
}

# A run of 200 tasks, and one that is longer than a recording
large()
{
	record "${engines[-1]}" "$tasks" many 199 && valid &&
		jq -e '.tasks | length == 200' r.json &&
		record proc "$tasks" forks 1010 && valid &&
		jq -e '(.steps | length) == 2000 and (.notes | length) == 1' r.json
}

# lines MODE: of the source, those that steps of that mode are at
lines()
{
	local line
	record proc "$tasks" "$1" >out
	jq -r '.sources as $s | .steps[].source | select(. and .line) |
		"\(.line) \($s[.source].path)"' r.json >places || return 1
	while read -r line path; do
		[[ $path == */record_tasks.c ]] || return 1
		sed -n "${line}s/^[[:space:]]*//p" "$here/record_tasks.c"
	done <places | uniq
}

# has_lines MODE PIECE...: the steps are at lines with these pieces, in order
has_lines()
{
	local mode=$1 piece
	shift
	lines "$mode" >got
	cat got
	for piece; do
		IFS= read -r line && [[ $line == *"$piece"* ]] || return 1
	done <got
	[[ $(wc -l <got) == "$#" ]]
}

source_lines()
{
	has_lines threads 'pthread_create(' 'if (!fork())' '_exit(3)' &&
		has_lines spawn 'posix_spawn(' 'vfork()' '_exit(0)' 'vfork()' &&
		has_lines leader 'pthread_create(' 'exit(5)' &&
		has_lines unshare 'pthread_create(' 'unshare(CLONE_FS)' \
			'SYS_close_range' && has_lines killed 'raise(SIGSEGV)'
}

# -o writes what the command "page" makes of the JSON.
page()
{
	"$taskshare" record --engine=proc --json r.json -o got.html -- \
		"$tasks" hostile >out && "$taskshare" page -o want.html r.json &&
		[[ -s want.html ]] && cmp want.html got.html
}

# A recording says what it lacks.
# has_note WORDS
has_note()
{
	jq -e --arg words "$1" '.notes | any(contains($words))' r.json
}

traced()
{
	record proc "$tasks" traceme && has_note 'a task has one tracer' &&
		record proc true && jq -e '.notes == []' r.json
}

# Another user's program with the set-user-ID bit, by a user without privilege
set_user_id()
{
	cp /bin/true "$scratch/privileged" && chmod 4755 privileged &&
		chmod 711 . && install -d -m 777 user &&
		setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$(for_all "$taskshare")" record --engine=proc --json user/r.json -- \
		./privileged && cp user/r.json . &&
		has_note './privileged is a set-user-ID' &&
		record proc ./privileged && jq -e '.notes == []' r.json
}

# source_as_nobody MODE: the text of a file of root's, with those permissions, that
# another user's program says it was made of
source_as_nobody()
{
	chmod "$1" source.c && record proc "${as_nobody[@]}" ./named &&
		jq -e --arg path "$PWD/source.c" \
		'.sources[] | select(.path == $path).text' r.json
}

# A program gets nothing into the recording that it could not read itself.
secret_source()
{
	echo 'the source' >source.c && chmod 711 . &&
		"${CC:-cc}" -g -x c -o named - <<-END &&
		#include <unistd.h>
		#line 1 "$PWD/source.c"
		int main(void) { return fork() < 0; }
	END
	[[ $(source_as_nobody 600) == null ]] &&
		[[ $(source_as_nobody 640) == null ]] &&
		[[ $(source_as_nobody 644) == '"the source\n"' ]]
}

# Only on amd64, and there only if the kernel takes such calls. Its flags are not known, so nothing is said of them.
foreign()
{
	record proc "$tasks" foreign && has_note 'as 32-bit programs do' &&
		jq -r '.steps[].sentence' r.json | tee sentences &&
		grep -q -x 'an unseen call creates process [0-9]*; shares file descriptor table, filesystem information' \
			sentences && grep -q -x 'an unseen call runs /.*' sentences
}

# Real programs: their own status and output, and their tasks
pipeline()
{
	all_same bash -c 'seq 1000 | sort -r | head -n 3; (echo sub; exit 3)' &&
		jq -e '.tasks | length >= 4' r.json
}

with_python()
{
	cat >mp.py <<-'END'
		import multiprocessing, subprocess
		def work(n):
		    return n * n
		if __name__ == "__main__":
		    with multiprocessing.get_context("fork").Pool(3) as pool:
		        print(pool.map(work, range(5)))
		    print(subprocess.check_output(["echo", "sub"]).decode())
	END
	all_same /usr/bin/python3 mp.py &&
		jq -e '.tasks | length >= 5' r.json &&
		compared /usr/bin/python3 mp.py
}

with_node()
{
	cat >child.js <<-'END'
		const { execFileSync } = require("child_process");
		const { Worker } = require("worker_threads");
		console.log(execFileSync("echo", ["sub"]).toString());
		new Worker("console.log('worker')", { eval: true });
	END
	all_same node child.js && jq -e '.tasks | length >= 3' r.json &&
		compared node child.js
}

# Threads, and a process; a JRE has no compiler.
with_java()
{
	cat >Shared.java <<-'END'
		public class Shared {
			public static void main(String[] args) throws Exception {
				int[] sum = new int[1];
				Thread[] threads = new Thread[3];
				for (int i = 0; i < 3; i++) {
					int n = i + 1;
					threads[i] = new Thread(() -> {
						synchronized (sum) {
							sum[0] += n;
						}
					});
					threads[i].start();
				}
				for (Thread thread : threads)
					thread.join();
				System.out.println(sum[0]);
				new ProcessBuilder("echo", "sub").inheritIO()
					.start().waitFor();
				System.exit(3);
			}
		}
	END
	# Debian 13's ecj(1) does not find the archive that its compiler is in.
	java -cp '/usr/share/java/*' \
		org.eclipse.jdt.internal.compiler.batch.Main \
		-proc:none -11 -d . Shared.java &&
		all_same java -cp . Shared &&
		[[ $(<out) == 6$'\n'sub ]] &&
		jq -e '(.tasks | length >= 6) and .exit.status == 3 and
			([.steps[].sentence] |
			any(test("runs .*/echo"))) and .notes == []' r.json &&
		compared java -cp . Shared
}

# into_cgroup: the child is in another cgroup, where the engine sees them.
into_cgroup()
{
	local engine
	for engine in "${engines[@]}"; do
		same "$engine" "$tasks" cgroup || return 1
		jq -e --arg engine "$engine" '
			([.kinds[].name] | index("cgroups")) as $k |
			([.steps[].rows[]] | map(select(.[6][$k] != null))) as $rows |
			(.steps[] | select(.event == "create")) as $step |
			def of($t): $rows | map(select(.[0] == $t)[6][$k]) | last;
			($step.sentence | test("^clone3\\(\\) creates .*match")) and
			($step.flags | index("INTO_CGROUP")) and
			(if $engine == "proc" then true else
			of($step.task) != of($step.other) end)' r.json || {
			jq -c '.steps[] | [.sentence, .flags, .rows]' r.json
			return 1
		}
	done
	compared "$tasks" cgroup
}

namespaces()
{
	all_same unshare -rpf sh -c 'echo $$; sleep 0.01' &&
		jq -e '.steps | any(.sentence | test("new .*user:"))' r.json
}

# Sentences without numbers, one a line
plain()
{
	sed -E 's/[0-9]+(\.[0-9]+)?( ms)?/N/g'
}

# said MODE: both report the same of one run each. A line of trace may be cut,
# so the program has a short path, and some steps come in another order.
said()
{
	local line i found
	local -a sentences
	ln -sf "$tasks" .
	"$taskshare" trace -- ./record_tasks "$1" >trace.out 2>err
	record bpf ./record_tasks "$1" >out 2>out
	sed -n -E 's/^ *[0-9.]+ +[0-9]+ [^:]*: //p' trace.out | plain >said.trace
	mapfile -t sentences < <(jq -r '.steps[].sentence' r.json | plain)
	while IFS= read -r line; do
		found=''
		for i in "${!sentences[@]}"; do
			[[ ${sentences[i]} == "${line% ...}"* ||
			   ${sentences[i]} == "${line%...}"* ]] || continue
			[[ $line == *... || ${sentences[i]} == "$line" ]] ||
				continue
			found=$i
			break
		done
		[[ $found ]] || { echo "$1: only trace: $line"; return 1; }
		unset "sentences[$found]"
	done <said.trace
	[[ ${#sentences[@]} == 0 && -s said.trace ]] || {
		cat trace.out err
		echo "$1: only record: ${sentences[*]}"
		return 1
	}
}

as_trace()
{
	local mode
	for mode in spawn exec leader killed; do
		said "$mode" || return 1
	done
}

notes()
{
	record proc "$tasks" untraced && jq -e '.notes | length >= 1 and
		any(contains("CLONE_UNTRACED"))' r.json &&
		record proc head -c 11000000 /dev/zero >out &&
		[[ $(stat -c %s out) == 11000000 ]] &&
		jq -e '.notes | any(test("^[0-9]+ bytes of output were left out"))' \
		r.json
}

# Numbers of open files as they may be: a page has them, too.
negative_offset()
{
	record proc "$tasks" negative &&
		jq -e '[.steps[].files.descriptions[]?[1]] |
			index(-1073741824)' r.json && "$taskshare" page r.json >/dev/null
}

# on_overlay COMMAND...: where f has an inode number from 2^63 on
on_overlay()
{
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount sh -c 'mount -t tmpfs lower lower &&
		mount -t tmpfs upper upper && mkdir upper/u upper/w &&
		echo text >lower/f && mount -t overlay \
		-o lowerdir=lower,upperdir=upper/u,workdir=upper/w,xino=on overlay \
		over && exec "$@"' sh "$@"
}

large_inode()
{
	# shellcheck disable=SC2016 # for the inner shell
	on_overlay "$taskshare" record --engine=proc --json r.json -- \
		sh -c 'exec 7<over/f; stat -c %i over/f; (exit 1); true' >ino &&
		jq -e --arg ino "$(cat ino)" '[.steps[].files.files[]?[2]] |
			index($ino)' r.json && "$taskshare" page r.json >/dev/null
}

# However many tasks have notes, that it is not complete is said.
many_notes()
{
	# shellcheck disable=SC2016 # for the inner shell
	record proc sh -c 'for i in $(seq 70); do "$0" traceme; done
		head -c 11000000 /dev/zero; "$0" forks 1010' "$tasks" >out &&
		jq -e '(.steps | length) == 2000 and (.notes |
			any(test("^[0-9]+ bytes of output were left out")) and
			any(test("^The recording ends at step 2000")) and
			length == 66)' r.json
}

no_program()
{
	rm -f r.json
	record proc /nonexistent >out 2>err
	[[ $? == 127 && ! -s r.json ]] && grep '/nonexistent' err &&
		grep 'nothing was recorded' err
}

# A recording is replaced by one, and by nothing else.
replaces()
{
	echo before | tee r.json >r.html
	"$taskshare" record --json r.json -o r.html -- /nonexistent
	[[ $(cat r.json r.html) == $'before\nbefore' ]] || return 1
	"$taskshare" record --json r.json -o r.html -- true &&
		jq -e '.exit.status == 0' r.json && page_data r.html | cmp - r.json
}

# full OPTION: the disk has no room for the file; the command has run.
full()
{
	"$taskshare" record --engine=proc "$1" /dev/full -- sh -c 'exit 3' 2>err
	[[ $? == 3 && $(cat err) == "taskshare: /dev/full: the recording cannot be\
 written: No space left on device" ]]
}

# Open files after fork(), a second open() and the end of a task: a child
# reads from the description that it has in common, and opens the file again. Its
# table is the later one of the two, whatever its PID.
open_files()
{
	local engine file=$script
	for engine in "${engines[@]}"; do
		# shellcheck disable=SC2016 # for the inner shell
		record "$engine" bash -c 'exec 5<"$0"
			(exec 6<"$0"; read -r -u 5 -n 1; /bin/true); true' \
			"$file" 5<&- 6<&- || return 1
		jq -e --arg file "$file" '
			def fd($t; $n): (.tables | sort_by(.[0]))[$t][1][] |
				select(.[0] == $n);
			def at($place): map(select(.[0] == $place))[0];
			def description($t; $n): fd($t; $n)[1] as $place |
				.descriptions | at($place);
			[.steps[] | .files // empty] as $files |
			($files[] | select(.tables | length == 2)) as $first |
			([$files[] | select([.tables[][1][][0]] | index(6))] |
			first) as $now |
			($first | fd(0; 5)[1] == fd(1; 5)[1]) and
			($now | fd(0; 5)[1] == fd(1; 5)[1] and
			description(1; 6)[1] == 0 and
			description(1; 5)[1] > 0 and
			fd(1; 6)[1] != fd(1; 5)[1] and
			description(1; 6)[3] == description(1; 5)[3] and
			(description(1; 5)[3] as $place |
			.files | at($place)[3]) == $file) and
			([$files[] | .files[] | select(.[3] == $file)[0]] |
			unique | length == 1) and
			([$first, $now | fd(0; 5)[1]] |
			unique | length == 1) and
			$files[-1].tables == []' r.json || return 1
	done
}

engines=(proc)
"$taskshare" --engine=bpf $$ >/dev/null 2>&1 && engines+=(bpf)

check "exit status and output are the program's" all_same "$tasks" threads
check "so is the signal that kills it" all_same "$tasks" killed
check "so are they of a shell with a pipe" \
	all_same bash -c 'seq 100000 | tail -n 1; echo error >&2; exit 9'
check "it has no descriptor that is not its own" \
	all_same bash -c 'echo /proc/self/fd/*'
check "open files" open_files
check "an offset that is negative" negative_offset
mkdir lower upper over
if ((EUID == 0)) && [[ $(on_overlay stat -c %i over/f 2>&1) =~ ^9.{18}$ ]]; then
	check "an inode number that is large" large_inode
else
	skip "an inode number that is large" "no such file can be made here"
fi
check "both streams in order" order
check "standard streams that are closed" closed
check "five threads and a child" threads
check "the format" formats
check "hostile names and output" hostile
check "vfork and posix_spawn" spawn
check "a thread that executes" exec_of_thread
check "a first thread that ends first" leader
check "threads that are killed at birth, of a program that never rests" \
	record proc "$tasks" newborn 40
check "a thread that takes its own" unshared
check "200 tasks, and 2,000 steps" large
record proc true
if grep -q 'without libdw' r.json; then
	skip "lines of source text" "taskshare was built without libdw"
else
	check "lines of source text" source_lines
	((EUID)) || check "no source text that only root can read" secret_source
fi
check "a page" page
check "what a recording lacks" notes
check "what it lacks besides what 70 tasks lack" many_notes
if [[ " ${engines[*]} " == *" bpf "* ]]; then
	check "the sentences are those of trace" as_trace
fi
check "a task that asks to be traced" traced
if ((EUID == 0)); then
	check "a set-user-ID program has no privilege" set_user_id
fi
if [[ $(uname -m) == x86_64 ]] && "$tasks" foreign 2>err; then
	check "calls as 32-bit programs make them" foreign
fi
check "a pipeline of bash" pipeline
check "Python's multiprocessing and subprocess" with_python
check "Node with a child and a worker" with_node
if command -v java ecj >"$scratch/java"; then
	check "Java with threads and a child" with_java
else
	skip "Java with threads and a child" \
		"no java or ecj: packages default-jre-headless, ecj"
fi
if ((EUID)); then
	skip "clone3() into a cgroup" "only root can make one"
elif "$tasks" cgroup 2>err || [[ $? != 4 ]]; then
	check "clone3() into a cgroup" into_cgroup
else
	skip "clone3() into a cgroup" "$(<err)"
fi
check_userns "unshare -rpf" namespaces
check "no such program" no_program
check "a recording that is there stays until there is another" replaces
check "a disk without room for the recording" full --json
check "and for the page" full -o
check "a file that cannot be written is 1" fails 1 '/nonexistent' \
	"$taskshare" record --json /nonexistent/r.json -- true
check "no command is 1" fails 1 'record what' "$taskshare" record --json r.json
if ((EUID)); then
	skip "as an ordinary user" "only root can become one"
else
	chmod 777 .
	check "as an ordinary user" env -u HOME "${as_nobody[@]}" \
		"$(for_all "$taskshare")" record --json nobody.json -- \
		"$(for_all "$tasks")" order
fi
finish
