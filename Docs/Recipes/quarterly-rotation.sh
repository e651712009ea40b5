#!/usr/bin/env bash
# Rotates a key once a quarter, moves sealed files and objects to its newest version, and leaves evidence of all of it.
#
#   quarterly-rotation.sh FOLDER...     the folders of sealed files
#
# Run it again after an interruption of whatever kind: it goes on where it stopped. A quarter that is done stays as it is.
# Rewrapping is not revoking: who has an old copy of a file and the old version of the key can still open that copy.
#
# Variables:
#   KEY         the key (default: backups)
#   SIGNER      the key that signs the evidence (default: audit-key; of the spec ECC_NIST_EDWARDS25519)
#   RECOVERY    a recipient, age1…, for whom the keys are backed up: older backups do not have the new version
#   OBJECTS     no, if the store has no buckets (default: yes)
#   EVIDENCE    folder in which each quarter gets one (default: evidence)
#   QUARTER     which one this is (default: by the date, such as 2026-Q4)
#
# Evidence, in EVIDENCE/QUARTER:
#   versions-before.json, versions-after.json   the versions of the key's material
#   files-before.jsonl, files-after.jsonl       under which version each file is sealed
#   rewrapped.log                               what was done, by this run and by those that were interrupted
#   verified.txt                                that every file was read and opens
#   rotations.json                              the rotations on record
#   audit.jsonl, audit.jsonl.note               the whole record, signed: `coffer audit verify` believes it without this store
#   keys.age                                    the backup of the keys; keep another copy elsewhere
# and EVIDENCE/QUARTER.manifest, signed, over all of these. It is written last, so that it says that the quarter is done.
#
# Exit status:
#   0  done, now or before
#   1  a file or an object is not at the newest version: see files-after.jsonl
#   2  wrong usage
#   4  a file is not for the store's keys
#   5  a file is damaged
#   6  another run has not ended
#   others as of coffer
set -euo pipefail

fail() {
    echo "$0: $2" >&2
    exit "$1"
}

# Keeps what a command writes, once it has ended well; what an interrupted run has kept stays.
keep() {
    local name=$1
    shift
    if [ -e "$here/$name" ]; then return; fi
    "$@" >"$here/$name.partial" || fail $? "failed: $*; see $here/$name.partial"
    mv "$here/$name.partial" "$here/$name"
}

material() { coffer key rotation list "$KEY" --all --json; }
current() { jq -r '.Rotations[] | select(.KeyMaterialState == "CURRENT") | .KeyMaterialId' "$@"; }
each() {
    local folder
    for folder in "${folders[@]}"; do "$@" --recursive "$folder" || return; done
}
count() { jq -s "[.[] | select($1)] | length" "$here/$2"; }

[ $# -gt 0 ] || fail 2 "usage: $0 FOLDER..."
: "${RECOVERY:?}"
folders=("$@")
KEY=${KEY:-backups}
SIGNER=${SIGNER:-audit-key}
EVIDENCE=${EVIDENCE:-evidence}
QUARTER=${QUARTER:-$(date +%Y-Q)$((($(date +%-m) + 2) / 3))}
here=$EVIDENCE/$QUARTER
mkdir -p "$here"
exec 9>"$EVIDENCE/lock"
flock --nonblock 9 || fail 6 "another run has not ended"
if [ -e "$here.manifest" ]; then
    echo "$QUARTER is done already: $here.manifest"
    exit 0
fi

keep versions-before.json material
keep files-before.jsonl each coffer rewrap --dry-run --json
before=$(current "$here/versions-before.json")
now=$(material | current)
# The evidence tells whether an interrupted run has got this far: other material is current than was before.
if [ "$now" = "$before" ]; then coffer key rotate "$KEY"; fi
keep versions-after.json material
[ -e "$here/keys.age" ] || coffer key backup --to "$here/keys.age" --recipient "$RECOVERY"

each coffer rewrap --resume --json >>"$here/rewrapped.log"
if [ "${OBJECTS:-yes}" != no ]; then coffer store rewrap --all --json >>"$here/rewrapped.log"; fi
each coffer rewrap --dry-run --json >"$here/files-after.jsonl"
behind=$(count '.Action? and .Action != "Current"' files-after.jsonl)
[ "$behind" -eq 0 ] || fail 1 "$behind files are not at the newest version: $here/files-after.jsonl"
keep verified.txt each coffer verify
keep rotations.json coffer audit list --key "$KEY" --event-name RotateKeyOnDemand --json
[ -e "$here/audit.jsonl" ] || coffer audit export --output "$here/audit.jsonl" --sign-with "$SIGNER" --force --quiet >/dev/null
coffer manifest create "$here" --output "$here.manifest" --sign-with "$SIGNER" --exclude '*.partial' --quiet >/dev/null
now=$(current "$here/versions-after.json")
files=$(count .Action? files-after.jsonl)
echo "$QUARTER: material ${before:0:12} → ${now:0:12}, $files files at the newest version; $here.manifest"
