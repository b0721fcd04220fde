# Sourced by the scripts beside it: what is popa3d's own.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
title=popa3d
packages=(popa3d ucspi-tcp)
ports 11004

configure() {
    local user
    system_users popa3d:20100
    mkdir -p "$folder/spool"
    for user in "${users[@]}"; do
        touch "$folder/spool/$user"
        chown --reference="$folder/mail/$user" "$folder/spool/$user"
    done
    chmod 1777 "$folder/spool"
}

# Both are compiled in: where the mail is, and an empty folder for the part of it that talks to clients.
serve() {
    mount --bind "$folder/spool" /var/mail
    mount -t overlay -o "ro,lowerdir=$unpacked/var/lib:/var/lib" overlay /var/lib
    exec tcpserver -H -R -l localhost -b 100 -c 100 127.0.0.1 "$port" popa3d
}
