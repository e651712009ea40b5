#!/usr/bin/env bash
# Lets a CI job fail when a TLS server got worse than what was accepted.
#
#   tls-gate.sh accept   scans, and keeps the result as the baseline; look at it, and commit it
#   tls-gate.sh          scans, and fails if anything is new or worse than in the baseline
#
# A job never makes or moves the baseline by itself: a gate that accepts what it finds is none.
#
# Variables:
#   TARGETS    file of servers, one a line, HOST or HOST:PORT (default: tls-targets.txt)
#   BASELINE   the accepted scan (default: tls-baseline.json)
#   FAIL_ON    the least severity that counts: critical, high, medium, low or info (default: low)
#   CA_FILE    an authority of one's own (PEM), trusted besides those of the system; may be empty
#   REPORTS    folder for tls.sarif, tls.junit.xml and tls.html (default: tls-reports)
#
# Exit status:
#   0  nothing is new or worse; or the baseline was written
#   1  something is: the servers were weakened, or a certificate nears its end
#   2  wrong usage
#   3  there is no baseline yet, or no such file of servers
#   6  a server could not be reached, or not everything could be found out; an old baseline stays
set -euo pipefail

accept() {
    local scan status=0
    scan=$(mktemp "$BASELINE.XXXXXX")
    "${coffer[@]}" --save "$scan" || status=$?
    # 1: there are findings, which from now on are known ones. Anything else is not fit to be compared with.
    if [ "$status" -gt 1 ]; then
        rm -f "$scan"
        exit "$status"
    fi
    mv "$scan" "$BASELINE"
    echo "$BASELINE: what stands above is accepted from now on"
}

gate() {
    if [ ! -e "$BASELINE" ]; then
        echo "$0: there is no baseline $BASELINE; make one by '$0 accept', read it, and commit it" >&2
        exit 3
    fi
    mkdir -p "$REPORTS"
    "${coffer[@]}" --baseline "$BASELINE" \
        --sarif "$REPORTS/tls.sarif" --junit "$REPORTS/tls.junit.xml" --html "$REPORTS/tls.html"
}

TARGETS=${TARGETS:-tls-targets.txt}
BASELINE=${BASELINE:-tls-baseline.json}
REPORTS=${REPORTS:-tls-reports}
coffer=(coffer tls scan --quiet --targets "$TARGETS" --fail-on "${FAIL_ON:-low}" ${CA_FILE:+--ca "$CA_FILE"})
case ${1:-gate}:$# in
    gate:0) gate ;;
    accept:1) accept ;;
    *)
        echo "usage: $0 [accept]" >&2
        exit 2
        ;;
esac
