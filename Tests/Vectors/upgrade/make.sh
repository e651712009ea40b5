#!/bin/bash
# Makes what earlier states of Coffer left behind: for each of them a folder NAME.tar.gz beside this script, which upgrade.py opens with
# the present binary. Needs the history of the repository, a compiler, openssl and oathtool, and about 3 GB in $WORK.
#
#   Tests/Vectors/upgrade/make.sh [NAME...]          all of them without a NAME
#   COFFER_NAME=path/to/coffer make.sh NAME          with a binary that is there already
#
# A fixture is made once, when a format is about to change, and never again: another run would give other keys.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../../.." && pwd)
WORK=${WORK:-$project/.build-upgrade}

# The last state before a format changed, and what changed behind it.
declare -A commits=(
    [keys]=0605896      # then headers got padding, and age's stanzas one implementation
    [objects]=c00a183   # then rows of seals got two columns, and records more fields, both still as version 1
    [manifests]=16017a1 # then times became differences and paths shared their ends, both still as version 1
    [scans]=c3cb213     # then scans got more facts
    [settled]=78c5563   # the formats as they were settled
)
order=(keys objects manifests scans settled)

# One worktree for all, so that what did not change is not compiled again.
build() {
    local commit=$1
    [ -e "$WORK/source" ] || git -C "$project" worktree add --detach "$WORK/source" "$commit"
    git -C "$WORK/source" checkout --quiet --detach "$commit"
    (cd "$WORK/source" && ${BUILD_UNDER:-} swift build --product coffer >&2)
    cp "$(cd "$WORK/source" && swift build --show-bin-path)/coffer" "$2"
}

fill() {
    local name=$1 binary=$2 folder=$WORK/$1
    rm -rf "$folder" && mkdir -p "$folder/tree/empty" && cd "$folder"
    export COFFER_HOME=$folder/home
    coffer() { "$binary" "$@" --quiet; }
    # A command that does not exist has help, too: that of all commands.
    knows() { [[ $("$binary" "$@" --help 2>/dev/null) == *"USAGE: coffer $*"* ]]; }

    # The same content in every fixture; upgrade.py knows it.
    seq 1 100 >small.txt
    seq 1 4000 >large.txt # more than the 16 KiB that lie in a row of the database
    cp small.txt tree/a.txt && cp large.txt tree/b.txt && ln -s a.txt tree/link
    touch --no-dereference --date=2026-01-02T03:04:05Z tree/a.txt tree/b.txt tree/link tree/empty tree

    coffer init --seal "keyfile:$folder/key"
    printf 'correct horse battery staple\n' >passphrase && chmod 600 passphrase
    coffer seal add passphrase --new-passphrase-file passphrase
    coffer key create --alias backups --tag team=ops >/dev/null
    coffer key create --alias brought --origin external >/dev/null
    printf 'an imported key, thirty-two byte' | coffer key import file - --key brought >/dev/null
    for key in backups brought; do
        coffer kms encrypt --key-id alias/$key --plaintext - --encryption-context purpose=nightly <small.txt >$key.blob
    done
    coffer encrypt --key backups --context purpose=nightly --output before.age small.txt
    coffer key rotate backups >/dev/null
    coffer encrypt --key backups --context purpose=nightly --output after.age large.txt
    coffer key backup --to keys.age --new-passphrase-file passphrase

    if knows rewrap; then
        coffer identity new --output recovery.txt >/dev/null
        coffer encrypt --key backups --recipient "$(coffer identity public recovery.txt)" --output shared.age small.txt
    fi
    if knows mfa enroll; then
        "$project/Scripts/demo-enroll.py" "$binary" phone "$folder/uri" "$folder/codes.txt"
    fi
    if knows bucket; then
        coffer bucket create kept --versioning enabled --key backups >/dev/null
        for file in small.txt large.txt; do coffer object put --bucket kept --key note --body $file >/dev/null; done
        coffer object put --bucket kept --key gone --body small.txt --metadata origin=upgrade --tagging colour=blue >/dev/null
        coffer object delete --bucket kept --key gone >/dev/null
        coffer object versions --bucket kept --json >versions.json
        coffer bucket mfa-delete enable kept --mfa "phone $("$project/Scripts/demo-enroll.py" code uri 1)"
    fi
    if knows manifest create; then
        coffer key create --spec ECC_NIST_EDWARDS25519 --usage SIGN_VERIFY --alias signer >/dev/null
        coffer manifest create tree --output tree.manifest --sign-with signer >/dev/null
        coffer key public signer >signer.pem
    fi
    if knows tls scan; then scan; fi
    coffer audit verify >/dev/null

    tar --sort=name --owner=0 --group=0 --numeric-owner -C "$WORK" -czf "$here/$name.tar.gz" "$name"
    ls -l "$here/$name.tar.gz"
}

scan() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$WORK/server.key" -out server.pem \
        -subj /CN=localhost -addext subjectAltName=DNS:localhost -days 3650 2>/dev/null
    openssl s_server -accept 127.0.0.1:14433 -cert server.pem -key "$WORK/server.key" -quiet >/dev/null 2>&1 </dev/null &
    local server=$!
    sleep 1
    "$binary" tls scan 127.0.0.1:14433 --sni localhost --save scan.json --quiet >/dev/null 2>&1 || [ $? -eq 1 ]
    kill $server
}

mkdir -p "$WORK"
for name in "${@:-${order[@]}}"; do
    given=COFFER_${name^^}
    binary=${!given:-$WORK/coffer-$name}
    [ -x "$binary" ] || build "${commits[$name]}" "$binary"
    (fill "$name" "$binary")
done
