/// What a judge wants to know of groups.
extension NamedGroup {
    /// Kyber's drafts, in hybrids that browsers tried before ML-KEM was a standard.
    var isPostQuantumDraft: Bool {
        switch rawValue {
        case 0x6399, 0x639A, 0x023A, 0x023C, 0x023D, 0x2F39, 0x2F3A, 0xFE30, 0xFE31, 0xFE32: true
        default: false
        }
    }

    /// ML-KEM (FIPS 203), alone or beside a curve.
    var isMLKEM: Bool {
        switch rawValue {
        case 0x0200, 0x0201, 0x0202, 0x11EB, 0x11EC, 0x11ED, 0x11EE: true
        default: false
        }
    }

    /// Less than 112 bits of strength: curves of less than 224 bits.
    var isWeakCurve: Bool {
        switch rawValue {
        // sect163k1 to sect193r2, secp160k1 to secp192r1 (RFC 8422 §5.1.1, before that RFC 4492)
        case 1...5, 15...19: true
        default: false
        }
    }

    /// Bits of the field of a curve as the grade counts them; nil for groups that are no curve.
    var curveBits: Int? {
        switch rawValue {
        case 1...3: 163
        case 4, 5: 193
        case 6, 7: 233
        case 8: 239
        case 9, 10: 283
        case 11, 12: 409
        case 13, 14: 571
        case 15...17: 160
        case 18, 19: 192
        case 20, 21: 224
        case 22, 23, 26, 31: 256
        case 24, 27, 32: 384
        case 25: 521
        case 28, 33: 512
        case 29: 253
        case 30: 448
        case 41: 256
        default: nil
        }
    }
}
