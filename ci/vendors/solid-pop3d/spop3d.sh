# Sourced by server.sh, here and in ../solid-pop3d-mbox: Solid POP3, whatever it keeps mail in. server.sh says
# `drop_name`, `drop_type` and `make_drop FOLDER`.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
packages=(solid-pop3d ucspi-tcp)

configure() {
    local user home
    system_users spop3d:20100
    fill_in solid-pop3d/spop3d.conf >"$folder/etc/spop3d.conf"
    for user in "${users[@]}"; do
        home=$folder/mail/$user
        # What Solid's own pop_auth writes: the secret, each octet's bits inverted. It wants a terminal.
        printf 'APOPSecret %s\n' "$(perl -e 'print unpack "H*", ~shift' "$(password_of "$user")")" >"$home/.spop3d"
        chmod 600 "$home/.spop3d"
        make_drop "$home"
        chown -R --reference="$home" "$home/".[!.]* "$home"/*
    done
}

serve() { exec tcpserver -H -R -l localhost -b 100 -c 100 127.0.0.1 "$port" solid-pop3d; }
