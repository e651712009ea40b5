extension NamedGroup {
    /// Below this many bits of strength a curve is weak (RFC 9325 §4.1; NIST SP 800-57 part 1).
    private static let fewestBits = 112

    /// ML-KEM (FIPS 203), alone or beside a curve.
    var isStandardPostQuantum: Bool { attributes?.kind == .hybrid || attributes?.kind == .pureKEM }
    /// Only a draft that browsers tried before there was a standard.
    var isPostQuantumDraft: Bool { attributes?.kind == .draft }

    var isWeakCurve: Bool {
        guard let attributes, attributes.kind == .ellipticCurve, attributes.strength > 0 else { return false }
        return attributes.strength < Self.fewestBits
    }
}
