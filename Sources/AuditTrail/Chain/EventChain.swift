import OpenSSL

/// Computes the links of the chain: the hash of each event over its predecessor's, and the authentication codes.
///
/// Its contexts are reused, so that a link costs two digest updates and one MAC. Everything that is hashed begins with a
/// label and has fixed-length fields in front of the one variable field, so no two different inputs have the same bytes.
struct EventChain: ~Copyable {
    private static let eventLabel: StaticString = "coffer audit event v1"
    private static let eventCodeLabel: StaticString = "coffer audit mac v1"
    private static let headCodeLabel: StaticString = "coffer audit head v1"

    private var digest: Digest
    private var authenticator: HMAC?
    private let eventPrefix: [UInt8]
    private let eventCodePrefix: [UInt8]
    private let headCodePrefix: [UInt8]
    let hasKey: Bool

    /// - Parameter authenticator: HMAC-SHA256 under the audit key, or nil while the store is sealed.
    init(authenticator: consuming HMAC?) throws(OpenSSLError) {
        digest = try Digest(.sha256)
        hasKey = authenticator != nil
        self.authenticator = authenticator
        eventPrefix = Self.prefix(Self.eventLabel)
        eventCodePrefix = Self.prefix(Self.eventCodeLabel)
        headCodePrefix = Self.prefix(Self.headCodeLabel)
    }

    /// The label and a zero byte, which no label contains.
    private static func prefix(_ label: StaticString) -> [UInt8] {
        label.withUTF8Buffer { unsafe [UInt8]($0) } + [0]
    }

    /// SHA-256(label ‖ 0 ‖ sequence as 8 bytes, big-endian ‖ previous hash ‖ event).
    mutating func hash(sequence: UInt64, previous: [UInt8], event: Span<UInt8>) throws(OpenSSLError) -> [UInt8] {
        let input = Self.input(eventPrefix, sequence, previous)
        // `bytes` is unsafe only for elements with padding, which a byte has not; likewise below.
        unsafe try digest.update(input.span.bytes)
        unsafe try digest.update(event.bytes)
        return try digest.finalize()
    }

    /// HMAC-SHA256(key, label ‖ 0 ‖ sequence ‖ hash) of an event; nil without a key.
    mutating func eventCode(for position: AuditPosition) throws(OpenSSLError) -> [UInt8]? {
        try code(eventCodePrefix, position)
    }

    /// As `eventCode`, under the label of the head line, so that neither can stand in for the other; nil without a key.
    mutating func headCode(for position: AuditPosition) throws(OpenSSLError) -> [UInt8]? {
        try code(headCodePrefix, position)
    }

    /// Whether `code` authenticates the event at `position`. False without a key.
    mutating func isValid(_ code: [UInt8], forEventAt position: AuditPosition) throws(OpenSSLError) -> Bool {
        guard let expected = try eventCode(for: position) else { return false }
        return unsafe ConstantTime.areEqual(expected.span.bytes, code.span.bytes)
    }

    /// Whether `code` authenticates a head line that names `position`. False without a key.
    mutating func isValid(_ code: [UInt8], forHeadAt position: AuditPosition) throws(OpenSSLError) -> Bool {
        guard let expected = try headCode(for: position) else { return false }
        return unsafe ConstantTime.areEqual(expected.span.bytes, code.span.bytes)
    }

    private mutating func code(_ prefix: [UInt8], _ position: AuditPosition) throws(OpenSSLError) -> [UInt8]? {
        guard hasKey else { return nil }
        let input = Self.input(prefix, position.sequence, position.hash)
        unsafe try authenticator?.update(input.span.bytes)
        return try authenticator?.finalize()
    }

    private static func input(_ prefix: [UInt8], _ sequence: UInt64, _ hash: [UInt8]) -> [UInt8] {
        var input: [UInt8] = []
        input.reserveCapacity(prefix.count + 8 + hash.count)
        input.append(contentsOf: prefix)
        for shift in stride(from: 56, through: 0, by: -8) {
            input.append(UInt8(truncatingIfNeeded: sequence >> UInt64(shift)))
        }
        input.append(contentsOf: hash)
        return input
    }
}
