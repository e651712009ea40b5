import KeyStore
import KeyTestSupport
import TestSupport
import Testing

@testable import ObjectStore

/// A bucket whose every state was written down, so that what is said of a time can be compared with what was true then.
struct History: Sendable {
    /// A key and what was current of it.
    struct Entry: Sendable, Hashable {
        let key: String
        let versionID: VersionID
        let eTag: ETag
    }

    struct Moment: Sendable {
        let time: Timestamp
        let entries: [Entry]
    }

    let store: LocalStore
    let service: LocalObjectService
    let subject: Subject
    private(set) var moments: [Moment] = []

    static let keys = ["a", "a/b", "a/b/c", "a/d", "b", "ü"]

    init(_ status: VersioningStatus = .enabled) async throws {
        store = try LocalStore()
        service = try await store.open()
        subject = Subject(service: service, clock: store.clock)
        try await subject.createBucket(status)
        try await note()
    }

    /// What is there now.
    func current() async throws -> [Entry] {
        try await service.listObjectVersions(ListObjectVersionsRequest(bucket: Subject.bucket)).versions
            .filter { $0.isLatest }.compactMap { version in
                version.object.map { Entry(key: version.key.text, versionID: version.versionID, eTag: $0.eTag) }
            }
    }

    mutating func note() async throws {
        moments.append(Moment(time: store.clock.now, entries: try await current()))
        store.clock.pass(.seconds(10))
    }

    /// Some random puts, copies and deletions.
    mutating func goOn(_ count: Int, _ random: inout SeededGenerator) async throws {
        for number in 0..<count {
            let key = try #require(Self.keys.randomElement(using: &random))
            switch Int.random(in: 1...10, using: &random) {
            case 1...3: try await subject.delete(key)
            case 4:
                let source = try await current().randomElement(using: &random)
                guard let source, source.key != key else { continue }
                _ = try await service.copyObject(
                    CopyObjectRequest(copySource: subject.object(source.key), bucket: Subject.bucket, key: Subject.key(key)))
            case 5: try await subject.put(key, String(repeating: "\(number) ", count: 10_000))
            default: try await subject.put(key, "\(number)")
            }
            try await note()
        }
    }

    func states(_ entries: [Entry]) -> [String] { entries.map { "\($0.key) \($0.eTag)" } }
}
