import OpenSSL
import SystemPackage

/// Reads leaves of files and hashes them, one after the other, in one buffer.
///
/// The buffer has the prefix of a leaf (RFC 6962 §2.1) right in front of the data, so that both are hashed as one piece and nothing is
/// copied.
@safe struct LeafReader<Calls: TreeCalls>: ~Copyable {
    /// What became of a leaf.
    enum Outcome {
        case hash(TreeHash)
        case unreadable(Errno)
        /// There are fewer bytes than there should be, or more behind the last one.
        case resized
    }

    private static var alignment: Int { 4096 }

    private let calls: Calls
    private let buffer: UnsafeMutableRawBufferPointer
    var hasher: TreeHasher
    private var zeroLeaf: TreeHash?
    /// What is known of holes around the last leaf that was asked for: both are empty for another file.
    private var hole: Range<UInt64> = 0..<0
    private var data: Range<UInt64> = 0..<0
    /// How many bytes were read since the last `takeReadByteCount`.
    private var readByteCount: UInt64 = 0

    init(_ calls: Calls) throws(IntegrityError) {
        self.calls = calls
        hasher = try TreeHasher()
        // One byte more than a leaf, to see whether the file goes on behind its end.
        unsafe buffer = .allocate(byteCount: Self.alignment + LeafLayout.leafByteCount + 1, alignment: Self.alignment)
        unsafe buffer[Self.alignment - 1] = 0
    }

    deinit { unsafe buffer.deallocate() }

    /// For what else is read before the leaves; the bytes are gone with the next leaf.
    var scratch: UnsafeMutableRawBufferPointer { unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[Self.alignment...]) }

    mutating func beginFile() { (hole, data) = (0..<0, 0..<0) }

    mutating func takeReadByteCount() -> UInt64 {
        defer { readByteCount = 0 }
        return readByteCount
    }

    /// Reads a leaf.
    /// - Parameters:
    ///   - range: the bytes of the leaf.
    ///   - byteCount: of the file: behind its last leaf there must be nothing.
    ///   - hasHoles: whether it pays to look for them.
    /// - Returns: its hash, without reading it if it is in a hole; `bytes` has it then all the same.
    mutating func leaf(
        _ descriptor: Int32, _ range: Range<UInt64>, byteCount: UInt64, hasHoles: Bool
    ) throws(IntegrityError) -> Outcome {
        let count = Int(range.upperBound - range.lowerBound)
        if hasHoles, isInHole(descriptor, range) { return .hash(try zeros(count)) }
        switch fill(descriptor, range, range.upperBound == byteCount ? count + 1 : count) {
        case .data: break
        case .unreadable(let errno): return .unreadable(errno)
        case .resized: return .resized
        }
        readByteCount += UInt64(count)
        return .hash(try hashPrefix(count))
    }

    private enum Filling {
        case data
        case unreadable(Errno)
        case resized
    }

    /// - Parameter wanted: as many as there are in the range, or one more, which must not be there.
    private func fill(_ descriptor: Int32, _ range: Range<UInt64>, _ wanted: Int) -> Filling {
        let count = Int(range.upperBound - range.lowerBound)
        var done = 0
        while done < count {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[Self.alignment + done..<Self.alignment + wanted])
            let result = unsafe calls.read(descriptor, rest, at: range.lowerBound + UInt64(done))
            if result < 0 { return .unreadable(Errno(rawValue: CInt(-result))) }
            if result == 0 { return .resized }
            done += result
        }
        return done > count ? .resized : .data
    }

    /// Reads a leaf without hashing it, for `update`.
    /// - Returns: false if it is not there or cannot be read.
    mutating func read(_ descriptor: Int32, _ range: Range<UInt64>, hasHoles: Bool) throws(IntegrityError) -> Bool {
        let count = Int(range.upperBound - range.lowerBound)
        if hasHoles, isInHole(descriptor, range) {
            unsafe scratch.initializeMemory(as: UInt8.self, repeating: 0)
            return true
        }
        if case .data = fill(descriptor, range, count) { return true }
        return false
    }

    /// Whether an empty file goes on behind its end after all.
    func isEmpty(_ descriptor: Int32) -> Outcome? {
        let result = unsafe calls.read(descriptor, UnsafeMutableRawBufferPointer(rebasing: scratch[..<1]), at: 0)
        if result < 0 { return .unreadable(Errno(rawValue: CInt(-result))) }
        return result == 0 ? nil : .resized
    }

    /// The hash of a leaf that is the beginning of the one that was read last.
    mutating func hashPrefix(_ count: Int) throws(IntegrityError) -> TreeHash {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[Self.alignment - 1..<Self.alignment + count])
        return try unsafe hasher.hash(prefixed: RawSpan(_unsafeBytes: bytes))
    }

    /// Adds the leaf that was read last to digests.
    func update(_ digests: ContentDigests, _ count: Int) throws(IntegrityError) {
        try unsafe digests.update(UnsafeRawBufferPointer(rebasing: buffer[Self.alignment..<Self.alignment + count]))
    }

    /// The hash of a leaf of zeros, which are in the buffer afterwards.
    private mutating func zeros(_ count: Int) throws(IntegrityError) -> TreeHash {
        unsafe scratch.initializeMemory(as: UInt8.self, repeating: 0)
        guard count == LeafLayout.leafByteCount else { return try hashPrefix(count) }
        if let zeroLeaf { return zeroLeaf }
        let hash = try hashPrefix(count)
        zeroLeaf = hash
        return hash
    }

    /// Where the file system does not know (any error but one), everything is data.
    private mutating func isInHole(_ descriptor: Int32, _ range: Range<UInt64>) -> Bool {
        if hole.lowerBound <= range.lowerBound && range.upperBound <= hole.upperBound { return true }
        if data.contains(range.lowerBound) { return false }
        let next = calls.nextExtent(descriptor, from: range.lowerBound, hole: false)
        if next == -Int64(Errno.noSuchAddressOrDevice.rawValue) {
            hole = range.lowerBound..<UInt64.max
            return true
        }
        guard next >= 0 else {
            data = range.lowerBound..<UInt64.max
            return false
        }
        if UInt64(next) >= range.upperBound {
            hole = range.lowerBound..<UInt64(next)
            return true
        }
        let end = calls.nextExtent(descriptor, from: UInt64(next), hole: true)
        data = end < 0 ? range.lowerBound..<UInt64.max : range.lowerBound..<max(UInt64(end), range.upperBound)
        return false
    }
}
