#!/usr/bin/env bash
# The disk with the store is lost: makes store, files and objects again on a new machine, with nothing but a copy and the recovery identity.
#
#   recover-lost-disk.sh COPY IDENTITY FILES
#
# COPY is what off-site-copy.sh made, IDENTITY the recovery identity's file, FILES the folder to write the opened files to.
# Run it on a machine that you trust, and take the identity back into its safe afterwards.
#
# Variables:
#   COFFER_HOME   where the new store will be (default: as of coffer); there must be none
#   KEY_FILE      the key file that opens the new store from now on; it is made
#
# Exit status:
#   0  all of it is back: keys, files, objects
#   2  wrong usage
#   3  there is no such copy or identity
#   4  the identity is not the one, or there is a store or a file already
#   5  a part of the copy is damaged or lost: it is named, and all else is back
#   others as of coffer
set -euo pipefail

status=0

# The key under which an object was sealed.
key_of() { coffer inspect "$1" --json | jq -r 'first(.Recipients[] | select(.Type == "coffer-kms")).KeyId'; }

# Goes on `|| return`, since its caller goes on without an object. By way of a file, since a pipe would have stored the beginning of a damaged object.
restore_object() {
    local sealed=$1 bucket=$2 key=$3 kms
    coffer decrypt --quiet --force --output "$work/object" "$sealed" || return
    if ! grep -qxF "$bucket" "$work/buckets"; then
        kms=$(key_of "$sealed") || return
        coffer bucket create --quiet "$bucket" --versioning enabled --key "$kms" || return
        echo "$bucket" >>"$work/buckets"
    fi
    coffer object put --quiet --bucket "$bucket" --key="$key" --body "$work/object" >/dev/null
}

[ $# -eq 3 ] || { echo "usage: $0 COPY IDENTITY FILES" >&2; exit 2; }
: "${KEY_FILE:?}"
copy=$(cd "$1" && pwd) || exit 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
recovery=$(coffer identity public "$2")

# These first: whether this is the identity, and what is left of the copy, shows before anything is made.
coffer decrypt --quiet --identity "$2" --output "$work/sums" "$copy/SHA256SUMS.age"
coffer decrypt --quiet --identity "$2" --output "$work/index" "$copy/objects.jsonl.age"
(cd "$copy" && sha256sum --check --quiet --strict "$work/sums") || status=5

coffer init --quiet --seal "keyfile:$KEY_FILE" --seal "recovery:$recovery"
coffer key restore --quiet "$copy/keys.age" --backup-identity "$2"
coffer store recovery set --quiet "$recovery"
# Without --identity: it is the restored keys that open files and objects.
coffer decrypt --quiet --recursive "$copy/files" --output "$3" || status=$?

restored=0
touch "$work/buckets"
jq -j '.copy, "\u0000", .bucket, "\u0000", .key, "\u0000"' "$work/index" >"$work/objects"
while IFS= read -r -d '' name && IFS= read -r -d '' bucket && IFS= read -r -d '' key; do
    if restore_object "$copy/objects/$name" "$bucket" "$key"; then restored=$((restored + 1)); else status=5; fi
done <"$work/objects"
coffer store check --quiet >/dev/null
echo "$3: $(find "$3" -type f -printf . | wc -c) files; in the store: $restored objects"
exit "$status"
