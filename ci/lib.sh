# Sourced by the scripts beside it, which then stand in the top folder of the repository.
# shellcheck shell=bash
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repo" || exit

me=${0##*/}
say() { printf '%s: %s\n' "$me" "$*"; }
fail() {
    printf '%s: %s\n' "$me" "$*" >&2
    exit 1
}

# stage NAME COMMAND...: says what begins, runs it, and keeps how long it took for `times_taken`.
# attempt is the same for a command of its own whose failure is to be told at the end: it adds NAME to `failed`, and
# `told_again` prints the last lines that it wrote.
stage_times=()
failed=() last_lines=()
stage() {
    local name=$1 started=$SECONDS
    shift
    say "---- $name"
    "$@"
    keep_time "$name" "$started"
}
attempt() {
    local name=$1 started=$SECONDS
    shift
    say "---- $name"
    mkdir -p "$repo/build"
    "$@" 2>&1 | tee "$repo/build/attempt.log" || failed+=("$name")
    ((${#failed[@]} == ${#last_lines[@]})) || last_lines+=("$(tail -n 40 "$repo/build/attempt.log")")
    keep_time "$name" "$started"
}
told_again() {
    local number
    for number in "${!failed[@]}"; do
        say "---- the last lines of: ${failed[number]}"
        printf '%s\n' "${last_lines[number]}"
    done
}
keep_time() { stage_times+=("$(printf '%6d s  %s' $((SECONDS - $2)) "$1")"); }
times_taken() { printf '%s\n' "${stage_times[@]}" "$(printf '%6d s  altogether' "$SECONDS")"; }

# The project's own files, those not yet committed too; also where there is no git.
project_files() { # PATTERN...
    local file pattern
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard
    else
        find . \( -path ./build -o -path ./.git \) -prune -o -type f -printf '%P\n'
    fi | LC_ALL=C sort -u | while IFS= read -r file; do
        for pattern in "$@"; do
            # shellcheck disable=SC2053 # the right side is a pattern
            [[ $file != $pattern || ! -e $file ]] || printf '%s\n' "$file"
        done
    done
}

# CMake reads it when a build folder is new.
if [[ -z ${CMAKE_CXX_COMPILER_LAUNCHER:-} ]] && command -v ccache >/dev/null; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
