internal import OpenSSL

/// The keys that Debian's OpenSSL made when it had only the process id for randomness (CVE-2008-0166).
///
/// In the format of Debian's package openssl-blacklist: one key a line, the last 20 hexadecimal digits of the SHA-1 of `Modulus=…`.
public struct DebianBlocklist: Sendable {
    /// All lists of the package together are well below.
    public static let maximumCount = 2_000_000
    public static let maximumByteCount = 64 * 1024 * 1024

    private var entries: Set<UInt128> = []
    public var count: Int { entries.count }

    /// - Parameter text: lines of 20 digits; empty ones and those that begin with `#` are left out.
    /// - Throws: `malformed` with the number of the line.
    public init(text: [UInt8]) throws(CertificateError) {
        guard text.count <= Self.maximumByteCount else { throw .oversized("a blocklist of more than \(Self.maximumByteCount) bytes") }
        var number = 0
        for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let line = line.last == 0x0D ? line.dropLast() : line
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            let digits = String(decoding: line, as: UTF8.self)
            guard line.count == 20, line.first != UInt8(ascii: "+"), let entry = UInt128(digits, radix: 16) else {
                throw .malformed("line \(number) of the blocklist is not 20 hexadecimal digits")
            }
            guard entries.count < Self.maximumCount else { throw .oversized("a blocklist of more than \(Self.maximumCount) keys") }
            entries.insert(entry)
        }
    }

    /// - Parameter modulus: most significant byte first.
    func contains(modulus: [UInt8]) throws(OpenSSLError) -> Bool {
        let digits = Hexadecimal.text(modulus.drop { $0 == 0 }).uppercased()
        let line = Array("Modulus=\(digits)\n".utf8)
        let tail = try Digest.hash(.sha1, line.bytes).suffix(10)
        return entries.contains(tail.reduce(0) { $0 << 8 | UInt128($1) })
    }
}
