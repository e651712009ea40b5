/// STARTTLS of XMPP (RFC 6120 §5), of clients and of servers.
struct XMPPStartTLS: StartTLSNegotiation {
    private enum State {
        /// Before the server's stream.
        case stream
        case features, consent
        /// In an element that says yes or no and has not ended.
        case proceeding, failing
    }

    private static let namespace = "urn:ietf:params:xml:ns:xmpp-tls"

    var input = PreambleInput()
    let opening: [UInt8]
    let request = Array("<starttls xmlns='\(XMPPStartTLS.namespace)'/>".utf8)
    private var state = State.stream
    private var tags = XMLTags()
    private var offersTLS = false
    private var isInError = false

    init(host: String, isServer: Bool) {
        let domain = host.flatMap { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case "'": "&apos;"
            default: String(character)
            }
        }
        opening = Array(
            """
            <?xml version='1.0'?><stream:stream xmlns='jabber:\(isServer ? "server" : "client")' \
            xmlns:stream='http://etherx.jabber.org/streams' to='\(String(domain))' version='1.0'>
            """.utf8)
    }

    mutating func proceed() throws(PreambleFailure) -> StartTLSAction {
        while let tag = try tags.next(in: &input) {
            if let action = try read(tag) { return action }
        }
        return .needMore
    }

    private mutating func read(_ tag: XMLTags.Tag) throws(PreambleFailure) -> StartTLSAction? {
        if tag.kind == .closing, tag.name == "stream" { throw PreambleFailure("the server closed its stream") }
        // RFC 6120 §4.9.2: the condition is the first element in the error.
        if isInError { throw PreambleFailure("the server reports an error: \(PeerText.shown(tag.name.utf8))") }
        if tag.kind == .opening, tag.name == "error" {
            isInError = true
            return nil
        }
        switch state {
        case .stream: return try opened(tag)
        case .features: return try offered(tag)
        case .consent: return try answered(tag)
        case .proceeding: return tag.kind == .closing && tag.name == "proceed" ? .ready : nil
        case .failing: throw PreambleFailure("the server refused STARTTLS: \(PeerText.shown(tag.name.utf8))")
        }
    }

    private mutating func opened(_ tag: XMLTags.Tag) throws(PreambleFailure) -> StartTLSAction? {
        guard tag.kind == .opening, tag.name == "stream" else { throw .malformed("the server's stream", tag.text) }
        // A stream without a version is older than features (RFC 6120 §4.7.5), and so than STARTTLS.
        guard tag.attribute("version") != nil else { throw PreambleFailure("the server's XMPP is older than STARTTLS") }
        state = .features
        return nil
    }

    private mutating func offered(_ tag: XMLTags.Tag) throws(PreambleFailure) -> StartTLSAction? {
        if tag.name == "starttls", tag.kind != .closing, tag.attribute("xmlns") == Self.namespace { offersTLS = true }
        guard tag.name == "features", tag.kind != .opening else { return nil }
        guard offersTLS else { throw .notOffered("STARTTLS") }
        state = .consent
        return .send(request)
    }

    private mutating func answered(_ tag: XMLTags.Tag) throws(PreambleFailure) -> StartTLSAction? {
        switch (tag.name, tag.kind) {
        case ("proceed", .empty): return .ready
        case ("proceed", .opening):
            state = .proceeding
            return nil
        case ("failure", .empty): throw PreambleFailure("the server refused STARTTLS")
        case ("failure", .opening):
            state = .failing
            return nil
        case (_, .opening), (_, .empty), (_, .closing): return nil
        }
    }
}
