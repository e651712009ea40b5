/// Asks an HTTP proxy for a tunnel (CONNECT, RFC 9110 §9.3.6), without a socket.
///
/// The target's name is not looked up here: only the proxy does.
struct ProxyTunnel: Sendable {
    static let maximumHeadByteCount = 16 * 1024
    /// Interim answers, which CONNECT has no use for, before the final one.
    static let maximumInterimCount = 8

    let request: [UInt8]
    private var head: [UInt8] = []
    /// Where the line that is being looked for the end of begins, and how far it was looked through.
    private var lineStart = 0
    private var searched = 0
    private var interimCount = 0

    /// - Throws: what cannot be part of a request, such as a line's end in a name.
    init(host: String, port: UInt16, authorization: String?) throws(PreambleFailure) {
        let target = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw PreambleFailure("the proxy cannot be asked for \(PeerText.shown(host.utf8)), which is no name in ASCII")
        }
        guard authorization?.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) != false else {
            throw PreambleFailure("the login for the proxy holds characters that a header cannot have")
        }
        var text = "CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n"
        if let authorization { text += "Proxy-Authorization: \(authorization)\r\n" }
        request = Array((text + "\r\n").utf8)
    }

    /// - Returns: nil as long as the answer is not whole, then what came behind it: the first bytes of the target.
    mutating func receive(_ bytes: [UInt8]) throws(PreambleFailure) -> [UInt8]? {
        head += bytes
        while let end = headEnd() {
            guard end <= Self.maximumHeadByteCount else { throw Self.longHead }
            let rest = Array(head[end...])
            if try !isInterim(head[..<end]) { return rest }
            (head, lineStart, searched) = (rest, 0, 0)
        }
        guard head.count <= Self.maximumHeadByteCount else { throw Self.longHead }
        return nil
    }

    /// Behind the empty line; a bare LF ends a line too (RFC 9112 §2.2).
    private mutating func headEnd() -> Int? {
        while let index = head[searched...].firstIndex(of: 10) {
            let line = head[lineStart..<index]
            let isFirst = lineStart == 0
            (lineStart, searched) = (index + 1, index + 1)
            if !isFirst, line.isEmpty || (line.count == 1 && line.first == 13) { return index + 1 }
        }
        searched = head.count
        return nil
    }

    /// Judges the status: a tunnel, or an answer before the answer.
    private mutating func isInterim(_ head: ArraySlice<UInt8>) throws(PreambleFailure) -> Bool {
        let line = head.prefix { $0 != 13 && $0 != 10 }
        let words = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, words[0].starts(with: Array("HTTP/1.".utf8)), let status = Self.status(words[1]) else {
            throw .malformed("the proxy's answer", line)
        }
        switch status {
        case 200...299: return false
        case 100...199:
            interimCount += 1
            guard interimCount <= Self.maximumInterimCount else { throw .malformed("the proxy's answer", line) }
            return true
        case 407: throw PreambleFailure("the proxy wants a login, or not this one: \(PeerText.shown(line))")
        default: throw PreambleFailure("the proxy gave no tunnel: \(PeerText.shown(line))", isTransient: status == 429 || status == 503)
        }
    }

    private static func status(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.count == 3, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static let longHead = PreambleFailure("the head of the proxy's answer is longer than \(maximumHeadByteCount) bytes")
}
