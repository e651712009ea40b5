#!/usr/bin/env bash
# Encrypts a file before it goes to S3, and brings it back: what is up there is of no use to whoever runs the bucket.
#
#   encrypt-before-s3.sh put FILE s3://BUCKET/KEY
#   encrypt-before-s3.sh get s3://BUCKET/KEY FILE
#
# The object's address is the encryption context: an object that somebody puts in the place of another does not open.
#
# Variables:
#   COFFER_KEY   the key that files are sealed under (default: backups)
#   RECOVERY     a recipient, age1…, whose identity opens them as well, if the store is lost; may be empty
#   TMPDIR       where the sealed copy is while it is on its way (default: /tmp)
#   What `aws` needs: AWS_PROFILE, AWS_ENDPOINT_URL for other S3 services, and so on.
#
# Exit status:
#   0  done: after put, the object was read back and is authentic; after get, FILE is
#   2  wrong usage
#   3  there is no such file or store, or not the key in it
#   4  refused: another object's content, a key that is disabled, or FILE is there already
#   5  the object is damaged; FILE was not written
#   6  the object could not be transferred
set -euo pipefail

usage() {
    echo "usage: $0 put FILE s3://BUCKET/KEY | get s3://BUCKET/KEY FILE" >&2
    exit 2
}

transfer() {
    aws s3 cp --only-show-errors "$@" || exit 6
}

put() {
    local file=$1 object=$2
    coffer encrypt --quiet --key "$COFFER_KEY" ${RECOVERY:+--recipient "$RECOVERY"} --context "object=$object" \
        --output "$work/sealed.age" "$file"
    transfer "$work/sealed.age" "$object"
    rm "$work/sealed.age"
    # Only what was read back is known to be there.
    transfer "$object" "$work/back.age"
    coffer verify --context "object=$object" "$work/back.age" >/dev/null
    echo "$object: sealed, uploaded, read back and verified"
}

get() {
    local object=$1 file=$2
    transfer "$object" "$work/back.age"
    coffer decrypt --quiet --context "object=$object" --output "$file" "$work/back.age"
    echo "$file: all of it is authentic"
}

[ $# -eq 3 ] || usage
case $1:$2:$3 in
    put:*:s3://*/?* | get:s3://*/?*:*) ;;
    *) usage ;;
esac
COFFER_KEY=${COFFER_KEY:-backups}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$@"
