import KeyStore
import OpenSSL
import TestSupport
import Testing

@testable import AccessControl

/// The answers of Docs/Formats/AccessControl.md, which were computed by another implementation.
@Suite("Known answers of the rows' MACs")
struct KnownAnswerTests {
    private static func key() throws -> AccessKey {
        let bytes = [UInt8](0...31)
        let dataKey = try SecretBytes(copying: bytes.bytes)
        return try AccessKey(dataKey)
    }

    private static let device: [Field] = [
        .text("arn:aws:iam::000000000000:mfa/phone"), .integer(1_800_000_000_000_000_000), .text("SHA1"), .integer(6), .integer(30),
        .bytes([1, 2, 3]), .integer(60_000_000), .integer(1_799_999_970_000_000_000), .bytes([UInt8](repeating: 7, count: 16)),
        .integer(3_600_000_000_000), .integer(2), .integer(0),
    ]

    private static func recoveryCode(_ key: AccessKey) throws -> [Field] {
        let digest = try key.digest(ofRecoveryCode: secret("7K3MQ0ZD9VXA41TB"))
        return [.integer(1), .bytes(digest), .integer(1_800_000_000_000_000_000), Field.none]
    }

    @Test("a recovery code's digest, a device's MAC, and the state's over both")
    func answers() throws {
        let key = try Self.key()
        let recoveryCode = try Self.recoveryCode(key)
        #expect(
            recoveryCode[1] == .bytes([UInt8](hex: "f2f21db71aafb1eb7e49b31cdf50ddc476ffbd097d51b8908484bb7c0d1875cc")))
        let deviceMAC = try key.mac(RowEncoding(table: "mfa_device", Self.device).bytes)
        #expect(Hex.encode(deviceMAC) == "b11aa1c79f3c8476bfc2bc97481fee340dbed817c0323241fe70a9994305a1eb")
        let codeMAC = try key.mac(RowEncoding(table: "mfa_recovery_code", recoveryCode).bytes)
        #expect(Hex.encode(codeMAC) == "18c7333726ee59d2f4deb4abe84cf13b7b5eda66993ead2e017514e19dca0910")
        var state = RowEncoding(
            table: "access_state",
            [
                .integer(1), .integer(1), .integer(5), .text("arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
                .bytes([4]), .bytes([5]), .integer(1), .integer(0),
            ])
        state.append(deviceMAC)
        state.append(codeMAC)
        #expect(Hex.encode(try key.mac(state.bytes)) == "e2ecbfd1f03a8a1404b311c4588dca050396871f35dc7abe839cce786c4c5c76")
    }

    @Test("records give the fields that they were made of")
    func fields() throws {
        #expect(DeviceRecord(fields: Self.device)?.fields == Self.device)
        let recoveryCode = try Self.recoveryCode(Self.key())
        #expect(RecoveryCodeRecord(fields: recoveryCode)?.fields == recoveryCode)
    }
}
