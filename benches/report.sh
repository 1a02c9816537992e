#!/usr/bin/env bash
# Times `tasks report` on a release of many tasks against git on the same generated repository, in one run: user and system
# seconds, and wall time, of the best of N runs.
#
#   benches/report.sh [TASKS] [COMMITS] [COMPLETED]      10000 tasks, 100000 commits and 500 completed unless given
#
# COMPLETED tasks are completed between the tag v1 and HEAD, a tenth of them on side branches that were merged, while some
# files of the plan change; the tags of older versions lie behind v1. Everything is asked once before it is timed, so the
# caches are warm. TEAM=yes adds a template of the repository, which is rendered in a process of its own.
#
# Needs git, awk and bash. Builds the release binary first; TASKS_BIN names another one. The repository is made by
# git fast-import in a temporary directory and removed afterwards; REPO=DIR keeps it there, and uses it again.
set -euo pipefail
cd "$(dirname "$0")/.."

tasks=${1:-10000}
commits=${2:-100000}
completed=${3:-500}
runs=${RUNS:-9}
if [[ -z ${TASKS_BIN:-} ]]; then
    cargo build --release --locked --quiet
    TASKS_BIN=$PWD/target/release/tasks
fi
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
if [[ -n ${REPO:-} ]]; then
    repo=$REPO
else
    repo=$(mktemp -d)
    trap 'rm -rf "$repo"' EXIT
fi

# A plan of groups of a hundred tasks. Every twentieth commit completes one: before v1 those that the release leaves alone,
# from v1 on the first COMPLETED ones.
stream() {
    awk -v tasks="$tasks" -v commits="$commits" -v completed="$completed" '
    function data(text) { printf "data %d\n%s\n", length(text), text }
    function file(path, text) { printf "M 100644 inline %s\n", path; data(text) }
    function head(branch, n, message) {
        print "commit refs/heads/" branch
        print "mark :" ++mark
        author = names[n % 5 + 1]
        printf "author %s <%s@example.com> %d +0000\ncommitter %s <%s@example.com> %d +0000\n", author, author, 1700000000 + n * 60, author, author, 1700000000 + n * 60
        data(message)
    }
    function task(t, note,    text, s) {
        text = "title = \"Task number " t " of a generated plan\"\n\npriority = \"" (t % 3 ? "medium" : "high") "\"\n\nestimate = \"" (1 + t % 7) "h\"\n"
        if (t % 4 == 0) text = text "\ndepends = [\n  \"" (t - 1) "\",\n]\n"
        text = text "\ntags = [\n  \"t" (t % 10) "\",\n]\n"
        if (t <= completed) text = text "\nmilestones = [\n  \"v2\",\n]\n"
        text = text "\ncreated = 2026-01-01T00:00:00Z\n\ndescription = \"\"\"\nWhat is to be done here takes a sentence or two to say, as in any real plan that people keep." note "\n\"\"\"\n"
        for (s = 1; s <= 5; s++) text = text "\n[[steps]]\ntext = \"Step " s " of what has to be done\"\n"
        file(sprintf(".tasks/%02d-group/%d.toml", int((t - 1) / 100) + 1, t), text)
    }
    function tag(name, at) {
        printf "tag %s\nfrom :%d\ntagger Ada <Ada@example.com> %d +0000\n", name, at, 1700000000 + n * 60
        data(name "\n")
    }
    BEGIN {
        split("Ada Ben Cy Dot Eve", names, " ")
        head("main", 0, "plan: start")
        file(".tasks/config.toml", "version = 1\n")
        file(".tasks/milestones/v2.toml", "title = \"Version 2\"\n")
        file(".tasks/templates/team.md", "{% for section in completed %}{% for task in section.tasks %}\n- {{ task.title | md_line }}{% endfor %}{% endfor %}\n")
        for (t = 1; t <= tasks; t++) task(t, "")
        first = commits - completed * 20
        rest = tasks - completed
        for (n = 1; n <= commits; n++) {
            k = n > first ? int((n - first) / 20) : (rest > 0 ? completed + int(n / 20) % rest + 1 : 0)
            subject = n % 20 == 0 && k > 0 ? "task " k ": finish it" : "Change file " n % 1000
            body = "\n\nA body of an ordinary length, which says why the change was made and what was weighed.\nIt goes on for a second line.\n\nSigned-off-by: Ada <ada@example.com>\n"
            if (n % 200 == 0) {
                # On a branch of its own, which is merged.
                before = mark
                head("side", n, subject body)
                print "from :" before
                file("src/" n % 1000 ".txt", n "\n")
                side = mark
                head("main", n, "Merge branch \"side\"\n")
                print "from :" before
                print "merge :" side
                file("src/" n % 1000 ".txt", n "\n")
            } else {
                head("main", n, subject body)
                if (n % 500 == 1) task(n % tasks + 1, "\nSaid again at " n ".")
                else file("src/" n % 1000 ".txt", n "\n")
            }
            if (n % 5000 == 0 && n < first) tag("v0." n / 5000, mark)
            if (n == first) tag("v1", mark)
        }
    }' </dev/null
}

if [[ ! -d $repo/.git ]]; then
    git init -q -b main "$repo"
    stream | git -C "$repo" fast-import --quiet --date-format=raw
    git -C "$repo" branch -qD side
    git -C "$repo" reset -q --hard
    git -C "$repo" -c gc.auto=0 repack -adq
    git -C "$repo" commit-graph write --reachable 2>/dev/null
fi
cd "$repo"
git status >/dev/null

# Best of several runs, in milliseconds: user and system time together, and wall time.
best() {
    local cpu=999999999 wall=999999999 said real user sys
    "$@" >/dev/null || { echo "failed: $*" >&2; exit 1; }
    for ((i = 0; i < runs; i++)); do
        TIMEFORMAT='%R %U %S'
        readarray -t said < <({ time "$@" >/dev/null 2>&1; echo "$?" >&2; } 2>&1)
        [[ ${said[1]} == 0 ]] || { echo "failed: $*" >&2; exit 1; }
        read -r real user sys <<<"${said[0]}"
        cpu=$(awk -v b="$cpu" -v u="$user" -v s="$sys" 'BEGIN { ms = (u + s) * 1000; printf "%d", ms < b ? ms : b }')
        wall=$(awk -v b="$wall" -v r="$real" 'BEGIN { ms = r * 1000; printf "%d", ms < b ? ms : b }')
    done
    echo "$cpu $wall"
}

row() { # name, CPU and wall milliseconds
    printf '| %-40s | %8d | %8d |\n' "$1" "$2" "$3"
}

printf '%s tasks, %s commits, %s completed in the range; best of %s runs\n\n' "$tasks" "$commits" "$completed" "$runs"
printf '| %-40s | %8s | %8s |\n|---|---|---|\n' "command" "CPU ms" "wall ms"
# shellcheck disable=SC2046 # two words
{
    row "git status" $(best git status)
    row "git log v1..HEAD" $(best git log --format='%H%x00%B' v1..HEAD)
    row "git log" $(best git log --format='%H%x00%B')
    row "tasks list" $(best "$TASKS_BIN" list)
    for form in markdown json text html; do
        row "tasks report v1..HEAD --format $form" $(best "$TASKS_BIN" report v1..HEAD --format $form)
    done
    row "tasks report (unreleased)" $(best "$TASKS_BIN" report)
    row "tasks report --latest" $(best "$TASKS_BIN" report --latest)
    row "tasks report --all --format markdown" $(best "$TASKS_BIN" report --all --format markdown)
    if [[ -n ${TEAM:-} ]]; then
        row "tasks report v1..HEAD --template team" $(best "$TASKS_BIN" report v1..HEAD --template team)
    fi
}
