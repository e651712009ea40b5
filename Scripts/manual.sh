#!/bin/sh
# Writes the manual pages of coffer: those of swift-argument-parser's generator, in the shape that man expects.
#
#   Scripts/manual.sh GENERATOR BINARY MANUAL-FOLDER
#
# The page of `coffer key create` is coffer-key-create(1), as with git. Examples stay one to a line, and headings are headings.
set -eu
cd "$(dirname "$0")/.."
generator=$1
binary=$2
manual=$3
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || date +%s)}"

rm -rf "$manual" "$manual.new"
mkdir -p "$manual.new"
"$generator" "$binary" --multi-page --date "$(date --utc --date="@$SOURCE_DATE_EPOCH" +%Y-%m-%d)" --output-directory "$manual.new"
mkdir "$manual"
for page in "$manual.new"/*.1; do
    name=$(basename "$page" .1 | tr . -)
    awk '
        /^\.(Dt|Xr) / { gsub(/\./, "-", $2) }
        # apropos takes one word as a name; the command is what is typed.
        /^\.Nm "/ { command = $0; sub(/^\.Nm /, "", command); name = command; gsub(/ /, "-", name); print ".Nm " name; next }
        /^\.Nm$/ && command { print ".Nm " command; next }
        # The statuses are a table, and examples are lines: both are shown as they were written.
        /^EXIT STATUS$/ { print ".Sh EXIT STATUS\n.Bd -literal"; literal = statuses = 1; next }
        /^\$ / && !literal { print ".Bd -literal"; literal = examples = 1 }
        literal && (/^\./ || examples && /^$/) {
            print ".Ed"
            if (statuses && /^\.Bl/) print ".Sh OPTIONS"
            literal = examples = 0
        }
        # Of the statuses the generator knows less than we do.
        statuses && /^\.(Sh "EXIT STATUS"|Ex -std)$/ { next }
        # An empty line is a paragraph to people, and an error to mdoc.
        /^$/ && !literal { print ".Pp"; next }
        { print }
        END { if (literal) print ".Ed" }' "$page" >"$manual/$name.1"
done
rm -r "$manual.new"
sed "s/\$Mdocdate\$/$(LC_ALL=C date --utc --date="@$SOURCE_DATE_EPOCH" '+%B %-d, %Y')/" Scripts/age-plugin-coffer.1 >"$manual/age-plugin-coffer.1"
