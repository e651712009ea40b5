import AgeFormat
import Envelope
import FileFaults
import Foundation
import KeyStore
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Everything a recipient promises: what is sealed comes back, whatever its size and however it is carried.
@Suite("Sealed files")
struct SealedFileTests {
    static let chunk = PayloadLayout.chunkByteCount
    /// Around each place where the pipeline changes its course: the chunk, the unit of eight chunks, the look-ahead behind it.
    static let sizes = [
        0, 1, 4096, chunk - 1, chunk, chunk + 1, 3 * chunk, 3 * chunk + 17, 8 * chunk - 1, 8 * chunk, 8 * chunk + 1, 8 * chunk + 4095,
        8 * chunk + 4096, 8 * chunk + 4097, 9 * chunk, 16 * chunk, 16 * chunk + 1, 17 * chunk - 1,
    ]

    let keys: TestKeys
    let folder: TemporaryFolder
    let writer: SealedFileWriter
    let opener: SealedFileOpener

    init() async throws {
        keys = try await TestKeys(count: 1)
        folder = try TemporaryFolder()
        writer = SealedFileWriter(recipients: [keys.recipient(0)])
        opener = SealedFileOpener(identities: [keys.identity()])
    }

    static func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return generator.bytes(count)
    }

    @Test("a file of any size comes back", arguments: sizes)
    func files(size: Int) async throws {
        let plaintext = Self.bytes(size)
        let path = try folder.write(plaintext, to: "plain")
        let sealed = try await writer.seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        #expect(sealed.plaintextByteCount == UInt64(size))
        #expect(try folder.read("sealed").count == Int(sealed.fileByteCount))
        #expect(sealed.sealedByteCount == PayloadLayout.sealedByteCount(plaintext: UInt64(size)))

        let opened = try await opener.open(.file(folder.file("sealed")), to: .file(folder.file("opened"), overwrite: false))
        #expect(try folder.read("opened") == plaintext)
        #expect(opened.plaintextByteCount == UInt64(size))
        #expect(opened.fileByteCount == sealed.fileByteCount)
        #expect(opened.openedBy == keys.arns[0])
        #expect(try await opener.verify(.file(folder.file("sealed"))) == opened)
        #expect(try folder.entries() == ["opened", "plain", "sealed"])
    }

    @Test("a stream of any size comes back", arguments: sizes)
    func pipes(size: Int) async throws {
        let plaintext = Self.bytes(size)
        let source = try TestPipe.source(plaintext)
        let sealed = try await TestPipe.collecting { output in
            try await writer.seal(.descriptor(source, name: "in"), to: .descriptor(output, name: "out"))
        }
        try source.close()
        _ = try sealed.outcome.get()

        let sealedSource = try TestPipe.source(sealed.bytes)
        let opened = try await TestPipe.collecting { output in
            try await opener.open(.descriptor(sealedSource, name: "in"), to: .descriptor(output, name: "out"))
        }
        try sealedSource.close()
        #expect(try opened.outcome.get().plaintextByteCount == UInt64(size))
        #expect(opened.bytes == plaintext)
    }

    @Test("reads and writes of any shortness make no difference", arguments: [1, 7, 4095, 65_537])
    func shortCounts(count: Int) async throws {
        let calls = FaultyCalls(shortCount: count)
        let plaintext = Self.bytes(count == 1 ? 3000 : 9 * Self.chunk + 5)
        let path = try folder.write(plaintext, to: "plain")
        try await SealedFileWriter(recipients: [keys.recipient(0)], calls: calls)
            .seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        try await SealedFileOpener(identities: [keys.identity()], calls: calls)
            .open(.file(folder.file("sealed")), to: .file(folder.file("opened"), overwrite: false))
        #expect(try folder.read("opened") == plaintext)
        #expect(calls.openCount == 0)
    }

    @Test("two files of the same content have nothing in common but the header's form")
    func fresh() async throws {
        let path = try folder.write(Self.bytes(100), to: "plain")
        try await writer.seal(.file(path), to: .file(folder.file("a"), overwrite: false))
        try await writer.seal(.file(path), to: .file(folder.file("b"), overwrite: false))
        #expect(try folder.read("a").suffix(132) != folder.read("b").suffix(132))
    }

    @Test("the output has the access bits of the input, in both directions", arguments: [0o600, 0o640, 0o444, 0o755])
    func permissions(bits: Int) async throws {
        let path = try folder.write(Self.bytes(10), to: "plain", permissions: bits)
        try await writer.seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        try await opener.open(.file(folder.file("sealed")), to: .file(folder.file("opened"), overwrite: false))
        #expect(try folder.permissions("sealed") == bits)
        #expect(try folder.permissions("opened") == bits)
    }

    @Test("the output has the time of modification of the input, in both directions")
    func modificationTime() async throws {
        let path = try folder.write(Self.bytes(10), to: "plain")
        try folder.setModificationTime("plain", 1_234_567_890.5)
        try await writer.seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        try await opener.open(.file(folder.file("sealed")), to: .file(folder.file("opened"), overwrite: false))
        #expect(try folder.modificationTime("sealed") == 1_234_567_890.5)
        #expect(try folder.modificationTime("opened") == 1_234_567_890.5)
    }

    @Test("zeros become holes in a new file", arguments: [(first: 3, zeros: 100, last: 5), (0, 64, 0), (1, 0, 100), (100, 9, 1)])
    func sparse(layout: (first: Int, zeros: Int, last: Int)) async throws {
        let plaintext =
            Self.bytes(layout.first * Self.chunk) + [UInt8](repeating: 0, count: layout.zeros * Self.chunk)
            + Self.bytes(layout.last * Self.chunk, seed: 2)
        let path = try folder.write(plaintext, to: "plain")
        try await writer.seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        try await opener.open(.file(folder.file("sealed")), to: .file(folder.file("opened"), overwrite: false))
        let isSame = try folder.read("opened") == plaintext
        #expect(isSame)
        let data = (layout.first + layout.last) * Self.chunk
        #expect(try folder.allocatedByteCount("opened") <= data + 4096, "holes take no room")
    }

    @Test("what comes from a pipe can be read by its owner only")
    func permissionsOfPipe() async throws {
        let source = try TestPipe.source([1, 2, 3])
        try await writer.seal(.descriptor(source, name: "in"), to: .file(folder.file("sealed"), overwrite: false))
        try source.close()
        #expect(try folder.permissions("sealed") == 0o600)
    }

    // MARK: Refused before anything is done

    @Test("an existing file is kept, unless it may be replaced")
    func existing() async throws {
        let path = try folder.write(Self.bytes(10), to: "plain")
        _ = try folder.write([9], to: "sealed")
        await #expect(throws: EnvelopeError(.outputExists, "")) {
            try await writer.seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        }
        #expect(try folder.read("sealed") == [9])
        try await writer.seal(.file(path), to: .file(folder.file("sealed"), overwrite: true))
        #expect(try folder.read("sealed").count > 100)
    }

    @Test("a file is not written over itself, by whatever name", arguments: ["plain", "hard link", "symbolic link"])
    func sameFile(name: String) async throws {
        let path = try folder.write([1], to: "plain")
        try folder.link("plain", hard: "hard link", symbolic: "symbolic link")
        await #expect(throws: EnvelopeError(.sameFile, "")) {
            try await writer.seal(.file(path), to: .file(folder.file(name), overwrite: true))
        }
        #expect(try folder.read("plain") == [1])
    }

    @Test("replacing through a symbolic link replaces the file, and keeps the link")
    func symbolicLink() async throws {
        let path = try folder.write([1], to: "plain")
        _ = try folder.write([2], to: "target")
        try folder.link("target", hard: "other", symbolic: "link")
        try await writer.seal(.file(path), to: .file(folder.file("link"), overwrite: true))
        #expect(try folder.read("target").count > 100)
        #expect(try folder.read("other") == [2])
        #expect(try folder.isSymbolicLink("link"))
    }

    @Test("inputs that cannot be sealed are named")
    func inputs() async throws {
        let output = FileOutput.file(folder.file("sealed"), overwrite: false)
        await #expect(throws: EnvelopeError(.inputIsDirectory, "")) { try await writer.seal(.file(folder.path), to: output) }
        await #expect(throws: EnvelopeError(.inputNotFound, "")) { try await writer.seal(.file(folder.file("none")), to: output) }
        #expect(try folder.entries().isEmpty)
    }

    @Test("outputs that cannot be written are named")
    func outputs() async throws {
        let path = FileInput.file(try folder.write([1], to: "plain"))
        await #expect(throws: EnvelopeError(.outputIsDirectory, "")) {
            try await writer.seal(path, to: .file(folder.path, overwrite: true))
        }
        await #expect(throws: EnvelopeError(.outputFailed, "")) {
            try await writer.seal(path, to: .file(folder.file("none").appending("sealed"), overwrite: false))
        }
        await #expect(throws: EnvelopeError(.noSpace, "")) { try await writer.seal(path, to: .file("/dev/full", overwrite: false)) }
        let summary = try await writer.seal(path, to: .file("/dev/null", overwrite: false))
        #expect(summary.plaintextByteCount == 1)
    }

    @Test("nobody to seal for is an error")
    func noRecipient() async throws {
        let path = try folder.write([1], to: "plain")
        await #expect(throws: EnvelopeError(.invalidRecipients, "")) {
            try await SealedFileWriter(recipients: []).seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        }
        #expect(try folder.entries() == ["plain"])
    }

    @Test(
        "a file that shows no size is sealed with what is in it", .enabled(if: access("/proc/self/status", R_OK) == 0, "there is no /proc"))
    func noSize() async throws {
        try await writer.seal(.file("/proc/self/status"), to: .file(folder.file("sealed"), overwrite: false))
        #expect(try await opener.verify(.file(folder.file("sealed"))).plaintextByteCount > 100)
    }

    @Test("a file that becomes shorter while it is read is not sealed")
    func shrinking() async throws {
        let path = try folder.write(Self.bytes(100 * Self.chunk), to: "plain")
        let monitor = WorkMonitor(didAdvance: { _ in _ = truncate(path.string, 1000) })
        await #expect(throws: EnvelopeError(.inputChanged, "")) {
            try await SealedFileWriter(recipients: [keys.recipient(0)], monitor: monitor)
                .seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        }
        #expect(try folder.entries() == ["plain"])
    }

    @Test("a file that changes while it is sealed, even if its time is put back, does not pass for what was sealed")
    func changing() async throws {
        let path = try folder.write(Self.bytes(100 * Self.chunk), to: "plain")
        try folder.setModificationTime("plain", 1_234_567_890)
        usleep(50_000)
        let monitor = WorkMonitor(didAdvance: { [folder] _ in
            let file = try? FileDescriptor.open(path, .writeOnly)
            _ = try? file?.writeAll(toAbsoluteOffset: 0, [1])
            try? file?.close()
            try? folder.setModificationTime("plain", 1_234_567_890)
        })
        try await SealedFileWriter(recipients: [keys.recipient(0)], monitor: monitor)
            .seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        #expect(try folder.modificationTime("sealed") == 1_234_567_889)
    }

    @Test(
        "nor does one that changes while its sealed one is put into its place",
        arguments: [FaultyCalls.Call.setModificationTime, .synchronize])
    func changingAtTheEnd(call: FaultyCalls.Call) async throws {
        let path = try folder.write([1, 2, 3], to: "plain")
        try folder.setModificationTime("plain", 1_234_567_890)
        usleep(50_000)
        let hasChanged = Atomic(false)
        let calls = FaultyCalls(before: { [folder] next in
            guard next == call, !hasChanged.exchange(true, ordering: .relaxed) else { return }
            _ = try? folder.write([4, 5, 6], to: "plain")
            try? folder.setModificationTime("plain", 1_234_567_890)
        })
        try await SealedFileWriter(recipients: [keys.recipient(0)], calls: calls)
            .seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        #expect(try folder.read("plain") == [4, 5, 6])
        #expect(try folder.modificationTime("sealed") == 1_234_567_889)
    }

    @Test("a pipe that does not block is waited for")
    func nonBlocking() async throws {
        let plaintext = Self.bytes(300_000)
        let source = try TestPipe.source(plaintext)
        #expect(fcntl(source.rawValue, F_SETFL, O_NONBLOCK) == 0)
        let sealed = try await TestPipe.collecting { output in
            _ = fcntl(output.rawValue, F_SETFL, O_NONBLOCK)
            return try await writer.seal(.descriptor(source, name: "in"), to: .descriptor(output, name: "out"))
        }
        try source.close()
        #expect(try sealed.outcome.get().plaintextByteCount == 300_000)
        let path = try folder.write(sealed.bytes, to: "sealed")
        #expect(try await opener.verify(.file(path)).plaintextByteCount == 300_000)
    }

    @Test("when reading a stream fails, what came before it is released")
    func failingStream() async throws {
        let path = try folder.write(Self.bytes(20 * Self.chunk), to: "plain")
        try await SealedFileWriter(recipients: [keys.recipient(0)], armored: true)
            .seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        var text = try folder.read("sealed")
        text[text.count * 13 / 20] = UInt8(ascii: "!")
        let source = try TestPipe.source(text)
        let (outcome, released) = try await TestPipe.collecting { output in
            try await opener.open(.descriptor(source, name: "in"), to: .descriptor(output, name: "out"))
        }
        try source.close()
        #expect(throws: EnvelopeError(.damagedHeader, "")) { try outcome.get() }
        let isPrefix = released == Array(Self.bytes(20 * Self.chunk).prefix(released.count))
        #expect(isPrefix && released.count >= 12 * Self.chunk && released.count < 13 * Self.chunk)
    }

    // MARK: Stopping

    @Test("a cancelled operation leaves the old file, and nothing beside it", arguments: [true, false])
    func cancelled(sealing: Bool) async throws {
        let path = try folder.write(Self.bytes(100 * Self.chunk), to: "plain")
        try await writer.seal(.file(path), to: .file(folder.file("sealed"), overwrite: false))
        _ = try folder.write([9], to: "old")
        let progress = Progress()
        let monitor = WorkMonitor(isCancelled: { progress.last > 0 }, didAdvance: { progress.advance(to: $0) })
        await #expect(throws: EnvelopeError(.cancelled, "")) {
            if sealing {
                try await SealedFileWriter(recipients: [keys.recipient(0)], monitor: monitor)
                    .seal(.file(path), to: .file(folder.file("old"), overwrite: true))
            } else {
                try await SealedFileOpener(identities: [keys.identity()], monitor: monitor)
                    .open(.file(folder.file("sealed")), to: .file(folder.file("old"), overwrite: true))
            }
        }
        #expect(progress.last > 0 && progress.last < UInt64(100 * Self.chunk))
        #expect(try folder.read("old") == [9])
        #expect(try folder.entries() == ["old", "plain", "sealed"])
    }
}
