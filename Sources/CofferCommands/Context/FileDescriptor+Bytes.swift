import OpenSSL
import SystemPackage

extension FileDescriptor {
    /// As `closeAfter`, also for a result that cannot be copied. An error of closing counts only where nothing else went wrong.
    func closingAfter<R: ~Copyable>(_ body: () throws -> R) throws -> R {
        let result: R
        do {
            result = try body()
        } catch {
            do { try close() } catch { /* The first error says more. */  }
            throw error
        }
        try close()
        return result
    }

    /// As `read(into:)`, with the error type that it really has.
    func readSome(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        do {
            return try read(into: buffer)
        } catch let error as Errno {
            throw error
        } catch {
            preconditionFailure("FileDescriptor.read throws Errno only")
        }
    }

    /// Reads until the end of the input, at most `limit` bytes; what is behind them stays unread.
    func readBytes(atMost limit: Int) throws(Errno) -> [UInt8] {
        let blockByteCount = 64 * 1024
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let start = bytes.count
            let room = min(limit - start, blockByteCount)
            bytes.append(contentsOf: repeatElement(0, count: room))
            var added = 0
            var failure: Errno?
            bytes.withUnsafeMutableBytes { buffer in
                do throws(Errno) {
                    added = try readSome(into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...]))
                } catch { failure = error }
            }
            if let failure { throw failure }
            bytes.removeLast(room - added)
            if added == 0 { break }
        }
        return bytes
    }

    /// Reads until the end of the input straight into locked memory.
    /// - Returns: nil when the input has more than `limit` bytes.
    func readSecret(atMost limit: Int) throws -> SecretBytes? {
        let secret = try readSecretPrefix(atMost: limit + 1)
        guard secret.count <= limit else { return nil }
        return secret
    }

    /// As ``readSecret(atMost:)``; what is behind `limit` bytes stays unread.
    func readSecretPrefix(atMost limit: Int) throws -> SecretBytes {
        var count = 0
        var failure: Errno?
        let scratch = try SecretBytes(count: limit) { buffer in
            while count < buffer.count, failure == nil {
                do throws(Errno) {
                    let added = try readSome(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
                    if added == 0 { break }
                    count += added
                } catch { failure = error }
            }
        }
        if let failure { throw failure }
        return try scratch.copy(0..<count)
    }
}

extension SecretBytes {
    /// The first `count` bytes without one line end (LF or CR LF) behind them.
    borrowing func withoutLineEnd(count: Int) throws -> SecretBytes {
        let end = withBytes { bytes in
            var end = count
            if end > 0, bytes.unsafeLoad(fromByteOffset: end - 1, as: UInt8.self) == UInt8(ascii: "\n") {
                end -= 1
                if end > 0, bytes.unsafeLoad(fromByteOffset: end - 1, as: UInt8.self) == UInt8(ascii: "\r") { end -= 1 }
            }
            return end
        }
        return try copy(0..<end)
    }
}
