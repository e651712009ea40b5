/// An extension of a hello (IANA, TLS ExtensionType Values).
public struct ExtensionType: CodePoint {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let serverName = ExtensionType(rawValue: 0)
    public static let maxFragmentLength = ExtensionType(rawValue: 1)
    public static let truncatedHMAC = ExtensionType(rawValue: 4)
    public static let statusRequest = ExtensionType(rawValue: 5)
    public static let supportedGroups = ExtensionType(rawValue: 10)
    public static let ecPointFormats = ExtensionType(rawValue: 11)
    public static let signatureAlgorithms = ExtensionType(rawValue: 13)
    public static let heartbeat = ExtensionType(rawValue: 15)
    public static let alpn = ExtensionType(rawValue: 16)
    public static let signedCertificateTimestamp = ExtensionType(rawValue: 18)
    public static let padding = ExtensionType(rawValue: 21)
    public static let encryptThenMAC = ExtensionType(rawValue: 22)
    public static let extendedMasterSecret = ExtensionType(rawValue: 23)
    public static let compressCertificate = ExtensionType(rawValue: 27)
    public static let recordSizeLimit = ExtensionType(rawValue: 28)
    public static let sessionTicket = ExtensionType(rawValue: 35)
    public static let preSharedKey = ExtensionType(rawValue: 41)
    public static let earlyData = ExtensionType(rawValue: 42)
    public static let supportedVersions = ExtensionType(rawValue: 43)
    public static let cookie = ExtensionType(rawValue: 44)
    public static let pskKeyExchangeModes = ExtensionType(rawValue: 45)
    public static let certificateAuthorities = ExtensionType(rawValue: 47)
    public static let postHandshakeAuth = ExtensionType(rawValue: 49)
    public static let signatureAlgorithmsCert = ExtensionType(rawValue: 50)
    public static let keyShare = ExtensionType(rawValue: 51)
    public static let nextProtocolNegotiation = ExtensionType(rawValue: 0x3374)
    public static let renegotiationInfo = ExtensionType(rawValue: 0xFF01)

    private static let names: [UInt16: String] = [
        0: "server_name", 1: "max_fragment_length", 4: "truncated_hmac", 5: "status_request", 10: "supported_groups",
        11: "ec_point_formats",
        13: "signature_algorithms", 15: "heartbeat", 16: "application_layer_protocol_negotiation", 17: "status_request_v2",
        18: "signed_certificate_timestamp", 21: "padding", 22: "encrypt_then_mac", 23: "extended_main_secret", 27: "compress_certificate",
        28: "record_size_limit", 34: "delegated_credential", 35: "session_ticket", 41: "pre_shared_key", 42: "early_data",
        43: "supported_versions", 44: "cookie", 45: "psk_key_exchange_modes", 47: "certificate_authorities", 48: "oid_filters",
        49: "post_handshake_auth", 50: "signature_algorithms_cert", 51: "key_share", 0x3374: "next_protocol_negotiation",
        0xFE0D: "encrypted_client_hello", 0xFF01: "renegotiation_info",
    ]

    public var registeredName: String? { Self.names[rawValue] }

    public init?(registeredName: String) {
        guard let number = Self.names.first(where: { $0.value == registeredName })?.key else { return nil }
        self.init(rawValue: number)
    }
}
