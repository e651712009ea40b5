public import AgeFormat
public import KeyStore

/// The stanza `coffer-kms`: a file key wrapped by a KMS key, and all that is needed to ask for it.
///
///     -> coffer-kms arn:aws:kms:us-east-1:000000000000:key/1234abcd-…
///     body = 0x01 || u32be length || encryption context || u32be length || KMS ciphertext blob
///
/// Nothing in it is secret. The encryption context is what the blob is bound to: a changed one makes the key service
/// refuse. Format: Docs/Formats/CofferKMSStanza.md.
public struct KMSKeyStanza: Sendable, Equatable {
    public static let type = "coffer-kms"
    /// How many of them one file may have, so that a hostile header cannot cause thousands of requests to a key service.
    public static let maximumCountPerFile = 64
    /// Bytes of a key ARN (AWS's bound for ARNs).
    public static let maximumARNByteCount = 2048
    /// Bytes of a ciphertext blob (AWS KMS API reference, Decrypt, CiphertextBlob).
    public static let maximumBlobByteCount = 6144
    private static let version: UInt8 = 1

    public let wrapped: WrappedFileKey

    public init(_ wrapped: WrappedFileKey) {
        self.wrapped = wrapped
    }

    /// The version of the key's material that wrapped the file key, which the blob names; nil where another key service made the blob.
    public var keyVersion: UInt32? {
        do {
            return try CiphertextBlobHeader(parsing: wrapped.ciphertextBlob).version
        } catch {
            return nil
        }
    }

    /// The stanza as the header holds it.
    /// - Throws: `invalidRecipients` when the key service answered with something that passes a bound.
    public func encoded() throws(EnvelopeError) -> Stanza {
        guard wrapped.keyARN.utf8.count <= Self.maximumARNByteCount, wrapped.ciphertextBlob.count <= Self.maximumBlobByteCount else {
            throw EnvelopeError(.invalidRecipients, "the key service's answer for \(wrapped.keyARN.prefix(80)) is too long for a stanza")
        }
        var body = [Self.version]
        for field in [wrapped.encryptionContext.encoded, wrapped.ciphertextBlob] {
            for shift in [24, 16, 8, 0] { body.append(UInt8(truncatingIfNeeded: field.count >> shift)) }
            body += field
        }
        do {
            return try Stanza(type: Self.type, arguments: [wrapped.keyARN], body: body)
        } catch {
            throw EnvelopeError(.invalidRecipients, "the KMS key cannot be named in a header: \(error)")
        }
    }

    /// Reads a stanza of this type.
    /// - Throws: `damagedHeader` when it is not exactly as the format says.
    public init(_ stanza: Stanza) throws(EnvelopeError) {
        precondition(stanza.type == Self.type)
        guard stanza.arguments.count == 1, stanza.arguments[0].utf8.count <= Self.maximumARNByteCount else {
            throw Self.malformed("it must have one argument, the key's ARN")
        }
        guard let version = stanza.body.first else { throw Self.malformed("it has no body") }
        guard version == Self.version else {
            throw EnvelopeError(.unsupportedFormat, "the file has a coffer-kms stanza of version \(version): it needs a newer coffer")
        }
        var rest = stanza.body[1...]
        let context = try Self.takeField(from: &rest, atMost: EncryptionContext.maximumByteCount)
        let blob = try Self.takeField(from: &rest, atMost: Self.maximumBlobByteCount)
        guard rest.isEmpty, !blob.isEmpty else { throw Self.malformed("its body has the wrong length") }
        do {
            wrapped = WrappedFileKey(
                keyARN: stanza.arguments[0], ciphertextBlob: Array(blob), encryptionContext: try EncryptionContext(encoded: Array(context)))
        } catch {
            throw Self.malformed("its encryption context is not well formed")
        }
    }

    /// Takes a field and its length in front off the body.
    private static func takeField(from rest: inout ArraySlice<UInt8>, atMost bound: Int) throws(EnvelopeError) -> ArraySlice<UInt8> {
        guard rest.count >= 4 else { throw malformed("its body ends early") }
        let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(4)
        guard count <= bound, count <= rest.count else { throw malformed("a length in its body is wrong") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private static func malformed(_ reason: String) -> EnvelopeError {
        EnvelopeError(.damagedHeader, "malformed coffer-kms stanza: \(reason)")
    }
}
