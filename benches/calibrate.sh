#!/usr/bin/env bash
# How often forecasts held in the past of some repositories.
#
#   benches/calibrate.sh REPOSITORY...
#
# What was completed when is taken from the commits of the main line whose subject ends in the number of a pull request, as
# forges write it: "(#123)". A row is called after the folder. Prints the table of docs/forecast.md.
set -euo pipefail
times=$(mktemp -d)
trap 'rm -rf "$times"' EXIT
for repository in "$@"; do
    name=$(basename "${repository%/}")
    git -C "$repository" log --first-parent --format='%ct %s' HEAD |
        sed -nE 's/^([0-9]+) .*\(#[0-9]+\)$/\1/p' >"$times/$name.txt"
done
cd "$(dirname "$0")/.."
cargo bench --quiet --locked --bench calibrate -- "$times"/*.txt
