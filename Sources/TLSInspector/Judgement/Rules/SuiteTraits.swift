/// What a judge wants to know of a cipher suite.
///
/// Of a suite that is in no table nothing is true, not even that it is weak: nothing is concluded from it.
struct SuiteTraits: Sendable {
    private let attributes: CipherSuiteAttributes?

    init(_ suite: CipherSuite) { self.attributes = suite.attributes }

    /// Below this a key can be searched for (NIST SP 800-57 part 1).
    private static let fewestBits = 112

    private func `is`(_ isMeant: (CipherSuiteAttributes) -> Bool) -> Bool { attributes.map(isMeant) ?? false }

    var isKnown: Bool { attributes != nil }
    var isNull: Bool { `is` { $0.isNull } }
    var isAnonymous: Bool { `is` { $0.isAnonymous } }
    var isExport: Bool { `is` { $0.isExport } }
    var isRC4: Bool { `is` { $0.cipher == .rc4 } }
    /// Less than 112 bits, like DES, outside of suites for export.
    var isShort: Bool { `is` { !$0.isNull && !$0.isExport && $0.keyBits < Self.fewestBits } }
    var isTripleDES: Bool { `is` { $0.cipher == .tripleDES } }
    /// A block of 64 bits (SWEET32).
    var hasShortBlocks: Bool { `is` { $0.blockBits == 64 } }
    var isCBC: Bool { `is` { $0.mode == .cbc } }
    var isAEAD: Bool { `is` { $0.isAEAD } }
    var hasMD5: Bool { `is` { $0.mac == .md5 } }
    var hasForwardSecrecy: Bool { `is` { $0.hasForwardSecrecy } }
    /// The client encrypts the secret to an RSA key.
    var isRSAKeyExchange: Bool { `is` { $0.usesRSAKeyExchange } }
    var isDHE: Bool { `is` { $0.keyExchange == .dhe || $0.keyExchange == .dhePSK } }
    /// The server shows a certificate. Suites that are in no table are taken to.
    var needsCertificate: Bool { attributes.map { !$0.isAnonymous && ($0.keyExchange != .psk) && $0.authentication != .psk } ?? true }
    /// Effective, of the cipher. Nil if it is not known.
    var bits: Int? { attributes?.keyBits }

    /// Nobody should use it.
    var isWeak: Bool { isNull || isAnonymous || isExport || isRC4 || isShort || hasShortBlocks || hasMD5 }
    /// Good enough that it does not matter who chooses.
    var isModern: Bool { isAEAD && hasForwardSecrecy && !isWeak }
}

extension CipherSuite {
    var traits: SuiteTraits { SuiteTraits(self) }
}
