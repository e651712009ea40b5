/// What a judge wants to know of a cipher suite.
///
/// Suites without a name in the registry have no traits: nothing is concluded from them.
struct SuiteTraits: Sendable {
    let isNull: Bool
    let isAnonymous: Bool
    let isExport: Bool
    let isRC4: Bool
    /// DES with 56 bits, or less than 112 bits of another cipher, outside of export suites.
    let isShort: Bool
    let isTripleDES: Bool
    /// A block of 64 bits (SWEET32).
    let hasShortBlocks: Bool
    let isCBC: Bool
    let isAEAD: Bool
    let hasMD5: Bool
    let hasForwardSecrecy: Bool
    /// The client encrypts the secret to the key of the certificate.
    let isRSAKeyExchange: Bool
    let isDHE: Bool
    /// Effective, of the cipher. Nil if it is not known.
    let bits: Int?

    /// Nobody should use it.
    var isWeak: Bool { isNull || isAnonymous || isExport || isRC4 || isShort || hasShortBlocks || hasMD5 }
    /// Good enough that it does not matter who chooses.
    var isModern: Bool { isAEAD && hasForwardSecrecy && !isWeak }
}

extension CipherSuite {
    var traits: SuiteTraits { SuiteTraits(attributes) }
}

extension SuiteTraits {
    /// Below this a key can be searched for (NIST SP 800-57 part 1).
    private static let fewestBits = 112

    init(_ attributes: CipherSuiteAttributes?) {
        guard let attributes else {
            self.init()
            return
        }
        self.isNull = attributes.isNull
        self.isAnonymous = attributes.isAnonymous
        self.isExport = attributes.isExport
        self.isRC4 = attributes.cipher == .rc4
        self.isShort = !attributes.isNull && !attributes.isExport && attributes.keyBits < Self.fewestBits
        self.isTripleDES = attributes.cipher == .tripleDES
        self.hasShortBlocks = attributes.blockBits == 64
        self.isCBC = attributes.mode == .cbc
        self.isAEAD = attributes.isAEAD
        self.hasMD5 = attributes.mac == .md5
        self.hasForwardSecrecy = attributes.hasForwardSecrecy
        self.isRSAKeyExchange = attributes.usesRSAKeyExchange
        self.isDHE = attributes.keyExchange == .dhe || attributes.keyExchange == .dhePSK
        self.bits = attributes.keyBits
    }

    /// Of a suite that nothing is known of.
    private init() {
        (isNull, isAnonymous, isExport, isRC4, isShort, isTripleDES, hasShortBlocks) = (false, false, false, false, false, false, false)
        (isCBC, isAEAD, hasMD5, hasForwardSecrecy, isRSAKeyExchange, isDHE) = (false, false, false, false, false, false)
        bits = nil
    }
}
