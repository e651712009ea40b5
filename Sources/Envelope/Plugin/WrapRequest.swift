import AgeFormat
import KeyStore
import OpenSSL

/// What a client asks in the first phase of recipient-v1: file keys, and whom to wrap them for.
struct WrapRequest: Sendable {
    /// A key that was named, and how the client counts it.
    private struct Target: Sendable {
        let key: CofferPluginKey
        let about: [String]
    }

    /// Arrays do not hold what cannot be copied.
    private final class ReceivedFileKey: Sendable {
        let fileKey: FileKey

        init(_ fileKey: consuming FileKey) {
            self.fileKey = fileKey
        }
    }

    private var targets: [Target] = []
    private var fileKeys: [ReceivedFileKey] = []
    private var failures: [PluginFailure] = []
    private var recipientCount = 0
    private var identityCount = 0

    /// Reads up to `done`. What it does not know is passed over, as the protocol wants.
    init(from client: PluginClientSide) throws(EnvelopeError) {
        for _ in 0..<CofferPlugin.maximumMessageCount {
            let message = try client.receive()
            switch message.type {
            case PluginMessage.Name.addRecipient:
                addRecipient(message.arguments)
            case PluginMessage.Name.addIdentity:
                addIdentity(message.arguments)
            case PluginMessage.Name.wrapFileKey:
                addFileKey(message.secret)
            case PluginMessage.Name.done:
                return
            default:
                continue
            }
        }
        throw EnvelopeError(.pluginFailed, "the age client sent more than \(CofferPlugin.maximumMessageCount) messages")
    }

    private mutating func addRecipient(_ arguments: [String]) {
        let about = ["recipient", String(recipientCount)]
        recipientCount += 1
        add(about) { () throws(EnvelopeError) in try CofferPluginKey(recipient: Self.only(arguments)) }
    }

    private mutating func addIdentity(_ arguments: [String]) {
        let about = ["identity", String(identityCount)]
        identityCount += 1
        add(about) { () throws(EnvelopeError) in
            guard case .key(let key) = try CofferPluginIdentity(Self.only(arguments)) else {
                throw EnvelopeError(.malformedKey, "this identity stands for every key of the store: name the key to seal for")
            }
            return key
        }
    }

    private mutating func add(_ about: [String], _ read: () throws(EnvelopeError) -> CofferPluginKey) {
        do throws(EnvelopeError) {
            guard recipientCount + identityCount <= CofferPlugin.maximumKeyCount else {
                throw EnvelopeError(.invalidRecipients, "more than \(CofferPlugin.maximumKeyCount) recipients")
            }
            targets.append(Target(key: try read(), about: about))
        } catch {
            fail(PluginFailure(about, error))
        }
    }

    private mutating func addFileKey(_ secret: borrowing SecretBytes) {
        guard fileKeys.count < CofferPlugin.maximumFileCount else {
            fail(PluginFailure(EnvelopeError(.invalidRecipients, "more than \(CofferPlugin.maximumFileCount) file keys")))
            return
        }
        do {
            fileKeys.append(ReceivedFileKey(try FileKey(fromPlugin: secret)))
        } catch {
            fail(PluginFailure(EnvelopeError(error, while: "taking the file key")))
        }
    }

    private mutating func fail(_ failure: PluginFailure) {
        // More of them tell nobody more.
        if failures.count < CofferPlugin.maximumKeyCount { failures.append(failure) }
    }

    private static func only(_ arguments: [String]) throws(EnvelopeError) -> String {
        guard arguments.count == 1 else { throw EnvelopeError(.malformedKey, "a recipient or identity must be one word") }
        return arguments[0]
    }

    /// Wraps every file key for everybody, or says what was wrong with whom: then no stanza is given at all.
    func wrapAll(
        _ openKeys: () async throws(EnvelopeError) -> any KeyService
    ) async throws(EnvelopeError) -> CofferPlugin.Outcome {
        guard failures.isEmpty else { return .errors(failures) }
        guard !targets.isEmpty else { throw EnvelopeError(.invalidRecipients, "there is no recipient to wrap a file key for") }
        guard !fileKeys.isEmpty else { return .stanzas([]) }
        let service = try await openKeys()
        var stanzas: [(Int, Stanza)] = []
        var errors: [PluginFailure] = []
        for target in targets {
            let recipient = KMSKeyRecipient(
                keyID: target.key.keyARN, encryptionContext: target.key.encryptionContext, service: service)
            do throws(EnvelopeError) {
                for (file, received) in fileKeys.enumerated() {
                    stanzas += try await recipient.wrap(received.fileKey).stanzas.map { (file, $0) }
                }
            } catch {
                errors.append(PluginFailure(target.about, error))
            }
        }
        return errors.isEmpty ? .stanzas(stanzas) : .errors(errors)
    }
}
