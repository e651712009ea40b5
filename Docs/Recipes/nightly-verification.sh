#!/usr/bin/env bash
# Verifies backups every night, and sends a mail only when something is wrong. Meant for cron: nightly-verification.crontab.
#
#   nightly-verification.sh
#
# Looks at a folder of sealed files (none is missing or changed: its signed manifest; each opens: the store's keys), at the
# object store, and at the audit trail. A check that could not be made is one that failed.
#
# Variables:
#   MAIL_TO        who gets the mail
#   BACKUPS        the folder of sealed files
#   MANIFEST       its manifest, made by `coffer manifest create BACKUPS -o MANIFEST --sign-with KEY`
#   PUBLIC_KEY     the key that signs it, written by `coffer key public KEY -o PUBLIC_KEY`
#   REPORTS        folder for a report of each night (default: /var/log/coffer)
#   OBJECTS        no, if the store has no buckets (default: yes)
#   SAMPLE         read this part of each sealed file only, such as 5%; may be empty
#   SCRUB_BUDGET   how long objects are read; the next night goes on from there (default: 1h)
#   SENDMAIL       a program that sends a message on its stdin (default: /usr/sbin/sendmail)
#   COFFER_HOME    the store, opened by a key file
#
# Exit status:
#   0  all is well; no mail, no output
#   1  something is wrong; a mail was handed over
#   6  something is wrong, and the mail could not be handed over; or the last run has not ended
set -euo pipefail

: "${MAIL_TO:?}" "${BACKUPS:?}" "${MANIFEST:?}" "${PUBLIC_KEY:?}"
REPORTS=${REPORTS:-/var/log/coffer}
SENDMAIL=${SENDMAIL:-/usr/sbin/sendmail}

mkdir -p "$REPORTS"
exec 9>"$REPORTS/lock"
if ! flock --nonblock 9; then
    echo "$0: the last run has not ended yet" >&2
    exit 6
fi
report=$REPORTS/$(date +%Y-%m-%d).txt
failed=()

# Runs a check and writes down what it says; goes on, whatever the result is.
check() {
    local name=$1 status=0
    shift
    printf '== %s\n$ %s\n' "$name" "$*" >>"$report"
    "$@" >>"$report" 2>&1 </dev/null || status=$?
    printf 'exit status %s\n\n' "$status" >>"$report"
    if [ "$status" -ne 0 ]; then failed+=("$name"); fi
}

printf 'Verification of %s on %s, %s\n\n' "$BACKUPS" "$(uname -n)" "$(date --rfc-3339=seconds)" >"$report"
check "the folder is what the manifest says" coffer manifest verify "$MANIFEST" "$BACKUPS" --public-key "$PUBLIC_KEY" --no-color
check "sealed files open" coffer verify --recursive "$BACKUPS" ${SAMPLE:+--sample "$SAMPLE"}
if [ "${OBJECTS:-yes}" != no ]; then
    check "objects are all there" coffer store check --no-color
    check "objects are whole" coffer store scrub --budget "${SCRUB_BUDGET:-1h}" --resume --no-color
fi
check "the audit trail is whole" coffer audit verify
[ "${#failed[@]}" -gt 0 ] || exit 0

echo "${#failed[@]} checks failed; see $report" >&2
# Without the lock: a mailer may go on in the background.
{
    printf 'To: %s\nSubject: Backups on %s: %s\nContent-Type: text/plain; charset=utf-8\n\n' "$MAIL_TO" "$(uname -n)" "not all is well"
    printf 'Failed: %s\n' "${failed[@]}"
    printf '\n'
    cat "$report"
} | "$SENDMAIL" -i -t 9>&- || exit 6
exit 1
