# Sourced behind lib.sh by scripts that make a bare Debian 12 of their own, in the folder $root. Needs root, or sudo.
# shellcheck shell=bash disable=SC2154 # repo, me and root are theirs

# own_namespaces ARGUMENT...: starts the script once more, as root, with mounts and processes in namespaces of their own:
# however it ends, none is left behind. Returns there; here, the script ends.
own_namespaces() {
    if ((EUID != 0)); then
        command -v sudo >/dev/null || fail "this needs root, or sudo"
        exec sudo --preserve-env=FRESH_ROOT,FUZZ_SECONDS,PACKAGE_BUILD,http_proxy,https_proxy,no_proxy "$repo/ci/$me" "$@"
    fi
    [[ -z ${OWN_NAMESPACES:-} ]] || return 0
    OWN_NAMESPACES=1 unshare --mount --propagation private --pid --fork --kill-child "$repo/ci/$me" "$@" &
    local namespaces=$! status=0
    # shellcheck disable=SC2064 # which one is known now
    trap "kill -KILL $namespaces" INT TERM
    wait "$namespaces" || status=$?
    exit "$status"
}

check_root() { [[ ! -e $root || -e $root.bare-debian ]] || fail "$root is there and is not of this script's making"; }

# Where this machine gets Debian 12 from, one `URI RELEASE COMPONENT` a line; nothing if it runs something else.
debian_sources() {
    # shellcheck disable=SC2016 # these are apt's variables
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
        awk '$2 ~ /^bookworm/' | sort -u
}

make_debian() {
    local sources mirror more=()
    ci/setup fresh
    rm -rf --one-file-system "$root"
    mkdir -p "$root"
    : >"$root.bare-debian"
    sources=$(debian_sources)
    mirror=$(awk '$2 == "bookworm" { print $1; exit }' <<<"$sources")
    # Only a mirror that is reached through TLS needs certificates before the first package can be installed.
    [[ $sources != *https:* ]] || more+=(--include=ca-certificates)
    debootstrap --variant=minbase "${more[@]}" bookworm "$root" ${mirror:+"$mirror"}

    # The way to the network is the machine's own.
    [[ -z $sources ]] || awk '{ print "deb", $0 }' <<<"$sources" >"$root/etc/apt/sources.list"
    apt-config dump | grep -iE '^Acquire::.*(Proxy|CaInfo|Verify)' >"$root/etc/apt/apt.conf.d/99machine" || true
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    if [[ $sources == *https:* ]]; then cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"; fi
    # No package starts a service.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod +x "$root/usr/sbin/policy-rc.d"

    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    local device
    for device in null zero full random urandom tty; do
        : >"$root/dev/$device"
        mount --bind "/dev/$device" "$root/dev/$device"
    done
    mkdir -m 1777 "$root/dev/shm"
    mkdir "$root/dev/pts"
    mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
}

# inside COMMAND [FOLDER]
inside() {
    local variables=(HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8) name
    for name in TERM FUZZ_SECONDS http_proxy https_proxy no_proxy; do
        [[ -z ${!name:-} ]] || variables+=("$name=${!name}")
    done
    env -i "${variables[@]}" chroot "$root" bash -c "cd '${2:-/}' && $1"
}

delete_debian() {
    umount --recursive "$root/dev" "$root/proc"
    rm -rf --one-file-system "$root" "$root.bare-debian"
}
