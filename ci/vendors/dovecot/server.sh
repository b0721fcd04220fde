# Sourced by the scripts beside it: what is Dovecot's own.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
title=Dovecot
packages=(dovecot-pop3d dovecot-core dovecot-lmtpd)
ports 11001 12001
pid_file=$folder/run/master.pid
programs=(sbin/dovecot bin/doveconf bin/doveadm lib/dovecot/{anvil,auth,config,lmtp,log,pop3,pop3-login,stats})

unpacked_paths() {
    # TLS is a module that libdovecot opens in a folder whose path was compiled in, before any setting is read that
    # could name another. A copy of the library gets a path of the same length that is relative to base_dir, where
    # `configure` puts a link to the modules. The unpacked files stay as Debian made them.
    local compiled_in=/usr/lib/dovecot/modules relative=.////////////////modules
    [[ ${#compiled_in} == "${#relative}" ]]
    mkdir -p "$folder/lib"
    sed "s|$compiled_in\x00|$relative\x00|g" "$unpacked/usr/lib/dovecot/libdovecot.so.0" >"$folder/lib/libdovecot.so.0"
    grep -qF "$relative" "$folder/lib/libdovecot.so.0" ||
        fail "this version looks for its modules elsewhere than in $compiled_in: server.sh must learn where"

    # Where the loader looks, beside the machine's own libraries.
    local multiarch library_path unresolved program
    multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")
    library_path=$folder/lib:$unpacked/usr/lib/dovecot:$unpacked/usr/lib/dovecot/modules/old-stats
    library_path+=:$unpacked/usr/lib/$multiarch
    echo "$library_path" >"$folder/lib/path"
    unresolved=$(for program in "${programs[@]}"; do
        LD_LIBRARY_PATH=$library_path ldd "$unpacked/usr/$program"
    done | grep 'not found' | sort -u) || true
    [[ -z $unresolved ]] || fail "libraries are still missing:"$'\n'"$unresolved"
}

configure() {
    local user home internal_user internal_group login_user mail_uid mail_gid
    local auth_failure_delay=${POPQUIZ_DOVECOT_AUTH_FAILURE_DELAY:-2 secs}
    # Dovecot's sockets are in the folder, and the kernel allows 108 octets for the path of one.
    ((${#folder} <= 75)) || fail "$folder is too long a path for sockets: name a shorter folder in POPQUIZ_VENDORS"

    if ((EUID == 0)); then
        internal_user=daemon internal_group=daemon login_user=nobody mail_uid=20001 mail_gid=20001
        # The processes that talk to clients give root up and must reach the folder all the same.
        setpriv --reuid="$mail_uid" --regid="$mail_gid" --clear-groups test -r "$version_file" ||
            fail "only root can enter $folder: name a folder that everybody can in POPQUIZ_VENDORS"
    else
        internal_user=$(id -un) internal_group=$(id -gn) login_user=$internal_user mail_uid=$(id -u) mail_gid=$(id -g)
    fi

    # A folder that was set up before LMTP was wanted goes on without it.
    local protocols=pop3
    [[ ! -e $unpacked/usr/lib/dovecot/lmtp ]] || protocols+=' lmtp'
    ln -sfn "$unpacked/usr/lib/dovecot/modules" "$folder/run/modules"
    fill_in dovecot/dovecot.conf >"$folder/dovecot.conf"
    for user in "${users[@]}"; do
        home=$folder/mail/$user
        mkdir -p "$home"/Maildir/{cur,new,tmp}
        chown -R "$mail_uid:$mail_gid" "$home"
        echo "$user:{PLAIN}$(password_of "$user"):$mail_uid:$mail_gid::$home::"
    done >"$folder/passwd"
}
