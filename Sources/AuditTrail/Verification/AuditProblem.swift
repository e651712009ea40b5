/// One thing that is wrong with a trail, named so that a person finds the place in the file.
public struct AuditProblem: Sendable, Equatable, CustomStringConvertible {
    public enum Kind: String, Sendable, Equatable, CaseIterable {
        /// An event, its number, its hash or its MAC is not what was written.
        case changed
        /// Events in the middle are not there.
        case missing
        /// All events are there, but not in their order.
        case reordered
        /// An event stands where its number has already been.
        case inserted
        /// Events at the end are not there.
        case truncated
        /// A line is not one that a trail can have.
        case malformed
        /// The file is whole, but it is an older one, or one with another history, than the anchor was taken from.
        case rolledBack
        /// The head line was not written by a holder of the key, or does not fit the events.
        case headForged
    }

    public let kind: Kind
    /// The event that is concerned; the first of several; 0 for a head line that cannot be read.
    public let sequence: UInt64
    /// The line in the file, counted from 1 (the head), at which the problem shows; for events that are not there, where the first
    /// of them should be.
    public let line: Int
    /// One sentence for a person.
    public let explanation: String

    public var description: String { "line \(line), event \(sequence): \(kind.rawValue): \(explanation)" }
}
