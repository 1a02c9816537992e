#!/usr/bin/env bash
# Times `tasks` against git on one generated repository, in one run: user and system seconds of the best of N runs.
#
#   benches/compare.sh [TASKS] [COMMITS]      10000 tasks and 100000 commits unless given
#
# "cold" reads all of history (--no-cache), "warm" finds it in the cache, "+1 commit" comes after a commit that the cache
# does not know, "diverged" after a switch to a branch that left main as many commits ago as it has of its own. With few
# tasks (100) the rows show what history alone costs.
#
# Needs git, awk and bash. Builds the release binary first; TASKS_BIN names another one. The repository is made by
# git fast-import in a temporary directory and removed afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."

tasks=${1:-10000}
commits=${2:-100000}
runs=${RUNS:-5}
if [[ -z ${TASKS_BIN:-} ]]; then
    cargo build --release --locked --quiet
    TASKS_BIN=$PWD/target/release/tasks
fi
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_EDITOR=true
repo=$(mktemp -d)
trap 'rm -rf "$repo"' EXIT

# A plan of groups of a hundred tasks, each with five steps and some with a dependency, and a linear history in which
# every twentieth commit completes a task.
stream() {
    awk -v tasks="$tasks" -v commits="$commits" '
    function data(text) { printf "data %d\n%s\n", length(text), text }
    function file(path, text) { printf "M 100644 inline %s\n", path; data(text) }
    function head(n, message) {
        print "commit refs/heads/main"
        printf "author Ada <ada@example.com> %d +0000\ncommitter Ada <ada@example.com> %d +0000\n", 1700000000 + n * 60, 1700000000 + n * 60
        data(message)
    }
    BEGIN {
        head(0, "plan: start")
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
            head(n, subject "\n\nA body of an ordinary length, which says why the change was made and what was weighed.\nIt goes on for a second line.\n\nSigned-off-by: Ada <ada@example.com>\n")
            file("src/" n % 1000 ".txt", n "\n")
        }
    }' </dev/null
}

# A branch that left main $1 commits ago and has as many of its own; every twentieth names a task.
diverged() {
    local from
    from=$(git -C "$repo" rev-parse "main~$1")
    awk -v commits="$1" -v tasks="$tasks" -v from="$from" '
    function data(text) { printf "data %d\n%s\n", length(text), text }
    BEGIN {
        for (n = 1; n <= commits; n++) {
            print "commit refs/heads/diverged"
            printf "author Ada <ada@example.com> %d +0000\ncommitter Ada <ada@example.com> %d +0000\n", 1800000000 + n * 60, 1800000000 + n * 60
            data((n % 20 == 0 ? "task " (n / 20 % tasks + 1) ": finish it" : "Change it") "\n\nA body of a line or so.\n")
            if (n == 1) print "from " from
            printf "M 100644 inline other.txt\n"; data(n "")
        }
    }' </dev/null | git -C "$repo" fast-import --quiet --date-format=raw
}

git init -q -b main "$repo"
stream | git -C "$repo" fast-import --quiet --date-format=raw
git -C "$repo" reset -q --hard
git -C "$repo" -c gc.auto=0 repack -adq
away=$((commits / 2 < 10000 ? commits / 2 : 10000))
diverged "$away"
git -C "$repo" commit-graph write --reachable 2>/dev/null
git -C "$repo" status >/dev/null

# Best of several runs, in milliseconds of user and system time together.
cpu() {
    local best=999999999 user sys ms
    "$@" >/dev/null || { echo "failed: $*" >&2; exit 1; }
    for ((i = 0; i < runs; i++)); do
        TIMEFORMAT='%U %S'
        read -r user sys < <({ time "$@" >/dev/null 2>&1; } 2>&1)
        ms=$(awk -v u="$user" -v s="$sys" 'BEGIN { printf "%d", (u + s) * 1000 }')
        ((ms < best)) && best=$ms
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

row() { # name, milliseconds, base, name of the base
    awk -v name="$1" -v ms="$2" -v base="$3" -v of="$4" 'BEGIN { printf "| %-28s | %8d | %6.2f x %s |\n", name, ms, base ? ms / base : 0, of }'
}

cd "$repo"
log=$(cpu git log --format='%H%x00%B')
status=$(cpu git status)
printf '%s tasks, %s commits, best of %s runs\n\n' "$tasks" "$commits" "$runs"
printf '| %-28s | %8s | ratio |\n|---|---|---|\n' "command" "CPU ms"
row "git log --format=%H%x00%B" "$log" "$log" "git log"
row "git status" "$status" "$status" "git status"
for command in "list" "next" "status" "show 7" "why 7" "check" "list --format json"; do
    # shellcheck disable=SC2086 # the words of a command
    row "tasks $command, cold" "$(cpu "$TASKS_BIN" $command --no-cache)" "$log" "git log"
    "$TASKS_BIN" $command >/dev/null || true
    # shellcheck disable=SC2086
    row "tasks $command, warm" "$(cpu "$TASKS_BIN" $command)" "$status" "git status"
done
for command in "set 7 priority=low" "set 7 priority=high" "done 7"; do
    # shellcheck disable=SC2086
    row "tasks $command" "$(cpu "$TASKS_BIN" $command)" "$status" "git status"
done
row "tasks new, cold" "$(cpu "$TASKS_BIN" new --no-cache "A new task")" "$log" "git log"
"$TASKS_BIN" new "A new task" >/dev/null
row "tasks new, warm" "$(cpu "$TASKS_BIN" new "A new task")" "$status" "git status"

# Each of these is new only once: the cache is put back before every run.
"$TASKS_BIN" list --no-branches >/dev/null
cp -r .git/tasks "$repo.kept"
trap 'rm -rf "$repo" "$repo.kept"' EXIT
once() { # a command, each time with the cache as it was
    rm -rf .git/tasks && cp -r "$repo.kept" .git/tasks
    "$@"
}
refresh=$(cpu once true)
git update-ref refs/heads/kept HEAD
git -c user.name=Ada -c user.email=ada@example.com commit -q --allow-empty -m "task 7: one more"
git status >/dev/null
row "tasks list, +1 commit" $(($(cpu once "$TASKS_BIN" list --no-branches) - refresh)) "$status" "git status"
git update-ref refs/heads/main kept
git symbolic-ref HEAD refs/heads/diverged
row "tasks list, $away diverged" $(($(cpu once "$TASKS_BIN" list --no-branches) - refresh)) "$status" "git status"
git symbolic-ref HEAD refs/heads/main

printf '\n| memory | MB |\n|---|---|\n'
for how in "list --no-cache" "list" "next"; do
    # shellcheck disable=SC2086
    printf '| tasks %s | %s |\n' "$how" "$(memory "$TASKS_BIN" $how)"
done
