import KeyStore
import OpenSSL

/// What an authenticator app scans: `otpauth://totp/coffer:phone?secret=…&issuer=coffer&algorithm=SHA1&digits=6&period=30`
/// (https://github.com/google/google-authenticator/wiki/Key-Uri-Format).
enum KeyURI {
    static let issuer = "coffer"

    static func make(name: String, seed: borrowing SecretBytes, _ parameters: TOTPParameters) throws(OpenSSLError) -> SecretBytes {
        let secret = try SecretBase32.encode(seed)
        let head = Array("otpauth://totp/\(issuer):\(percentEncoded(name))?secret=".utf8)
        let (algorithm, digits, period) = (parameters.algorithm.rawValue, parameters.digits, parameters.period)
        let tail = Array("&issuer=\(issuer)&algorithm=\(algorithm)&digits=\(digits)&period=\(period)".utf8)
        return try unsafe SecretBytes(count: head.count + secret.count + tail.count) { output throws(OpenSSLError) in
            for (index, byte) in head.enumerated() { unsafe output[index] = byte }
            secret.withBytes { secret in
                for index in 0..<secret.byteCount { unsafe output[head.count + index] = secret[index] }
            }
            for (index, byte) in tail.enumerated() { unsafe output[output.count - tail.count + index] = byte }
        }
    }

    /// RFC 3986 §2.1; all but unreserved characters.
    private static func percentEncoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { encoded, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.append(Character(Unicode.Scalar(byte)))
            default: encoded += "%" + Hex.encode([byte]).uppercased()
            }
        }
    }
}
