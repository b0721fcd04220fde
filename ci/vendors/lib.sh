# Sourced by NAME/server.sh: what the servers have in common. It knows none of them. server.sh then says
#
#   title, packages    the server's name for people; Debian's packages, the one whose version counts first
#   ports PORT [TLS]   its ports when no variable names others
#   unpacked_paths     (function, optional) what is still to do once when everything is unpacked
#   configure          (function) writes its settings below $folder; before each start
#   serve              (function) runs it, inside the namespace of `start_inside`; ends when the server does
#   prepare_accounts   (function, optional) what can only be done when it runs
#
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154
here=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
vendors=$(dirname "$here")
repo=$(cd "$vendors/../.." && pwd)
name=$(basename "$here")
folder=$(realpath -m "${POPQUIZ_VENDORS:-$repo/build/vendors}/$name")
unpacked=$folder/debian
version_file=$unpacked/version # the last thing that setup writes: it says that all the rest is there
log=$folder/$name.log
pid_file=$folder/run/pid
users=(u{1..10})
password_of() { echo "secret-of-$1"; }
umask 022

say() { printf '%s: %s\n' "$name" "$*"; }
fail() {
    printf '%s: %s\n' "$name" "$*" >&2
    exit 1
}

fail_with_log() { fail "$1; the end of $log: $(tail -n 5 "$log")"; }

# ports PORT [TLSPORT]: sets `port` and `tls_port` (empty where the server speaks no TLS), from POPQUIZ_NAME_PORT and
# POPQUIZ_NAME_TLS_PORT where these are set.
ports() {
    local variable=${name^^}
    variable=POPQUIZ_${variable//-/_}
    port_variable=${variable}_PORT tls_port_variable=${variable}_TLS_PORT
    port=${!port_variable:-$1} tls_port=${2:-}
    [[ -z $tls_port ]] || tls_port=${!tls_port_variable:-$tls_port}
}

# ---- setup

# Downloads and unpacks `packages` and what they need and this machine has not. Once; the network is needed then.
set_up() {
    if [[ -e $version_file ]]; then
        say "$(cat "$version_file") is already unpacked in $unpacked"
        exit 0
    fi
    mkdir -p "$folder"/{packages,debian}
    find_package_lists
    unpack "${packages[@]}"
    unpack_what_is_missing "${packages[@]}"
    merge_usr
    make_certificate
    ! declare -F unpacked_paths >/dev/null || unpacked_paths
    local version
    version=$(dpkg-deb -f "$folder/packages/${packages[0]}"_*.deb.unpacked Version)
    rm -r "$folder/packages"
    echo "$title ${version#*:}" >"$version_file"
    say "$(cat "$version_file") is unpacked in $unpacked"
}

# apt reads the machine's own package lists. Where there are none it fetches lists into the folder, so that no
# privilege is needed.
find_package_lists() {
    apt_options=(-o APT::Sandbox::User= -o Dir::Cache="$folder/packages/cache")
    if [[ $(LC_ALL=C apt-cache policy "${packages[0]}") != *'Candidate: '[0-9]* ]]; then
        say "fetching package lists into $folder/packages"
        mkdir -p "$folder/packages/lists/partial"
        apt_options+=(-o Dir::State::lists="$folder/packages/lists")
        apt-get "${apt_options[@]}" -q update
    fi
}

unpack() { # PACKAGE...
    local archive
    say "downloading and unpacking $*"
    (cd "$folder/packages" && apt-get "${apt_options[@]}" -q download "$@")
    for archive in "$folder"/packages/*.deb; do
        dpkg-deb -x "$archive" "$unpacked"
        mv "$archive" "$archive.unpacked"
    done
}

# The packages of libraries and Python modules among what the named ones depend on that the machine does not have.
missing() { # PACKAGE...
    local package
    LC_ALL=C apt-cache "${apt_options[@]}" depends --no-recommends --no-suggests --no-conflicts --no-breaks \
        --no-replaces --no-enhances "$@" |
        sed -nE 's/^[ |]*(Pre)?Depends: ((lib|python3-)[a-z0-9.+-]+)$/\2/p' | sort -u |
        while read -r package; do
            dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
        done
}

unpack_what_is_missing() { # PACKAGE...
    local package level deeper
    local -A seen=()
    mapfile -t level < <(missing "$@")
    while ((${#level[@]})); do
        unpack "${level[@]}"
        for package in "${level[@]}"; do seen[$package]=1; done
        mapfile -t deeper < <(missing "${level[@]}")
        level=()
        for package in "${deeper[@]}"; do [[ -n ${seen[$package]:-} ]] || level+=("$package"); done
    done
}

# Debian's packages still have files in /lib, /bin and /sbin, which an installed Debian has in /usr.
merge_usr() {
    local old
    for old in bin sbin lib; do
        [[ -d $unpacked/$old ]] || continue
        mkdir -p "$unpacked/usr/$old"
        cp -a "$unpacked/$old/." "$unpacked/usr/$old/"
        rm -r "${unpacked:?}/$old"
    done
}

# A certification authority of its own, which signs one certificate, for localhost. Its key is no secret: whatever user
# the server becomes has to read it.
make_certificate() {
    local tls=$folder/tls
    mkdir -p "$tls"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
        -subj '/CN=popquiz test authority' -keyout "$tls/ca-key.pem" -out "$tls/ca.pem" 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=localhost' \
        -keyout "$tls/key.pem" -out "$tls/request.pem" 2>/dev/null
    openssl x509 -req -in "$tls/request.pem" -CA "$tls/ca.pem" -CAkey "$tls/ca-key.pem" \
        -CAcreateserial -days 3650 -out "$tls/cert.pem" \
        -extfile <(echo 'subjectAltName = DNS:localhost, IP:127.0.0.1') 2>/dev/null
    chmod 644 "$tls/key.pem"
}

# ---- start

taken() { # PORT
    { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
    exec 3>&-
}

greets() { # PORT
    local line=
    { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
    IFS= read -r -t 2 line <&3 || true
    exec 3>&-
    [[ $line == +OK* ]]
}

greets_in_tls() { # PORT
    local said
    said=$(printf 'QUIT\r\n' | timeout 3 openssl s_client -quiet -verify_return_error -CAfile "$folder/tls/ca.pem" \
        -verify_hostname localhost -servername localhost -connect "127.0.0.1:$1" 2>/dev/null) || true
    [[ $said == +OK* ]]
}

# A server says nowhere when it is ready, or gone: it is asked again and again, up to a limit of time. No verdict rests on it.
wait_until_ready() {
    local until=$((SECONDS + 20))
    until greets "$port" && { [[ -z $tls_port ]] || greets_in_tls "$tls_port"; }; do
        # While a process becomes another program it has no command line for a moment.
        running >/dev/null || { sleep 0.2 && running >/dev/null; } || fail_with_log "it ended"
        ((SECONDS < until)) || fail "no greeting on port $port${tls_port:+ or $tls_port} in 20 s; see $log"
        sleep 0.05
    done
    ! declare -F prepare_accounts >/dev/null || prepare_accounts
    say "the profile is $folder/target.toml"
    echo "ready 127.0.0.1 $port${tls_port:+ $tls_port}"
}

# Prints the id of the running server of this folder; fails if there is none. A pid file that was left behind may name
# somebody else's process by now, so the command line is asked too.
running() {
    local pid command
    pid=$(cat "$pid_file" 2>/dev/null) || return 1
    command=$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") || return 1
    [[ $command == *"$folder"[/\ ]* ]] || return 1
    echo "$pid"
}

# Everything that comes before the server itself. Ends the script if it runs already.
prepare_start() {
    local pid number hook
    [[ -e $version_file ]] || fail "nothing is unpacked in $folder: run $here/setup first"
    if pid=$(running); then
        say "runs already, process $pid"
        read -r port tls_port <"$folder/ports"
        wait_until_ready
        exit 0
    fi
    for number in "$port" ${tls_port:+"$tls_port"}; do
        ! taken "$number" ||
            fail "port $number is taken: name another in $port_variable${tls_port:+ or $tls_port_variable}"
    done
    mkdir -p "$folder"/{run,mail}
    rm -f "$pid_file"
    echo "$port $tls_port" >"$folder/ports"
    : >"$log"
    configure
    sed -e "s|^name = .*|name = \"$(cat "$version_file")\"|" \
        -e "s|^port = .*|port = $port|" -e "s|^tls_port = .*|tls_port = $tls_port|" \
        "$here/target.toml" >"$folder/target.toml"
    for hook in reset deliver start kill; do
        [[ -e $here/$hook ]] || continue
        printf '#!/bin/sh\nexport POPQUIZ_VENDORS="%s"%s\nexec "%s" "$@"\n' "$(dirname "$folder")" \
            " $port_variable=$port${tls_port:+ $tls_port_variable=$tls_port}" "$here/$hook" >"$folder/$hook"
        chmod +x "$folder/$hook"
    done
}

# fill_in NAME/FILE: the file with what stands between @ signs filled in: variables of server.sh.
fill_in() {
    local text variable
    text=$(cat "$vendors/$1")
    while [[ $text =~ @([a-z_]+)@ ]]; do
        variable=${BASH_REMATCH[1]}
        text=${text//"@$variable@"/${!variable}}
    done
    printf '%s\n' "$text"
}

# For a server that needs no persuasion: `serve` runs as this user, and becomes the server with `exec`.
start_outside() {
    prepare_start
    setsid bash -c 'source "$0" && read -r port tls_port <"$folder/ports" && serve' "$here/server.sh" "$folder" \
        </dev/null >>"$log" 2>&1 &
    echo $! >"$pid_file"
    wait_for_first_process $!
    wait_until_ready
}

# A process that was just begun has neither its own command line yet, nor has it said who it is.
wait_for_first_process() { # PID
    local until=$((SECONDS + 10))
    until running >/dev/null; do
        kill -0 "$1" 2>/dev/null || fail_with_log "it ended at once"
        ((SECONDS < until)) || fail "it does not come up in 10 s; see $log"
        sleep 0.02
    done
}

# ---- a server that believes it is installed
#
# Most servers have paths compiled in and want users of the system. They get namespaces of their own, in which their
# packages are laid over /usr and /etc, with users that only exist there, and a /run of their own. All processes of a
# server end with the first one of its namespace. For the rest of the machine, nothing of this is there.

start_inside() {
    prepare_start
    ((EUID == 0)) || fail "it needs root, for a namespace of its own"
    case $folder/ in
        /usr/* | /etc/* | /run/* | /var/mail/* | /var/lib/*)
            fail "$folder would be out of reach for the server: name another folder in POPQUIZ_VENDORS"
            ;;
    esac
    setsid unshare --mount --pid --fork --propagation private \
        bash -c 'source "$0" && live_inside' "$here/server.sh" "$folder" </dev/null >>"$log" 2>&1 &
    wait_for_first_process $!
    wait_until_ready
}

# The first process of the namespace: it gets the house ready, serves, and ends the others when it is told to.
live_inside() {
    set -euo pipefail
    local pid
    read -r pid _ </proc/self/stat # this is still the /proc of the host, and so is the number
    mount -t proc proc /proc
    mount -t tmpfs -o mode=755 tmpfs /run
    mkdir -p "$unpacked"/{usr,etc}
    mount -t overlay -o "ro,lowerdir=$unpacked/usr:/usr" overlay /usr
    mount -t overlay -o "ro,lowerdir=$folder/etc:$unpacked/etc:/etc" overlay /etc
    [[ ! -S /dev/log ]] || mount --bind /dev/null /dev/log
    read -r port tls_port <"$folder/ports"
    trap 'kill -TERM -1; wait; exit 0' TERM
    echo "$pid" >"$pid_file"
    serve &
    wait
}

# inside COMMAND...: runs it in the namespace of the running server.
inside() { nsenter --target "$(running)" --mount --pid -- "$@"; }

# system_users [USER:UID...]: writes the passwd, group and shadow of the namespace: the machine's own, the accounts,
# whose mail is in mail/USER, and the users that the server's packages would make.
system_users() {
    local etc=$folder/etc user number=20000 other
    mkdir -p "$etc"
    cp /etc/passwd /etc/group "$etc"
    printf 'passwd: files\ngroup: files\nshadow: files\nhosts: files\nservices: files\nprotocols: files\n' >"$etc/nsswitch.conf"
    : >"$etc/shadow"
    chmod 600 "$etc/shadow"
    for user in "${users[@]}"; do
        number=$((number + 1))
        add_user "$user" "$number" "$folder/mail/$user"
        echo "$user:$(openssl passwd -6 "$(password_of "$user")"):20000:0:99999:7:::" >>"$etc/shadow"
        mkdir -p "$folder/mail/$user"
        chown "$number:$number" "$folder/mail/$user"
    done
    for other in "$@"; do add_user "${other%:*}" "${other#*:}" /nonexistent; done
}

add_user() { # USER NUMBER HOME
    sed -i "/^$1:/d" "$folder/etc/passwd" "$folder/etc/group"
    echo "$1:x:$2:$2::$3:/bin/sh" >>"$folder/etc/passwd"
    echo "$1:x:$2:" >>"$folder/etc/group"
}

# ---- stop, status, test

print_status() {
    local pid
    if pid=$(running); then
        read -r port tls_port <"$folder/ports"
        say "runs, process $pid, port $port${tls_port:+ and $tls_port}; the profile is $folder/target.toml"
    elif [[ -e $version_file ]]; then
        say "does not run"
        return 1
    else
        say "is not unpacked"
        return 1
    fi
}

# A process is gone when it is a zombie at most: the first process of a namespace becomes one when all others have ended.
gone() { # PID
    local state
    state=$(sed -n 's/^State:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null) || return 0
    [[ -z $state || $state == Z* || $state == X* ]]
}

stop_server() {
    local pid until=$((SECONDS + 20))
    if ! pid=$(running); then
        say "does not run"
        exit 0
    fi
    kill "$pid"
    # Processes of its own may hold the port for a moment longer than the first one lives.
    until gone "$pid" && ! taken "$port"; do
        ((SECONDS < until)) || fail "process $pid or its port $port is still there 20 s after SIGTERM"
        sleep 0.02
    done
    say "stopped, process $pid is gone"
}

# Ends the server at once, with all that belongs to it, as a crash would.
kill_server() {
    local pid until=$((SECONDS + 20))
    pid=$(running) || fail "does not run"
    # Inside a namespace all others end with the first process; outside, they are of its group.
    kill -KILL -- "-$pid" 2>/dev/null || kill -KILL "$pid"
    until gone "$pid" && ! greets "$port"; do
        ((SECONDS < until)) || fail "process $pid is still there 20 s after SIGKILL"
        sleep 0.02
    done
}

# popquiz leaves mail alone that it does not know; and what an interrupted run has left may come out of the server
# otherwise than it was put in.
empty_maildrops() {
    local user
    mkdir -p "$folder/nothing"
    for user in "${users[@]}"; do "$here/reset" "$user" "$folder/nothing"; done
}

# Most scenarios begin with a reset: fifty of them, of three accounts by turns, as popquiz calls them. The first one of each account
# is not counted: a server's index may be made then. What else the machine does makes some of them slower and none faster, so it
# is the tenth fastest that is held against the limit.
time_resets() {
    local limit=50 user round began took=() fast median
    running >/dev/null || fail "does not run"
    for round in {0..52}; do
        user=${users[round % 3]}
        began=${EPOCHREALTIME/[.,]/}
        "$folder/reset" "$user" "$repo/scenarios/maildrops/five"
        took+=($((${EPOCHREALTIME/[.,]/} - began)))
    done
    { read -r fast && read -r median; } < <(printf '%s\n' "${took[@]:3}" | sort -n | sed -n '10p;25p')
    empty_maildrops
    say "a reset takes $((median / 1000)).$((median % 1000 / 100)) ms, the median of $((${#took[@]} - 3))"
    ((fast < limit * 1000)) || fail "that is more than $limit ms, with a load of $(cut -d" " -f1 /proc/loadavg); a run of the suite has a thousand of them"
}

# Sets `popquiz`, the program: what POPQUIZ names, or what was built.
find_popquiz() {
    local built
    popquiz=${POPQUIZ:-}
    for built in "$repo"/build/{release,asan}/popquiz; do
        [[ -n $popquiz || ! -x $built ]] || popquiz=$built
    done
    [[ -x $popquiz ]] || fail "popquiz is not built: cmake --preset release && cmake --build --preset release"
}

# run_suite [ARGUMENT OF popquiz run...]: runs the suite against the server, which is unpacked and started for it if
# need be, and stopped if it was. A warning that is not listed fails, too. Leaves junit.xml and record.json in build/NAME.
# POPQUIZ names the program (build/release/popquiz, or else build/asan/popquiz).
run_suite() {
    local out=$repo/build/$name baseline=() status=0
    find_popquiz
    "$here/setup"
    if ! running >/dev/null; then
        trap '"$here/stop"' EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM
    fi
    "$here/start"
    empty_maildrops
    mkdir -p "$out"
    [[ ! -e $here/deviations.toml ]] || baseline=(--baseline "$here/deviations.toml")
    "$popquiz" run --target "$folder/target.toml" "${baseline[@]}" --level should --report "junit=$out/junit.xml" \
        --report "json=$out/record.json" "$@" || status=$?
    say "popquiz ended with status $status; its reports are junit.xml and record.json in $out"
    exit "$status"
}
