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
for target in ObjectStore Integrity TLSInspector; do
    swift build --scratch-path "$scratch" --target "$target" -Xswiftc -sanitize=fuzzer -Xswiftc -parse-as-library
done

ours="OpenSSL COpenSSLShims CEnvelopeShims CIntegrityShims CCurlShims CChecksums Checksums AgeFormat AuditTrail Findings KeyStore Envelope
    AccessControl ObjectStore Integrity TLSInspector"
# What they stand on; NIO brings most of it.
theirs="GRDB SystemPackage CSystem NIOCore NIOPosix NIOConcurrencyHelpers _NIOBase64 _NIODataStructures Atomics _AtomicsShims DequeModule
    InternalCollectionsUtilities ContainersPreview CNIOAtomics CNIODarwin CNIOFreeBSD CNIOLinux CNIOOpenBSD CNIOPosix CNIOWASI CNIOWindows"

# A file for the compiler, which takes the spaces in the names of some objects only there.
objects=$scratch/objects.resp
for module in $ours $theirs; do
    [ ! -d "$scratch/debug/$module.build" ] || find -L "$scratch/debug/$module.build" -name '*.o'
done | sed 's/ /\\ /g' >"$objects"

# Clang has to find every C module again, also those that only a module of ours imports.
headers="-I Sources/COpenSSL"
for folder in Sources/*/include; do headers="$headers -I $folder"; done
for module in $ours $theirs; do
    for map in "$scratch/debug/$module.build/module.modulemap" "$scratch"/checkouts/*/Sources/"$module"/include/module.modulemap; do
        [ ! -f "$map" ] || headers="$headers -Xcc -fmodule-map-file=$map"
    done
done
headers="$headers -Xcc -fmodule-map-file=$scratch/checkouts/GRDB.swift/Sources/GRDBSQLite/module.modulemap"

if [ $# -eq 0 ]; then
    for file in Tests/Fuzz/*.swift; do set -- "$@" "$(basename "$file" .swift)"; done
fi
for name in "$@"; do
    mkdir -p "$scratch/corpus/$name"
    # $headers is a list of words.
    # shellcheck disable=SC2086
    swiftc -swift-version 6 -sanitize=fuzzer -parse-as-library "Tests/Fuzz/$name.swift" -I "$scratch/debug/Modules" $headers \
        "@$objects" -lcrypto -lsqlite3 -o "$scratch/$name"
    echo "fuzzing $name for $seconds s"
    SWIFT_BACKTRACE=enable=no "$scratch/$name" -max_total_time="$seconds" -artifact_prefix="$scratch/crash-$name-" \
        -print_final_stats=1 "$scratch/corpus/$name" 2>"$scratch/$name.log" || {
        tail -n 30 "$scratch/$name.log"
        exit 1
    }
    grep -E 'number_of_executed_units|new_units_added' "$scratch/$name.log"
done
