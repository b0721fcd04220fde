# Sourced by the scripts beside it: what is Mailutils' own, with a Maildir for each account.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=../mailutils/pop3d.sh
source "$vendors/mailutils/pop3d.sh"
title='GNU Mailutils (Maildir)'
ports 11023 12023
mailbox="mailbox-pattern \"maildir:$folder/mail/\${user}/Maildir\"; mailbox-type maildir;"
more="mandatory-locking { enable yes; lock-directory \"$folder/locks\"; };"

configure() {
    local user
    system_users
    mkdir -p "$folder/locks"
    chmod 1777 "$folder/locks"
    fill_in mailutils/pop3d.conf >"$folder/pop3d.conf"
    for user in "${users[@]}"; do
        mkdir -p "$folder/mail/$user/Maildir"/{cur,new,tmp}
        chown -R --reference="$folder/mail/$user" "$folder/mail/$user/Maildir"
    done
}
