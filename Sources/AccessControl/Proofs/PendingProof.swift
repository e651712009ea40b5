import Synchronization

/// A code that was looked at and not yet spent. Opaque: whether it will be accepted is not said before ``MFAGate/spend(_:in:)``.
public struct PendingProof: ~Copyable, Sendable {
    enum Evidence: Sendable {
        /// A code of this device, and the step that it is of.
        case step(Int64, serial: String)
        case recoveryCode(digest: [UInt8])
        /// Nothing, and why. The serial is what was claimed, if it was one.
        case nothing(Refusal, serial: String?)
    }

    let evidence: Evidence
    /// Why it was not accepted, for the trail.
    private let refused = Mutex<Refusal?>(nil)

    init(_ evidence: Evidence) { self.evidence = evidence }

    func refuse(_ refusal: Refusal) { refused.withLock { $0 = refusal } }

    /// Whether spending it was refused, which is to be recorded.
    public var wasRefused: Bool { refusal != nil }

    var refusal: Refusal? { refused.withLock { $0 } }

    /// What the proof says it is of.
    var source: String {
        switch evidence {
        case .step(_, let serial): serial
        case .recoveryCode: Self.recoverySource
        case .nothing(_, let serial): serial ?? "unknown"
        }
    }

    static let recoverySource = "recovery code"
}

/// Why a code is not accepted. Told to the audit trail, which the owner reads, and never to whoever gave the code.
enum Refusal: String, Sendable {
    case malformed
    case unknownDevice
    case deviceNotNamed
    case wrongCode
    case usedCode
    case lateCode
    case locked
    case clockSetBack
}
