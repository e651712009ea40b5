import AgeFormat
import KeyStore
import Synchronization

/// The plaintext of consecutive payloads, or a range of it. Every byte that it gives is authentic and in its place.
///
/// The first file is open from the beginning on, so that the object may be deleted meanwhile; each further one is opened when it
/// is reached.
final class PayloadBody: ObjectBody {
    private struct State: ~Copyable {
        /// The payload that is being read, and its number.
        var current: OpenPayload?
        var index: Int
        /// The next byte to give, in the whole.
        var position: UInt64
    }

    let byteCount: UInt64?
    private let range: Range<UInt64>
    /// Those that the range needs, and where in the whole each begins.
    private let segments: [(segment: PayloadSegment, start: UInt64)]
    /// nil where one payload is all.
    private let fileKey: KeptFileKey?
    private let folder: BlobFolder
    private let objectName: String
    private let state: Mutex<State>

    /// - Parameters:
    ///   - range: Of the plaintext of all segments, one after the other.
    ///   - objectName: Stands for the object in errors.
    /// - Throws: `DamagedObject`, `isMissingBlob` among them when the first file that the range needs is not there.
    init(
        _ segments: [PayloadSegment], range: Range<UInt64>, fileKey: borrowing FileKey, folder: BlobFolder, objectName: String
    ) throws(ObjectStoreError) {
        let needed = Self.needed(segments, for: range)
        self.segments = needed
        self.range = range
        self.folder = folder
        self.objectName = objectName
        byteCount = UInt64(range.count)
        self.fileKey = needed.count > 1 ? try KeptFileKey(fileKey) : nil
        var first: OpenPayload?
        if let segment = needed.first {
            first = try OpenPayload(
                segment.segment, range: Self.part(of: range, in: segment), fileKey: fileKey, folder: folder, objectName: objectName)
        }
        state = Mutex(State(current: first, index: 0, position: range.lowerBound))
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(ObjectStoreError) -> Int { try readNow(into: buffer) }

    /// As `read(into:)`.
    func readNow(into buffer: UnsafeMutableRawBufferPointer) throws(ObjectStoreError) -> Int {
        guard !buffer.isEmpty else { return 0 }
        return try state.withLock { state throws(ObjectStoreError) in
            while state.index < segments.count {
                let (segment, start) = segments[state.index]
                let end = min(start + segment.byteCount, range.upperBound)
                try open(state.index, &state)
                if segment.byteCount == 0 { try state.current?.requireEmpty() }
                if state.position < end {
                    let count = try state.current?.read(into: buffer, at: state.position - start, atMost: end - state.position) ?? 0
                    state.position += UInt64(count)
                    return count
                }
                state.current = nil
                state.index += 1
            }
            return 0
        }
    }

    private func open(_ index: Int, _ state: inout State) throws(ObjectStoreError) {
        guard state.current == nil, let fileKey else { return }
        state.current = try fileKey.open(segments[index].segment, Self.part(of: range, in: segments[index]), folder, objectName)
    }

    /// The segments that have bytes in a range. An empty one within it counts: that it is empty has to be authentic, too.
    private static func needed(_ segments: [PayloadSegment], for range: Range<UInt64>) -> [(segment: PayloadSegment, start: UInt64)] {
        var needed: [(segment: PayloadSegment, start: UInt64)] = []
        var start: UInt64 = 0
        for segment in segments {
            let end = start + segment.byteCount
            let isNeeded =
                segment.byteCount == 0
                ? range.lowerBound <= start && start <= range.upperBound
                : start < range.upperBound && range.lowerBound < end && !range.isEmpty
            if isNeeded { needed.append((segment, start)) }
            start = end
        }
        precondition(range.upperBound <= start, "a range is within its object")
        return needed
    }

    /// What of a segment belongs to a range, in the segment's own count.
    private static func part(of range: Range<UInt64>, in place: (segment: PayloadSegment, start: UInt64)) -> Range<UInt64> {
        let part = range.clamped(to: place.start..<place.start + place.segment.byteCount)
        return part.lowerBound - place.start..<part.upperBound - place.start
    }
}

/// A file key for payloads that are opened later.
final class KeptFileKey: Sendable {
    private let fileKey: FileKey

    init(_ fileKey: borrowing FileKey) throws(ObjectStoreError) {
        do throws(KeyStoreError) {
            self.fileKey = try fileKey.copy()
        } catch {
            throw .cipher(error)
        }
    }

    func open(
        _ segment: PayloadSegment, _ range: Range<UInt64>, _ folder: BlobFolder, _ objectName: String
    ) throws(ObjectStoreError) -> OpenPayload {
        try OpenPayload(segment, range: range, fileKey: fileKey, folder: folder, objectName: objectName)
    }
}
