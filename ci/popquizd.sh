# Sourced by scripts that run the suite against popquizd, behind lib.sh.
# shellcheck shell=bash

# start_popquizd PROGRAM FOLDER [OPTION...]: starts popquizd on free ports, with eight accounts whose mail is in FOLDER,
# until the script ends, and writes the profile FOLDER/target.toml. FOLDER is made anew.
popquizd=
start_popquizd() {
    local program=$1 folder=$2 user users=() accounts='' word host port tls_port
    shift 2
    rm -rf "$folder"
    mkdir -p "$folder/mail"
    for user in u{1..8}; do
        users+=(--user "$user:secret-of-$user")
        accounts+="{ user = \"$user\", password = \"secret-of-$user\" }, "
    done
    trap stop_popquizd EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    # The server's first line of output comes through a named pipe: `ready HOST PORT TLSPORT`.
    mkfifo "$folder/ready"
    "$program" --port 0 --tls-port 0 --maildir-root "$folder/mail" "${users[@]}" "$@" >"$folder/ready" 2>"$folder/popquizd.log" &
    popquizd=$!
    exec 3<"$folder/ready"
    rm "$folder/ready"
    read -r -t 20 word host port tls_port <&3 || word=
    if [[ $word != ready || -z $tls_port ]]; then
        say "popquizd is not ready; it said: $(cat "$folder/popquizd.log")" >&2
        exit 3 # as popquiz does when a server could not be judged
    fi
    say "popquizd is ready on $host, port $port, with TLS $tls_port"
    cat >"$folder/target.toml" <<PROFILE
name = "popquizd"
host = "$host"
port = $port
tls_port = $tls_port
tls = { verify = false }
accounts = [ $accounts]

[maildrop]
maildir = "$folder/mail/{user}"
PROFILE
}

stop_popquizd() {
    [[ -n $popquizd ]] || return 0
    kill "$popquizd" 2>/dev/null || true
    wait "$popquizd" 2>/dev/null || true
    popquizd=
}
