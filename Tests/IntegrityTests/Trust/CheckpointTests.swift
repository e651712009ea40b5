import OpenSSL
import TestSupport
import Testing

@testable import Integrity

@Suite("Checkpoint")
struct CheckpointTests {
    private static let full = ManifestOptions(
        digests: [.md5, .sha256, .blake2b512], sealed: .open, oneFileSystem: true, filesOnly: true,
        exclusions: [Array("*.tmp".utf8), [0xFF, 0x0A, 0x25], Array("a/b:c".utf8)])

    /// Every line there can be.
    private static func fullCheckpoint() throws -> Checkpoint {
        try TrustSample.checkpoint(sequence: 7, previous: .zero, options: full)
    }

    @Test("a first checkpoint has this text")
    func first() throws {
        let text = String(decoding: try TrustSample.checkpoint().text, as: UTF8.self)
        #expect(
            text == """
                coffer-manifest/000102030405060708090a0b0c0d0e0f
                3
                AAAAAAAAAABaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=
                tool coffer/1.0.0
                time 2026-11-28T14:00:00Z
                sequence 0
                subject /srv/a%20b
                sealed ciphertext

                """)
    }

    @Test("a checkpoint with every line has this text")
    func everyLine() throws {
        let text = String(decoding: try Self.fullCheckpoint().text, as: UTF8.self)
        #expect(
            text == """
                coffer-manifest/000102030405060708090a0b0c0d0e0f
                3
                AAAAAAAAAABaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=
                tool coffer/1.0.0
                time 2026-11-28T14:00:00Z
                sequence 7
                previous AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
                subject /srv/a%20b
                digest md5
                digest sha256
                digest blake2b512
                sealed open
                one-file-system
                files-only
                exclude %2A.tmp
                exclude %FF%0A%25
                exclude a/b:c

                """)
    }

    @Test("what is written is read as the same, whatever it is", arguments: 0..<200)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let sequence: UInt64 = [0, 1, 9, .max].randomElement(using: &generator) ?? 0
        let options = ManifestOptions(
            digests: DigestAlgorithm.allCases.filter { _ in Bool.random(using: &generator) },
            sealed: Bool.random(using: &generator) ? .open : .ciphertext, oneFileSystem: Bool.random(using: &generator),
            filesOnly: Bool.random(using: &generator),
            exclusions: (0..<Int.random(in: 0...5, using: &generator)).map { _ in generator.bytes(Int.random(in: 1...60, using: &generator))
            })
        let checkpoint = try TrustSample.checkpoint(
            id: try #require(ManifestID(generator.bytes(16))), entryCount: [0, 10, .max].randomElement(using: &generator) ?? 0,
            root: generator.hash(), sequence: sequence, previous: sequence == 0 ? nil : generator.hash(),
            subject: generator.bytes(Int.random(in: 1...200, using: &generator)), options: options)
        let parsed = try Checkpoint(parsing: checkpoint.text)
        #expect(parsed == checkpoint)
        #expect(parsed.options == options)
    }

    static let edits: [TextEdit] = [
        TextEdit(old: "coffer-manifest/", new: "coffer-manifest"),
        TextEdit(old: "coffer-manifest/", new: "other-manifest/"),
        TextEdit(old: "0a0b0c0d0e0f\n", new: "0A0b0c0d0e0f\n"),
        TextEdit(old: "0e0f\n", new: "0e\n"),
        TextEdit(old: "0e0f\n", new: "0e0f00\n"),
        TextEdit(old: "\n3\n", new: "\n03\n"),
        TextEdit(old: "\n3\n", new: "\n-3\n"),
        TextEdit(old: "\n3\n", new: "\n3 \n"),
        TextEdit(old: "\n3\n", new: "\n18446744073709551616\n"),
        TextEdit(old: "\n3\n", new: "\n\n3\n"),
        TextEdit(old: "WlpaWlo=\n", new: "WlpaWlp=\n"),
        TextEdit(old: "WlpaWlo=\n", new: "WlpaWlo\n"),
        TextEdit(old: "WlpaWlo=\n", new: "Wlo=\n"),
        TextEdit(old: "tool coffer/1.0.0\n", new: ""),
        TextEdit(old: "tool coffer/1.0.0\n", new: "tool coffer/\n"),
        TextEdit(old: "tool coffer/1.0.0\n", new: "tool other/1.0.0\n"),
        TextEdit(old: "tool coffer/1.0.0\n", new: "tool coffer/1 0\n"),
        TextEdit(old: "tool coffer/1.0.0\n", new: "tool coffer/1.0.0\ntool coffer/1.0.0\n"),
        TextEdit(old: "tool coffer/1.0.0\n", new: "tool coffer/\u{E9}\n"),
        TextEdit(old: "tool ", new: "tool  "),
        TextEdit(old: "tool ", new: " tool "),
        TextEdit(old: "tool ", new: "Tool "),
        TextEdit(old: "tool ", new: "t00l "),
        TextEdit(old: "tool ", new: "tools ", code: .newerFormat),
        TextEdit(old: "time ", new: "witness-time ", code: .newerFormat),
        TextEdit(old: "2026-11-28", new: "2026-11-31"),
        TextEdit(old: "2026-11-28", new: "2026-02-29"),
        TextEdit(old: "14:00:00Z", new: "14:00:60Z"),
        TextEdit(old: "14:00:00Z", new: "24:00:00Z"),
        TextEdit(old: "14:00:00Z", new: "14:00:00+00:00"),
        TextEdit(old: "14:00:00Z", new: "14:00:00.0Z"),
        TextEdit(old: "14:00:00Z", new: "14:00:00z"),
        TextEdit(old: "sequence 7", new: "sequence 07"),
        TextEdit(old: "sequence 7", new: "sequence 0"),
        TextEdit(old: "sequence 7", new: "sequence"),
        TextEdit(old: "sequence 7", new: "sequence "),
        TextEdit(old: "previous AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", new: ""),
        TextEdit(old: "previous AAAA", new: "previous AA=="),
        TextEdit(old: "subject /srv/a%20b\n", new: ""),
        TextEdit(old: "subject /srv/a%20b\n", new: "subject \n"),
        TextEdit(old: "%20", new: " "),
        TextEdit(old: "%20", new: "%2"),
        TextEdit(old: "%20", new: "%"),
        TextEdit(old: "%20", new: "%41"),
        TextEdit(old: "%FF", new: "%fF"),
        TextEdit(old: "digest md5\n", new: "digest MD5\n"),
        TextEdit(old: "digest md5\ndigest sha256\n", new: "digest sha256\ndigest md5\n"),
        TextEdit(old: "digest md5\n", new: "digest md5\ndigest md5\n"),
        TextEdit(old: "digest md5\n", new: "digest\n"),
        TextEdit(old: "sealed open\n", new: ""),
        TextEdit(old: "sealed open\n", new: "sealed closed\n"),
        TextEdit(old: "sealed open\n", new: "sealed open\nsealed open\n"),
        TextEdit(old: "one-file-system\n", new: "one-file-system yes\n"),
        TextEdit(old: "one-file-system\n", new: "one-file-system \n"),
        TextEdit(old: "one-file-system\n", new: "one-file-system\none-file-system\n"),
        TextEdit(old: "one-file-system\nfiles-only\n", new: "files-only\none-file-system\n"),
        TextEdit(old: "files-only\n", new: "files-only yes\n"),
        TextEdit(old: "files-only\n", new: "files-only \n"),
        TextEdit(old: "files-only\n", new: "files-only\nfiles-only\n"),
        TextEdit(old: "files-only\n", new: "files-alone\n", code: .newerFormat),
        TextEdit(old: "files-only\nexclude %2A.tmp\n", new: "exclude %2A.tmp\nfiles-only\n"),
        TextEdit(old: "exclude a/b:c\n", new: "exclude \n"),
        TextEdit(old: "exclude a/b:c\n", new: "exclude a/b:c"),
        TextEdit(old: "exclude a/b:c\n", new: "exclude a/b:c\n\n"),
        TextEdit(old: "exclude a/b:c\n", new: "exclude a/b:c\nsealed open\n"),
        TextEdit(old: "exclude a/b:c\n", new: "exclude a/b:c\nparity rs20\n", code: .newerFormat),
        TextEdit(old: "exclude a/b:c\n", new: "exclude a/b:c\r\n"),
    ]

    @Test("what no checkpoint is written as is refused", arguments: edits)
    func refused(edit: TextEdit) throws {
        try edit.expectRefusal(of: Self.fullCheckpoint().text) { try Checkpoint(parsing: $0) }
    }

    @Test("no change of a single byte is read as the same checkpoint")
    func flippedBytes() throws {
        let checkpoint = try Self.fullCheckpoint()
        for index in checkpoint.text.indices {
            for bit in 0..<8 {
                var text = checkpoint.text
                text[index] ^= 1 << bit
                // Some make another checkpoint, of another time or tree; none makes the same.
                if let other = try? Checkpoint(parsing: text) {
                    #expect(other != checkpoint)
                    #expect(other.text == text)
                }
            }
        }
    }

    @Test("no beginning of a checkpoint is one, unless only exclusions are missing")
    func truncated() throws {
        let text = try Self.fullCheckpoint().text
        for count in 0..<text.count {
            guard let parsed = try? Checkpoint(parsing: Array(text[..<count])) else { continue }
            #expect(parsed.text.count == count)
            #expect(parsed.options.exclusions.count < 3)
        }
    }

    @Test("what could not be read back cannot be made")
    func unmakeable() throws {
        let cases: [() throws -> Checkpoint] = [
            { try TrustSample.checkpoint(sequence: 1) }, { try TrustSample.checkpoint(previous: .zero) },
            { try TrustSample.checkpoint(subject: []) },
            { try TrustSample.checkpoint(options: ManifestOptions(digests: [.sha256, .md5])) },
            { try TrustSample.checkpoint(options: ManifestOptions(digests: [.md5, .md5])) },
            { try TrustSample.checkpoint(options: ManifestOptions(exclusions: [[]])) },
            { try TrustSample.checkpoint(subject: [UInt8](repeating: 0x61, count: 4096)) },
        ]
        for make in cases {
            let error = #expect(throws: IntegrityError.self) { try make() }
            #expect(error?.code == .invalidArgument)
        }
    }

    @Test("4096 bytes are signed, one more is refused")
    func longest() throws {
        let rest = try TrustSample.checkpoint(subject: [0x61]).text.count - 1
        let longest = try TrustSample.checkpoint(subject: [UInt8](repeating: 0x61, count: 4096 - rest))
        #expect(longest.text.count == 4096)
        #expect(try Checkpoint(parsing: longest.text) == longest)
        #expect(throws: IntegrityError(.malformed, "")) {
            try Checkpoint(parsing: longest.text.dropLast() + Array("\nexclude a\n".utf8))
        }
        #expect(throws: IntegrityError(.invalidArgument, "")) {
            try TrustSample.checkpoint(subject: [UInt8](repeating: 0x61, count: 4097 - rest))
        }
    }

    @Test(
        "days that exist are times",
        arguments: [
            ("2024-02-29T00:00:00Z", true), ("2023-02-29T00:00:00Z", false), ("2000-02-29T23:59:59Z", true),
            ("1900-02-29T00:00:00Z", false),
            ("0000-01-01T00:00:00Z", true), ("9999-12-31T23:59:59Z", true), ("2026-04-31T00:00:00Z", false),
            ("2026-13-01T00:00:00Z", false),
            ("2026-00-01T00:00:00Z", false), ("2026-01-00T00:00:00Z", false), ("2026-01-01 00:00:00Z", false), ("", false),
        ])
    func times(text: String, exists: Bool) {
        #expect((CheckpointTime(text)?.description == text) == exists)
        #expect((CheckpointTime(text) == nil) == !exists)
    }

    @Test("ids are random and have one spelling")
    func ids() throws {
        let id = try ManifestID.random()
        #expect(try ManifestID.random() != id)
        #expect(ManifestID(digits: Array(id.description.utf8)[...]) == id)
        #expect(ManifestID([1, 2, 3]) == nil)
    }
}
