#!/usr/bin/env bash
# Times `tasks` against git on one generated repository, in one run: user and system seconds of the best of N runs.
#
#   benches/compare.sh [TASKS] [COMMITS]      10000 tasks and 100000 commits unless given
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

git init -q -b main "$repo"
stream | git -C "$repo" fast-import --quiet --date-format=raw
git -C "$repo" reset -q --hard
git -C "$repo" -c gc.auto=0 repack -adq
git -C "$repo" commit-graph write --reachable 2>/dev/null
git -C "$repo" status >/dev/null

# Best of several runs, in milliseconds of user and system time together, and the peak of resident memory in MB.
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
    row "tasks $command" "$(cpu "$TASKS_BIN" $command)" "$log" "git log"
done
for command in "set 7 priority=low" "set 7 priority=high" "done 7"; do
    # shellcheck disable=SC2086
    row "tasks $command" "$(cpu "$TASKS_BIN" $command)" "$status" "git status"
done
row "tasks new" "$(cpu "$TASKS_BIN" new "A new task")" "$log" "git log"
