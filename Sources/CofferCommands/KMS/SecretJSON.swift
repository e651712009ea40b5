import OpenSSL

/// A response of which one member is secret: base64 in locked memory, between the bytes of the public members.
enum SecretJSON {
    /// - Parameters:
    ///   - member: the secret's name in AWS's response.
    ///   - publicMembers: encodes to an object with at least one member.
    static func text(_ member: String, _ secret: borrowing SecretBytes, with publicMembers: some Encodable) throws -> SecretBytes {
        let object = try JSONText(publicMembers).bytes
        // JSONText writes `{`, a line feed, and the first member.
        precondition(object.starts(with: "{\n  ".utf8), "an object with a member begins so")
        return try text(member, secret, after: Array("\",\n".utf8) + object.dropFirst(2))
    }

    /// For a response that is nothing but the secret.
    static func text(_ member: String, _ secret: borrowing SecretBytes) throws -> SecretBytes {
        try text(member, secret, after: Array("\"\n}\n".utf8))
    }

    private static func text(_ member: String, _ secret: borrowing SecretBytes, after: [UInt8]) throws -> SecretBytes {
        let before = Array("{\n  \"\(member)\" : \"".utf8)
        let encoded = try SecretBase64.encode(secret)
        return try encoded.withUnsafeBytes { encoded throws(OpenSSLError) in
            try SecretBytes(count: before.count + encoded.count + after.count) { buffer throws(OpenSSLError) in
                buffer.copyBytes(from: before)
                UnsafeMutableRawBufferPointer(rebasing: buffer[before.count...]).copyMemory(from: encoded)
                UnsafeMutableRawBufferPointer(rebasing: buffer[(before.count + encoded.count)...]).copyBytes(from: after)
            }
        }
    }
}
