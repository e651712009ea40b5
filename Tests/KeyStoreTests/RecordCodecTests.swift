import AuditTrail
import SystemPackage
import TestSupport
import Testing

@testable import KeyStore

@Suite struct RecordCodecTests {
    /// One record of each kind, its encoding, and the decoder that must give it back or nothing.
    struct Codec: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let encoded: [UInt8]
        let reencode: @Sendable ([UInt8]) -> [UInt8]?
    }

    static func codecs(seed: UInt64) throws -> [Codec] {
        var random = SeededGenerator(seed: seed)
        let keyID = UUIDText.encode(UUIDText.versioned(random.bytes(16)))
        let time = Timestamp(nanoseconds: Int64.random(in: 0...(.max), using: &random))
        let key = KeyRecord(
            keyID: keyID, spec: .symmetricDefault, usage: .encryptDecrypt, origin: .awsKMS, creationDate: time,
            description: random.visibleText(0...40), state: .pendingDeletion,
            tags: (0..<Int.random(in: 0...3, using: &random)).map { _ in
                KeyTag(key: random.visibleText(1...9), value: random.visibleText(0...9))
            },
            currentVersion: 3, lastVersion: 4, rotation: KeyRecord.Rotation(periodInDays: 90, nextDate: time), onDemandRotationCount: 2,
            deletion: KeyRecord.Deletion(date: time, windowInDays: 7, attestedStart: 5))
        let version = KeyVersionRecord(
            keyID: keyID, version: 3, spec: .eccNISTP256, creationDate: time, materialID: random.bytes(32),
            rotation: KeyVersionRecord.Rotation(date: time, type: .onDemand),
            importInfo: KeyVersionRecord.ImportInfo(
                description: random.visibleText(0...9), validTo: Bool.random(using: &random) ? time : nil, isExpired: true,
                attestedStart: 1,
                importDate: time), publicKey: random.bytes(91), wrappedMaterial: random.bytes(112))
        let alias = AliasRecord(name: "alias/" + random.visibleText(1...9), targetKeyID: keyID, creationDate: time, lastUpdatedDate: time)
        let catalog = CatalogRecord(
            identity: try StoreIdentity(), creationDate: time, revision: random.next(), rootGeneration: 7,
            digest: CatalogDigest(recordCount: 3, nonce: random.bytes(16), maskedSum: random.bytes(32)),
            clock: AttestedClock(start: ClockReading(wall: time, bootID: random.bytes(16), sinceBoot: 9)),
            auditPosition: AuditPosition(sequence: 5, hash: random.bytes(32)), wrappedAuditKey: random.bytes(112))
        let seal = SealRecord(
            sealID: random.bytes(16), kind: .keyFile, label: random.visibleText(0...20), creationDate: time,
            recipient: AgeRecipient(publicKey: random.bytes(32)), keyFilePath: "/" + random.visibleText(1...20), passphraseSeal: nil,
            wrappedRoot: RecipientWrap(ephemeral: random.bytes(32), sealed: random.bytes(48)))
        return [
            Codec(testDescription: "key", encoded: key.encoded) { KeyRecord(encoded: $0)?.encoded },
            Codec(testDescription: "version", encoded: version.encoded) { KeyVersionRecord(encoded: $0)?.encoded },
            Codec(testDescription: "alias", encoded: alias.encoded) { AliasRecord(encoded: $0)?.encoded },
            Codec(testDescription: "catalog", encoded: catalog.encoded) { CatalogRecord(encoded: $0)?.encoded },
            Codec(testDescription: "seal", encoded: seal.encoded) { SealRecord(encoded: $0)?.encoded },
        ]
    }

    @Test(arguments: 1...10)
    func `A record reads back, and no beginning of it or trailing byte is taken for one`(seed: UInt64) throws {
        for codec in try Self.codecs(seed: seed) {
            #expect(codec.reencode(codec.encoded) == codec.encoded, "\(codec.testDescription)")
            for count in codec.encoded.indices {
                #expect(codec.reencode(Array(codec.encoded[..<count])) == nil, "\(codec.testDescription), \(count) bytes")
            }
            #expect(codec.reencode(codec.encoded + [0]) == nil, "\(codec.testDescription)")
        }
    }

    @Test(arguments: 1...10)
    func `What a changed encoding is read as encodes to just those bytes`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for codec in try Self.codecs(seed: seed) {
            for index in codec.encoded.indices {
                var changed = codec.encoded
                changed[index] = UInt8.random(in: 0...255, using: &random)
                if let again = codec.reencode(changed) { #expect(again == changed, "\(codec.testDescription), byte \(index)") }
            }
        }
    }

    @Test func `A key record that breaks an invariant is refused`() throws {
        let keyID = "00112233-4455-4677-8899-aabbccddeeff"
        let time = Timestamp(seconds: 1)
        func record(
            _ id: String = keyID, _ usage: KeyUsage = .encryptDecrypt, _ origin: KeyOrigin = .awsKMS, _ state: KeyState = .enabled,
            current: UInt32 = 1, last: UInt32 = 1, rotation: KeyRecord.Rotation? = nil, deletion: KeyRecord.Deletion? = nil
        ) -> KeyRecord {
            KeyRecord(
                keyID: id, spec: .symmetricDefault, usage: usage, origin: origin, creationDate: time, description: "", state: state,
                tags: [],
                currentVersion: current, lastVersion: last, rotation: rotation, deletion: deletion)
        }
        #expect(KeyRecord(encoded: record().encoded) == record())
        let deletion = KeyRecord.Deletion(date: time, windowInDays: 7, attestedStart: 0)
        let rotation = KeyRecord.Rotation(periodInDays: 90, nextDate: time)
        for broken in [
            record("not-a-uuid"), record(keyID.uppercased()), record(keyID, .signVerify), record(current: 0), record(current: 2),
            record(keyID, .encryptDecrypt, .awsKMS, .pendingImport), record(keyID, .encryptDecrypt, .awsKMS, .pendingDeletion),
            record(deletion: deletion), record(keyID, .encryptDecrypt, .external, rotation: rotation),
        ] { #expect(KeyRecord(encoded: broken.encoded) == nil) }
    }
}
