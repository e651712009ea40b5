internal import OpenSSL

/// Finds out what a careful client thinks of a chain, and says it in sentences.
///
/// libcrypto alone would accept MD5 and SHA-1, short and broken keys, names in the common name only, and authorities as leaves, all
/// without a word; and of several paths it names the flaws of the first. So paths are built and judged here, and libcrypto is asked for
/// a second opinion on the path that was chosen.
public struct ChainInspector: Sendable {
    /// Certificates of a chain that are looked at.
    public static let maximumCount = ServedChain.maximumCount

    let trust: TrustStore
    /// Seconds since 1970.
    let time: Int64
    let blocklist: DebianBlocklist?

    /// - Parameters:
    ///   - time: the moment to judge at, in seconds since 1970.
    ///   - blocklist: Debian's weak keys, if at hand.
    public init(trust: TrustStore, time: Int64, blocklist: DebianBlocklist? = nil) {
        self.trust = trust
        self.time = time
        self.blocklist = blocklist
    }

    /// - Parameters:
    ///   - chain: DER as the peer sent it, the leaf first.
    ///   - host: the name or address under which the peer was reached; nil to leave names out.
    ///   - intermediates: DER of others that may fill a gap, as fetched from the URLs in the certificates.
    public func inspect(chain: [[UInt8]], host: String?, extra intermediates: [[UInt8]] = []) -> ChainReport {
        var inspection = ChainInspection(inspector: self)
        return inspection.report(chain: chain, host: host, extra: intermediates)
    }
}
