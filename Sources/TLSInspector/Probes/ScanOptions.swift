public import OpenSSL

/// How a scan behaves as a guest, and what it looks at.
public struct ScanOptions: Sendable {
    /// To connect, in milliseconds.
    public var connectTimeout = 5_000
    /// For the next bytes of an answer.
    public var answerTimeout = 5_000
    /// For all of one connection.
    public var connectionTimeout = 15_000
    /// For all of one address, in milliseconds: what is not decided then is `unknown`.
    public var targetTimeout = 120_000
    /// Connections to one address in all.
    public var maximumConnections = 300
    /// At once to one address.
    public var parallelConnections = 4
    /// New connections to one address per second; nil for as many as come.
    public var rate: Double?
    /// Again after a pause, how often a connection without an answer is tried.
    public var retries = 2
    /// Probes that alarm intrusion detection.
    public var isIntrusive = false
    /// Every address of the name, not only the first that answers.
    public var allAddresses = false
    public var addressFamily: AddressFamily = .any
    public var proxy: HTTPProxy?
    public var clientCertificate: ClientCertificate?

    public enum AddressFamily: String, Sendable { case any, ipv4, ipv6 }

    public init() {}
}

/// An HTTP proxy that is asked to CONNECT (RFC 9110 §9.3.6).
public struct HTTPProxy: Sendable, Hashable {
    public var host: String
    public var port: UInt16
    /// Value of Proxy-Authorization, if the proxy wants one.
    public var authorization: String?

    public init(host: String, port: UInt16, authorization: String? = nil) {
        self.host = host
        self.port = port
        self.authorization = authorization
    }
}

/// What is shown to servers that ask for a certificate.
public struct ClientCertificate: Sendable {
    /// PEM: the certificate and its chain.
    public var chain: [UInt8]
    /// PEM or DER PKCS#8, without a passphrase.
    public var key: [UInt8]

    public init(chain: [UInt8], key: [UInt8]) {
        self.chain = chain
        self.key = key
    }

    /// Before anything is connected to.
    /// - Throws: `invalidKey` if it is not a certificate with its own key, or the key needs a passphrase.
    public func check() throws(OpenSSLError) {
        var configuration = TLSClientConfiguration()
        configuration.certificateChain = chain
        configuration.privateKey = key
        _ = try TLSClientSession(configuration)
    }
}
