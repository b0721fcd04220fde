# Sourced by the scripts beside it: what is Courier's own.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
title=Courier
packages=(courier-pop courier-base courier-authlib courier-authlib-userdb courier-authdaemon)
ports 11002 12002

configure() {
    local user number=20000
    system_users courier:20100
    mkdir -p "$folder/etc/courier"
    cp "$unpacked/etc/courier"/{authdaemonrc,pop3d,pop3d-ssl} "$folder/etc/courier"
    echo 'authmodulelist="authuserdb"' >>"$folder/etc/courier/authdaemonrc"
    cat "$folder/tls/cert.pem" "$folder/tls/key.pem" >"$folder/tls/both.pem"
    for user in "${users[@]}"; do
        number=$((number + 1))
        mkdir -p "$folder/mail/$user/Maildir"/{cur,new,tmp}
        chown -R "$number:$number" "$folder/mail/$user"
    done
}

password_fields() { # USER
    local method
    # Not userdbpw's own choice, which is DES: it sees eight characters, and those are the same in all passwords.
    printf 'systempw=%s' "$(openssl passwd -6 "$(password_of "$1")")"
    for method in md5 sha1 sha256; do
        printf '|hmac-%spw=%s' "$method" "$(password_of "$1" | userdbpw "-hmac-$method")"
    done
}

serve() {
    local user number=20000 programs=/usr/lib/courier/courier
    mount --bind "$folder/etc/courier" /etc/courier # makeuserdb writes there
    for user in "${users[@]}"; do
        number=$((number + 1))
        printf '%s\tuid=%d|gid=%d|home=%s|shell=/bin/sh|%s\n' "$user" "$number" "$number" "$folder/mail/$user" \
            "$(password_fields "$user")"
    done >/etc/courier/userdb
    chmod 600 /etc/courier/userdb
    makeuserdb

    mkdir -p /run/courier/authdaemon
    chmod 755 /run/courier/authdaemon
    /usr/lib/courier/courier-authlib/authdaemond &

    local TLS_PROTOCOL='' # named by pop3d-ssl, and set nowhere
    set -a
    # shellcheck disable=SC1091
    source /etc/courier/pop3d
    # shellcheck disable=SC1091
    source /etc/courier/pop3d-ssl
    ADDRESS=127.0.0.1 MAXDAEMONS=100 MAXPERIP=100
    POP3AUTH=$POP3AUTH_ORIG POP3AUTH_TLS=$POP3AUTH_TLS_ORIG
    TLS_CERTFILE=$folder/tls/both.pem TLS_DHPARAMS='' TLS_CACHEFILE=''
    set +a
    local listen=(couriertcpd "-address=$ADDRESS" "-maxprocs=$MAXDAEMONS" "-maxperip=$MAXPERIP" -nodnslookup -noidentlookup)
    POP3_STARTTLS=YES "${listen[@]}" "$port" "$programs/courierpop3login" "$programs/courierpop3d" Maildir &
    POP3_STARTTLS=NO POP3_TLS=1 "${listen[@]}" "$tls_port" "$COURIERTLS" -server -tcpd \
        "$programs/courierpop3login" "$programs/courierpop3d" Maildir &
    wait
}
