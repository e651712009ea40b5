import Foundation
import OpenSSL
import Synchronization
import TestSupport
import Testing

@testable import KeyStore

/// The known answers of `Docs/Formats`, made by an implementation in Python that shares no code with this one.
@Suite struct KnownAnswerTests {
    private struct Answers: Decodable {
        struct Blob: Decodable {
            let name: String
            let keyMaterial: String
            let encryptionContext: [String: String]
            let encodedContext: String
            let plaintext: String
            let blob: String
        }
        struct Wrap: Decodable {
            let rootKey: String
            let identity: String
            let wrapped: String
        }
        struct Seal: Decodable {
            let identity: String
            let passphrase: String
            let sealed: String
        }
        let ciphertextBlobs: [Blob]
        let recipientWraps: [Wrap]
        let passphraseSeals: [Seal]
    }

    private func answers() throws -> Answers {
        try JSONDecoder().decode(Answers.self, from: Data(contentsOf: Repository.url("Tests/Interop/known_answers.json")))
    }

    private func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex)) }

    @Test func `ciphertext blobs open`() throws {
        let blobs = try answers().ciphertextBlobs
        #expect(blobs.count >= 3)
        for answer in blobs {
            let blob = try bytes(answer.blob)
            let header = try CiphertextBlobHeader(parsing: blob)
            let material = SymmetricMaterial(try KBKDF(key: secret(bytes(answer.keyMaterial))), header: header)
            let context = try EncryptionContext(answer.encryptionContext)
            let opened = revealed(try material.open(blob, context: context))
            #expect(Hex.encode(context.encoded) == answer.encodedContext, "\(answer.name)")
            #expect(Hex.encode(opened) == answer.plaintext, "\(answer.name)")
        }
    }

    @Test func `a wrapped root key opens`() throws {
        let wraps = try answers().recipientWraps
        #expect(!wraps.isEmpty)
        for answer in wraps {
            var reader = ByteReader(try bytes(answer.wrapped))
            let wrap = try #require(RecipientWrap(reading: &reader))
            let identity = AgeIdentity(unchecked: try secret(bytes(answer.identity)))
            let root = revealed(try wrap.open(with: identity, label: RecipientWrap.rootLabel))
            #expect(Hex.encode(root) == answer.rootKey)
        }
    }

    @Test func `a passphrase seal opens`() throws {
        let seals = try answers().passphraseSeals
        #expect(!seals.isEmpty)
        for answer in seals {
            var reader = ByteReader(try bytes(answer.sealed))
            let seal = try #require(PassphraseSeal(reading: &reader))
            let identity = revealed(try seal.open(with: secret(Array(answer.passphrase.utf8))))
            #expect(Hex.encode(identity) == answer.identity)
        }
    }
}
