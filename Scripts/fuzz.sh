#!/bin/sh
# Builds each target in Tests/Fuzz with libFuzzer and runs it.
#
#   Scripts/fuzz.sh [seconds] [name…]     30 seconds each unless told otherwise; all unless named
#
# Inputs that found something new are kept in .build-fuzz/corpus/NAME, and one that crashes in .build-fuzz/crash-NAME-….
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-30}
[ $# -eq 0 ] || shift
scratch=.build-fuzz

# These stand on all modules that read foreign bytes.
for target in ObjectStore Integrity; do
    swift build --scratch-path "$scratch" --target "$target" -Xswiftc -sanitize=fuzzer -Xswiftc -parse-as-library
done

objects=$(for module in OpenSSL COpenSSLShims CEnvelopeShims CIntegrityShims CChecksums Checksums AgeFormat AuditTrail Findings KeyStore Envelope AccessControl \
    ObjectStore Integrity GRDB SystemPackage CSystem; do
    find -L "$scratch/debug/$module.build" -name '*.o'
done)

if [ $# -eq 0 ]; then
    for file in Tests/Fuzz/*.swift; do set -- "$@" "$(basename "$file" .swift)"; done
fi
for name in "$@"; do
    mkdir -p "$scratch/corpus/$name"
    # $objects is a list of words.
    # shellcheck disable=SC2086
    swiftc -swift-version 6 -sanitize=fuzzer -parse-as-library "Tests/Fuzz/$name.swift" \
        -I "$scratch/debug/Modules" -I Sources/COpenSSL -I Sources/COpenSSLShims/include -I Sources/CEnvelopeShims/include -I Sources/CIntegrityShims/include -I Sources/CChecksums/include \
        -Xcc -fmodule-map-file="$scratch/debug/COpenSSLShims.build/module.modulemap" \
        -Xcc -fmodule-map-file="$scratch/debug/CEnvelopeShims.build/module.modulemap" \
        -Xcc -fmodule-map-file="$scratch/debug/CIntegrityShims.build/module.modulemap" \
        -Xcc -fmodule-map-file="$scratch/debug/CChecksums.build/module.modulemap" \
        -Xcc -fmodule-map-file="$scratch/checkouts/GRDB.swift/Sources/GRDBSQLite/module.modulemap" \
        -Xcc -fmodule-map-file="$scratch/checkouts/swift-system/Sources/CSystem/include/module.modulemap" \
        $objects -lcrypto -lsqlite3 -o "$scratch/$name"
    echo "fuzzing $name for $seconds s"
    SWIFT_BACKTRACE=enable=no "$scratch/$name" -max_total_time="$seconds" -artifact_prefix="$scratch/crash-$name-" \
        -print_final_stats=1 "$scratch/corpus/$name" 2>"$scratch/$name.log" || {
        tail -n 30 "$scratch/$name.log"
        exit 1
    }
    grep -E 'number_of_executed_units|new_units_added' "$scratch/$name.log"
done
