#!/usr/bin/env bash
# The disk is lost, and there is no coffer either: opens a copy with stock `age` and the recovery identity.
#
#   recover-with-age.sh COPY IDENTITY FOLDER
#
# COPY is what off-site-copy.sh made. FOLDER gets files/ and objects/BUCKET/KEY. Needs age and jq.
#
# Variables: none
#
# Exit status:
#   0  all of it is there
#   1  the identity is not the one; or a part is damaged or lost, or is an object whose key is no path: it is named, all else is there
#   2  wrong usage
set -euo pipefail

status=0

say() {
    echo "$0: $1" >&2
    status=1
}

unseal() {
    local sealed=$1 plain=$2
    mkdir -p "$(dirname "$plain")"
    # age writes as it reads: what it could not read to the end is not left behind as if it were the file.
    if age --decrypt --identity "$identity" "$sealed" >"$plain.partial"; then
        mv "$plain.partial" "$plain"
    else
        rm -f "$plain.partial"
        say "$sealed did not open"
    fi
}

[ $# -eq 3 ] || { echo "usage: $0 COPY IDENTITY FOLDER" >&2; exit 2; }
copy=$(cd "$1" && pwd)
identity=$2 folder=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# By redirection: of nothing, age's --output makes no file.
age --decrypt --identity "$identity" "$copy/SHA256SUMS.age" >"$work/sums"
age --decrypt --identity "$identity" "$copy/objects.jsonl.age" >"$work/index"
(cd "$copy" && sha256sum --check --quiet --strict "$work/sums") || say "the copy is not what was made"

find "$copy/files" -type f -name '*.age' -printf '%P\0' >"$work/files"
while IFS= read -r -d '' name; do
    unseal "$copy/files/$name" "$folder/files/${name%.age}"
done <"$work/files"

jq -j '.copy, "\u0000", .bucket, "\u0000", .key, "\u0000"' "$work/index" >"$work/objects"
while IFS= read -r -d '' name && IFS= read -r -d '' bucket && IFS= read -r -d '' key; do
    [[ $name =~ ^[0-9]+\.age$ ]] || { say "the index names \"$name\", which is no object of the copy"; continue; }
    case /$bucket/$key/ in
        # Such a name would lead out of the folder, or is no name of a file.
        *//* | */./* | */../*) say "objects/$name is \"$key\" in the bucket $bucket: open it by hand" ;;
        *) unseal "$copy/objects/$name" "$folder/objects/$bucket/$key" ;;
    esac
done <"$work/objects"
exit "$status"
