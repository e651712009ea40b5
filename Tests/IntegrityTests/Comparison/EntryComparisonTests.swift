import Findings
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

/// One change of a file, and what is to be said of it.
private struct Case: CustomTestStringConvertible {
    let testDescription: String
    let expected: Verdict
    let change: @Sendable (inout ManifestEntry) -> Void
    let relation: ContentRelation
    var remark: EntryVerdict.Remark?

    init(
        _ name: String, _ expected: Verdict, _ relation: ContentRelation, remark: EntryVerdict.Remark? = nil,
        _ change: @escaping @Sendable (inout ManifestEntry) -> Void = { _ in }
    ) {
        (testDescription, self.expected, self.relation, self.remark, self.change) = (name, expected, relation, remark, change)
    }
}

@Suite("Comparing entries")
struct EntryComparisonTests {
    private static let changed = ContentRelation.different(ranges: [0..<65_536], keepsWholeLeaves: false, extends: false)
    private static let keptFront = ContentRelation.different(ranges: [], keepsWholeLeaves: true, extends: false)
    private static let later = EntryTime(seconds: 2000, nanoseconds: 5)

    private static let cases: [Case] = [
        Case("nothing", .intact, .same),
        Case("only the change time: a link was made to it", .intact, .same) { $0.identity?.changeTime = later },
        Case("only device and inode: a copy", .intact, .same) { $0.identity?.inode = 99 },
        Case("content, and no time", .rotted, changed),
        Case("content of a copy, and not the modification time", .rotted, changed) {
            $0.identity?.inode = 99
            $0.identity?.changeTime = later
        },
        Case("content and change time: the modification time was set back", .modified, changed, remark: .modificationTimeKept) {
            $0.identity?.changeTime = later
        },
        Case("content and times", .modified, changed) {
            $0.metadata?.modificationTime = later
            $0.identity?.changeTime = later
        },
        Case("cut behind a leaf", .truncated, keptFront) {
            $0.byteCount = 65_536
            $0.metadata?.modificationTime = later
        },
        Case("cut to nothing", .truncated, keptFront) {
            $0.byteCount = 0
            $0.metadata?.modificationTime = later
        },
        Case("cut within its first leaf without a trace in its times", .truncated, keptFront) { $0.byteCount = 70 },
        Case("a shorter text", .modified, keptFront) {
            $0.byteCount = 70
            $0.metadata?.modificationTime = later
        },
        Case("cut and changed", .modified, changed) {
            $0.byteCount = 65_536
            $0.metadata?.modificationTime = later
        },
        Case("appended to", .extended, .different(ranges: [], keepsWholeLeaves: true, extends: true)) {
            $0.byteCount = 300_000
            $0.metadata?.modificationTime = later
        },
        Case("longer and changed", .modified, changed) {
            $0.byteCount = 300_000
            $0.metadata?.modificationTime = later
        },
        Case("permissions", .metadataChanged, .same) { $0.metadata?.permissions = 0o4755 },
        Case("owner", .metadataChanged, .same) { $0.metadata?.user = 1000 },
        Case("modification time", .metadataChanged, .same) { $0.metadata?.modificationTime = later },
        Case("extended attributes", .metadataChanged, .same) { $0.attributes = .zero },
        Case("cannot be read", .unreadable, .unknown) { $0.unreadable = .permissionDenied },
        Case("became a folder", .typeChanged, .unknown) {
            $0.type = .folder
            $0.byteCount = nil
            $0.root = nil
        },
        Case("not read", .intact, .unknown, remark: .notRead),
        Case("not read, another size", .modified, .unknown, remark: .notRead) { $0.byteCount = 3 },
    ]

    @Test("each change has its verdict", arguments: cases)
    private func verdict(_ example: Case) throws {
        let old = try Self.file()
        var new = old
        example.change(&new)
        let verdict = EntryComparison().verdict(old, new, example.relation)
        #expect(verdict.verdict == example.expected)
        #expect(verdict.remark == example.remark)
        #expect(verdict.finding().id == "manifest-\(example.expected.rawValue)")
    }

    @Test("metadata that a copy does not have can be left out")
    func ignoring() throws {
        let old = try Self.file()
        var new = old
        new.metadata?.user = 7
        new.metadata?.modificationTime = Self.later
        var comparison = EntryComparison()
        #expect(comparison.verdict(old, new, .same).changedFields.keys.map(\.rawValue).sorted() == ["mtime", "owner"])
        comparison.ignored = [.owner]
        #expect(comparison.verdict(old, new, .same).verdict == .metadataChanged)
        comparison.ignored = [.owner, .modificationTime]
        #expect(comparison.verdict(old, new, .same).verdict == .intact)
    }

    @Test("the target of a link is metadata, the time of a folder says nothing")
    func linksAndFolders() throws {
        var link = ManifestEntry(path: try EntryPath(Array("l".utf8)), type: .symbolicLink)
        link.linkTarget = Array("a".utf8)
        var other = link
        other.linkTarget = Array("b\n".utf8)
        let verdict = EntryComparison().verdict(link, other, .unknown)
        #expect(verdict.verdict == .metadataChanged)
        #expect(verdict.changedFields[.linkTarget]?.after == "b\\x0a")

        var folder = try Self.file()
        folder.type = .folder
        (folder.byteCount, folder.root) = (nil, nil)
        var touched = folder
        touched.metadata?.modificationTime = Self.later
        #expect(EntryComparison().verdict(folder, touched, .unknown).verdict == .intact)
    }

    @Test("what was not read when it was recorded is never called intact")
    func unreadWhenRecorded() throws {
        var old = try Self.file()
        (old.unreadable, old.root) = (.ioError, nil)
        let verdict = EntryComparison().verdict(old, try Self.file(), .unknown)
        #expect(verdict.verdict == .unreadable)
        #expect(verdict.remark == .unreadWhenRecorded)
    }

    @Test("damage is kept among the verdicts, however many differences there are")
    func cappedReport() throws {
        var report = VerificationReport()
        for number in 0..<(3 * VerificationReport.maximumVerdictCount) {
            report.add(EntryVerdict(try EntryPath(Array("f\(number)".utf8)), number == 5 ? .rotted : .added, .file))
        }
        report.finish()
        #expect(report.verdicts.count == VerificationReport.maximumVerdictCount)
        #expect(report.verdicts.contains { $0.verdict == .rotted })
        #expect(report[.added] == UInt64(3 * VerificationReport.maximumVerdictCount - 1))
        #expect(report.isDamaged)
    }

    private static func file() throws -> ManifestEntry {
        var entry = ManifestEntry(path: try EntryPath(Array("f".utf8)), type: .file)
        let time = EntryTime(seconds: 1000, nanoseconds: 1)
        entry.metadata = EntryMetadata(permissions: 0o755, user: 0, group: 0, modificationTime: time)
        entry.identity = EntryIdentity(changeTime: time, device: 1, inode: 2, linkCount: 1)
        entry.byteCount = 200_000
        entry.root = .zero
        return entry
    }
}
