import AccessControl
import KeyStore
import ObjectStore
import Synchronization

/// Stands between a key and its deletion: KeyStore asks it, and it asks for a second factor.
///
/// Closed until somebody has looked whether a code is needed, and for one key: a way to schedule a deletion that forgets to ask gets
/// nowhere. The code is spent just before KeyStore commits.
final class KeyDeletionGate: DeletionGate {
    /// Keeps a proof, which has one owner, where a gate can be asked for it.
    private final class Approval: Sendable {
        let gate: MFAGate
        let proof: PendingProof
        private let failure = Mutex<AccessError?>(nil)

        init(_ gate: MFAGate, _ proof: consuming PendingProof) {
            self.gate = gate
            self.proof = proof
        }

        func spend() throws(AccessError) {
            do {
                try gate.spend(proof)
            } catch {
                failure.withLock { $0 = error }
                throw error
            }
        }

        /// Why it was not spent, after that is on record.
        func recordFailure() async throws(AccessError) -> AccessError? {
            let failure = failure.withLock { $0 }
            if proof.wasRefused { try await gate.recordFailure(proof) }
            return failure
        }
    }

    private enum Decision: Sendable {
        case notAsked
        case free
        case approved(Approval)
    }

    private let decision = Mutex(Decision.notAsked)

    /// Asks for a code if the store wants one for this key, and opens the gate for one key while `body` runs.
    func guarding<R>(
        _ keyID: String, of store: OpenStore, _ mfa: MFAOption, in session: Session, _ body: () async throws -> R
    ) async throws -> R {
        let approval = try await Self.approval(keyID, store, mfa, in: session)
        decision.withLock { $0 = approval.map { .approved($0) } ?? .free }
        defer { decision.withLock { $0 = .notAsked } }
        do {
            return try await body()
        } catch {
            throw try await approval?.recordFailure() ?? error
        }
    }

    func approveDeletion(of keyARN: String) throws(KeyStoreError) {
        let decision = decision.withLock { decision in
            defer { decision = .notAsked }
            return decision
        }
        switch decision {
        case .notAsked: throw KeyStoreError(.accessDenied, AccessError.codeNeeded.message)
        case .free: return
        case .approved(let approval):
            do {
                try approval.spend()
            } catch {
                throw KeyStoreError(error.code == .accessDenied ? .accessDenied : .unavailable, error.message)
            }
        }
    }

    private static func approval(
        _ keyID: String, _ store: OpenStore, _ mfa: MFAOption, in session: Session
    ) async throws -> Approval? {
        guard let gate = try await SecondFactors.open(of: store, in: session) else { return nil }
        guard try await gate.protectsKeys() ? true : protectsVersions(keyID, store, in: session) else { return nil }
        return Approval(gate, try await gate.prepare(mfa.code(for: gate, in: session)))
    }

    /// Whether versions that nobody deletes without a code would be lost with the key.
    private static func protectsVersions(_ keyID: String, _ store: OpenStore, in session: Session) async throws -> Bool {
        guard let objects = try await ObjectStoreAccess.openIfPresent(store, in: session) else { return false }
        return try await objects.protectsKey(store.service.describeKey(keyID: keyID).arn)
    }
}
