# Sourced by the scripts beside it: what is Solid POP3's own, with an mbox for each account.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=../solid-pop3d/spop3d.sh
source "$vendors/solid-pop3d/spop3d.sh"
title='Solid POP3 (mbox)'
ports 11026
drop_name=$folder/mail/%s/mbox
drop_type=mailbox
make_drop() { touch "$1/mbox"; }
