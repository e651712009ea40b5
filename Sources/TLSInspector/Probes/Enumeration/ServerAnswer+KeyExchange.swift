/// What a ServerKeyExchange says, as far as it could be read.
struct ReadKeyExchange: Sendable, Hashable {
    var message: ServerKeyExchange

    /// Of ECDHE with a named curve.
    var group: NamedGroup? {
        guard case .ellipticCurve(.named(let group), _) = message.parameters else { return nil }
        return group
    }

    /// TLS 1.2; nil if the suite does not sign.
    var scheme: TLSSignatureScheme? { message.signature?.scheme }

    /// The server's ephemeral key and the group it is in, to see whether it comes twice.
    var ephemeralKey: EphemeralKey? {
        switch message.parameters {
        case .ellipticCurve(.named(let group), let publicKey): EphemeralKey(group: .named(group), bytes: publicKey)
        case .finiteField(let prime, _, let publicKey): EphemeralKey(group: .prime(prime), bytes: publicKey)
        case .ellipticCurve, .rsa, .srp, .unread, nil: nil
        }
    }
}

/// An ephemeral public key of a server.
struct EphemeralKey: Sendable, Hashable {
    enum Group: Sendable, Hashable {
        case named(NamedGroup)
        case prime([UInt8])
    }

    var group: Group
    var bytes: [UInt8]

    var isFiniteField: Bool {
        guard case .prime = group else { return false }
        return true
    }
}

extension ServerAnswer {
    /// Nil if there is none, or none that can be read: that a suite is accepted does not depend on it.
    var keyExchange: ReadKeyExchange? {
        guard let message = self[.serverKeyExchange], let version = ProtocolVersion(rawValue: hello.version),
            let attributes = hello.cipherSuite.attributes
        else { return nil }
        do {
            return ReadKeyExchange(
                message: try ServerKeyExchange(
                    message.body, keyExchange: attributes.keyExchange, isSigned: attributes.signsKeyExchange, version: version))
        } catch {
            return nil
        }
    }
}
