import KeyTestSupport
import OpenSSL
import TestSupport
import Testing

@testable import KeyStore

@Suite struct CiphertextBlobTests {
    private static let keyID = "00112233-4455-4677-8899-aabbccddeeff"
    private static let header: [UInt8] = [
        0x43, 0x4B, 1, 1, 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x46, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0, 0, 1, 2,
    ]
    private static let body = [UInt8](repeating: 0, count: CommittingSeal.overhead + 1)

    @Test func `The header is laid out as documented`() throws {
        let header = CiphertextBlobHeader(keyID: Self.keyID, version: 258)
        #expect(header.encoded == Self.header)
        #expect(try CiphertextBlobHeader(parsing: Self.header + Self.body) == header)
    }

    @Test func `A blob opens as documented: KBKDF over salt, commitment, AES-256-GCM`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey(origin: .external)
        let material = [UInt8](0..<32)
        try await store.importMaterial(material, into: key.keyID)
        let context: EncryptionContext = ["a": "b"]
        let blob = try await store.encrypt([7, 8, 9], key.keyID, context)

        // The documented construction, put together from primitives alone.
        let (salt, commitment, sealed) = (Array(blob[24..<56]), Array(blob[56..<88]), Array(blob[88...]))
        let label = Array("coffer kms ciphertext v1".utf8)
        let info = Array(blob[4..<24]) + salt
        var kdf = try KBKDF(key: secret(material))
        let derived = try kdf.derive(label: label.bytes, context: info.bytes, count: 64)
        let revealedDerived = revealed(derived)
        #expect(Array(revealedDerived[32...]) == commitment)
        var aead = try AEAD(.aes256GCM, key: derived.copy(0..<32))
        let nonce = [UInt8](repeating: 0, count: 12)
        let aad = Array(blob[..<24]) + context.encoded
        let plaintext = try aead.open(sealed.bytes, nonce: nonce.bytes, authenticating: aad.bytes)
        #expect(plaintext == [7, 8, 9])
    }

    @Test(arguments: [
        (0, UInt8(0x44), KeyStoreError.Code.invalidCiphertext), (1, 0, .invalidCiphertext), (2, 0, .invalidCiphertext),
        (2, 2, .newerFormat),
        (2, 255, .newerFormat), (3, 0, .invalidCiphertext), (3, 2, .invalidCiphertext),
    ])
    func `Another magic, format or algorithm is refused`(index: Int, value: UInt8, code: KeyStoreError.Code) {
        var blob = Self.header + Self.body
        blob[index] = value
        let changed = blob
        #expect(throws: KeyStoreError(code)) { try CiphertextBlobHeader(parsing: changed) }
    }

    @Test func `Version zero and an empty sealed part are refused`() {
        let versionZero = Array(Self.header[..<20]) + [0, 0, 0, 0] + Self.body
        let nothingSealed = Array((Self.header + Self.body).dropLast())
        for blob in [versionZero, nothingSealed] {
            #expect(throws: KeyStoreError(.invalidCiphertext)) { try CiphertextBlobHeader(parsing: blob) }
        }
    }
}
