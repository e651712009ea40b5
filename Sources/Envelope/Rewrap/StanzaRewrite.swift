import AgeFormat
import KeyStore

/// Carries out a plan on the stanzas of one header after the other.
struct StanzaRewrite: Sendable {
    /// Stanza types whose files promise to withstand a quantum computer (age, "labels"), which one weaker recipient would break.
    private static let postQuantumTypes: Set<String> = ["mlkem768x25519", "mlkem768p256tag"]
    private static let postQuantumLabels: Set<String> = ["postquantum"]

    let plan: RewrapPlan
    let service: FileKeyWrapping
    let versions: KeyVersions

    /// The stanzas that the plan makes of those of a header.
    ///
    /// - Parameters:
    ///   - unlocked: of this header.
    ///   - name: stands for the file in errors.
    /// - Throws: `invalidRecipients` when the plan cannot be carried out on this file; `keyService`.
    func draft(_ header: AgeHeader, _ unlocked: borrowing UnlockedHeader, name: String) async throws(EnvelopeError) -> StanzaDraft {
        var draft = try StanzaDraft(header)
        guard !header.stanzas.contains(where: { $0.type == ScryptStanza.type }) else {
            guard plan.isRefresh else {
                throw EnvelopeError(
                    .invalidRecipients,
                    "\(name): is sealed under a passphrase, which has no other recipient beside it: open it, and seal it for others")
            }
            return draft
        }
        remove(from: &draft)
        if let replacement = plan.replacement { try await replace(replacement, in: &draft, unlocked, name: name) }
        if plan.isRefresh { try await refresh(&draft, unlocked.fileKey, name: name) }
        try await add(to: &draft, unlocked.fileKey, name: name)
        try draft.settle(name: name)
        return draft
    }

    private func remove(from draft: inout StanzaDraft) {
        for selector in plan.removing where !draft.stanzas.contains(where: selector.selects) { draft.absent.append(selector) }
        draft.removed = draft.stanzas.filter(isRemoved).map(\.type)
        draft.stanzas.removeAll(where: isRemoved)
    }

    private func isRemoved(_ stanza: Stanza) -> Bool { plan.removing.contains { $0.selects(stanza) } }

    // MARK: The same key, its current version

    private func refresh(_ draft: inout StanzaDraft, _ fileKey: borrowing FileKey, name: String) async throws(EnvelopeError) {
        for index in draft.stanzas.indices where draft.stanzas[index].type == KMSKeyStanza.type {
            let stanza = try KMSKeyStanza(draft.stanzas[index])
            let arn = stanza.wrapped.keyARN
            do throws(KeyStoreError) {
                guard let wrapped = try await wrapAgain(stanza, fileKey) else { continue }
                draft.stanzas[index] = try Self.encoded(wrapped)
            } catch {
                guard Self.isAboutKey(error) else { throw EnvelopeError(error, while: "\(name): wrapping the file key under \(arn)") }
                draft.unusable.append(UnusableKey(keyARN: arn, error: error))
            }
        }
    }

    /// Nil when the stanza is of the current version, or does not say of which.
    private func wrapAgain(_ stanza: KMSKeyStanza, _ fileKey: borrowing FileKey) async throws(KeyStoreError) -> WrappedFileKey? {
        let (arn, context) = (stanza.wrapped.keyARN, stanza.wrapped.encryptionContext)
        guard let version = stanza.keyVersion, let newest = try await versions.current(of: arn, context).version else { return nil }
        await versions.saw(KeyVersionName(stanza.wrapped))
        guard version < newest else { return nil }
        let wrapped = try await service.wrap(fileKey, keyID: arn, encryptionContext: context)
        await versions.saw(KeyVersionName(wrapped))
        return wrapped
    }

    /// Whether the key is the reason, and not the service as a whole: other recipients of the file need not suffer from it.
    static func isAboutKey(_ error: KeyStoreError) -> Bool {
        [.notFound, .invalidARN, .disabled, .invalidState, .accessDenied, .invalidKeyUsage, .unsupportedOperation].contains(error.code)
    }

    private static func encoded(_ wrapped: WrappedFileKey) throws(KeyStoreError) -> Stanza {
        do throws(EnvelopeError) {
            return try KMSKeyStanza(wrapped).encoded()
        } catch {
            throw KeyStoreError(.internalFailure, error.message)
        }
    }

    // MARK: Another key

    private func replace(
        _ replacement: RewrapPlan.KeyReplacement, in draft: inout StanzaDraft, _ unlocked: borrowing UnlockedHeader, name: String
    ) async throws(EnvelopeError) {
        let target: KeyVersionName
        do throws(KeyStoreError) {
            target = try await versions.current(of: replacement.toKey, replacement.encryptionContext ?? .empty)
        } catch {
            throw EnvelopeError(error, while: "\(name): wrapping the file key under \(replacement.toKey)")
        }
        let replaced = try replacedKeys(replacement, by: target, draft, openedBy: unlocked.openedBy, name: name)
        var stanzas: [Stanza] = []
        var made: [EncryptionContext] = []
        for stanza in draft.stanzas {
            guard stanza.type == KMSKeyStanza.type, let arn = stanza.arguments.first, replaced.contains(arn) else {
                stanzas.append(stanza)
                continue
            }
            let old = try KMSKeyStanza(stanza)
            let context = replacement.encryptionContext ?? old.wrapped.encryptionContext
            // Two stanzas become one where nothing would tell them apart.
            guard !made.contains(context) else { continue }
            made.append(context)
            guard !isCurrent(old, target, context) else {
                stanzas.append(stanza)
                continue
            }
            stanzas.append(try await wrap(unlocked.fileKey, target.keyARN, context, name: name))
        }
        draft.stanzas = Self.withoutRepetition(stanzas, of: target.keyARN)
    }

    /// The ARNs of the keys whose place the new one takes.
    private func replacedKeys(
        _ replacement: RewrapPlan.KeyReplacement, by target: KeyVersionName, _ draft: StanzaDraft, openedBy key: String, name: String
    ) throws(EnvelopeError) -> Set<String> {
        guard replacement.fromKeys.isEmpty else { return Set(replacement.fromKeys) }
        let keys = draft.keysBefore.map(\.keyARN)
        if keys.contains(key) { return [key] }
        if keys.contains(target.keyARN) { return [target.keyARN] }
        throw EnvelopeError(
            .invalidRecipients, "\(name): was opened by \(key), which is not a KMS key: say which keys are to be replaced")
    }

    private func isCurrent(_ stanza: KMSKeyStanza, _ target: KeyVersionName, _ context: EncryptionContext) -> Bool {
        guard stanza.wrapped.keyARN == target.keyARN, stanza.wrapped.encryptionContext == context else { return false }
        guard let version = stanza.keyVersion, let newest = target.version else { return true }
        return version >= newest
    }

    private func wrap(
        _ fileKey: borrowing FileKey, _ arn: String, _ context: EncryptionContext, name: String
    ) async throws(EnvelopeError) -> Stanza {
        let wrapped: WrappedFileKey
        do throws(KeyStoreError) {
            wrapped = try await service.wrap(fileKey, keyID: arn, encryptionContext: context)
        } catch {
            throw EnvelopeError(error, while: "\(name): wrapping the file key under \(arn)")
        }
        await versions.saw(KeyVersionName(wrapped))
        return try KMSKeyStanza(wrapped).encoded()
    }

    /// Of several stanzas for one key and context, the one of the highest version stays.
    private static func withoutRepetition(_ stanzas: [Stanza], of arn: String) -> [Stanza] {
        var kept: [Stanza] = []
        for stanza in stanzas {
            guard RecipientSelector.kmsKey(arn: arn).selects(stanza), let index = kept.firstIndex(where: { isSameRecipient($0, stanza) })
            else {
                kept.append(stanza)
                continue
            }
            if version(kept[index]) < version(stanza) { kept[index] = stanza }
        }
        return kept
    }

    // MARK: More recipients

    private func add(to draft: inout StanzaDraft, _ fileKey: borrowing FileKey, name: String) async throws(EnvelopeError) {
        guard !plan.adding.isEmpty else { return }
        let isPostQuantum = draft.stanzas.contains { Self.postQuantumTypes.contains($0.type) }
        let isEmpty = draft.stanzas.isEmpty
        var labels: Set<String>? = isEmpty ? nil : isPostQuantum ? Self.postQuantumLabels : []
        for recipient in plan.adding {
            let wrapped = try await recipient.wrap(fileKey)
            guard labels == nil || labels == wrapped.labels else {
                throw EnvelopeError(
                    .invalidRecipients, "\(name): its recipients cannot be mixed with the new ones: only some of them are \"postquantum\"")
            }
            labels = wrapped.labels
            for stanza in wrapped.stanzas { Self.add(stanza, to: &draft) }
        }
    }

    private static func add(_ stanza: Stanza, to draft: inout StanzaDraft) {
        if let index = draft.stanzas.firstIndex(where: { isSameRecipient($0, stanza) }) {
            if version(draft.stanzas[index]) < version(stanza) { draft.stanzas[index] = stanza }
        } else {
            draft.stanzas.append(stanza)
            draft.added.append(stanza.type)
        }
    }

    // MARK: What stanzas say of themselves

    /// Whether two stanzas are seen to be for one recipient. Most types do not show it.
    private static func isSameRecipient(_ left: Stanza, _ right: Stanza) -> Bool {
        guard left.type == right.type, left.arguments.first == right.arguments.first else { return false }
        switch left.type {
        case KMSKeyStanza.type: return context(left) == context(right)
        case SSHKeyType.ed25519, SSHKeyType.rsa: return true
        default: return false
        }
    }

    private static func context(_ stanza: Stanza) -> EncryptionContext? { read(stanza)?.wrapped.encryptionContext }

    /// 0 for a stanza without versions, which is never the older one then.
    private static func version(_ stanza: Stanza) -> UInt32 { read(stanza)?.keyVersion ?? 0 }

    /// Nil for a stanza of another type, and for one that a recipient made wrong: `StanzaDraft.settle(name:)` refuses that.
    private static func read(_ stanza: Stanza) -> KMSKeyStanza? {
        guard stanza.type == KMSKeyStanza.type else { return nil }
        do {
            return try KMSKeyStanza(stanza)
        } catch {
            return nil
        }
    }
}
