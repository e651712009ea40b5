package import SystemPackage

extension FileCalls {
    /// Reads so many bytes; fewer when the file ends before.
    package func readBytes(_ count: Int, of descriptor: FileDescriptor, at position: UInt64) throws(Errno) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let outcome: Result<Int, Errno> = unsafe bytes.withUnsafeMutableBytes { buffer in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                return Self.repeating { () throws(Errno) in try unsafe read(descriptor, into: rest, at: position + UInt64(filled)) }
            }
            let count = try outcome.get()
            guard count > 0 else { break }
            filled += count
        }
        bytes.removeSubrange(filled...)
        return bytes
    }

    /// Writes all of the bytes.
    package func writeBytes(_ bytes: [UInt8], to descriptor: FileDescriptor, at position: UInt64) throws(Errno) {
        var written = 0
        while written < bytes.count {
            let outcome: Result<Int, Errno> = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                return Self.repeating { () throws(Errno) in try unsafe write(descriptor, from: rest, at: position + UInt64(written))
                }
            }
            written += try outcome.get()
        }
    }

    /// Makes a call again for as long as it is interrupted.
    package static func repeating<R>(_ call: () throws(Errno) -> R) -> Result<R, Errno> {
        while true {
            do throws(Errno) {
                return .success(try call())
            } catch {
                if error != .interrupted { return .failure(error) }
            }
        }
    }
}
