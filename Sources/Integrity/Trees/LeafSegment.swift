import Synchronization
import SystemPackage

/// Some leaves of a large file, of which each worker takes the next few until there are none.
///
/// Unchecked, because the hashes are written by address: each by the one worker that took its leaf, and read when all have left.
@safe final class LeafSegment<Calls: TreeCalls>: @unchecked Sendable {
    /// Leaves that a worker takes at once: 1 MiB.
    private static var takenAtOnce: Int { 16 }

    private let file: LargeFile<Calls>
    private let leaves: Range<UInt64>
    private let hashes: UnsafeMutableBufferPointer<TreeHash>
    private let nextLeaf: Atomic<Int>
    private let isResized = Atomic<Bool>(false)
    private let trouble = Mutex<Trouble>(Trouble())

    private struct Trouble {
        /// At most as many as there are leaves in the segment.
        var unreadable: [UInt64: Errno] = [:]
        var error: IntegrityError?
    }

    init(_ file: LargeFile<Calls>, _ leaves: Range<UInt64>) {
        self.file = file
        self.leaves = leaves
        unsafe hashes = .allocate(capacity: leaves.count)
        unsafe hashes.initialize(repeating: .zero)
        nextLeaf = Atomic(0)
    }

    deinit { unsafe hashes.deallocate() }

    /// Takes leaves and hashes them until there are none left: to be called by as many threads as there are.
    func hashLeaves() {
        do throws(IntegrityError) {
            var reader = try LeafReader(file.calls)
            while !file.crew.isStopped && !isResized.load(ordering: .relaxed) {
                let first = nextLeaf.add(Self.takenAtOnce, ordering: .relaxed).oldValue
                if first >= leaves.count { return }
                for index in first..<min(first + Self.takenAtOnce, leaves.count) { try hash(index, &reader) }
                file.crew.countBytes(reader.takeReadByteCount())
            }
        } catch {
            trouble.withLock { $0.error = error }
        }
    }

    private func hash(_ index: Int, _ reader: inout LeafReader<Calls>) throws(IntegrityError) {
        let range = LeafLayout.range(leaves.lowerBound + UInt64(index), byteCount: file.byteCount)
        switch try reader.leaf(file.descriptor, range, byteCount: file.byteCount, hasHoles: file.hasHoles) {
        case .hash(let hash): unsafe hashes[index] = hash
        case .unreadable(let errno): trouble.withLock { $0.unreadable[leaves.lowerBound + UInt64(index)] = errno }
        case .resized: isResized.store(true, ordering: .relaxed)
        }
    }

    /// Adds all bytes to digests, in order.
    func digest(_ digests: ContentDigests) throws(IntegrityError) {
        var reader = try LeafReader(file.calls)
        for index in leaves {
            let range = LeafLayout.range(index, byteCount: file.byteCount)
            guard try reader.read(file.descriptor, range, hasHoles: file.hasHoles) else {
                // Whoever hashes it may have had more luck; but of these bytes there is no digest.
                return trouble.withLock { $0.unreadable[index] = .ioError }
            }
            try reader.update(digests, range.count)
            if file.crew.isStopped { return }
        }
    }

    /// When all have left: gives the hashes on in order.
    /// - Returns: false if the file has another size by now.
    func fold(into tally: inout LeafTally, _ hasher: inout TreeHasher) throws(IntegrityError) -> Bool {
        let trouble = trouble.withLock { $0 }
        if let error = trouble.error { throw error }
        if isResized.load(ordering: .relaxed) { return false }
        for index in leaves {
            if let errno = trouble.unreadable.isEmpty ? nil : trouble.unreadable[index] {
                try tally.appendUnreadable(errno, at: index)
            } else {
                try unsafe tally.append(hashes[Int(index - leaves.lowerBound)], at: index, &hasher)
            }
        }
        return true
    }
}
