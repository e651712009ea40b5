import FileFaults
import SystemPackage
import TestSupport
import Testing

@testable import ObjectStore

/// The n-th call to the system fails, for each n.
@Suite("Faults while payloads are stored")
struct PayloadFaultTests {
    static let errors: [Errno] = [.ioError, .noSpace, .readOnlyFileSystem, .tooManyOpenFiles]

    @Test("whichever call fails, there is no success and no file", arguments: [1, 100_000, 2 << 20], errors)
    func sweep(size: Int, errno: Errno) async throws {
        for supportsAnonymous in [true, false] {
            var failures = 0
            for failAt in 1...1000 {
                let calls = FaultyCalls(failAt: failAt, with: errno, supportsAnonymous: supportsAnonymous)
                let fixture = try await PayloadFixture(calls: calls)
                var thrown: ObjectStoreError?
                var stored: StoredPayload?
                do throws(ObjectStoreError) {
                    try fixture.folder.prepare()
                    stored = try await fixture.store(OddBody(randomBytes(size), pieces: 65_536), mayBeInline: false)
                } catch {
                    thrown = error
                }
                #expect(calls.openCount == 0, "every descriptor is closed: \(failAt)")
                guard let failed = calls.failed else {
                    #expect(thrown == nil && stored != nil)
                    break
                }
                failures += 1
                if failed == .remove, stored != nil {
                    // The file is in its place, and a temporary name is left to the collector.
                    continue
                }
                #expect(stored == nil)
                #expect(try fixture.files() == [], "\(failed) \(failAt)")
                expect(thrown, after: errno, failed)
            }
            #expect(failures >= 10 && failures < 1000)
        }
    }

    private func expect(_ error: ObjectStoreError?, after errno: Errno, _ failed: FaultyCalls.Call) {
        switch errno {
        case .noSpace: #expect(error?.code == .noSpace && error?.isWriteFailure == false)
        case .readOnlyFileSystem: #expect(error?.code == .storeReadOnly && error?.isWriteFailure == false)
        case .tooManyOpenFiles: #expect(error?.code == .serviceUnavailable && error?.isWriteFailure == false)
        default: #expect(error?.code == .storageFailure && error?.isWriteFailure == true, "\(failed)")
        }
    }

    @Test("short writes and reads are gone on with")
    func shortCounts() async throws {
        let fixture = try await PayloadFixture(calls: FaultyCalls(shortCount: 1000))
        try fixture.folder.prepare()
        let bytes = randomBytes(1_500_000)
        let segment = try await fixture.segment(bytes)
        let (read, error) = try await fixture.body([segment]).drain()
        #expect(error == nil)
        #expect(read == bytes)
        #expect(try fixture.verify(segment) == 1_500_000)
    }

    @Test("interrupted calls are made again", arguments: 1...40)
    func interrupted(failAt: Int) async throws {
        let calls = FaultyCalls(failAt: failAt, of: [.readAt, .writeAt, .read], with: .interrupted)
        let fixture = try await PayloadFixture(calls: calls)
        try fixture.folder.prepare()
        let bytes = randomBytes(1_500_000)
        let segment = try await fixture.segment(bytes)
        let (read, error) = try await fixture.body([segment]).drain()
        #expect(error == nil)
        #expect(read == bytes)
        #expect(try fixture.verify(segment) == 1_500_000)
    }

    @Test("a disk that cannot be read says so, and that is no damage and no failed write")
    func unreadable() async throws {
        var failures = 0
        for failAt in 1...100 {
            let calls = FaultyCalls(failAt: failAt, of: [.readAt])
            let fixture = try await PayloadFixture(calls: calls)
            try fixture.folder.prepare()
            let bytes = randomBytes(1_500_000)
            let segment = try await fixture.segment(bytes)
            var read: [UInt8] = []
            var thrown: ObjectStoreError?
            do throws(ObjectStoreError) { (read, thrown) = try await fixture.body([segment]).drain() } catch { thrown = error }
            guard calls.failed != nil else {
                #expect(thrown == nil && read == bytes)
                break
            }
            failures += 1
            #expect(thrown?.code == .storageFailure && thrown?.isWriteFailure == false)
            #expect(bytes.starts(with: read))
        }
        #expect(failures >= 4)
    }

    @Test("a call that fails keeps a blob where it was or in quarantine")
    func quarantine() async throws {
        for failAt in 1...100 {
            let calls = FaultyCalls(failAt: failAt)
            let fixture = try await PayloadFixture()
            try fixture.folder.prepare()
            let segment = try await fixture.segment(randomBytes(20_000))
            let folder = BlobFolder(path: fixture.folder.path, calls: calls)
            var thrown: ObjectStoreError?
            do throws(ObjectStoreError) { try folder.quarantine(try segment.name) } catch { thrown = error }
            #expect(calls.openCount == 0)
            #expect(try fixture.files().count == 1)
            guard calls.failed != nil else {
                #expect(thrown == nil)
                return
            }
            #expect(thrown?.code == .storageFailure)
        }
    }

    @Test("a call that fails leaves a header that is the old one or the new one")
    func replacedHeader() async throws {
        let new = try await PayloadFixture().header
        for failAt in 1...100 {
            let calls = FaultyCalls(failAt: failAt)
            let fixture = try await PayloadFixture()
            try fixture.folder.prepare()
            let name = try await fixture.segment(randomBytes(20_000)).name
            let folder = BlobFolder(path: fixture.folder.path, calls: calls)
            var thrown: ObjectStoreError?
            do throws(ObjectStoreError) { try folder.replaceHeader(of: name, with: new) } catch { thrown = error }
            #expect(calls.openCount == 0)
            let found = try fixture.folder.readHeader(of: name, byteCount: new.count)
            #expect(found == new || found == fixture.header)
            guard calls.failed != nil else {
                #expect(thrown == nil && found == new)
                return
            }
            #expect(thrown?.code == .storageFailure)
        }
    }
}

extension PayloadSegment {
    /// Of a blob.
    var name: BlobName {
        get throws(ObjectStoreError) {
            guard let blob else { throw ObjectStoreError(.internalError, "It is inline.") }
            return blob
        }
    }
}
