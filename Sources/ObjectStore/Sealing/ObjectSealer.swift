import AgeFormat
import Envelope
import KeyStore
import OpenSSL

/// Which version a header is for: what its encryption context says, so that no header serves another version.
struct SealedName: Sendable, Equatable {
    let bucket: BucketName
    let key: ObjectKey
    let uid: [UInt8]

    static let arnName = "aws:s3:arn"
    static let versionName = "coffer:version"

    /// - Throws: `InvalidArgument` when key and bucket are longer than an encryption context may be, which no valid ones are.
    func context() throws(ObjectStoreError) -> EncryptionContext {
        do {
            return try EncryptionContext([
                Self.arnName: "arn:aws:s3:::\(bucket.text)/\(key.text)", Self.versionName: Hex.encode(uid),
            ])
        } catch { throw ObjectStoreError(error) }
    }

    init(bucket: BucketName, key: ObjectKey, uid: [UInt8]) {
        self.bucket = bucket
        self.key = key
        self.uid = uid
    }

    /// The version that a header was made for, as it says itself; nothing of it is authentic yet.
    init(header: [UInt8]) throws(ObjectStoreError) {
        let context = try ObjectSealer.wrapped(ObjectSealer.parse(header, "an object"), "an object").encryptionContext
        let pairs = Dictionary(context.pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let front = "arn:aws:s3:::"
        guard let arn = pairs[Self.arnName], arn.hasPrefix(front), let uid = Hex.decode(pairs[Self.versionName] ?? ""),
            uid.count == VersionRecord.uidByteCount
        else { throw ObjectStoreError(.damagedObject, "A header names no version.") }
        let path = Array(arn.utf8.dropFirst(front.utf8.count))
        guard let slash = path.firstIndex(of: UInt8(ascii: "/")) else {
            throw ObjectStoreError(.damagedObject, "A header names no object.")
        }
        bucket = try BucketName(String(decoding: path[..<slash], as: UTF8.self))
        key = try ObjectKey(Array(path[(slash + 1)...]))
        self.uid = uid
    }

    /// As people name it.
    var description: String { "\(bucket.text)/\(key.text)" }
}

/// The key of a new object, and who can get at it.
struct NewSeal: ~Copyable, Sendable {
    let fileKey: FileKey
    let stanzas: [Stanza]
    let keyARN: String
    /// Of the recovery recipient among the stanzas; 0 for none.
    let recovery: Int64

    /// An age header for the database.
    func header() throws(ObjectStoreError) -> [UInt8] { try ObjectSealer.header(stanzas, fileKey) }

    /// An age header for a file, with room for later recipients: its bytes and a nonce fill whole pages.
    func paddedHeader() throws(ObjectStoreError) -> [UInt8] { try ObjectSealer.paddedHeader(stanzas, fileKey) }
}

/// Makes, opens and replaces the headers of objects.
struct ObjectSealer: Sendable {
    let keys: any KeyService

    /// - Parameters:
    ///   - keyID: key ID, key ARN, alias name or alias ARN.
    ///   - recovery: who gets at the object, too.
    func newSeal(_ name: SealedName, keyID: String, recovery: StoreState.Recovery?) async throws(ObjectStoreError) -> NewSeal {
        let generated: GeneratedFileKey
        do { generated = try await keys.generateFileKey(keyID: keyID, encryptionContext: name.context()) } catch {
            throw Self.mapped(error)
        }
        let stanzas = try await stanzas(generated.wrapped, generated.fileKey, recovery)
        let keyARN = generated.wrapped.keyARN
        return NewSeal(fileKey: try Self.copy(generated.fileKey), stanzas: stanzas, keyARN: keyARN, recovery: recovery?.number ?? 0)
    }

    /// The same file key for another version, or under another KMS key.
    func seal(
        _ fileKey: borrowing FileKey, for name: SealedName, keyID: String, recovery: StoreState.Recovery?
    ) async throws(ObjectStoreError) -> NewSeal {
        let wrapped: WrappedFileKey
        do { wrapped = try await keys.wrap(fileKey, keyID: keyID, encryptionContext: name.context()) } catch { throw Self.mapped(error) }
        let stanzas = try await stanzas(wrapped, fileKey, recovery)
        return NewSeal(fileKey: try Self.copy(fileKey), stanzas: stanzas, keyARN: wrapped.keyARN, recovery: recovery?.number ?? 0)
    }

    /// The file key of an object.
    ///
    /// - Throws: `DamagedObject` unless the header is for this version and is exactly what was written.
    func unlock(_ header: [UInt8], _ name: SealedName) async throws(ObjectStoreError) -> FileKey {
        let parsed = try Self.parse(header, name.description)
        let wrapped = try Self.wrapped(parsed, name.description)
        guard wrapped.encryptionContext == (try name.context()) else {
            throw ObjectStoreError(.damagedObject, "The header of \(name.description) is that of another version.")
        }
        let fileKey: FileKey
        do throws(KeyStoreError) {
            fileKey = try await keys.unwrapFileKey(wrapped)
        } catch {
            guard ![.invalidCiphertext, .incorrectKey].contains(error.code) else {
                throw ObjectStoreError(.damagedObject, "The header of \(name.description) is not what was written.")
            }
            throw ObjectStoreError(error)
        }
        do { try fileKey.requireMAC(of: parsed, name: name.description) } catch {
            throw ObjectStoreError(.damagedObject, "The header of \(name.description) is not what was written.")
        }
        return fileKey
    }

    private func stanzas(
        _ wrapped: WrappedFileKey, _ fileKey: borrowing FileKey, _ recovery: StoreState.Recovery?
    ) async throws(ObjectStoreError) -> [Stanza] {
        do {
            let own = try KMSKeyStanza(wrapped).encoded()
            guard let recovery else { return [own] }
            let recipient = X25519Recipient(try AgeRecipient(recovery.recipient))
            return [own] + (try await recipient.wrap(fileKey).stanzas)
        } catch {
            throw Self.mapped(error)
        }
    }

    // MARK: Headers

    /// - Parameter name: stands for the object in errors.
    static func parse(_ header: [UInt8], _ name: String) throws(ObjectStoreError) -> AgeHeader {
        do {
            if let parsed = try AgeHeader.parse(header.bytes), parsed.byteCount == header.count { return parsed }
        } catch {
            throw ObjectStoreError(.damagedObject, "The header of \(name) is not well formed: \(error).")
        }
        throw ObjectStoreError(.damagedObject, "The header of \(name) is not well formed.")
    }

    /// The part of a header that is for a KMS key.
    static func wrapped(_ header: AgeHeader, _ name: String) throws(ObjectStoreError) -> WrappedFileKey {
        do {
            if let stanza = header.stanzas.first(where: { $0.type == KMSKeyStanza.type }) { return try KMSKeyStanza(stanza).wrapped }
        } catch {
            throw ObjectStoreError(.damagedObject, "The header of \(name) is not well formed: \(error).")
        }
        throw ObjectStoreError(.damagedObject, "The header of \(name) names no KMS key.")
    }

    static func header(_ stanzas: [Stanza], _ fileKey: borrowing FileKey) throws(ObjectStoreError) -> [UInt8] {
        do { return try AgeHeader.encoded(stanzas, authenticatedBy: fileKey) } catch { throw mapped(error) }
    }

    static func paddedHeader(_ stanzas: [Stanza], _ fileKey: borrowing FileKey) throws(ObjectStoreError) -> [UInt8] {
        do { return try AgeHeader.encoded(HeaderPadding.Policy.page.padded(stanzas), authenticatedBy: fileKey) } catch {
            throw mapped(error)
        }
    }

    private static func copy(_ fileKey: borrowing FileKey) throws(ObjectStoreError) -> FileKey {
        do { return try fileKey.copy() } catch { throw ObjectStoreError(error) }
    }

    private static func mapped(_ error: any Error) -> ObjectStoreError {
        switch error {
        case let error as ObjectStoreError: error
        case let error as KeyStoreError: ObjectStoreError(error)
        case let error as EnvelopeError:
            error.keyStoreError.map { ObjectStoreError($0) } ?? ObjectStoreError(.internalError, "\(error.message).")
        default: ObjectStoreError(.internalError, "\(error)")
        }
    }
}
