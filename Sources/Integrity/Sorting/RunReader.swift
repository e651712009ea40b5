#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Reads a run from its beginning, record by record.
@safe final class RunReader<Order: RecordOrder> {
    private let order: Order
    private let file: ScratchFile
    /// What is not in the buffer yet.
    private var position: UInt64
    private let end: UInt64
    private var buffer: UnsafeMutableRawBufferPointer
    private var head = 0
    private var tail = 0
    /// Where the current record is, in the buffer.
    private var recordStart = 0
    private(set) var recordCount = 0
    private(set) var key: UInt64 = 0

    init(_ order: Order, _ file: ScratchFile, _ run: SortRun, bufferByteCount: Int) {
        self.order = order
        self.file = file
        position = run.start
        end = run.end
        unsafe buffer = .allocate(byteCount: bufferByteCount, alignment: 16)
    }

    deinit { unsafe buffer.deallocate() }

    /// The current record; it stays where it is until the next `advance`.
    var record: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: buffer[recordStart..<recordStart + recordCount])
    }

    /// Goes to the next record.
    /// - Returns: false at the end.
    func advance() throws(IntegrityError) -> Bool {
        if tail - head < 4 { try fill(4) }
        if tail == head { return false }
        let count = unsafe Int(buffer.loadUnaligned(fromByteOffset: head, as: UInt32.self))
        // Written by this process: anything else is somebody's hand in the file, or a broken disk.
        guard count <= ExternalSorter<Order>.maximumRecordByteCount else {
            throw IntegrityError(.unreadable, "a temporary file is not what was written to it")
        }
        if tail - head < 4 + count { try fill(4 + count) }
        recordStart = head + 4
        recordCount = count
        head += 4 + count
        unsafe key = order.key(record)
        return true
    }

    /// Has at least so many bytes in the buffer, unless the run ends here.
    private func fill(_ wanted: Int) throws(IntegrityError) {
        let kept = tail - head
        if kept == 0, position == end { return }
        if unsafe wanted > buffer.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: wanted, alignment: 16)
            unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[head..<tail]))
            unsafe buffer.deallocate()
            unsafe buffer = larger
        } else if let base = unsafe buffer.baseAddress {
            unsafe memmove(base, base + head, kept)
        }
        (head, tail) = (0, kept)
        let count = unsafe Int(min(end - position, UInt64(buffer.count - tail)))
        try unsafe file.read(UnsafeMutableRawBufferPointer(rebasing: buffer[tail..<tail + count]), at: position)
        position += UInt64(count)
        tail += count
        if tail < wanted { throw IntegrityError(.unreadable, "a temporary file is not what was written to it") }
    }
}
