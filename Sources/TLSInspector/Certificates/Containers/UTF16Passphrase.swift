internal import OpenSSL

/// A passphrase as Java hashes it: UTF-16, most significant byte first.
enum UTF16Passphrase {
    /// - Parameters:
    ///   - utf8: the passphrase.
    ///   - buffer: with room for twice as many bytes.
    /// - Returns: false if it is not UTF-8.
    static func append(_ utf8: RawSpan, to buffer: inout SecretBuffer) -> Bool {
        unsafe utf8.withUnsafeBytes { bytes in
            unsafe buffer.fill { room in
                var count = 0
                let isBroken = unsafe transcode(bytes.makeIterator(), from: UTF8.self, to: UTF16.self, stoppingOnError: true) { unit in
                    unsafe room[count] = UInt8(unit >> 8)
                    unsafe room[count + 1] = UInt8(unit & 0xFF)
                    count += 2
                }
                return isBroken ? 0 : count
            }
            return unsafe bytes.isEmpty || buffer.count > 0
        }
    }
}
