# Sourced by the scripts beside it: what is Twisted's own.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
title=Twisted
packages=(python3-twisted)
ports 11005 12005

configure() {
    local user
    for user in "${users[@]}"; do
        mkdir -p "$folder/mail/$user/Maildir"/{,.Trash/}{cur,new,tmp} # what is deleted is moved to .Trash
        echo "$user $(password_of "$user")"
    done >"$folder/passwords"
}

serve() {
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$unpacked/usr/lib/python3/dist-packages \
        exec /usr/bin/python3 "$here/serve.py" "$folder" "$port" "$tls_port"
}
