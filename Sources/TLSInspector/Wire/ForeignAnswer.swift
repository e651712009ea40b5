/// The first bytes of a peer that does not answer in TLS.
struct ForeignAnswer: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// A web server that was spoken to in TLS on its port for plain text.
        case http
        /// A SERVER-HELLO or ERROR of SSLv2, which ``SSL2Answer`` reads.
        case ssl2
        case other
    }

    var kind: Kind
    /// The beginning, in printable ASCII; all else as `\x16`.
    var beginning: String

    /// That is enough to recognize a banner by.
    static let shownByteCount = 32
    private static let http = Array("HTTP/".utf8)

    /// - Returns: nil as long as that is not decided; `isLast` says that nothing more will come.
    /// - Parameter bytes: one or more, the first of them no type of a record or the second no version of TLS.
    init?(_ bytes: ArraySlice<UInt8>, isLast: Bool) {
        let head = Array(bytes.prefix(Self.shownByteCount))
        if head.starts(with: Self.http) {
            self.kind = .http
        } else if !isLast, head.count < Self.http.count, Self.http.starts(with: head) {
            return nil
        } else if head[0] & 0x80 != 0, head.count < 3, !isLast {
            return nil
        } else if head[0] & 0x80 != 0, head.count >= 3, head[2] == SSL2ServerHello.messageType || head[2] == 0 {
            self.kind = .ssl2
        } else {
            self.kind = .other
        }
        self.beginning = Self.printable(head)
    }

    /// Printable ASCII as it is, a backslash doubled, all else as `\x16`.
    static func printable(_ bytes: [UInt8]) -> String {
        var text = ""
        for byte in bytes {
            if byte == UInt8(ascii: "\\") {
                text += "\\\\"
            } else if (0x20...0x7E).contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}

extension ForeignAnswer: CustomStringConvertible {
    /// A clause for people.
    var description: String {
        switch kind {
        case .http: "the answer is HTTP without TLS"
        case .ssl2: "the answer is SSLv2"
        case .other: "the answer is not TLS: \"\(beginning)\""
        }
    }
}
