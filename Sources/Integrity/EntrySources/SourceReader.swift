import OpenSSL
import SystemPackage

/// Reads a content of a source leaf by leaf, in a task.
struct SourceReader: Sendable {
    /// Where hashes of leaves go that are to be kept; nil to keep none.
    let spool: LeafSpool?
    let crew: Crew

    /// - Parameters:
    ///   - digests: of the whole content, in the order of `DigestAlgorithm.allCases`.
    ///   - expectation: what was recorded, to compare with on the way.
    func read(
        _ content: any SourceContent, _ digests: [DigestAlgorithm], _ expectation: ContentExpectation?
    ) async throws(EntrySourceError) -> ContentExamination {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: LeafLayout.leafByteCount, alignment: 64)
        defer { unsafe buffer.deallocate() }
        var leaves = try EntrySourceError.failing { () throws(IntegrityError) in
            try LeafStream(byteCount: content.byteCount, digests, expectation, spool: spool)
        }
        while true {
            if crew.isStopped { throw .failed(IntegrityError(.cancelled, "reading was cancelled")) }
            let count = try unsafe await fill(buffer, content)
            if count == 0 { break }
            try unsafe leaves.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            crew.countBytes(UInt64(count))
        }
        return try leaves.finish()
    }

    /// - Returns: as many bytes as a leaf has, or fewer at the end.
    private func fill(_ buffer: UnsafeMutableRawBufferPointer, _ content: any SourceContent) async throws(EntrySourceError) -> Int {
        var count = 0
        while count < buffer.count {
            let given = try unsafe await content.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
            precondition(given >= 0 && given <= buffer.count - count, "a content gives no more than there is room for")
            if given == 0 { break }
            count += given
        }
        return count
    }
}

/// Hashes the leaves of one content as they come.
private struct LeafStream: ~Copyable {
    private let byteCount: UInt64
    private let digests: ContentDigests?
    private var hasher: TreeHasher
    private var tally: LeafTally
    private var position: UInt64 = 0
    private let expectedTail: Range<UInt64>?
    private var tail: TreeHash?

    init(
        byteCount: UInt64, _ digests: [DigestAlgorithm], _ expectation: ContentExpectation?, spool: LeafSpool?
    ) throws(IntegrityError) {
        // In variables first: a value that cannot be copied is made whole or not at all.
        let hasher = try TreeHasher()
        let running = digests.isEmpty ? nil : try ContentDigests(digests)
        let tally = LeafTally(byteCount: byteCount, expectation, spool: spool)
        self.byteCount = byteCount
        self.digests = running
        self.hasher = hasher
        expectedTail = tally.expectedTail
        self.tally = tally
    }

    /// - Parameter bytes: of the next leaf; only the last one may have fewer than a leaf has.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(EntrySourceError) {
        guard UInt64(bytes.count) <= byteCount - position else {
            throw .unreadable(.ioError, "it has more than the \(byteCount) bytes that were announced")
        }
        do throws(IntegrityError) {
            let index = position / UInt64(LeafLayout.leafByteCount)
            let hash = try unsafe hasher.leaf(RawSpan(_unsafeBytes: bytes))
            if let digests { try unsafe digests.update(bytes) }
            try tally.append(hash, at: index, &hasher)
            if let expectedTail, expectedTail.lowerBound == position, bytes.count >= expectedTail.count {
                let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<expectedTail.count])
                tail = try unsafe hasher.leaf(RawSpan(_unsafeBytes: part))
            }
        } catch {
            throw .failed(error)
        }
        position += UInt64(bytes.count)
    }

    consuming func finish() throws(EntrySourceError) -> ContentExamination {
        guard position == byteCount else {
            throw .unreadable(.ioError, "it has \(position) bytes instead of the \(byteCount) that were announced")
        }
        do throws(IntegrityError) {
            var hasher = hasher
            var content = try tally.finish(tail, &hasher)
            if let digests { content.digests = try digests.finish() }
            return content
        } catch {
            throw .failed(error)
        }
    }
}
