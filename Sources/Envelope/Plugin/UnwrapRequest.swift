import AgeFormat
import KeyStore
import OpenSSL

/// What a client asks in the first phase of identity-v1: identities, and the stanzas of some files.
struct UnwrapRequest: Sendable {
    /// A stanza of our kind, and its place among all of the file's.
    private struct Candidate: Sendable {
        let index: Int
        let stanza: Stanza
    }

    private struct File: Sendable {
        let index: Int
        var stanzaCount = 0
        var candidates: [Candidate] = []
    }

    private var identities: [CofferPluginIdentity] = []
    private var identityCount = 0
    private var files: [File] = []
    /// What is wrong with the request as a whole; nothing is unwrapped then.
    private(set) var failures: [PluginFailure] = []

    /// Reads up to `done`. What it does not know is passed over, as the protocol wants.
    init(from client: PluginClientSide) throws(EnvelopeError) {
        for _ in 0..<CofferPlugin.maximumMessageCount {
            let message = try client.receive()
            switch message.type {
            case PluginMessage.Name.addIdentity:
                addIdentity(message.arguments)
            case PluginMessage.Name.recipientStanza:
                do throws(EnvelopeError) {
                    try addStanza(message)
                } catch {
                    fail(PluginFailure(error))
                }
            case PluginMessage.Name.done:
                return
            default:
                continue
            }
        }
        throw EnvelopeError(.pluginFailed, "the age client sent more than \(CofferPlugin.maximumMessageCount) messages")
    }

    private mutating func addIdentity(_ arguments: [String]) {
        let about = ["identity", String(identityCount)]
        identityCount += 1
        do throws(EnvelopeError) {
            guard arguments.count == 1, identityCount <= CofferPlugin.maximumKeyCount else {
                throw EnvelopeError(.malformedKey, "an identity must be one word, and one of at most \(CofferPlugin.maximumKeyCount)")
            }
            identities.append(try CofferPluginIdentity(arguments[0]))
        } catch {
            fail(PluginFailure(about, error))
        }
    }

    private mutating func addStanza(_ message: borrowing PluginMessage) throws(EnvelopeError) {
        guard message.arguments.count >= 2, let index = PluginMessage.index(message.arguments[0]) else {
            throw EnvelopeError(.pluginFailed, "the age client gave a stanza without a file")
        }
        if files.last?.index != index {
            // "File indices are numeric, ordered, and monotonically increasing."
            guard index > files.last?.index ?? -1, files.count < CofferPlugin.maximumFileCount else {
                throw EnvelopeError(.pluginFailed, "the age client gave too many files, or not in their order")
            }
            files.append(File(index: index))
        }
        let file = files.count - 1
        defer { files[file].stanzaCount += 1 }
        guard message.arguments[1] == KMSKeyStanza.type else { return }
        // One more than is allowed is kept, for `KMSKeyIdentity` to refuse.
        guard files[file].candidates.count <= KMSKeyStanza.maximumCountPerFile else { return }
        do {
            let stanza = try Stanza(
                type: KMSKeyStanza.type, arguments: Array(message.arguments.dropFirst(2)), body: message.body)
            files[file].candidates.append(Candidate(index: files[file].stanzaCount, stanza: stanza))
        } catch {
            throw EnvelopeError(.damagedHeader, "\(error)")
        }
    }

    private mutating func fail(_ failure: PluginFailure) {
        // More of them tell nobody more.
        if failures.count < CofferPlugin.maximumKeyCount { failures.append(failure) }
    }

    // MARK: Unwrapping

    /// Gives the client every file key that one of the identities opens. A file that is for none of them is passed over in silence, as
    /// the protocol wants.
    func unwrapAll(
        _ client: PluginClientSide, _ openKeys: () async throws(EnvelopeError) -> any KeyService
    ) async throws(EnvelopeError) {
        var service: (any KeyService)?
        for file in files where !file.candidates.isEmpty {
            do throws(PluginFailureError) {
                let matches = try self.matches(in: file)
                guard !matches.isEmpty else { continue }
                if service == nil { service = try await Self.open(openKeys) }
                guard let service else { return }
                try await unwrap(matches, of: file, service, client)
            } catch {
                switch error {
                case .told(let failure): try failure.tell(client)
                case .ended(let failure): return try failure.tell(client)
                case .conversation(let error): throw error
                }
            }
        }
    }

    /// Why a file is not opened.
    private enum PluginFailureError: Error {
        /// The client is told, and the next file has its turn.
        case told(PluginFailure)
        /// The client is told, and that is all.
        case ended(PluginFailure)
        /// The client is not there any more, or the task was cancelled.
        case conversation(EnvelopeError)
    }

    private struct Match: Sendable {
        let candidate: Candidate
        let identity: KMSKeyIdentity.ExpectedContext
        /// Whether the identity names the stanza's key, so that its refusal is worth an error.
        let isNamed: Bool
    }

    /// The stanzas that an identity is for, in the file's order.
    private func matches(in file: File) throws(PluginFailureError) -> [Match] {
        guard file.candidates.count <= KMSKeyStanza.maximumCountPerFile else {
            let error = EnvelopeError(.damagedHeader, "the file names more than \(KMSKeyStanza.maximumCountPerFile) KMS keys")
            throw .told(Self.failure(file, file.candidates[KMSKeyStanza.maximumCountPerFile], error))
        }
        var matches: [Match] = []
        for candidate in file.candidates {
            let wrapped: WrappedFileKey
            do throws(EnvelopeError) {
                wrapped = try KMSKeyStanza(candidate.stanza).wrapped
            } catch {
                throw .told(Self.failure(file, candidate, error))
            }
            let isNamed = identities.contains { identity in
                guard case .key(let key) = identity else { return false }
                return key.keyARN == wrapped.keyARN && key.encryptionContext == wrapped.encryptionContext
            }
            if isNamed {
                matches.append(Match(candidate: candidate, identity: .exactly(wrapped.encryptionContext), isNamed: true))
            } else if identities.contains(.anyKey) {
                matches.append(Match(candidate: candidate, identity: .asRecorded, isNamed: false))
            }
        }
        return matches
    }

    private static func open(
        _ openKeys: () async throws(EnvelopeError) -> any KeyService
    ) async throws(PluginFailureError) -> any KeyService {
        do throws(EnvelopeError) {
            return try await openKeys()
        } catch {
            throw .ended(PluginFailure(error))
        }
    }

    private func unwrap(
        _ matches: [Match], of file: File, _ service: any KeyService, _ client: PluginClientSide
    ) async throws(PluginFailureError) {
        var failure: PluginFailure?
        for match in matches {
            do throws(EnvelopeError) {
                let identity = KMSKeyIdentity(service: service, encryptionContext: match.identity)
                switch try await identity.unwrap([match.candidate.stanza]) {
                case .opened(let fileKey, _):
                    return try Self.give(fileKey, of: file, client)
                case .refused(let refusals):
                    guard let refusal = refusals.first(where: { match.isNamed || !$0.isAboutUnknownKey }) else { continue }
                    failure = failure ?? Self.failure(file, match.candidate, EnvelopeError(.noKeyOpens, refusal.description))
                }
            } catch {
                throw .conversation(error)
            }
        }
        if let failure { throw .told(failure) }
    }

    private static func give(_ fileKey: borrowing FileKey, of file: File, _ client: PluginClientSide) throws(EnvelopeError) {
        let secret: SecretBytes
        do {
            secret = try fileKey.exportForPlugin()
        } catch {
            throw EnvelopeError(error, while: "giving the file key to the age client")
        }
        try client.tell(PluginMessage.Name.fileKey, [String(file.index)], secret: secret)
    }

    private static func failure(_ file: File, _ candidate: Candidate, _ error: EnvelopeError) -> PluginFailure {
        PluginFailure(["stanza", String(file.index), String(candidate.index)], error)
    }
}

extension Refusal {
    /// The stanza names a key that this store does not have: it is for another.
    fileprivate var isAboutUnknownKey: Bool {
        guard case .keyService(let error) = reason else { return false }
        return error.code == .notFound || error.code == .invalidARN
    }
}
