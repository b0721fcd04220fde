# Sourced by the scripts beside it: what is Solid POP3's own, with a Maildir for each account.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=../solid-pop3d/spop3d.sh
source "$vendors/solid-pop3d/spop3d.sh"
title='Solid POP3 (Maildir)'
ports 11006
drop_name=$folder/mail/%s/Maildir
drop_type=maildir
make_drop() { mkdir -p "$1/Maildir"/{cur,new,tmp}; }
