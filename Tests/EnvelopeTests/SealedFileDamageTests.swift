import AgeFormat
import Envelope
import SystemPackage
import TestSupport
import Testing

/// Whatever is done to a sealed file, it is noticed, and no byte that was not sealed comes out.
@Suite("Damaged sealed files")
struct SealedFileDamageTests {
    typealias Chunk = FixedKey.Chunk
    static let full = PayloadLayout.chunkByteCount
    static let a = [UInt8](repeating: 0xA1, count: full)
    static let b = [UInt8](repeating: 0xB2, count: full)
    static let short = [UInt8](repeating: 0xC3, count: 100)

    let key = FixedKey()
    let folder: TemporaryFolder
    let opener: SealedFileOpener

    init() throws {
        folder = try TemporaryFolder()
        opener = SealedFileOpener(identities: [key])
    }

    private func verify(_ bytes: [UInt8]) async throws -> SealedFileSummary {
        try await opener.verify(.file(folder.write(bytes, to: "sealed")))
    }

    @Test("a file that is cut anywhere is refused")
    func truncation() async throws {
        let whole = try key.file([Chunk(Self.short, isLast: true)])
        #expect(try await verify(whole).plaintextByteCount == 100)
        for count in 0..<whole.count {
            await #expect(throws: EnvelopeError.self, "\(count) bytes") { try await verify(Array(whole[..<count])) }
        }
    }

    @Test("a file with any bit changed is refused")
    func bitFlips() async throws {
        let whole = try key.file([Chunk(Self.short, isLast: true)])
        for index in whole.indices {
            for bit in 0..<8 {
                var changed = whole
                changed[index] ^= 1 << bit
                await #expect(throws: EnvelopeError.self, "bit \(bit) of byte \(index)") { try await verify(changed) }
            }
        }
    }

    @Test("a file with one byte more, anywhere, is refused")
    func insertions() async throws {
        let whole = try key.file([Chunk(Self.short, isLast: true)])
        for index in 0...whole.count {
            var changed = whole
            changed.insert(0, at: index)
            await #expect(throws: EnvelopeError.self, "a byte at \(index)") { try await verify(changed) }
        }
    }

    @Test("cut between chunks, a file is truncated", arguments: [1, 2, 8, 9])
    func cutBetweenChunks(count: Int) async throws {
        let whole = try key.file((0..<12).map { Chunk(Self.a, isLast: $0 == 11) })
        let front = whole.count - 12 * PayloadLayout.sealedChunkByteCount
        await #expect(throws: EnvelopeError(.truncated, "")) {
            try await verify(Array(whole[..<(front + count * PayloadLayout.sealedChunkByteCount)]))
        }
        await #expect(throws: EnvelopeError(.truncated, "")) { try await verify(Array(whole[..<front])) }
    }

    struct Forgery: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let chunks: [Chunk]
        let code: EnvelopeError.Code
        /// What a stream has got when the error comes.
        let released: [UInt8]

        init(_ what: String, _ chunks: [Chunk], _ code: EnvelopeError.Code, released: [UInt8] = []) {
            testDescription = what
            self.chunks = chunks
            self.code = code
            self.released = released
        }
    }

    static let many = [UInt8](repeating: 0xD4, count: 8 * full)
    static let eight = (0..<8).map { _ in Chunk([UInt8](repeating: 0xD4, count: full)) }
    static let forgeries: [Forgery] = [
        Forgery("no chunk at all", [], .truncated),
        Forgery("two chunks in the wrong order", [Chunk(a, number: 1), Chunk(b, number: 0), Chunk(short, isLast: true)], .damagedPayload),
        Forgery("a chunk twice", [Chunk(a), Chunk(a, number: 0), Chunk(short, isLast: true, number: 1)], .damagedPayload, released: a),
        Forgery("a chunk left out", [Chunk(a), Chunk(short, isLast: true, number: 2)], .damagedPayload, released: a),
        Forgery("a short chunk that is not the last", [Chunk(short), Chunk(a, isLast: true)], .damagedPayload),
        Forgery("a short last chunk without its flag", [Chunk(a), Chunk(short)], .damagedPayload, released: a),
        Forgery("a full last chunk without its flag", [Chunk(a), Chunk(b)], .truncated, released: a + b),
        Forgery("one full chunk without its flag", [Chunk(a)], .truncated, released: a),
        Forgery("an empty chunk without its flag", [Chunk([])], .damagedPayload),
        Forgery("an empty last chunk after another", [Chunk(a), Chunk([], isLast: true)], .damagedPayload, released: a),
        Forgery("a chunk after a full last one", [Chunk(a, isLast: true), Chunk(b, isLast: true)], .trailingData, released: a),
        Forgery("a chunk after a short last one", [Chunk(short, isLast: true), Chunk(b, isLast: true)], .damagedPayload),
        Forgery("an empty chunk, then another", [Chunk([], isLast: true), Chunk(short, isLast: true)], .damagedPayload),
        Forgery(
            "a unit whose last chunk is the last, and more", eight.dropLast() + [Chunk(a, isLast: true), Chunk(short)], .trailingData,
            released: many.dropLast(full) + a),
        Forgery("a unit without a last chunk", eight, .truncated, released: many),
        Forgery(
            "damage in the second unit", eight + [Chunk(a), Chunk(b, number: 77), Chunk(short, isLast: true)], .damagedPayload,
            released: many + a),
    ]

    @Test("what no writer makes gives its error, and only authentic chunks", arguments: forgeries)
    func forgery(_ forgery: Forgery) async throws {
        let bytes = try key.file(forgery.chunks)
        let path = try folder.write(bytes, to: "sealed")
        await #expect(throws: EnvelopeError(forgery.code, "")) {
            try await opener.open(.file(path), to: .file(folder.file("opened"), overwrite: false))
        }
        #expect(try folder.entries() == ["sealed"], "nothing appears")

        let source = try TestPipe.source(bytes)
        let (outcome, released) = try await TestPipe.collecting { output in
            try await opener.open(.descriptor(source, name: "in"), to: .descriptor(output, name: "out"))
        }
        try source.close()
        #expect(throws: EnvelopeError(forgery.code, "")) { try outcome.get() }
        #expect(released == forgery.released)
    }

    @Test("chunks of another file of the same key are refused: the nonce is another")
    func splice() async throws {
        let first = try key.file([Chunk(Self.a), Chunk(Self.short, isLast: true)])
        var second = first
        second[try key.header().count] ^= 1
        await #expect(throws: EnvelopeError(.damagedPayload, "")) { try await verify(second) }
    }

    // MARK: The header

    @Test("a changed header is refused before any payload is released")
    func headerMAC() async throws {
        let more = try Stanza(type: "grease", arguments: ["x"])
        let own = try Stanza(type: FixedKey.stanzaType, body: [1, 2, 3])
        let payload = try key.payload([Chunk(Self.a, isLast: true)])
        let genuine = try key.header([own, more])
        #expect(try await verify(genuine + payload).plaintextByteCount == UInt64(Self.full))

        // The same MAC, over a header without the second stanza.
        let mac = try #require(try AgeHeader.parse(bytes: genuine)).mac
        let changed = AgeHeader.encoded(authenticated: try AgeHeader.bytesToAuthenticate([own]), mac: mac)
        let source = try TestPipe.source(changed + payload)
        let (outcome, released) = try await TestPipe.collecting { output in
            try await opener.open(.descriptor(source, name: "in"), to: .descriptor(output, name: "out"))
        }
        try source.close()
        #expect(throws: EnvelopeError(.damagedHeader, "")) { try outcome.get() }
        #expect(released.isEmpty)
    }

    @Test("a header by another file key is refused")
    func otherKey() async throws {
        let bytes = try FixedKey(0x11).file([Chunk(Self.short, isLast: true)])
        await #expect(throws: EnvelopeError(.damagedHeader, "")) { try await verify(bytes) }
    }

    @Test(
        "what is not a sealed file is called by its name",
        arguments: [
            ("", .notASealedFile), ("%PDF-1.7\n", .notASealedFile), ("age-encryption.org/v9\n", .unsupportedFormat),
            ("-----BEGIN AGE ENCRYPTED FILE-----\n", .truncated), ("age-encryption.org/v1\n", .truncated),
            ("age-encryption.org/v1\nx\n", .damagedHeader),
        ] as [(String, EnvelopeError.Code)])
    func notSealed(text: String, code: EnvelopeError.Code) async throws {
        await #expect(throws: EnvelopeError(code, "")) { try await verify(Array(text.utf8)) }
    }

    @Test("an endless header is not read to its end")
    func endlessHeader() async throws {
        let line = Array(("-> X " + String(repeating: "a", count: 16_000) + "\n\n").utf8)
        let bytes = Array("age-encryption.org/v1\n".utf8) + (0..<200).flatMap { _ in line }
        await #expect(throws: EnvelopeError(.damagedHeader, "")) { try await verify(bytes) }
    }
}

extension AgeHeader {
    static func parse(bytes: [UInt8]) throws -> AgeHeader? { try parse(bytes.span.bytes) }
}
