# Sourced by server.sh, here and in ../mailutils-maildir: Mailutils' pop3d, whatever it keeps mail in.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
packages=(mailutils-pop3d mailutils-common)

# Secrets of APOP are in a database of their own, which is made anew at each start.
serve() {
    local user
    rm -f "$folder/apop.db"
    for user in "${users[@]}"; do
        echo "$user $(password_of "$user")"
    done >"$folder/apop"
    popauth --create --file="$folder/apop" --output="$folder/apop.db"
    exec pop3d --no-site-config --config-file="$folder/pop3d.conf"
}
