import AgeFormat
import SystemPackage
import TestSupport
import Testing

@testable import Envelope

@Suite("HeaderPadding")
struct HeaderPaddingTests {
    static let fixed = FixedKey()

    @Test("padding of any size is exactly of that size, and reads back", arguments: [0..<70, 120..<210, 4000..<4200])
    func sizes(range: Range<Int>) throws {
        let unpadded = try Self.fixed.header().count
        for size in range.map({ HeaderPadding.minimumByteCount + $0 }) {
            let padding = try HeaderPadding.stanza(byteCount: size)
            let bytes = try Self.fixed.header([Stanza(type: FixedKey.stanzaType, body: [1, 2, 3]), padding])
            #expect(bytes.count == unpadded + size)
            #expect(try AgeHeader.parse(bytes: bytes)?.stanzas.last == padding)
            #expect(HeaderPadding.byteCount(of: padding) == size)
        }
    }

    @Test("no stanza is smaller than the smallest, or larger than a header", arguments: [-1, 0, 20, AgeHeader.maximumByteCount + 1])
    func refused(size: Int) {
        #expect(throws: EnvelopeError(.invalidRecipients, "")) { try HeaderPadding.stanza(byteCount: size) }
    }

    @Test(
        "header and nonce fill whole blocks, with room for a further recipient",
        arguments: [0, 500, 600, 700, 3000, 3600, 3700, 3800, 3900, 8000], [HeaderPadding.Policy.page, .quarterPage])
    func policy(bodyByteCount: Int, policy: HeaderPadding.Policy) throws {
        let stanzas = [try Stanza(type: "of-a-test", body: [UInt8](repeating: 1, count: bodyByteCount))]
        let padded = try policy.padded(stanzas)
        let total = try AgeHeader.byteCount(of: padded) + PayloadLayout.nonceByteCount
        let block = try #require(policy.blockByteCount)
        #expect(total.isMultiple(of: block))
        #expect((256..<256 + block).contains(total - (try AgeHeader.byteCount(of: stanzas)) - PayloadLayout.nonceByteCount))
        #expect(Array(padded.dropLast()) == stanzas)
    }

    @Test("a passphrase stands alone, without padding")
    func passphrase() throws {
        let stanzas = [try Stanza(type: "scrypt", arguments: ["c2FsdA", "18"])]
        #expect(try HeaderPadding.Policy.page.padded(stanzas) == stanzas)
    }

    @Test("small files get less of it, and files of unknown size a page")
    func forFile() {
        #expect(HeaderPadding.Policy.forFile(plaintextByteCount: 65_535) == .quarterPage)
        #expect(HeaderPadding.Policy.forFile(plaintextByteCount: 65_536) == .page)
        #expect(HeaderPadding.Policy.forFile(plaintextByteCount: nil) == .page)
    }

    @Test("a padded file opens, and its inspection tells the padding")
    func inspection() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(try SealedFixture(padding: .page).bytes([1, 2, 3]), to: "sealed")
        try await SealedFileOpener(identities: [Self.fixed]).open(.file(path), to: .file(folder.file("opened"), overwrite: false))
        #expect(try folder.read("opened") == [1, 2, 3])
        let inspection = try SealedFileInspection(.file(path))
        #expect(inspection.headerByteCount == 4096 - 16)
        guard case .padding(let byteCount) = inspection.recipients.last else { throw SealedFixture.Unexpected() }
        #expect(byteCount == inspection.headerByteCount - (try Self.fixed.header().count))
    }
}
