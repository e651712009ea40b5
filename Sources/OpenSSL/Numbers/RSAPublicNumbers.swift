import COpenSSL

/// Modulus and exponent of a public RSA key, for what is done with them as numbers.
public struct RSAPublicNumbers: Sendable, Hashable {
    /// 16384 bits: beyond it a single operation takes seconds.
    public static let maximumByteCount = 2048
    /// Nobody's exponent is longer; each bit costs time.
    public static let maximumExponentByteCount = 32

    /// Most significant byte first, without zeros in front.
    public let modulus: [UInt8]
    public let exponent: [UInt8]

    /// - Throws: `invalidKey` if a number is zero or too long.
    public init(modulus: [UInt8], exponent: [UInt8]) throws(OpenSSLError) {
        self.modulus = Array(modulus.drop { $0 == 0 })
        self.exponent = Array(exponent.drop { $0 == 0 })
        let modulusCount = self.modulus.count
        let exponentCount = self.exponent.count
        try Self.operation.require(1...Self.maximumByteCount ~= modulusCount, "a modulus of \(modulusCount) bytes", code: .invalidKey)
        try Self.operation.require(
            1...Self.maximumExponentByteCount ~= exponentCount, "an exponent of \(exponentCount) bytes", code: .invalidKey)
    }

    /// Of the modulus, which is also that of every message.
    public var byteCount: Int { modulus.count }

    /// The RSA function itself (RFC 8017 §5.1.1), without padding. For messages that are no secret: to see what a peer does with one.
    /// - Parameter message: as a number it must be smaller than the modulus.
    public func encryptRaw(_ message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        let operation = Self.operation
        let base = try BigNumber(operation, bigEndian: message)
        let power = try BigNumber(operation, bigEndian: exponent)
        let modulo = try BigNumber(operation, bigEndian: modulus)
        let result = try BigNumber(operation)
        try operation.require(unsafe BN_ucmp(base.pointer, modulo.pointer) < 0, "the message is not smaller than the modulus")
        let context = unsafe Owned(try operation.check(BN_CTX_new()), release: BN_CTX_free)
        try unsafe operation.check(BN_mod_exp(result.pointer, base.pointer, power.pointer, modulo.pointer, context.pointer))
        var bytes = [UInt8](repeating: 0, count: byteCount)
        let written = unsafe bytes.withUnsafeMutableBytes {
            unsafe BN_bn2binpad(result.pointer, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32($0.count))
        }
        guard Int(written) == byteCount else { throw operation.failure(.libraryFailure) }
        return bytes
    }

    private static let operation = Operation("RSA")
}
