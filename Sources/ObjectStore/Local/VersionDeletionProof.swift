import AccessControl
import GRDB
import KeyStore
import OpenSSL

/// A second factor on its way into the transaction that needs it.
final class VersionDeletionProof: Sendable {
    private let gate: MFAGate?
    private let proof: PendingProof?

    /// Looks at the code of a request; nothing is told of it yet.
    ///
    /// - Parameter token: nil when the request has none: a session may cover it.
    init(_ token: MFAToken?, _ gate: MFAGate?) async throws(ObjectStoreError) {
        self.gate = gate
        guard let token, let gate else {
            proof = nil
            return
        }
        do { proof = try await gate.prepare(MFACode(token.text)) } catch { throw ObjectStoreError(error) }
    }

    /// Spends the code, within the transaction of what it permits.
    ///
    /// - Parameter objects: what it permits, for a session: bucket and keys; nil for what only a code permits.
    /// - Throws: `AccessDenied`.
    func spend(on objects: (bucket: BucketName, keys: [ObjectKey])?, in db: Database) throws(ObjectStoreError) {
        guard let gate else { throw Self.needed }
        do throws(AccessError) {
            switch proof {
            case .some(let proof):
                try gate.spend(proof, in: db)
            case .none:
                guard let objects, !objects.keys.isEmpty else { throw AccessError.codeNeeded }
                try gate.spendSession(uses: objects.keys.count, in: db) { scope in Self.covers(scope, objects.bucket, objects.keys) }
            }
        } catch { throw ObjectStoreError(error) }
    }

    /// Puts a refusal on record, after the transaction was undone and before anybody is answered.
    func recordRefusal() async throws(ObjectStoreError) {
        guard let gate else { return }
        switch proof {
        case .none: return
        case .some(let proof):
            guard proof.wasRefused else { return }
            do { try await gate.recordFailure(proof) } catch { throw ObjectStoreError(error) }
        }
    }

    /// Whether a session for `BUCKET/PREFIX` is for all of these objects.
    static func covers(_ scope: String, _ bucket: BucketName, _ keys: [ObjectKey]) -> Bool {
        let (scope, front) = (Array(scope.utf8), Array("\(bucket.text)/".utf8))
        guard scope.starts(with: front) else { return false }
        let prefix = scope.dropFirst(front.count)
        return keys.allSatisfy { $0.bytes.starts(with: prefix) }
    }

    static let needed = ObjectStoreError(AccessError.codeNeeded)
}

extension LocalObjectService {
    /// Whether deleting versions of these keys needs a code now: MFA delete is on, and no session covers them all.
    public func needsCode(toDeleteVersionsOf keys: [ObjectKey], in bucket: BucketName) async throws(ObjectStoreError) -> Bool {
        guard try await needsCode(in: bucket) else { return false }
        guard let gate = try await secondFactors() else { return true }
        let sessions: [MFASession]
        do { sessions = try gate.sessions() } catch { throw ObjectStoreError(error) }
        return !sessions.contains { $0.remainingUses >= keys.count && VersionDeletionProof.covers($0.scope, bucket, keys) }
    }

    /// Whether the bucket has MFA delete on.
    public func needsCode(in bucket: BucketName) async throws(ObjectStoreError) -> Bool {
        try view { reader throws(ObjectStoreError) in try reader.bucket(bucket).record.needsMFA }
    }

    /// Whether a bucket with MFA delete on has objects under this KMS key, or gives it to new ones: then deleting the key is deleting
    /// versions.
    public func protectsKey(_ keyARN: String) async throws(ObjectStoreError) -> Bool {
        let (named, isUsed) = try view { reader throws(ObjectStoreError) in
            let buckets = try reader.buckets().filter(\.record.needsMFA)
            let id = try reader.keyID(ofARN: keyARN)
            let isUsed = buckets.contains { bucket in id.map { bucket.record.sealCounts[$0] != nil } ?? false }
            // The default key also wraps what authenticates the buckets themselves.
            return (buckets.map { $0.record.kmsKeyID ?? defaultKeyARN }, isUsed || (!buckets.isEmpty && keyARN == defaultKeyARN))
        }
        if isUsed { return true }
        for name in Set(named) {
            do throws(KeyStoreError) {
                if try await environment.keys.describeKey(keyID: name).arn == keyARN { return true }
            } catch {
                // A key that is gone is not the one that is asked about.
                guard error.code == .notFound else { throw ObjectStoreError(error) }
            }
        }
        return false
    }

    /// Carries out what may need a second factor. A code that is not needed is not looked at, since looking at it is an attempt: a few
    /// of them would lock its device.
    func commit<Value: Sendable>(
        _ event: ObjectEvent, in bucket: BucketName, _ token: MFAToken?, needsCode: (BucketRecord) -> Bool = { $0.needsMFA },
        _ body: @escaping @Sendable (StoreTransaction, VersionDeletionProof) throws(ObjectStoreError) -> Value
    ) async throws(ObjectStoreError) -> Value {
        var needed = token
        if token != nil, try !needsCode(view { reader throws(ObjectStoreError) in try reader.bucket(bucket).record }) { needed = nil }
        let proof = try await VersionDeletionProof(needed, secondFactors())
        do throws(ObjectStoreError) {
            return try await committer.commit(event) { transaction throws(ObjectStoreError) in try body(transaction, proof) }
        } catch {
            try await proof.recordRefusal()
            throw error
        }
    }
}
