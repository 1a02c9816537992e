#!/usr/bin/env bash
# Times `tasks` against git on generated repositories, in one run: user and system milliseconds, the best of several runs.
#
#   benches/compare.sh [TASKS COMMITS]...     10000 tasks and 100000 commits unless given; a column for each pair
#   benches/compare.sh --all                  from 100 tasks and 1000 commits up to a million commits, and 100000 tasks
#
# "cold" reads all of history (--no-cache), "warm" finds it in the cache. What history costs is what `tasks list` takes more
# than in a repository that has the same plan and a single commit: at the first read, at the same tip again, after one commit
# that the cache does not know, and after a switch to a commit that left main 10000 commits ago (or half of all) and has as
# many of its own. Memory is the peak that is resident, the mapped packs of the repository included, as for git.
#
# Needs git, awk and bash, and GNU time for the memory. Builds the release binary first; TASKS_BIN names another one, RUNS how
# often each command runs (5), MATCH a regular expression for the rows that are wanted. Repositories are made by git
# fast-import in a temporary directory, one at a time, and removed afterwards: the largest takes 1 GB and some minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

sizes=("$@")
if [[ ${1:-} == --all ]]; then
    sizes=(100 1000 1000 10000 10000 100000 100000 100000 10000 1000000)
elif (($# == 0)); then
    sizes=(10000 100000)
fi
((${#sizes[@]} % 2 == 0)) || { echo "give tasks and commits in pairs, or --all" >&2; exit 2; }
runs=${RUNS:-5}
match=${MATCH:-.}
if [[ -z ${TASKS_BIN:-} ]]; then
    cargo build --release --locked --quiet --bin tasks
    TASKS_BIN=${CARGO_TARGET_DIR:-$PWD/target}/release/tasks
fi
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_EDITOR=true LC_ALL=C
export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.com GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.com
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
repo=$top/repo alone=$top/alone kept=$top/kept

# What both histories are made of.
words='
    function data(text) { printf "data %d\n%s\n", length(text), text }
    function file(path, text) { printf "M 100644 inline %s\n", path; data(text) }
    function head(branch, time, message) {
        print "commit " branch
        printf "author Ada <ada@example.com> %d +0000\ncommitter Ada <ada@example.com> %d +0000\n", time, time
        data(message)
    }'

# A plan of groups of a hundred tasks, each with five steps and some with a dependency, and a linear history in which every
# twentieth commit completes a task.
history() { # tasks, commits
    awk -v tasks="$1" -v commits="$2" "$words"'
    BEGIN {
        head("refs/heads/main", 1600000000, "plan: start")
        file(".tasks/config.toml", "version = 1\n")
        for (t = 1; t <= tasks; t++) {
            text = "title = \"Task number " t " of a generated plan\"\n\npriority = \"" (t % 3 ? "medium" : "high") "\"\n\nestimate = \"" (1 + t % 7) "h\"\n"
            if (t % 4 == 0) text = text "\ndepends = [\n  \"" (t - 1) "\",\n]\n"
            text = text "\ntags = [\n  \"t" (t % 10) "\",\n]\n\ncreated = 2026-01-01T00:00:00Z\n\ndescription = \"\"\"\nWhat is to be done here takes a sentence or two to say, as in any real plan that people keep.\n\"\"\"\n"
            for (s = 1; s <= 5; s++) text = text "\n[[steps]]\ntext = \"Step " s " of what has to be done\"\n"
            file(sprintf(".tasks/%02d-group/%d.toml", int((t - 1) / 100) + 1, t), text)
        }
        for (n = 1; n <= commits; n++) {
            subject = n % 20 == 0 ? "task " (n / 20 % tasks + 1) ": finish it" : "Change file " n % 1000
            head("refs/heads/main", 1600000000 + n * 60, subject "\n\nA body of an ordinary length, which says why the change was made and what was weighed.\nIt goes on for a second line.\n\nSigned-off-by: Ada <ada@example.com>\n")
            file("src/" n % 100 ".txt", int(n / 100) "\n")
        }
    }' </dev/null
}

# Commits beside main, of which every twentieth names a task.
aside() { # tasks, commits, the commit they start from
    awk -v tasks="$1" -v commits="$2" -v from="$3" "$words"'
    BEGIN {
        for (n = 1; n <= commits; n++) {
            head("refs/kept/aside", 1600000000 + n * 60, (n % 20 == 0 ? "task " (n / 20 % tasks + 1) ": finish it" : "Change it") "\n\nA body of a line or so.\n")
            if (n == 1) print "from " from
            file("other.txt", n "\n")
        }
    }' </dev/null
}

import() { git -C "$repo" fast-import --quiet --date-format=raw; }

make() { # tasks, commits
    git init -q -b main "$repo"
    history "$1" "$2" | import
    git -C "$repo" reset -q --hard
    git -C "$repo" -c gc.auto=0 repack -adq
    away=$(($2 / 2 < 10000 ? $2 / 2 : 10000))
    aside "$1" "$away" "$(git -C "$repo" rev-parse "main~$away")" | import
    git -C "$repo" commit-graph write --reachable 2>/dev/null
    git -C "$repo" status >/dev/null
    # The same plan, with nothing that happened since.
    git init -q -b main "$alone"
    cp -R "$repo/.tasks" "$alone/"
    git -C "$alone" add .tasks
    git -C "$alone" commit -qm "plan: start"
    # What is as new as the caches that are about to be made would not be believed.
    sleep 2
}

nothing() { :; }

# The least milliseconds of user and system time of several runs. Before each the function that `before` names is run.
cpu() {
    local best=999999999 user sys us turn before=${before:-nothing}
    local TIMEFORMAT='%3U %3S'
    "$before"
    "$@" >/dev/null 2>"$top/errors" || { echo "failed: $*" >&2; cat "$top/errors" >&2; exit 1; }
    for ((turn = 0; turn < runs; turn++)); do
        "$before"
        read -r user sys < <({ time "$@" >/dev/null 2>&1; } 2>&1)
        us=$((10#${user/./} + 10#${sys/./}))
        ((us < best)) && best=$us
    done
    echo "$best"
}

# The peak of resident memory in MB.
memory() {
    if [[ -x /usr/bin/time ]]; then
        /usr/bin/time -f '%M' "$@" 2>&1 >/dev/null | awk 'END { printf "%d", $1 / 1024 }'
    else
        echo "?"
    fi
}

declare -A cells
rows=()
column=0
wanted() { [[ $1 =~ $match ]]; }
put() { # row, value
    [[ " ${rows[*]/#/|} " == *"|$1 "* ]] || rows+=("$1")
    cells["$1,$column"]=$2
    printf '%-36s %s\n' "$1" "$2" >&2
}
times() { awk -v a="$1" -v b="$2" -v of="$3" 'BEGIN { if (b > 0) printf "%d (%.2f × %s)", a, a / b, of; else printf "%d", a }'; }

restore() { rm -rf .git/tasks && cp -R "$kept" .git/tasks; }

reading() {
    local command name
    log=$(cpu git log --format='%H%x00%B')
    put "git log --format=%H%x00%B" "$log"
    status=$(cpu git status)
    put "git status" "$status"
    for command in "list" "next" "status" "show 7" "why 7" "check" "list --format json"; do
        name="tasks $command"
        # shellcheck disable=SC2086 # the words of a command
        wanted "$name, cold" && put "$name, cold" "$(times "$(cpu "$TASKS_BIN" $command --no-cache)" "$log" "git log")"
        # shellcheck disable=SC2086
        wanted "$name, warm" && put "$name, warm" "$(times "$(cpu "$TASKS_BIN" $command)" "$status" "git status")"
    done
    return 0
}

writing() {
    local command
    for command in "set 7 priority=low" "set 7 priority=high" "done 7"; do
        # shellcheck disable=SC2086
        wanted "tasks $command" && put "tasks $command" "$(times "$(cpu "$TASKS_BIN" $command)" "$status" "git status")"
    done
    wanted "tasks new, cold" && put "tasks new, cold" "$(times "$(cpu "$TASKS_BIN" new --no-cache "A new task")" "$log" "git log")"
    wanted "tasks new, warm" && put "tasks new, warm" "$(times "$(cpu "$TASKS_BIN" new "A new task")" "$status" "git status")"
    git checkout -q -- .tasks
    git clean -fdq .tasks
    git status >/dev/null
}

# Each state of the repository is new to the cache only once, which is put back before every run.
remembering() {
    local list=("$TASKS_BIN" list) cold warm plan_cold plan_warm same
    wanted "history" || return 0
    sleep 2
    plan_cold=$(cd "$alone" && cpu "${list[@]}" --no-cache)
    plan_warm=$(cd "$alone" && cpu "${list[@]}")
    cold=$(cpu "${list[@]}" --no-cache)
    put "history, first read" "$(times $((cold - plan_cold)) "$log" "git log")"
    warm=$(cpu "${list[@]}")
    put "history, same tip" "$((warm - plan_warm))"
    rm -rf "$kept" && cp -R .git/tasks "$kept"
    same=$(before=restore cpu "${list[@]}")
    git update-ref refs/kept/main HEAD
    git commit -q --allow-empty -m "task 7: one more"
    git status >/dev/null
    put "history, +1 commit" "$(($(before=restore cpu "${list[@]}") - same))"
    git update-ref refs/heads/main refs/kept/main
    git update-ref --no-deref HEAD refs/kept/main
    git symbolic-ref HEAD refs/heads/main
    git checkout -q --detach
    git update-ref --no-deref HEAD refs/kept/aside
    put "history, diverged" "$(($(before=restore cpu "${list[@]}") - same))"
    git symbolic-ref HEAD refs/heads/main
    restore
}

remembered() {
    local how
    wanted "memory" || return 0
    put "memory of git log, MB" "$(memory git log --format='%H%x00%B')"
    for how in "list --no-cache" "list" "next"; do
        # shellcheck disable=SC2086
        put "memory of tasks $how, MB" "$(memory "$TASKS_BIN" $how)"
    done
}

heads=()
for ((at = 0; at < ${#sizes[@]}; at += 2)); do
    heads+=("${sizes[at]} tasks, ${sizes[at + 1]} commits")
    echo "${heads[column]}: making the repository" >&2
    SECONDS=0
    make "${sizes[at]}" "${sizes[at + 1]}"
    echo "made in $SECONDS s" >&2
    pushd "$repo" >/dev/null
    reading
    writing
    remembering
    remembered
    popd >/dev/null
    rm -rf "$repo" "$alone" "$kept"
    column=$((column + 1))
done

printf '| milliseconds, best of %s |' "$runs"
printf ' %s |' "${heads[@]}"
printf '\n|---|'
for _ in "${heads[@]}"; do printf -- '---|'; done
printf '\n'
for row in "${rows[@]}"; do
    printf '| %s |' "$row"
    for ((at = 0; at < column; at++)); do printf ' %s |' "${cells["$row,$at"]:-}"; done
    printf '\n'
done
