/// What a peer says before it closes (RFC 8446 §6).
public struct Alert: Sendable, Hashable, Codable, CustomStringConvertible {
    /// 1 warning, 2 fatal.
    public let level: UInt8
    public let code: UInt8

    public init(level: UInt8, code: UInt8) {
        self.level = level
        self.code = code
    }

    public static let unexpectedMessage: UInt8 = 10
    public static let badRecordMAC: UInt8 = 20
    public static let handshakeFailure: UInt8 = 40
    public static let decryptError: UInt8 = 51
    public static let protocolVersion: UInt8 = 70
    public static let accessDenied: UInt8 = 49
    public static let internalError: UInt8 = 80
    public static let userCanceled: UInt8 = 90
    public static let noApplicationProtocol: UInt8 = 120
    public static let inappropriateFallback: UInt8 = 86
    public static let noRenegotiation: UInt8 = 100
    public static let unrecognizedName: UInt8 = 112
    public static let certificateRequired: UInt8 = 116

    public var isFatal: Bool { level != 1 }

    /// IANA, TLS Alerts.
    private static let names: [UInt8: String] = [
        0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed", 22: "record_overflow",
        30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate", 42: "bad_certificate", 43: "unsupported_certificate",
        44: "certificate_revoked", 45: "certificate_expired", 46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca",
        49: "access_denied", 50: "decode_error", 51: "decrypt_error", 60: "export_restriction", 70: "protocol_version",
        71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation",
        109: "missing_extension", 110: "unsupported_extension", 111: "certificate_unobtainable", 112: "unrecognized_name",
        113: "bad_certificate_status_response", 114: "bad_certificate_hash_value", 115: "unknown_psk_identity", 116: "certificate_required",
        120: "no_application_protocol",
    ]

    /// `handshake_failure (40)`
    public var description: String { "\(Self.names[code] ?? "alert") (\(code))" }
}
