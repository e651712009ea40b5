/// Reads a body to its end, counts its bytes and calculates their checksums.
struct BodyReader: ~Copyable {
    private let body: any ObjectBody
    private let byteLimit: UInt64
    /// What the body said that it has before the first byte was read.
    private let announcedByteCount: UInt64?
    private var checksums: ChecksumCalculator
    /// Bytes so far.
    private(set) var byteCount: UInt64 = 0
    private var isAtEnd = false

    /// - Throws: `EntityTooLarge` for a body that says to be larger than the limit.
    init(_ body: any ObjectBody, byteLimit: UInt64, checksums: Set<ChecksumAlgorithm>) throws(ObjectStoreError) {
        // In variables first: a value that cannot be copied is made whole or not at all.
        let announcedByteCount = body.byteCount
        if let announcedByteCount, announcedByteCount > byteLimit { throw Self.tooLarge(byteLimit) }
        let calculator = try ChecksumCalculator(checksums)
        self.announcedByteCount = announcedByteCount
        self.body = body
        self.byteLimit = byteLimit
        self.checksums = calculator
    }

    /// Reads until the buffer is full or the body ends.
    ///
    /// - Returns: How many bytes are in the buffer.
    /// - Throws: `EntityTooLarge`, `IncompleteBody` as soon as there are more bytes than announced, `Cancelled`, what the body throws.
    mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) async throws(ObjectStoreError) -> Int {
        if Task.isCancelled { throw .cancelled }
        var count = 0
        while count < buffer.count, !isAtEnd {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            let read = try await body.read(into: rest)
            precondition(read >= 0 && read <= rest.count, "a body gives no more than there is room for")
            isAtEnd = read == 0
            count += read
            byteCount += UInt64(read)
            guard byteCount <= byteLimit else { throw Self.tooLarge(byteLimit) }
            if let announcedByteCount, byteCount > announcedByteCount { throw Self.incomplete(announcedByteCount, "more") }
        }
        try checksums.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]).bytes)
        return count
    }

    /// - Throws: `IncompleteBody` when the body had fewer bytes than it said.
    func requireWhole() throws(ObjectStoreError) {
        if let announcedByteCount, byteCount < announcedByteCount { throw Self.incomplete(announcedByteCount, "only \(byteCount)") }
    }

    /// The checksums of all bytes.
    consuming func finish() throws(ObjectStoreError) -> [Checksum] { try checksums.finalize() }

    private static func tooLarge(_ limit: UInt64) -> ObjectStoreError {
        ObjectStoreError(.entityTooLarge, details: [.init(name: "MaxSizeAllowed", value: "\(limit)")])
    }

    private static func incomplete(_ announced: UInt64, _ found: String) -> ObjectStoreError {
        ObjectStoreError(.incompleteBody, "The body was to have \(announced) bytes, and has \(found).")
    }
}
