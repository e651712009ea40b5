import OpenSSL

/// A response of which one member is secret: base64, written from locked memory between the bytes of the public members.
struct SecretJSON: ~Copyable {
    private let before: [UInt8]
    private let secret: SecretBytes
    private let after: [UInt8]

    /// - Parameters:
    ///   - member: the secret's name in AWS's response.
    ///   - publicMembers: encodes to an object with at least one member.
    init(_ member: String, _ secret: borrowing SecretBytes, with publicMembers: some Encodable) throws {
        let object = try JSONText(publicMembers).bytes
        // JSONText writes `{`, a line feed, and the first member.
        precondition(object.starts(with: "{\n  ".utf8), "an object with a member begins so")
        self.before = Array("{\n  \"\(member)\" : \"".utf8)
        self.secret = try SecretBase64.encode(secret)
        self.after = Array("\",\n".utf8) + object.dropFirst(2)
    }

    /// For a response that is nothing but the secret.
    init(_ member: String, _ secret: borrowing SecretBytes) throws {
        self.before = Array("{\n  \"\(member)\" : \"".utf8)
        self.secret = try SecretBase64.encode(secret)
        self.after = Array("\"\n}\n".utf8)
    }

    /// The whole document, in locked memory.
    consuming func text() throws -> SecretBytes {
        let (before, after) = (before, after)
        let total = before.count + secret.count + after.count
        return try secret.withUnsafeBytes { secret throws(OpenSSLError) in
            try SecretBytes(count: total) { buffer throws(OpenSSLError) in
                buffer.copyBytes(from: before)
                UnsafeMutableRawBufferPointer(rebasing: buffer[before.count...]).copyMemory(from: secret)
                UnsafeMutableRawBufferPointer(rebasing: buffer[(before.count + secret.count)...]).copyBytes(from: after)
            }
        }
    }
}
