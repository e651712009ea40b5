import SystemPackage

/// Bytes that wait in a file without a name until it is certain that all of them will come.
///
/// Unchecked, because one thread after the other uses it: one appends, and when that has ended another one reads.
final class ByteSpool: @unchecked Sendable {
    private static let pieceByteCount = 1 << 17

    private let file: ScratchFile
    private var buffer: [UInt8] = []

    init(in folder: FilePath) throws(IntegrityError) { file = try ScratchFile(in: folder) }

    func append(_ bytes: [UInt8]) throws(IntegrityError) {
        buffer += bytes
        if buffer.count >= Self.pieceByteCount { try flush() }
    }

    func flush() throws(IntegrityError) {
        let position = file.reserve(buffer.count)
        try unsafe buffer.withUnsafeBufferPointer { (bytes) throws(IntegrityError) in
            try unsafe file.write(UnsafeRawBufferPointer(bytes), at: position)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Gives back all that was flushed.
    func forEachPiece(_ body: ([UInt8]) throws -> Void) throws {
        var position: UInt64 = 0
        while position < file.byteCount {
            let count = Int(min(UInt64(Self.pieceByteCount), file.byteCount - position))
            try body(try piece(count, at: position))
            position += UInt64(count)
        }
    }
    private func piece(_ count: Int, at position: UInt64) throws(IntegrityError) -> [UInt8] {
        var piece = [UInt8](repeating: 0, count: count)
        try unsafe piece.withUnsafeMutableBufferPointer { (bytes) throws(IntegrityError) in
            try unsafe file.read(UnsafeMutableRawBufferPointer(bytes), at: position)
        }
        return piece
    }
}
