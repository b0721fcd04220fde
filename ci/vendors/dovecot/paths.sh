# Sourced by setup, start, stop and test: where this server lives, and on which ports.
# shellcheck shell=bash disable=SC2034
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../../.." && pwd)
folder=$(realpath -m "${POPQUIZ_VENDORS:-$repo/build/vendors}/dovecot")
port=${POPQUIZ_DOVECOT_PORT:-11001}
tls_port=${POPQUIZ_DOVECOT_TLS_PORT:-12001}

unpacked=$folder/root
pid_file=$folder/run/master.pid

say() { printf 'dovecot: %s\n' "$*"; }
fail() {
    printf 'dovecot: %s\n' "$*" >&2
    exit 1
}

# Prints the id of the running master process of this folder; fails if there is none. A pid file that was left
# behind may name somebody else's process by now, so the command line is asked too.
running() {
    local pid command
    pid=$(cat "$pid_file" 2>/dev/null) || return 1
    command=$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") || return 1
    [[ $command == *"-c $folder/dovecot.conf "* ]] || return 1
    echo "$pid"
}
