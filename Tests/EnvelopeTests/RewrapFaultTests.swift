import AgeFormat
import FileFaults
import KeyStore
import SystemPackage
import TestSupport
import Testing

@testable import Envelope

/// The n-th call fails, or the process dies at it: every file is the old or the new one, whole, now or after the next run.
@Suite("Faults of rewrapping")
struct RewrapFaultTests {
    struct Conditions: Sendable, CustomTestStringConvertible {
        let isPadded: Bool
        let dies: Bool
        let tears: Bool
        var testDescription: String {
            "\(isPadded ? "in place" : "copying"), \(dies ? "the process dies" : "one call fails")\(tears ? ", half written" : "")"
        }
    }

    static let conditions = [(true, true, true), (true, true, false), (true, false, true), (false, true, true), (false, false, false)].map {
        Conditions(isPadded: $0.0, dies: $0.1, tears: $0.2)
    }

    @Test("whichever call fails, each file is whole in the end", arguments: conditions)
    func sweep(_ conditions: Conditions) async throws {
        let keys = try await TestKeys(count: 0)
        // Without padding, a gap of six bytes cannot be filled.
        let further = [try Stanza(type: FixedKey.stanzaType), try Stanza(type: "x")]
        let old = try await SealedFixture(further: further, padding: conditions.isPadded ? .quarterPage : .none)
            .sealed([.init([UInt8](repeating: 7, count: 100), isLast: true)])
        var failures: Set<FaultyCalls.Call> = []
        for failAt in 1... {
            let calls = FaultyCalls(failAt: failAt, tearsWrites: conditions.tears, dies: conditions.dies)
            guard let failed = try await failure(of: calls, at: failAt, conditions, keys, old) else { break }
            failures.insert(failed)
        }
        // Two files are worked on at once, and each time in another order: a kind of call may never have been the n-th.
        for call in Self.needed(conditions).subtracting(failures) {
            let calls = FaultyCalls(failAt: 1, of: [call], tearsWrites: conditions.tears, dies: conditions.dies)
            #expect(try await failure(of: calls, at: 1, conditions, keys, old) == call)
        }
    }

    private static func needed(_ conditions: Conditions) -> Set<FaultyCalls.Call> {
        conditions.isPadded
            ? [.open, .status, .lock, .readAt, .writeAt, .synchronizeData, .truncate, .remove, .names]
            : [.open, .openAnonymous, .status, .readAt, .writeAt, .copy, .synchronize, .linkAnonymous, .rename]
    }

    /// Rewraps two files with these calls, and looks at what is left, now and after the next run.
    /// - Returns: the call that failed; nil if none did.
    private func failure(
        of calls: FaultyCalls, at failAt: Int, _ conditions: Conditions, _ keys: TestKeys, _ old: [UInt8]
    ) async throws -> FaultyCalls.Call? {
        let folder = try TemporaryFolder()
        for name in ["a", "b"] { try folder.write(old, to: name) }
        let log = EventLog()
        let isComplete = await run(keys, folder, calls, log)
        #expect(calls.openCount == 0, "every descriptor is closed")
        guard let failed = calls.failed else {
            #expect(isComplete)
            #expect(try folder.entries() == ["a", "b"])
            return nil
        }
        if !conditions.dies { try await expectWhole(folder, old, unlessIn: await log.errors, "\(failAt), \(failed)") }
        // The next run is undisturbed.
        let rest = EventLog()
        let isRecovered = await run(keys, folder, SystemFileCalls(), rest)
        let lines = await rest.lines
        #expect(isRecovered, "\(failAt), \(failed): \(lines)")
        for name in ["a", "b"] { try await expectNew(folder, name, old) }
        #expect(try folder.entries().filter { $0.count > 1 && !$0.hasSuffix(".tmp") }.isEmpty, "\(failAt), \(failed)")
        return failed
    }

    /// - Returns: whether all went well.
    private func run(_ keys: TestKeys, _ folder: TemporaryFolder, _ calls: any FileCalls, _ log: EventLog) async -> Bool {
        let plan = RewrapPlan(removing: [.type("x")])
        let rewrapper = SealedFileRewrapper(identities: [FixedKey()], service: keys.service, plan: plan, calls: calls)
        do throws(EnvelopeError) {
            return try await rewrapper.rewrap(tree: folder.path) { await log.add($0) }.isComplete
        } catch {
            return false
        }
    }

    private func expectWhole(_ folder: TemporaryFolder, _ old: [UInt8], unlessIn errors: [EnvelopeError], _ what: String) async throws {
        for name in ["a", "b"] {
            let bytes = try folder.read(name)
            if bytes == old { continue }
            do {
                try await SealedFileOpener(identities: [FixedKey()]).verify(.file(folder.file(name)))
            } catch {
                #expect(errors.contains { $0.message.contains("half written") }, "\(what): \(name) is torn, and nobody said so")
            }
        }
    }

    private func expectNew(_ folder: TemporaryFolder, _ name: String, _ old: [UInt8]) async throws {
        let bytes = try folder.read(name)
        let header = try #require(try AgeHeader.parse(bytes: bytes))
        let oldHeader = try #require(try AgeHeader.parse(bytes: old))
        #expect(bytes[header.byteCount...] == old[oldHeader.byteCount...])
        #expect(header.stanzas.map(\.type) == [FixedKey.stanzaType, HeaderPadding.type])
        try await SealedFileOpener(identities: [FixedKey()]).verify(.file(folder.file(name)))
    }
}
