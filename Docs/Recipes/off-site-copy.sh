#!/usr/bin/env bash
# Makes a copy of everything, of which the recovery identity alone makes everything again: recover-lost-disk.sh, recover-with-age.sh.
#
#   off-site-copy.sh COPY     the folder to write, on another disk; there must be none of the name
#
# Contents and the names of objects are sealed in it; the names of sealed files are what they are. Of objects, the contents of
# current versions are copied.
#
# Variables:
#   RECOVERY   the recipient, age1…, of the recovery identity; the identity itself is not on this machine
#   SEALED     the folder of sealed files; each is for RECOVERY, too (`coffer encrypt -r`, `coffer rewrap --add-recipient`)
#
# Exit status:
#   0  done
#   1  something in the store or in SEALED is not for a recovery identity: what to do is said; there is no COPY
#   2  wrong usage, or COPY is there already
#   others as of coffer; there is no COPY then
set -euo pipefail

fail() {
    echo "$0: $2" >&2
    exit "$1"
}

# Whether a file is for an identity, besides keys of the store. Of which one, no file says.
for_recovery() {
    coffer inspect "$1" --json | jq --exit-status 'any(.Recipients[]; .Type == "X25519")' >/dev/null ||
        fail 1 "$1 is not for a recovery identity; $2"
}

copy_files() {
    local file
    # With the slash, also where SEALED is a link.
    mkdir "$copy/files"
    cp -a "$SEALED/." "$copy/files"
    file=$(find "$copy/files" ! -type d ! \( -type f -name '*.age' \) -print -quit)
    [ -z "$file" ] || fail 1 "$SEALED holds what is not a sealed file: ${file#"$copy/files/"}"
    find "$copy/files" -type f -name '*.age' -print0 >"$work/files"
    [ -s "$work/files" ] || fail 1 "$SEALED holds no sealed file; is its disk there?"
    while IFS= read -r -d '' file; do
        for_recovery "$file" "run: coffer rewrap --recursive $SEALED --add-recipient $RECOVERY"
    done <"$work/files"
}

copy_objects() {
    local bucket key
    mkdir "$copy/objects"
    coffer ls --json | jq -j '.Name + "\u0000"' >"$work/buckets"
    while IFS= read -r -d '' bucket; do
        coffer ls --recursive --json "coffer://$bucket/" | jq -j '.Key + "\u0000"' >"$work/keys"
        while IFS= read -r -d '' key; do
            count=$((count + 1))
            coffer object export --quiet --bucket "$bucket" --key="$key" "$copy/objects/$count.age"
            for_recovery "$copy/objects/$count.age" "run: coffer store rewrap $bucket"
            jq -n -c --arg copy "$count.age" --arg bucket "$bucket" --arg key "$key" '{$copy, $bucket, $key}' >>"$work/index"
        done <"$work/keys"
    done <"$work/buckets"
}

seal() { coffer encrypt --quiet --recipient "$RECOVERY" --output "$copy/$2" "$work/$1"; }

[ $# -eq 1 ] || fail 2 "usage: $0 COPY"
: "${RECOVERY:?}" "${SEALED:?}"
[ ! -e "$1" ] || fail 2 "$1 is there already"
for_objects=$(coffer store recovery show) || for_objects=
[ "$for_objects" = "$RECOVERY" ] || fail 1 "new objects are not for $RECOVERY; run: coffer store recovery set $RECOVERY"

# The copy gets its name when it is whole.
copy=$1.partial
work=$(mktemp -d)
trap 'rm -rf "$work" "$copy"' EXIT
rm -rf "$copy"
mkdir -p "$copy"
count=0
touch "$work/index"
coffer key backup --quiet --to "$copy/keys.age" --recipient "$RECOVERY"
copy_files
copy_objects
seal index objects.jsonl.age
# What must be there on that day, so that a lost part of the copy is noticed.
(cd "$copy" && find . -type f -print0 | sort -z | xargs -0 sha256sum) >"$work/sums"
seal sums SHA256SUMS.age
sync -f "$copy"
mv "$copy" "$1"
echo "$1: the keys, $(find "$1/files" -type f -name '*.age' -printf . | wc -c) sealed files and $count objects"
