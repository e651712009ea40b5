import KeyStore
import OpenSSL

/// Time-based one-time passwords (RFC 6238 over RFC 4226), with the verifier's window of one step either way.
enum TOTP {
    /// RFC 6238 §5.2: at most one time step for the way of a code from the device to here.
    static let window: Int64 = 1

    /// The time step at a time: RFC 6238 §4.2, with T0 = 0. Rounded towards the past.
    static func step(at time: Timestamp, _ parameters: TOTPParameters) -> Int64 {
        let period = Int64(parameters.period)
        let seconds = floor(time.nanoseconds, 1_000_000_000)
        return floor(seconds, period)
    }

    private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The code of one step, as ASCII digits (RFC 4226 §5.3).
    static func code(of seed: borrowing SecretBytes, step: Int64, _ parameters: TOTPParameters) throws(OpenSSLError) -> SecretBytes {
        let counter = UInt64(bitPattern: step)
        let message = (0..<8).map { UInt8(truncatingIfNeeded: counter >> UInt64(56 - 8 * $0)) }
        let mac = try HMAC.secret(parameters.algorithm.digest, key: seed, message.bytes)
        return try unsafe SecretBytes(count: parameters.digits) { output throws(OpenSSLError) in
            var rest = mac.withBytes { mac in
                let offset = Int(mac[mac.byteCount - 1] & 0x0F)
                return (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(mac[offset + $1]) } & 0x7FFF_FFFF
            }
            for index in (0..<output.count).reversed() {
                unsafe output[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
        }
    }

    /// The step within the window around `time` whose code this is; nil when there is none.
    ///
    /// All codes of the window are computed and compared, each in constant time. Should two of them be the same digits, the later step
    /// counts, so that spending it spends both.
    static func matchingStep(
        of code: borrowing SecretBytes, seed: borrowing SecretBytes, at time: Timestamp, _ parameters: TOTPParameters
    ) throws(OpenSSLError) -> Int64? {
        let now = step(at: time, parameters)
        var matching: Int64?
        for step in now - window...now + window {
            let expected = try self.code(of: seed, step: step, parameters)
            if expected.isEqual(to: code) { matching = step }
        }
        return matching
    }
}

extension RawSpan {
    /// The byte at an offset, which must be in bounds (it is checked). Sound: every bit pattern is a UInt8.
    subscript(offset: Int) -> UInt8 { unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self) }
}
