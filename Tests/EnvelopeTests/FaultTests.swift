import Envelope
import FileFaults
import KeyStore
import SystemPackage
import TestSupport
import Testing

/// The n-th call to the system fails, for each n: the old file stays, or the new one is whole, and nothing else is left.
@Suite("Faults")
struct FaultTests {
    struct Conditions: Sendable, CustomTestStringConvertible {
        let overwrite: Bool
        let supportsAnonymous: Bool
        let supportsLinks: Bool
        var testDescription: String {
            "\(overwrite ? "replacing" : "creating"), \(supportsAnonymous ? "without a name" : "under a temporary name")\(supportsLinks ? "" : ", no hard links")"
        }
    }

    static let conditions = [true, false].flatMap { overwrite in
        [(true, true), (false, true), (false, false)].map {
            Conditions(overwrite: overwrite, supportsAnonymous: $0.0, supportsLinks: $0.1)
        }
    }

    @Test("whichever call fails, nothing is lost and nothing is left", arguments: conditions, [Errno.ioError, .noSpace])
    func sweep(_ conditions: Conditions, errno: Errno) async throws {
        let key = FixedKey()
        let sealed = try key.file((0..<10).map { FixedKey.Chunk([UInt8](repeating: 7, count: 65_536), isLast: $0 == 9) })
        var failures = 0
        for failAt in 1... {
            let folder = try TemporaryFolder()
            let path = try folder.write(sealed, to: "sealed")
            if conditions.overwrite { _ = try folder.write([9], to: "out") }
            let calls = FaultyCalls(
                failAt: failAt, with: errno, supportsAnonymous: conditions.supportsAnonymous, supportsLinks: conditions.supportsLinks)
            var thrown: EnvelopeError?
            do throws(EnvelopeError) {
                try await SealedFileOpener(identities: [key], calls: calls)
                    .open(.file(path), to: .file(folder.file("out"), overwrite: conditions.overwrite))
            } catch {
                thrown = error
            }
            #expect(calls.openCount == 0, "every descriptor is closed")
            guard let failed = calls.failed else {
                #expect(thrown == nil)
                #expect(try folder.read("out").count == 655_360)
                break
            }
            failures += 1
            if failed == .remove {
                #expect(thrown == nil, "the file is in its place; its other name is removed later")
                #expect(try folder.entries() == ["out", "sealed"])
                continue
            }
            let error = try #require(thrown, "call \(failAt), \(failed), failed silently")
            if errno == .noSpace && failed == .write { #expect(error.code == .noSpace) }
            try expectConsistency(folder, conditions, after: failed, error)
        }
        #expect(failures > 8)
    }

    private func expectConsistency(
        _ folder: TemporaryFolder, _ conditions: Conditions, after failed: FaultyCalls.Call, _ error: EnvelopeError
    ) throws {
        let entries = try folder.entries()
        let isNew = try entries.contains("out") && folder.read("out").count == 655_360
        if error.code == .outputNotDurable {
            #expect(failed == .synchronize)
            #expect(isNew && entries == ["out", "sealed"])
        } else if conditions.overwrite {
            #expect(entries == ["out", "sealed"], "\(failed)")
            #expect(try folder.read("out") == [9], "\(failed)")
        } else {
            #expect(entries == ["sealed"], "\(failed)")
        }
    }

    @Test("an interrupted call is made again", arguments: [FaultyCalls.Call.read, .write])
    func interruption(call: FaultyCalls.Call) async throws {
        let folder = try TemporaryFolder()
        let key = FixedKey()
        let path = try folder.write(try key.file([.init([1, 2, 3], isLast: true)]), to: "sealed")
        let calls = FaultyCalls(failAt: 1, of: [call], with: .interrupted)
        try await SealedFileOpener(identities: [key], calls: calls)
            .open(.file(path), to: .file(folder.file("out"), overwrite: false))
        #expect(calls.failed == call)
        #expect(try folder.read("out") == [1, 2, 3])
    }

    @Test("an interrupted call is not made again when the operation is cancelled")
    func interruptionByCancelling() async throws {
        let folder = try TemporaryFolder()
        let key = FixedKey()
        let path = try folder.write(try key.file([.init([1, 2, 3], isLast: true)]), to: "sealed")
        let calls = FaultyCalls(failAt: 1, of: [.write], with: .interrupted)
        let monitor = WorkMonitor(isCancelled: { calls.failed != nil })
        await #expect(throws: EnvelopeError(.cancelled, "")) {
            try await SealedFileOpener(identities: [key], monitor: monitor, calls: calls)
                .open(.file(path), to: .file(folder.file("out"), overwrite: false))
        }
        #expect(try folder.entries() == ["sealed"])
    }

    @Test("a reader that went away is called so")
    func brokenPipe() async throws {
        let folder = try TemporaryFolder()
        let key = FixedKey()
        let path = try folder.write(try key.file([.init([1, 2, 3], isLast: true)]), to: "sealed")
        let calls = FaultyCalls(failAt: 1, of: [.write], with: .brokenPipe)
        await #expect(throws: EnvelopeError(.brokenPipe, "")) {
            try await SealedFileOpener(identities: [key], calls: calls)
                .open(.file(path), to: .descriptor(.standardError, name: "out"))
        }
    }
}
