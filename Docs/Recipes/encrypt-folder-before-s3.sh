#!/usr/bin/env bash
# Keeps a sealed copy of a folder in S3, from a timer: each time what is new or changed is sealed and uploaded, and nothing else.
#
#   encrypt-folder-before-s3.sh FOLDER SEALED s3://BUCKET/PREFIX
#
# What is up there is of no use to whoever runs the bucket. But each object is sealed by itself, and not tied to its name: who runs the bucket can
# put one in the place of another, or an older one, or take one away. A signed manifest of SEALED, kept elsewhere, shows that.
#
# Links, pipes, sockets and devices are not sealed, nor are age files called .age; `aws` takes no names that are not UTF-8.
#
# SEALED is a folder on this machine, and is made if there is none: with the sealed files in it, what did not change is known. Their names are
# those of FOLDER with .age behind them, here and up there. What is deleted in FOLDER stays in both. Remove SEALED.uploaded, and all is uploaded
# once more. To bring it back:
#
#   aws s3 sync s3://BUCKET/PREFIX sealed && coffer verify --recursive sealed && coffer decrypt --recursive sealed --output FOLDER
#
# Variables:
#   COFFER_KEY   the key that files are sealed under (default: backups)
#   RECOVERY     a recipient, age1…, whose identity opens them as well, if the store is lost; may be empty
#   TMPDIR       where links to what is uploaded are meanwhile (default: /tmp)
#   What `aws` needs: AWS_PROFILE, AWS_ENDPOINT_URL for other S3 services, and so on.
#
# Exit status:
#   0  done
#   2  wrong usage
#   3  there is no FOLDER or store, not the key in it, or no folder for SEALED to be in
#   6  not everything could be transferred, or another run is at work; the next run makes up for it
#   others as of coffer: a file could not be sealed; the others are up there
set -euo pipefail

usage() {
    echo "usage: $0 FOLDER SEALED s3://BUCKET/PREFIX" >&2
    exit 2
}

seal() {
    coffer encrypt --quiet --key "$COFFER_KEY" ${RECOVERY:+--recipient "$RECOVERY"} --recursive "$1" --output "$sealed" --update
}

# What was sealed since all was up there. `aws s3 sync` would miss some of it: it goes by size and time of modification, and sealed files have the times
# of what they were made of.
upload() {
    local since=() file
    [ ! -e "$sealed.uploaded" ] || since=(-cnewer "$sealed.uploaded")
    touch "$work/uploaded"
    find "$(realpath "$sealed")" -type f -name '*.age' "${since[@]}" -printf '%P\0' >"$work/files"
    [ -s "$work/files" ] || return 0
    while IFS= read -r -d '' file; do
        mkdir -p "$work/tree/./${file%"${file##*/}"}"
        ln -s "$(realpath "$sealed")/$file" "$work/tree/$file"
    done <"$work/files"
    aws s3 cp --recursive --only-show-errors "$work/tree" "$1" || exit 6
    mv "$work/uploaded" "$sealed.uploaded"
}

[ $# -eq 3 ] || usage
case $3 in
    s3://*/?*) ;;
    *) usage ;;
esac
COFFER_KEY=${COFFER_KEY:-backups}
sealed=${2%/}
[ -d "$1" ] || { echo "$0: there is no folder $1" >&2 && exit 3; }
[ -d "$(dirname "$sealed")" ] || { echo "$0: there is no folder $(dirname "$sealed")" >&2 && exit 3; }
exec 9>"$sealed.lock"
flock --nonblock 9 || { echo "$0: another run is at work on $sealed" >&2 && exit 6; }
status=0
seal "$1" || status=$?
if [ "$status" -eq 130 ] || [ ! -d "$sealed" ]; then exit "$status"; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
upload "$3"
exit "$status"
