/// A place in the trail: how many events there are up to here, and the hash that depends on all of them.
///
/// Kept somewhere else (in a database, on paper, at a witness) a position is an anchor: `AuditTrail.verify(against:)` then also
/// finds that the whole file was replaced by an older or another one.
public struct AuditPosition: Sendable, Equatable {
    public static let hashByteCount = 32

    /// The number of the last event; the first event has number 1, an empty trail is at 0.
    public let sequence: UInt64
    /// SHA-256, 32 bytes; all zero for an empty trail.
    public let hash: [UInt8]

    /// - Precondition: `hash` has 32 bytes.
    public init(sequence: UInt64, hash: [UInt8]) {
        precondition(hash.count == Self.hashByteCount, "a position's hash has 32 bytes")
        self.sequence = sequence
        self.hash = hash
    }

    /// The position before the first event.
    public static let start = AuditPosition(sequence: 0, hash: [UInt8](repeating: 0, count: hashByteCount))
}
