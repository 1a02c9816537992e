#!/usr/bin/env bash
# Times reviewing a branch against git on one generated repository, in one run: user and system seconds of the best of N
# runs.
#
#   benches/review.sh [TASKS] [CHANGED] [COMMITS]      10000 tasks, 200 changed and 5000 commits unless given
#
# A branch leaves main, changes that many tasks in twenty commits, while main goes on. The budget of `diff` and
# `check --range` is twice the time of `git diff --stat` of the same range and 30 ms. "first" finds no cache and reads all of
# history, "warm" comes after it, "new branch" after the cache of the trunk alone.
#
# Needs git, awk and bash. Builds the release binary first; TASKS_BIN names another one. The repository is made by
# git fast-import in a temporary directory and removed afterwards; KEEP names a directory for it that stays.
set -euo pipefail
cd "$(dirname "$0")/.."

tasks=${1:-10000}
changed=${2:-200}
commits=${3:-5000}
runs=${RUNS:-7}
if [[ -z ${TASKS_BIN:-} ]]; then
    cargo build --release --locked --quiet
    TASKS_BIN=$PWD/target/release/tasks
fi
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat
if [[ -n ${KEEP:-} ]]; then
    repo=$KEEP
    mkdir -p "$repo"
else
    repo=$(mktemp -d)
    trap 'rm -rf "$repo" "$repo.kept"' EXIT
fi

# A plan in groups of a hundred tasks, a history in which every twentieth commit completes a task, and a branch that changes
# tasks all over the plan: titles, estimates, dependencies, descriptions and steps.
stream() {
    awk -v tasks="$tasks" -v commits="$commits" -v changed="$changed" '
    function data(text) { printf "data %d\n%s\n", length(text), text }
    function file(path, text) { printf "M 100644 inline %s\n", path; data(text) }
    function head(branch, n, message) {
        print "commit refs/heads/" branch
        printf "author Ada <ada@example.com> %d +0000\ncommitter Ada <ada@example.com> %d +0000\n", 1700000000 + n * 60, 1700000000 + n * 60
        data(message)
    }
    function task(t, edit,  text, s) {
        text = "title = \"Task number " t " of a generated plan" (edit % 5 == 1 ? ", said in another way" : "") "\"\n\npriority = \"" (t % 3 ? "medium" : "high") "\"\n\nestimate = \"" (1 + t % 7 + (edit % 5 == 2)) "h\"\n"
        if (t % 4 == 0 || edit % 5 == 3) text = text "\ndepends = [\n  \"" (t - 1 > 0 ? t - 1 : 2) "\",\n]\n"
        text = text "\ntags = [\n  \"t" (t % 10) "\",\n]\n\ncreated = 2026-01-01T00:00:00Z\n\ndescription = \"\"\"\nWhat is to be done here takes a sentence or two to say, as in any real plan that people keep.\n" (edit % 5 == 4 ? "A second line, which the branch adds.\n" : "") "\"\"\"\n"
        for (s = 1; s <= 5; s++) text = text "\n[[steps]]\ntext = \"Step " s " of what has to be done\"\n"
        if (edit && edit % 5 == 0) text = text "\n[[steps]]\ntext = \"One more step\"\n"
        file(sprintf(".tasks/%02d-group/%d.toml", int((t - 1) / 100) + 1, t), text)
    }
    BEGIN {
        head("main", 0, "plan: start")
        file(".tasks/config.toml", "version = 1\n")
        for (t = 1; t <= tasks; t++) task(t, 0)
        for (n = 1; n <= commits; n++) {
            subject = n % 20 == 0 ? "task " (n / 20 % tasks + 1) ": finish it" : "Change file " n % 1000
            head("main", n, subject "\n\nA body of an ordinary length, which says why the change was made and what was weighed.\nIt goes on for a second line.\n\nSigned-off-by: Ada <ada@example.com>\n")
            file("src/" n % 1000 ".txt", n "\n")
            if (n == commits - 10) print "reset refs/heads/topic\nfrom refs/heads/main\n"
        }
        for (n = 1; n <= 20; n++) {
            head("topic", commits + n, n % 4 == 0 ? "task " (tasks - n) ": finish it on the branch" : "Plan part " n)
            if (n % 4 == 0) file("src/topic.txt", n "\n")
            for (k = n; k <= changed; k += 20) task(int((k - 1) * tasks / changed) + 1, k)
        }
    }' </dev/null
}

if [[ ! -e $repo/.git ]]; then
    git init -q -b main "$repo"
    stream | git -C "$repo" fast-import --quiet --date-format=raw
    git -C "$repo" checkout -q topic
    git -C "$repo" -c gc.auto=0 repack -adq
    git -C "$repo" commit-graph write --reachable 2>/dev/null
fi

# Best of several runs, in milliseconds of user and system time together; with BEFORE set, that is run before each, apart.
cpu() {
    local best=999999999 user sys ms
    for ((i = 0; i < runs; i++)); do
        ${BEFORE:-true}
        TIMEFORMAT='%U %S'
        read -r user sys < <({ time "$@" >/dev/null 2>&1; } 2>&1)
        ms=$(awk -v u="$user" -v s="$sys" 'BEGIN { printf "%d", (u + s) * 1000 }')
        ((ms < best)) && best=$ms
    done
    echo "$best"
}

row() { # name, milliseconds, base if there is one
    awk -v name="$1" -v ms="$2" -v base="${3:-0}" 'BEGIN { printf "| %-44s | %6d | %s |\n", name, ms, base ? sprintf("%+d", ms - 2 * base - 30) : "" }'
}

drop() { rm -rf .git/tasks; }
restore() { rm -rf .git/tasks && cp -r "$repo.kept" .git/tasks; }

cd "$repo"
printf '%s tasks, %s changed, %s commits, best of %s runs\n\n' "$tasks" "$changed" "$commits" "$runs"
printf '| %-44s | %6s | over the budget |\n|---|---|---|\n' "command" "CPU ms"
stat=$(cpu git diff --stat main...topic)
row "git diff --stat main...topic" "$stat"
row "git log --format=%H%x00%B topic" "$(cpu git log '--format=%H%x00%B' topic)"
measure() { # a name, then a command; what it has to exit with is 0 or 1
    local name=$1
    shift
    "$@" >/dev/null || (($? == 1)) || { echo "failed: $*" >&2; exit 1; }
    row "$name, first" "$(BEFORE=drop cpu "$@")"
    drop
    "$@" >/dev/null || true
    "$@" >/dev/null || true
    row "$name, warm" "$(cpu "$@")" "$stat"
    drop
    "$TASKS_BIN" list --at main >/dev/null
    rm -rf "$repo.kept" && cp -r .git/tasks "$repo.kept"
    row "$name, new branch" "$(BEFORE=restore cpu "$@")" "$stat"
    rm -rf "$repo.kept"
}
measure "tasks diff main...topic" "$TASKS_BIN" diff main...topic
measure "tasks diff --format markdown main...topic" "$TASKS_BIN" diff --format markdown main...topic
measure "tasks diff --format json main...topic" "$TASKS_BIN" diff --format json main...topic
measure "tasks check --range main..topic" "$TASKS_BIN" check --range main..topic
measure "tasks check --onto main" "$TASKS_BIN" check --onto main
measure "tasks list --at topic" "$TASKS_BIN" list --at topic
