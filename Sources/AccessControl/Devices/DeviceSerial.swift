import KeyStore

/// The name of a device in AWS's form: `arn:aws:iam::123456789012:mfa/phone`.
enum DeviceSerial {
    static let maximumNameByteCount = 64

    /// - Throws: `validation` unless the name has 1 to 64 of the characters that IAM allows in names: `A–Z a–z 0–9 + = , . @ _ -`.
    static func make(name: String, in identity: StoreIdentity) throws(AccessError) -> String {
        guard isName(name) else {
            throw AccessError(
                .validation,
                "\"\(name.prefix(maximumNameByteCount))\" cannot be a device's name: it has 1 to \(maximumNameByteCount) letters, digits "
                    + "and + = , . @ _ - alone")
        }
        return prefix(in: identity) + name
    }

    /// What a person wrote, as a serial: a name, or the serial itself.
    static func resolve(_ text: String, in identity: StoreIdentity) -> String {
        text.hasPrefix("arn:") ? text : prefix(in: identity) + text
    }

    static func name(of serial: String) -> String {
        serial.lastIndex(of: "/").map { String(serial[serial.index(after: $0)...]) } ?? serial
    }

    private static func prefix(in identity: StoreIdentity) -> String { "arn:aws:iam::\(identity.accountID):mfa/" }

    private static func isName(_ text: String) -> Bool {
        (1...maximumNameByteCount).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "+=,.@_-".utf8.contains(byte)
                }
            }
    }
}
