import SystemPackage

/// Writes to a descriptor in large pieces.
struct BufferedOutput: ~Copyable {
    private static let byteCount = 1 << 18

    private let descriptor: FileDescriptor
    private let name: String
    private var buffer: [UInt8] = []

    /// - Parameters:
    ///   - name: of the file, for errors.
    ///   - beginning: what the file begins with.
    init(_ descriptor: FileDescriptor, name: String, beginning: [UInt8]) {
        self.descriptor = descriptor
        self.name = name
        buffer.reserveCapacity(Self.byteCount)
        buffer.append(contentsOf: beginning)
    }

    mutating func write(_ bytes: [UInt8]) throws(IntegrityError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.byteCount { try flush() }
    }

    mutating func flush() throws(IntegrityError) {
        do {
            _ = unsafe try buffer.withUnsafeBytes { unsafe try descriptor.writeAll($0) }
        } catch {
            let errno = error as? Errno
            throw IntegrityError(.unwritable, "\(name): cannot be written: \(error)", errno: errno)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
