#!/bin/sh
# Makes what is released: a tarball of what Scripts/stage.sh gathered, its bill of materials, and the packages that are already there; checksums
# of these files and their signature; and a signed manifest of the tree in the tarball. Coffer itself makes all but the tarball.
#
#   Scripts/dist.sh STAGE-FOLDER OUTPUT-FOLDER
#
# RELEASE_KEY=ALIAS signs with that key (ECC_NIST_EDWARDS25519) of the store COFFER_HOME. Without it a key is made and thrown away: then the
# files are known to belong together, and not who made them.
set -eu
cd "$(dirname "$0")/.."
stage=$(realpath "$1")
mkdir -p "$2"
output=$(realpath "$2")
binary=$stage/bin/coffer
# shellcheck source=Scripts/package-version.sh
. Scripts/package-version.sh
version=$(cat "$stage.version")
name=coffer-$version-linux-$(uname -m)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

tree=$work/$name
cp -a "$stage" "$tree"
cp -p Scripts/install.sh README.md LICENSE "$tree/"
find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
# Owners, order and times are the same wherever it is made, and so are the blocks of xz: two threads, however many cores there are.
tar --create --directory="$work" --format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime \
    --sort=name --owner=root:0 --group=root:0 --numeric-owner --mode=go-w --file="$work/$name.tar" "$name"
xz --threads=2 --block-size=16MiB --stdout "$work/$name.tar" >"$output/$name.tar.xz"
cp "$stage/share/doc/coffer/coffer.cdx.json" "$output/$name.cdx.json"

key=${RELEASE_KEY:-}
if [ -z "$key" ]; then
    key=throw-away
    export COFFER_HOME="$work/store"
    "$binary" init --seal "keyfile:$work/unlock" >/dev/null
    "$binary" key create --alias "$key" --spec ECC_NIST_EDWARDS25519 --usage SIGN_VERIFY >/dev/null
fi
public=$output/release-key.pem
# If this ends early, nothing of an earlier release must look like this one's.
rm -f "$public" "$output/SHA256SUMS" "$output/SHA256SUMS.sig"
"$binary" key public "$key" >"$public"
# What people unpack is what is recorded, also where this user's files have other permissions.
mkdir "$work/unpacked"
tar --extract --directory="$work/unpacked" --file="$output/$name.tar.xz"
(cd "$work/unpacked" && "$binary" manifest create "$name" --output "$output/$name.manifest" --sign-with "$key" --force --quiet >/dev/null)

(
    cd "$output"
    set -- "$name.tar.xz" "$name.cdx.json" "$name.manifest"
    for package in "coffer_$version"-*.deb "coffer-dbgsym_$version"-*.deb; do
        if [ -f "$package" ]; then set -- "$@" "$package"; fi
    done
    "$binary" checksum "$@" >SHA256SUMS
    "$binary" kms sign --key-id "$key" --message SHA256SUMS --signing-algorithm ED25519_SHA_512 --out SHA256SUMS.sig
    chmod 0644 SHA256SUMS.sig
)

ls -l "$output"
if [ -z "${RELEASE_KEY:-}" ]; then
    echo "signed with a key that is thrown away now: this proves that the files belong together, not who made them (RELEASE_KEY)"
else
    echo "signed with $key, whose public key is $public"
fi
