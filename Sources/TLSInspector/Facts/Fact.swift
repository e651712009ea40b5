/// Something that was to be found out about an endpoint: it is known, or it says why not.
///
/// A scan never guesses: what a timeout or a limit left open is `unknown`, which is not the same as "no".
public enum Fact<Value: Sendable & Hashable & Codable>: Sendable, Hashable {
    case known(Value)
    /// It was tried, again after a pause, and could not be decided.
    case unknown(Undecided)
    /// It was not tried; the text says what would have to be asked for, or why it does not apply.
    case untested(String)

    public var value: Value? {
        guard case .known(let value) = self else { return nil }
        return value
    }
}

/// Why something could not be decided.
public struct Undecided: Sendable, Hashable, Codable, CustomStringConvertible {
    public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        /// Nobody listens there.
        case refused
        /// The connection was torn down (RST).
        case reset
        /// Closed before an answer, although others were answered.
        case closed
        case timedOut = "timed-out"
        /// Connections were refused or torn down in bursts and went on after a pause: the peer limits them.
        case rateLimited = "rate-limited"
        /// The host or network cannot be reached.
        case unreachable
        /// The peer answered with something that is no TLS, or against its rules.
        case protocolError = "protocol-error"
        /// The limit on connections or on time was reached first.
        case budget
        /// The connection was not reached through STARTTLS or a proxy.
        case preamble
        /// Out of this program's reach.
        case unsupported
    }

    public let reason: Reason
    /// One short clause for people. Stable for an unchanged server: no times, no ports of ours.
    public let detail: String

    public init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }

    public var description: String { detail.isEmpty ? reason.rawValue : "\(reason.rawValue): \(detail)" }
}

extension Fact: Codable {
    private enum CodingKeys: String, CodingKey { case value, unknown, untested }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let undecided = try container.decodeIfPresent(Undecided.self, forKey: .unknown) {
            self = .unknown(undecided)
        } else if let reason = try container.decodeIfPresent(String.self, forKey: .untested) {
            self = .untested(reason)
        } else {
            self = .known(try container.decode(Value.self, forKey: .value))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .known(let value): try container.encode(value, forKey: .value)
        case .unknown(let undecided): try container.encode(undecided, forKey: .unknown)
        case .untested(let reason): try container.encode(reason, forKey: .untested)
        }
    }
}
