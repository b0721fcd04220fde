# Sourced by the scripts beside it: what is Mailutils' own, with an mbox for each account.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=../mailutils/pop3d.sh
source "$vendors/mailutils/pop3d.sh"
title='GNU Mailutils (mbox)'
ports 11003 12003
mailbox="mailbox-pattern \"mbox:$folder/mail/\${user}/mbox\"; mailbox-type mbox;"
more=

configure() {
    local user
    system_users
    fill_in mailutils/pop3d.conf >"$folder/pop3d.conf"
    for user in "${users[@]}"; do
        touch "$folder/mail/$user/mbox"
        chown --reference="$folder/mail/$user" "$folder/mail/$user/mbox"
    done
}
