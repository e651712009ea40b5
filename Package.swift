// swift-tools-version: 6.2
import PackageDescription

/// Language settings that every target shares.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// For modules that touch keys or parse foreign bytes: every unsafe construct is marked `unsafe` where it stands.
let audited: [SwiftSetting] = house + [.strictMemorySafety()]

let package = Package(
    name: "coffer",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "coffer", targets: ["coffer"]),
        // Each with the modules whose types its interface speaks: what another program needs to use it (Docs/Library).
        .library(name: "KeyStore", targets: ["KeyStore", "KeyCatalog", "AuditTrail", "OpenSSL"]),
        .library(name: "Envelope", targets: ["Envelope", "AgeFormat"]),
        .library(name: "ObjectStore", targets: ["ObjectStore", "AccessControl", "Findings"]),
        .library(name: "Integrity", targets: ["Integrity", "Findings"]),
        .library(name: "TLSInspector", targets: ["TLSInspector", "Findings"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        // Floor 0: the system's libcrypto behind typed, safe Swift.
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .target(name: "COpenSSLShims", dependencies: ["COpenSSL"]),
        .target(
            name: "OpenSSL", dependencies: ["COpenSSL", "COpenSSLShims"],
            // For one property: RawSpan over an array (ByteArray+RawSpan.swift).
            swiftSettings: audited + [.enableExperimentalFeature("Lifetimes")]),

        .target(name: "CEnvelopeShims"),
        .target(name: "CIntegrityShims"),
        .target(name: "CChecksums"),
        .target(name: "Checksums", dependencies: ["CChecksums"], swiftSettings: house),

        // Floor 1
        .target(
            name: "AuditTrail", dependencies: ["OpenSSL", .product(name: "SystemPackage", package: "swift-system")], swiftSettings: audited),
        .target(name: "AgeFormat", dependencies: [], swiftSettings: audited),
        .target(name: "Findings", dependencies: [], swiftSettings: house),

        // Floor 2: the audit boundary. See KeyStore/README.md.
        .target(
            name: "KeyStore", dependencies: ["OpenSSL", "AuditTrail", "AgeFormat"], path: "KeyStore", exclude: ["README.md"],
            swiftSettings: audited),

        // Floor 3
        .target(
            name: "KeyCatalog",
            dependencies: [
                "KeyStore", .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ], swiftSettings: house),
        .target(
            name: "Envelope",
            dependencies: ["OpenSSL", "AgeFormat", "KeyStore", "CEnvelopeShims", .product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: audited),

        .target(
            name: "AccessControl",
            dependencies: [
                "OpenSSL", "AuditTrail", "KeyStore", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ], swiftSettings: audited),

        // Floor 4
        .target(
            name: "ObjectStore",
            dependencies: [
                "OpenSSL", "AuditTrail", "AgeFormat", "KeyStore", "Envelope", "AccessControl", "Findings", "Checksums",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"), .product(name: "SystemPackage", package: "swift-system"),
            ], swiftSettings: house),

        .target(
            name: "Integrity",
            dependencies: [
                "CIntegrityShims", "OpenSSL", "AgeFormat", "Checksums", "KeyStore", "Envelope", "Findings",
                .product(name: "SystemPackage", package: "swift-system"),
            ], swiftSettings: audited),

        .target(name: "CCurlShims"),
        .target(
            name: "TLSInspector",
            dependencies: [
                "AgeFormat", "OpenSSL", "Findings", "CCurlShims",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            // A profile is data that anybody may read and copy; in the program it needs no file beside it.
            resources: [
                .embedInCode("Profiles/mozilla-modern-5.7.json"),
                .embedInCode("Profiles/mozilla-intermediate-5.7.json"),
                .embedInCode("Profiles/mozilla-old-5.7.json"),
                .embedInCode("Profiles/mozilla-modern-5.8.json"),
                .embedInCode("Profiles/mozilla-intermediate-5.8.json"),
                .embedInCode("Profiles/mozilla-old-5.8.json"),
                .embedInCode("Profiles/mozilla-modern-6.0.json"),
                .embedInCode("Profiles/mozilla-intermediate-6.0.json"),
                .embedInCode("Profiles/nist-800-52r2.json"),
                .embedInCode("Profiles/bsi-tr-02102-2.json"),
                .embedInCode("Profiles/pci-dss-4.json"),
            ], swiftSettings: audited),

        .target(name: "CPostureShims"),
        .target(
            name: "Posture",
            dependencies: [
                "CPostureShims", "OpenSSL", "Findings", "KeyStore", "Envelope", .product(name: "SystemPackage", package: "swift-system"),
            ], swiftSettings: audited),

        // Floor 5
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"]), .brew(["qrencode"])]),
        .target(
            name: "CofferCommands",
            dependencies: [
                "OpenSSL", "AuditTrail", "AgeFormat", "Findings", "KeyStore", "KeyCatalog", "Envelope", "AccessControl", "ObjectStore",
                "Integrity", "TLSInspector", "Posture", "CQREncode",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "SystemPackage", package: "swift-system"),
            ], swiftSettings: house),
        .executableTarget(name: "coffer", dependencies: ["CofferCommands"], swiftSettings: house),

        // Not a product: built and run by Tests/Benchmarks/run.py.
        .executableTarget(
            name: "CofferBenchmarks",
            dependencies: [
                "OpenSSL", "AuditTrail", "KeyStore", "KeyCatalog", "ObjectStore", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/Benchmarks/CofferBenchmarks", swiftSettings: house),

        // Not a product: built and run by Tests/Benchmarks/integrity.py.
        .executableTarget(
            name: "IntegrityBenchmarks",
            dependencies: ["CIntegrityShims", "Integrity", .product(name: "SystemPackage", package: "swift-system")],
            path: "Tests/Benchmarks/IntegrityBenchmarks", swiftSettings: house),

        // Not a product: the calls to files, of which a test lets the n-th fail.
        .target(
            name: "FileFaults", dependencies: ["Envelope", .product(name: "SystemPackage", package: "swift-system")],
            path: "Tests/FileFaults", swiftSettings: house),

        // Lets the database's disk fail in tests.
        .target(name: "CFaultyVFS", path: "Tests/Support/CFaultyVFS", linkerSettings: [.linkedLibrary("sqlite3")]),

        // What tests of several modules need: other programs, folders and volumes that go, numbers that come back.
        .target(
            name: "TestSupport",
            dependencies: ["CEnvelopeShims", "OpenSSL", .product(name: "SystemPackage", package: "swift-system")],
            path: "Tests/Support/TestSupport", swiftSettings: house),
        // A key store for tests of what is above it.
        .target(
            name: "KeyTestSupport",
            dependencies: ["AuditTrail", "KeyStore", "TestSupport", .product(name: "SystemPackage", package: "swift-system")],
            path: "Tests/Support/KeyTestSupport", swiftSettings: house),

        .testTarget(name: "OpenSSLTests", dependencies: ["TestSupport", "OpenSSL"], swiftSettings: house),
        .testTarget(
            name: "AuditTrailTests",
            dependencies: ["TestSupport", "AuditTrail", "OpenSSL", .product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: house),
        .testTarget(
            name: "AgeFormatTests", dependencies: ["TestSupport", "AgeFormat", .product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: house),
        .testTarget(name: "FindingsTests", dependencies: ["TestSupport", "Findings"], swiftSettings: house),
        .testTarget(
            name: "KeyStoreTests",
            dependencies: [
                "KeyTestSupport", "TestSupport", "KeyStore", "OpenSSL", "AuditTrail", "AgeFormat",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: house),
        .testTarget(
            name: "KeyCatalogTests",
            dependencies: [
                "TestSupport", "KeyCatalog", "KeyStore", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "SystemPackage", package: "swift-system"),
            ], swiftSettings: house),
        .testTarget(
            name: "EnvelopeTests",
            dependencies: [
                "KeyTestSupport", "TestSupport", "Envelope", "FileFaults", "AgeFormat", "KeyStore", "OpenSSL",
                .product(name: "SystemPackage", package: "swift-system"),
            ], swiftSettings: house),
        .testTarget(
            name: "ObjectStoreTests",
            dependencies: [
                "CFaultyVFS", "KeyTestSupport", "TestSupport", "ObjectStore", "Checksums", "FileFaults", "Findings", "AccessControl",
                "OpenSSL", "AgeFormat", "AuditTrail", "KeyStore", "KeyCatalog", "Envelope",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "SystemPackage", package: "swift-system"),
            ], swiftSettings: house),
        .testTarget(
            name: "AccessControlTests",
            dependencies: [
                "KeyTestSupport", "TestSupport", "AccessControl", "KeyCatalog", "KeyStore", "OpenSSL", "AuditTrail",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "SystemPackage", package: "swift-system"),
            ], swiftSettings: house),
        .testTarget(
            name: "IntegrityTests",
            dependencies: [
                "CIntegrityShims", "KeyTestSupport", "TestSupport", "Integrity", "FileFaults", "AgeFormat", "OpenSSL", "Findings",
                "KeyStore", "Envelope",
                .product(name: "SystemPackage", package: "swift-system"),
            ], swiftSettings: house),
        .testTarget(
            name: "TLSInspectorTests",
            dependencies: [
                "TestSupport", "TLSInspector", "AgeFormat", "OpenSSL", "Findings", .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: house),
        .testTarget(
            name: "PostureTests",
            dependencies: [
                "TestSupport", "Posture", "Findings", "KeyStore", .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: house),
        .testTarget(
            name: "CofferCommandsTests",
            dependencies: [
                "KeyTestSupport", "TestSupport", "CofferCommands", "AccessControl", "AuditTrail", "Envelope", "Findings", "KeyStore",
                "ObjectStore", "OpenSSL", "Posture", "TLSInspector",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "SystemPackage", package: "swift-system"),
            ], swiftSettings: house),
        // Sees what is public, as a program outside of this package does.
        .testTarget(
            name: "LibraryExamplesTests",
            dependencies: [
                "TestSupport", "AuditTrail", "Envelope", "Findings", "Integrity", "KeyCatalog", "KeyStore", "ObjectStore", "OpenSSL",
                "TLSInspector", .product(name: "SystemPackage", package: "swift-system"),
            ], packageAccess: false, swiftSettings: house),
        // Reads the sources, and links none of them.
        .testTarget(name: "ArchitectureTests", swiftSettings: house),
    ],
    swiftLanguageModes: [.v6]
)
