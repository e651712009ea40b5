#!/bin/sh
# Gathers what every package is made of: a tree as below a prefix, stripped, with documents, licences and a bill of materials.
#
#   Scripts/stage.sh BINARY MANUAL-FOLDER SCRATCH-FOLDER STAGE-FOLDER
#
# The debug symbols go to STAGE-FOLDER.debug, the version to STAGE-FOLDER.version. SCRATCH-FOLDER is where Swift built.
set -eu
cd "$(dirname "$0")/.."
binary=$1
manual=$2
scratch=$3
stage=$4
umask 022
# shellcheck source=Scripts/package-version.sh
. Scripts/package-version.sh

rm -rf "$stage" "$stage.debug" "$stage.version"
mkdir -p "$stage"
printf '%s\n' "$version" >"$stage.version"
STRIP=strip Scripts/install.sh "$stage" "$binary" "$manual" >&2
# A package manager keeps its own list.
rm -r "$stage/share/coffer"
objcopy --only-keep-debug --compress-debug-sections "$binary" "$stage.debug"
# gdb finds them by the build ID; this name is for those who put the file beside the program.
(cd "$(dirname "$stage")" && objcopy --add-gnu-debuglink="$(basename "$stage").debug" "$(basename "$stage")/bin/coffer")

documents=$stage/share/doc/coffer
mkdir -p "$documents"
cp README.md CHANGELOG.md SECURITY.md LICENSE "$documents/"
cp -R Docs "$documents/"
python3 Scripts/bill-of-materials.py --binary "$stage/bin/coffer" --version "$version" --scratch "$scratch" \
    --output "$documents/coffer.cdx.json" --licences "$documents/third-party-licences.txt"

find "$stage" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
