/// The three scores of the guide, each between 0 and 100.
public struct GradeScores: Sendable, Hashable, Codable {
    public var protocolSupport: Int
    public var keyExchange: Int
    public var cipherStrength: Int

    public init(protocolSupport: Int, keyExchange: Int, cipherStrength: Int) {
        self.protocolSupport = protocolSupport
        self.keyExchange = keyExchange
        self.cipherStrength = cipherStrength
    }

    /// 30 % protocol, 30 % key exchange, 40 % cipher; nothing if one of them is nothing.
    public var total: Int {
        guard protocolSupport > 0, keyExchange > 0, cipherStrength > 0 else { return 0 }
        return (30 * protocolSupport + 30 * keyExchange + 40 * cipherStrength) / 100
    }

    static func score(_ version: ProtocolVersion) -> Int {
        switch version {
        case .ssl2: 0
        case .ssl3: 80
        case .tls10: 90
        case .tls11: 95
        case .tls12, .tls13: 100
        }
    }

    /// Of a key of RSA, DSA or a finite field.
    static func score(rsaBits bits: Int) -> Int {
        switch bits {
        case ..<512: 20
        case ..<1024: 40
        case ..<2048: 80
        case ..<4096: 90
        default: 100
        }
    }

    static func score(curveBits bits: Int) -> Int {
        switch bits {
        case ..<110: 20
        case ..<123: 40
        case ..<163: 80
        case ..<225: 90
        default: 100
        }
    }

    static func score(cipherBits bits: Int) -> Int {
        switch bits {
        case ...0: 0
        case ..<128: 20
        case ..<256: 80
        default: 100
        }
    }

    /// The mean of the best and the worst. Nil of nothing.
    static func mean(_ scores: [Int]) -> Int? {
        guard let best = scores.max(), let worst = scores.min() else { return nil }
        return (best + worst) / 2
    }
}
