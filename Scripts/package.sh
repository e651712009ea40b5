#!/bin/sh
# Builds a Debian package, and one with the debug symbols, from what Scripts/stage.sh gathered. The same input gives the same bytes.
#
#   Scripts/package.sh STAGE-FOLDER OUTPUT-FOLDER
#
# MAINTAINER='Name <address>' is who stands behind the package.
set -eu
cd "$(dirname "$0")/.."
stage=$1
output=$2
maintainer=${MAINTAINER:-Coffer developers <developers@coffer.invalid>}
for tool in dpkg-deb dpkg-shlibdeps; do
    command -v "$tool" >/dev/null || { echo "package.sh: there is no $tool; apt-get install dpkg-dev" >&2; exit 6; }
done
binary=$stage/bin/coffer
# shellcheck source=Scripts/package-version.sh
. Scripts/package-version.sh
# A Debian revision says that the program's own changes and those of its packaging are two things.
debian_version=$(cat "$stage.version")-1
architecture=$(dpkg --print-architecture)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
root=$work/coffer
symbols=$work/coffer-dbgsym

# Debian's places, where they are not those of a prefix.
mkdir -p "$root"
cp -a "$stage" "$root/usr"
mkdir -p "$root/usr/share/zsh"
# It is read by bash, never started.
sed -i '1{/^#!/d}' "$root/usr/share/bash-completion/completions/coffer"
mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions"
documents=$root/usr/share/doc/coffer
rm "$documents/LICENSE"
mv "$documents/CHANGELOG.md" "$documents/changelog"
Scripts/debian-copyright.sh "$documents/third-party-licences.txt" >"$documents/copyright"
rm "$documents/third-party-licences.txt"
cat >"$documents/changelog.Debian" <<CHANGELOG
coffer ($debian_version) unstable; urgency=medium

  * Built from the sources of this version; see changelog.gz.

 -- $maintainer  $(LC_ALL=C date --utc --date="@$SOURCE_DATE_EPOCH" '+%a, %d %b %Y %H:%M:%S +0000')
CHANGELOG
find "$root/usr/share/man" "$documents/changelog" "$documents/changelog.Debian" -type f -exec gzip -9n {} +
mkdir -p "$root/usr/share/lintian/overrides"
cp Scripts/debian-lintian-overrides "$root/usr/share/lintian/overrides/coffer"

build_id=$(readelf --notes "$binary" | sed -n 's/^ *Build ID: //p')
[ "$build_id" ] || { echo "package.sh: the binary has no build ID, by which debug symbols are found" >&2; exit 1; }
debug=$symbols/usr/lib/debug/.build-id/$(printf %.2s "$build_id")/${build_id#??}.debug
install -D -m 0644 "$stage.debug" "$debug"
mkdir -p "$symbols/usr/share/doc"
ln -s coffer "$symbols/usr/share/doc/coffer-dbgsym"

mkdir "$root/DEBIAN" "$symbols/DEBIAN"
# What the binary needs is read from it, with the versions that have the symbols it uses.
mkdir -p "$work/debian"
printf 'Source: coffer\n\nPackage: coffer\nArchitecture: %s\n' "$architecture" >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O coffer/usr/bin/coffer | sed -n 's/^shlibs:Depends=//p')
[ "$depends" ] || { echo "package.sh: dpkg-shlibdeps found no dependencies" >&2; exit 1; }

control() { # folder of the package, fields of its own
    size=$(du --summarize --apparent-size --block-size=1024 --exclude=DEBIAN "$1" | cut -f 1)
    cat >"$1/DEBIAN/control" <<CONTROL
Package: $(basename "$1")
Source: coffer
Version: $debian_version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $size
$2
CONTROL
    (cd "$1" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) >"$work/md5sums"
    install -m 0644 "$work/md5sums" "$1/DEBIAN/md5sums"
    find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
}
# libcurl is opened by name when the first URL is fetched, and its absence is said then: so it is recommended.
control "$root" "Depends: $depends
Recommends: ca-certificates, libcurl4 | libcurl4t64
Suggests: age, bash-completion, man-db
Section: utils
Priority: optional
Description: keys, sealed files, versioned objects, proofs and TLS scans
 Coffer keeps keys with the semantics of AWS KMS, seals files under them as
 plain age files before they leave the machine, proves with signed manifests
 that backups are what they were, keeps versions of objects that nobody deletes
 without a second factor, and checks what TLS servers offer.
 .
 It needs no server: one command, SQLite and OpenSSL. As age-plugin-coffer, the
 same program lets age and rage use the keys of its store."
control "$symbols" "Depends: coffer (= $debian_version)
Section: debug
Priority: optional
Description: debug symbols for coffer"

mkdir -p "$output"
build() { # folder of the package, how hard to compress
    file=$output/$(basename "$1")_${debian_version}_$architecture.deb
    dpkg-deb --root-owner-group -Zxz "-z$2" --build "$1" "$file" >/dev/null
    printf '%s\n' "$file"
}
build "$root" 6
# Most of it is compressed already.
build "$symbols" 1
