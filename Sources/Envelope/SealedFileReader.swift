import AgeFormat
import KeyStore
public import SystemPackage

/// Reads any part of a sealed file, without the parts before it.
///
///     let reader = try await SealedFileReader("disk.img.age", identities: identities)
///     let count = try reader.read(at: 1 << 30, into: buffer)
///
/// Each byte that it gives is authentic, and in its place. What it says about the end of the file is so, too: before it counts from
/// there, it authenticates the last chunk. It does not look at chunks that nobody asks for. Calls may be made from
/// several threads.
public final class SealedFileReader: Sendable {
    /// The key that opened the file, as a person names it.
    public let openedBy: String
    /// Bytes in front of the chunks.
    public let headerByteCount: Int

    private let source: OpenInput
    private let pipeline: PayloadPipeline<PayloadOpener>
    private let monitor: WorkMonitor
    private let calls: any FileCalls
    private let sealedByteCount: UInt64
    private let end: AuthenticatedEnd

    /// Opens a file.
    /// - Parameter identities: tried in this order.
    /// - Throws: as `SealedFileOpener.open` does, and `notSeekable` for a pipe or for a file in text form.
    public convenience init(
        _ path: FilePath, identities: [any Identity], monitor: WorkMonitor = WorkMonitor()
    ) async throws(EnvelopeError) {
        try await self.init(OpenInput(.file(path), calls: SystemFileCalls()), identities, monitor, SystemFileCalls())
    }

    init(
        _ source: consuming OpenInput, _ identities: [any Identity], _ monitor: WorkMonitor, _ calls: any FileCalls
    ) async throws(EnvelopeError) {
        let front = try ReceivedHeader(from: source.reader(monitor), monitor)
        guard !front.isArmored, let byteCount = source.byteCount, byteCount >= front.byteCount else {
            throw EnvelopeError(.notSeekable, "\(source.name): only a regular file in binary form can be read from the middle")
        }
        let unlocked = try await front.header.unlock(by: identities, name: source.name)
        let cipher = try unlocked.payloadCipher(nonce: front.nonce, name: source.name)
        openedBy = unlocked.openedBy
        headerByteCount = front.byteCount
        sealedByteCount = byteCount - UInt64(front.byteCount)
        end = AuthenticatedEnd()
        pipeline = PayloadPipeline(PayloadOpener(cipher, name: source.name), monitor)
        self.source = source
        self.monitor = monitor
        self.calls = calls
    }

    /// Bytes of the plaintext. The first call authenticates the last chunk.
    /// - Throws: `truncated`, `damagedPayload`, `trailingData`.
    public func plaintextByteCount() throws(EnvelopeError) -> UInt64 {
        try end.authenticate { () throws(EnvelopeError) in
            let last = FileSource.chunkCount(sealedByteCount, PayloadLayout.sealedChunkByteCount) - 1
            let nowhere = OpenOutput(discardingWith: calls)
            let count = try pipeline.run(from: chunks(.chunks(last..<last + 1)), to: nowhere)
            return last * UInt64(PayloadLayout.chunkByteCount) + count
        }
    }

    /// Reads plaintext into a buffer.
    /// - Parameter offset: of the first byte in the plaintext.
    /// - Returns: the number of bytes, which is less than the buffer has room for only at the end, and 0 behind it.
    public func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(EnvelopeError) -> Int {
        guard let range = try clamped(offset, byteCount: UInt64(buffer.count)), !range.isEmpty else { return 0 }
        return try unsafe pipeline.read(range, from: chunks(Self.selection(of: range)), into: buffer)
    }

    /// Writes a part of the plaintext to an output.
    ///
    /// A new file gets the access bits of the sealed one.
    /// - Returns: the bytes that were written.
    /// - Throws: `invalidRange` when it begins behind the end.
    @discardableResult
    public func read(_ range: ByteRange, to output: FileOutput) throws(EnvelopeError) -> Range<UInt64> {
        let bytes = try resolve(range)
        var target = try OpenOutput.open(output, otherThan: source.status, calls: calls)
        target.isSparse = true
        let count = bytes.isEmpty ? 0 : try read(bytes, to: target)
        try target.commit(byteCount: count, FileAttributes(permissions: source.attributes.permissions), monitor)
        return bytes
    }

    /// Opens some chunks, one at random out of each of as many equal parts, and always the last one.
    ///
    /// - Parameter fraction: of the chunks, more than 0, at most 1.
    /// - Returns: how many chunks were opened, of how many.
    public func verifySample(_ fraction: Double) throws(EnvelopeError) -> (checked: UInt64, total: UInt64) {
        precondition(fraction > 0 && fraction <= 1)
        _ = try plaintextByteCount()
        let total = FileSource.chunkCount(sealedByteCount, PayloadLayout.sealedChunkByteCount)
        let count = max(1, min(total, UInt64((Double(total) * fraction).rounded(.up))))
        _ = try pipeline.run(from: chunks(count == total ? .chunks(0..<total) : .sample(count)), to: OpenOutput(discardingWith: calls))
        return (count, total)
    }

    // MARK: Ranges

    /// Bytes that are in the file. Its end is authenticated where it has a say in the answer.
    private func resolve(_ range: ByteRange) throws(EnvelopeError) -> Range<UInt64> {
        switch range {
        case .bytes(let bytes):
            guard let inside = try clamped(bytes.lowerBound, byteCount: bytes.upperBound - bytes.lowerBound) else {
                throw try beyondEnd(bytes.lowerBound)
            }
            return inside
        case .from(let start):
            guard start <= (try plaintextByteCount()) else { throw try beyondEnd(start) }
            return start..<(try plaintextByteCount())
        case .last(let count):
            let end = try plaintextByteCount()
            return end - min(count, end)..<end
        }
    }

    /// nil where the range begins behind the end.
    private func clamped(_ start: UInt64, byteCount: UInt64) throws(EnvelopeError) -> Range<UInt64>? {
        let (stop, overflow) = start.addingReportingOverflow(byteCount)
        // What ends before the last chunk needs no end: its chunks say themselves that they are not the last.
        let inner = FileSource.chunkCount(sealedByteCount, PayloadLayout.sealedChunkByteCount) - 1
        if !overflow, stop <= inner * UInt64(PayloadLayout.chunkByteCount) { return start..<stop }
        let end = try plaintextByteCount()
        return start > end ? nil : start..<(overflow ? end : min(stop, end))
    }

    private func beyondEnd(_ start: UInt64) throws(EnvelopeError) -> EnvelopeError {
        EnvelopeError(
            .invalidRange, "\(source.name): the range begins at byte \(start), but there are only \(try plaintextByteCount()) bytes in it")
    }

    private func read(_ range: Range<UInt64>, to output: borrowing OpenOutput) throws(EnvelopeError) -> UInt64 {
        try pipeline.run(from: chunks(Self.selection(of: range)), to: output, window: range)
    }

    /// The chunks that hold a range, which is not empty.
    private static func selection(of range: Range<UInt64>) -> FileSource.Selection {
        let size = UInt64(PayloadLayout.chunkByteCount)
        return .chunks(range.lowerBound / size..<(range.upperBound - 1) / size + 1)
    }

    private func chunks(_ selection: FileSource.Selection) -> FileSource {
        FileSource(
            source.reader(monitor), start: UInt64(headerByteCount), byteCount: sealedByteCount,
            chunkByteCount: PayloadLayout.sealedChunkByteCount, selection: selection)
    }
}

/// A part of a plaintext.
public enum ByteRange: Sendable, Equatable {
    /// The upper bound is not included. What is behind the end of the plaintext is left out.
    case bytes(Range<UInt64>)
    /// From here to the end.
    case from(UInt64)
    /// The last so many bytes.
    case last(UInt64)
}
