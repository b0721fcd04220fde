# Sourced by the scripts beside it: what is Cyrus' own.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
title=Cyrus
packages=(cyrus-pop3d cyrus-common sasl2-bin libsasl2-modules libsasl2-modules-db)
ports 11007 12007
programs=/usr/lib/cyrus/bin

configure() {
    # Cyrus' sockets are in the folder, and the kernel allows 108 octets for the path of one.
    ((${#folder} <= 85)) || fail "$folder is too long a path for sockets: name a shorter folder in POPQUIZ_VENDORS"
    system_users cyrus:20100
    mkdir -p "$folder"/{state,spool,index}
    chown -R 20100:20100 "$folder"/{state,spool}
    fill_in cyrus/imapd.conf >"$folder/etc/imapd.conf"
    fill_in cyrus/cyrus.conf >"$folder/etc/cyrus.conf"
}

as_cyrus() { setpriv --reuid=20100 --regid=20100 --clear-groups "$@"; }

serve() {
    local user
    # /run is new each time, and what Cyrus writes there is nothing that it wants again.
    install -d -o 20100 -g 20100 /run/cyrus /run/cyrus/{proc,lock,socket}
    for user in "${users[@]}"; do
        password_of "$user" | as_cyrus saslpasswd2 -p -c -u localhost -f "$folder/state/sasldb2" "$user"
    done
    as_cyrus "$programs/master" -p /run/cyrus/master.pid &
    wait
}

# The first login of an account makes its mailbox. `mail/USER` then leads to the mailbox' files.
prepare_accounts() {
    local user reply command path
    for user in "${users[@]}"; do
        exec 3<>"/dev/tcp/127.0.0.1/$port"
        read -r -t 10 reply <&3
        for command in "USER $user" "PASS $(password_of "$user")" QUIT; do
            printf '%s\r\n' "$command" >&3
            read -r -t 10 reply <&3
            [[ $reply == +OK* ]] || fail "it says to ${command%% *} of $user: $reply"
        done
        exec 3>&-
        path=$(inside setpriv --reuid=20100 --regid=20100 --clear-groups "$programs/mbpath" "user/$user")
        [[ -d $path ]] || fail "$user has no mailbox: $path; see $log"
        rmdir "$folder/mail/$user" 2>/dev/null || true
        ln -sfn "$path" "$folder/mail/$user"
    done
}
