import OpenSSL

/// Key material as files hold it: raw bytes, PKCS#8 DER, or PKCS#8 in PEM (RFC 7468 section 10).
enum KeyMaterialFile {
    private static let begin = Array("-----BEGIN PRIVATE KEY-----".utf8)
    private static let end = Array("-----END PRIVATE KEY-----".utf8)
    private static let anyBegin = Array("-----BEGIN ".utf8)

    /// The bytes to import. What they are is for the key service to judge.
    static func material(in content: borrowing SecretBytes) throws -> SecretBytes {
        guard let start = find(begin, in: content, from: 0) else {
            guard find(anyBegin, in: content, from: 0) == nil else {
                throw CommandError(
                    .malformedInput, "this PEM file is not an unencrypted PKCS#8 private key", hint: "convert it with `openssl pkcs8 -topk8 -nocrypt`")
            }
            return try content.copy()
        }
        guard let stop = find(end, in: content, from: start + begin.count),
            let material = try SecretBase64.decode(content, in: start + begin.count..<stop)
        else { throw CommandError(.malformedInput, "the PEM file is damaged") }
        return material
    }

    private static func find(_ pattern: [UInt8], in content: borrowing SecretBytes, from start: Int) -> Int? {
        content.withUnsafeBytes { bytes in
            guard bytes.count >= start + pattern.count else { return nil }
            return (start...bytes.count - pattern.count).first { position in
                bytes[position..<position + pattern.count].elementsEqual(pattern)
            }
        }
    }
}
