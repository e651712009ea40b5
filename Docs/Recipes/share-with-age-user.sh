#!/usr/bin/env bash
# Shares one file with somebody who uses `age`, in both directions. No store is needed.
#
#   share-with-age-user.sh address              prints what the other side encrypts for; makes an identity the first time
#   share-with-age-user.sh send FILE RECIPIENT  writes FILE.age; RECIPIENT is age1…, an ssh public key, or a file of such lines
#   share-with-age-user.sh receive FILE.age     writes FILE
#
# The other side does:
#   age-keygen -o key.txt                       and sends you the line that begins with age1
#   age -d -i key.txt -o FILE FILE.age          what you sent
#   age -r ADDRESS -o FILE.age FILE             what you will receive; ADDRESS is what `address` prints
#
# Get recipients by a way on which nobody can exchange them: whoever does that reads the file.
#
# Variables:
#   IDENTITY   your identity file (default: ~/.config/coffer/identity.txt)
#
# Exit status:
#   0  done
#   2  wrong usage, or that is no recipient
#   3  there is no such file or identity
#   4  the file is not for you, or the result is there already
#   5  the file is damaged; nothing was written
set -euo pipefail

usage() {
    echo "usage: $0 address | send FILE RECIPIENT | receive FILE.age" >&2
    exit 2
}

address() {
    if [ ! -e "$IDENTITY" ]; then
        (umask 077 && mkdir -p "$(dirname "$IDENTITY")")
        coffer identity new --quiet --output "$IDENTITY"
    fi
    coffer identity public "$IDENTITY"
}

send() {
    local file=$1 recipient=$2 option=--recipient
    if [ -f "$recipient" ]; then option=--recipients-file; fi
    # Sealed for oneself as well: else the sender could not look at what was sent.
    coffer encrypt "$option" "$recipient" --identity "$IDENTITY" "$file"
    echo "$file.age"
}

receive() {
    coffer decrypt --identity "$IDENTITY" "$1"
    echo "${1%.age}"
}

IDENTITY=${IDENTITY:-$HOME/.config/coffer/identity.txt}
case ${1:-}:$# in
    address:1 | send:3 | receive:2) "$@" ;;
    *) usage ;;
esac
