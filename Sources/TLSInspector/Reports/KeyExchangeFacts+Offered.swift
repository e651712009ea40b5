extension KeyExchangeFacts {
    /// In any version; those of TLS 1.3 first.
    public var offeredGroups: [NamedGroup] {
        let modern = tls13Groups.value ?? []
        return modern + (tls12Groups.value ?? []).filter { !modern.contains($0) }
    }

    /// Whether a group withstands quantum computers: with TLS 1.3 only. Nil while that is undecided.
    public var offersPostQuantum: Bool? {
        switch tls13Groups {
        case .known(let groups): groups.contains(where: \.withstandsQuantumComputers)
        case .unknown: nil
        // Not tried because there is no TLS 1.3.
        case .untested: nil
        }
    }
}

extension NamedGroup {
    /// Whether ML-KEM (FIPS 203) has a part in it. Drafts do not count: clients have left them behind.
    public var withstandsQuantumComputers: Bool {
        switch attributes?.kind {
        case .hybrid, .pureKEM: true
        case .draft, .ellipticCurve, .finiteField, nil: false
        }
    }
}
