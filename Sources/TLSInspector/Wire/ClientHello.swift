/// What a client offers (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2): a value that a probe fills in as it likes, sensible or not.
struct ClientHello: Sendable, Hashable {
    struct Extension: Sendable, Hashable {
        var type: ExtensionType
        var body: [UInt8]

        init(_ type: ExtensionType, _ body: [UInt8] = []) {
            self.type = type
            self.body = body
        }
    }

    /// legacy_version: at most TLS 1.2; TLS 1.3 is asked for by the extension supported_versions.
    var legacyVersion: UInt16
    /// Of the record around it.
    var recordVersion: UInt16
    /// 32 bytes.
    var random: [UInt8]
    /// At most 32 bytes.
    var sessionID: [UInt8] = []
    var cipherSuites: [CipherSuite]
    var compressionMethods: [UInt8] = [0]
    /// In this order on the wire. Without any, not even their length is sent, as before RFC 3546.
    var extensions: [Extension] = []

    var message: HandshakeMessage {
        var body: [UInt8] = []
        body.append(uint16: legacyVersion)
        body += random
        body.append(vector8: sessionID)
        body.append(vector16: [UInt8].list16(cipherSuites.map(\.rawValue)))
        body.append(vector8: compressionMethods)
        if !extensions.isEmpty {
            var list: [UInt8] = []
            for item in extensions {
                list.append(uint16: item.type.rawValue)
                list.append(vector16: item.body)
            }
            body.append(vector16: list)
        }
        return HandshakeMessage(type: .clientHello, body: body)
    }

    /// With its record layer around it.
    var encoded: [UInt8] { Record.records(.handshake, version: recordVersion, message.encoded) }
}

// MARK: The extensions that probes send

extension ClientHello.Extension {
    /// RFC 6066 §3. Literal addresses are not sent as names.
    static func serverName(_ host: String) -> Self {
        var entry: [UInt8] = [0]
        entry.append(vector16: Array(host.utf8))
        var list: [UInt8] = []
        list.append(vector16: entry)
        return Self(.serverName, list)
    }

    /// RFC 8446 §4.2.1
    static func supportedVersions(_ versions: [UInt16]) -> Self {
        var body: [UInt8] = []
        body.append(vector8: [UInt8].list16(versions))
        return Self(.supportedVersions, body)
    }

    /// RFC 8446 §4.2.7
    static func supportedGroups(_ groups: [NamedGroup]) -> Self {
        var body: [UInt8] = []
        body.append(vector16: [UInt8].list16(groups.map(\.rawValue)))
        return Self(.supportedGroups, body)
    }

    /// RFC 8446 §4.2.3
    static func signatureAlgorithms(_ schemes: [TLSSignatureScheme]) -> Self {
        var body: [UInt8] = []
        body.append(vector16: [UInt8].list16(schemes.map(\.rawValue)))
        return Self(.signatureAlgorithms, body)
    }

    /// RFC 8446 §4.2.8. Without shares it makes a server name its group in a HelloRetryRequest.
    static func keyShares(_ shares: [(group: NamedGroup, key: [UInt8])]) -> Self {
        var list: [UInt8] = []
        for share in shares {
            list.append(uint16: share.group.rawValue)
            list.append(vector16: share.key)
        }
        var body: [UInt8] = []
        body.append(vector16: list)
        return Self(.keyShare, body)
    }

    /// RFC 7301
    static func alpn(_ protocols: [String]) -> Self {
        var list: [UInt8] = []
        for name in protocols { list.append(vector8: Array(name.utf8)) }
        var body: [UInt8] = []
        body.append(vector16: list)
        return Self(.alpn, body)
    }

    /// RFC 8446 §4.2.9: psk_dhe_ke.
    static let pskKeyExchangeModes = Self(.pskKeyExchangeModes, [1, 1])
    /// RFC 8422 §5.1.2: uncompressed.
    static let ecPointFormats = Self(.ecPointFormats, [1, 0])
    /// RFC 6066 §8: OCSP, any responder, no extensions.
    static let statusRequest = Self(.statusRequest, [1, 0, 0, 0, 0])
    /// RFC 5746 §3.2, in a first handshake.
    static let renegotiationInfo = Self(.renegotiationInfo, [0])
    /// RFC 6520: the peer may send requests.
    static let heartbeat = Self(.heartbeat, [1])
    static let extendedMasterSecret = Self(.extendedMasterSecret)
    static let encryptThenMAC = Self(.encryptThenMAC)
    static let sessionTicket = Self(.sessionTicket)
    static let signedCertificateTimestamp = Self(.signedCertificateTimestamp)
    /// RFC 6066 §4: 2^12 bytes.
    static let maxFragmentLength = Self(.maxFragmentLength, [4])
}
