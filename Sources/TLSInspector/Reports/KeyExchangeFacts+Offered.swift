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
    /// Whether ML-KEM, or Kyber, has a part in it: draft-ietf-tls-ecdhe-mlkem, draft-ietf-tls-mlkem, draft-tls-westerbaan-xyber768d00,
    /// draft-yang-tls-hybrid-sm2-mlkem. By number, so that no name decides it.
    public var withstandsQuantumComputers: Bool { quantumSecurityLevel > 0 }

    /// NIST's security category (FIPS 203 §8), 0 for what a quantum computer breaks.
    var quantumSecurityLevel: Int64 {
        switch rawValue {
        case 0x0200: 1  // MLKEM512
        case 0x0201, 0x11EB, 0x11EC, 0x11EE, 0x6399, 0x639A: 3  // MLKEM768 and hybrids with it; Kyber768's drafts
        case 0x0202, 0x11ED: 5  // MLKEM1024, SecP384r1MLKEM1024
        default: 0
        }
    }
}
