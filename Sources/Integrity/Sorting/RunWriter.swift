/// Writes a run to the end of a file.
final class RunWriter {
    private static let bufferByteCount = 128 << 10
    private let file: ScratchFile
    private let start: UInt64
    private var buffer: [UInt8] = []

    init(_ file: ScratchFile) {
        self.file = file
        start = file.byteCount
        buffer.reserveCapacity(Self.bufferByteCount)
    }

    func append(_ record: UnsafeRawBufferPointer) throws(IntegrityError) {
        if buffer.count + 4 + record.count > Self.bufferByteCount { try flush() }
        unsafe withUnsafeBytes(of: UInt32(record.count)) { unsafe buffer.append(contentsOf: $0) }
        unsafe buffer.append(contentsOf: record)
    }

    func finish() throws(IntegrityError) -> SortRun {
        try flush()
        return SortRun(start: start, end: file.byteCount)
    }

    private func flush() throws(IntegrityError) {
        let position = file.reserve(buffer.count)
        try unsafe buffer.withUnsafeBufferPointer { (bytes) throws(IntegrityError) in
            try unsafe file.write(UnsafeRawBufferPointer(bytes), at: position)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
