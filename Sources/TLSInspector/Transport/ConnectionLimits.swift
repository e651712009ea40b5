/// What one connection may take: no peer holds a scan up for longer, or makes it keep more.
struct ConnectionLimits: Sendable {
    /// More than the longest answer to any probe: a flight of certificates has at most some hundred KiB.
    static let maximumReceivedByteCount = 1 << 20

    /// To connect.
    var connect: Duration
    /// For the next bytes, and for the peer to take what is sent.
    var answer: Duration
    /// From the first packet to the last.
    var whole: Duration
    /// What is received in all.
    var receivedByteCount = ConnectionLimits.maximumReceivedByteCount

    init(connect: Duration, answer: Duration, whole: Duration) {
        self.connect = connect
        self.answer = answer
        self.whole = whole
    }

    init(_ options: ScanOptions) {
        connect = .milliseconds(max(options.connectTimeout, 1))
        answer = .milliseconds(max(options.answerTimeout, 1))
        whole = .milliseconds(max(options.connectionTimeout, 1))
    }

    /// These limits where less time than that is left.
    func within(_ remaining: Duration) -> ConnectionLimits {
        var limits = self
        limits.connect = min(connect, remaining)
        limits.answer = min(answer, remaining)
        limits.whole = min(whole, remaining)
        return limits
    }
}
