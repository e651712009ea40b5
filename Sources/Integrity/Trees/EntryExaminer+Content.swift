internal import CIntegrityShims
import OpenSSL
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reading the content of a file.
extension EntryExaminer {
    /// Reads until nobody changes the file meanwhile, or often enough.
    /// - Parameter status: of the open file; afterwards that of the moment when the content had been read.
    mutating func read(
        _ descriptor: Int32, _ status: inout EntryStatus, _ expectation: ContentExpectation?
    ) throws(IntegrityError) -> ContentExamination {
        if options.isRecording { Self.outlastTick(of: status) }
        for _ in 1..<Self.maximumAttemptCount {
            if let content = try readOnce(descriptor, &status, expectation) { return content }
        }
        if let content = try readOnce(descriptor, &status, expectation) { return content }
        var content = ContentExamination()
        content.byteCount = status.byte_count
        content.isUnstable = true
        content.keepsWholeLeaves = false
        return content
    }

    /// File systems stamp changes by a clock that ticks (every 10 ms at most), and some stamp two changes in one tick alike. What was changed just now
    /// is read when that tick is over: then every later change has a later time, and none is ever taken for rot.
    private static func outlastTick(of status: EntryStatus) {
        let tick: Int64 = 20_000_000
        let (seconds, isFar) = status.changed_seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let age = Int64(clamping: coffer_wall_time()).subtractingReportingOverflow(seconds)
        guard !isFar, !age.overflow else { return }
        let rest = tick - (age.partialValue - Int64(status.changed_nanoseconds))
        // A time in the future, by another clock, says nothing about ticks.
        if rest > 0, rest <= tick { usleep(UInt32(rest / 1000) + 1) }
    }

    /// - Returns: nil if the file is not what it was when it was begun.
    private mutating func readOnce(
        _ descriptor: Int32, _ status: inout EntryStatus, _ expectation: ContentExpectation?
    ) throws(IntegrityError) -> ContentExamination? {
        let content = try readLeaves(descriptor, status, expectation)
        crew?.countBytes(reader.takeReadByteCount())
        let before = status
        let code = calls.status(descriptor, &status)
        if code != 0 {
            var content = ContentExamination()
            (content.byteCount, content.errno, content.keepsWholeLeaves) = (before.byte_count, Errno(rawValue: -code), false)
            if before.byte_count > 0 { content.unreadable = [0..<before.byte_count] }
            return content
        }
        return before.isUntouched(status) ? content : nil
    }

    /// - Returns: nil if there is more or less to read than there should be.
    private mutating func readLeaves(
        _ descriptor: Int32, _ status: EntryStatus, _ expectation: ContentExpectation?
    ) throws(IntegrityError) -> ContentExamination? {
        let byteCount = status.byte_count
        if byteCount > 0, byteCount <= UInt64(LeafLayout.leafByteCount), options.digests.isEmpty, isSimple(expectation, byteCount) {
            return try readLeaf(descriptor, byteCount, expectation?.root)
        }
        let algorithms = wantedDigests(expectation)
        let digests = algorithms.isEmpty ? nil : try ContentDigests(algorithms)
        var tally = LeafTally(byteCount: byteCount, expectation, spool: options.spool)
        let isWhole: Bool
        if byteCount == 0 {
            isWhole = try readEmpty(descriptor, &tally)
        } else if byteCount > options.largeByteCount, let crew, crew.workerCount > 1 {
            isWhole = try readShared(LargeFile(calls, descriptor, status, crew), &tally, digests)
        } else {
            isWhole = try readAlone(descriptor, status, &tally, digests)
        }
        guard isWhole else { return nil }
        let tail = try tally.expectedTail.map { (range) throws(IntegrityError) in try readTail(descriptor, range) } ?? nil
        var content = try tally.finish(tail, &reader.hasher)
        if let digests, content.errno == nil { content.digests = try digests.finish() }
        return content
    }

    /// Whether there is nothing to compare, or the root of a content that is as long.
    private func isSimple(_ expectation: ContentExpectation?, _ byteCount: UInt64) -> Bool {
        guard let expectation else { return true }
        return expectation.digests.isEmpty && (expectation.root == nil || expectation.byteCount == byteCount)
    }

    /// A file of one leaf, as nearly all are: the same as the long way finds out, in less time.
    private mutating func readLeaf(
        _ descriptor: Int32, _ byteCount: UInt64, _ expected: TreeHash?
    ) throws(IntegrityError) -> ContentExamination? {
        var content = ContentExamination()
        content.byteCount = byteCount
        let isWhole = byteCount == UInt64(LeafLayout.leafByteCount)
        reader.beginFile()
        switch try reader.leaf(descriptor, 0..<byteCount, byteCount: byteCount, hasHoles: false) {
        case .hash(let hash):
            content.root = hash
            if let expected, expected != hash {
                content.differences = [0..<byteCount]
                content.keepsWholeLeaves = !isWhole
            }
        case .unreadable(let errno):
            content.errno = errno
            content.unreadable = [0..<byteCount]
            content.keepsWholeLeaves = expected == nil || !isWhole
        case .resized: return nil
        }
        return content
    }

    private func wantedDigests(_ expectation: ContentExpectation?) -> [DigestAlgorithm] {
        let expected = expectation?.digests ?? []
        if expected.isEmpty && options.digests.isEmpty { return [] }
        return DigestAlgorithm.allCases.filter { options.digests.contains($0) || expected.contains($0) }
    }

    /// A file that says it is empty may have something in it all the same, as in /proc, or be unreadable.
    private mutating func readEmpty(_ descriptor: Int32, _ tally: inout LeafTally) throws(IntegrityError) -> Bool {
        switch reader.isEmpty(descriptor) {
        case nil: return true
        case .unreadable(let errno)?:
            try tally.appendUnreadable(errno, at: 0)
            return true
        case .hash?, .resized?: return false
        }
    }

    private mutating func readAlone(
        _ descriptor: Int32, _ status: EntryStatus, _ tally: inout LeafTally, _ digests: ContentDigests?
    ) throws(IntegrityError) -> Bool {
        reader.beginFile()
        let hasHoles = status.hasHoles && status.byte_count > UInt64(LeafLayout.leafByteCount)
        for index in 0..<LeafLayout.count(byteCount: status.byte_count) {
            let range = LeafLayout.range(index, byteCount: status.byte_count)
            switch try reader.leaf(descriptor, range, byteCount: status.byte_count, hasHoles: hasHoles) {
            case .hash(let hash):
                if let digests { try reader.update(digests, range.count) }
                try tally.append(hash, at: index, &reader.hasher)
            case .unreadable(let errno): try tally.appendUnreadable(errno, at: index)
            case .resized: return false
            }
            if index & 63 == 63 { try pause() }
        }
        return true
    }

    /// Between pieces of work: counts what was read, and ends if everything is to end.
    private mutating func pause() throws(IntegrityError) {
        guard let crew else { return }
        crew.countBytes(reader.takeReadByteCount())
        if crew.isStopped { throw IntegrityError(.cancelled, "reading was cancelled") }
    }

    /// Segment by segment: everybody hashes leaves, while this thread computes digests of the whole content first, if there are any.
    private mutating func readShared(
        _ file: LargeFile<Calls>, _ tally: inout LeafTally, _ digests: ContentDigests?
    ) throws(IntegrityError) -> Bool {
        let count = LeafLayout.count(byteCount: file.byteCount)
        // The digests need the bytes once more, so that the threads should not get far away from each other in a large file.
        let step = digests == nil ? options.segmentLeafCount : min(options.segmentLeafCount, 4096)
        var start: UInt64 = 0
        while start < count {
            let segment = LeafSegment(file, start..<min(start + step, count))
            try file.crew.share(
                { segment.hashLeaves() },
                first: { () throws(IntegrityError) in
                    if let digests { try segment.digest(digests) }
                })
            if file.crew.isStopped { throw IntegrityError(.cancelled, "reading was cancelled") }
            if try !segment.fold(into: &tally, &reader.hasher) { return false }
            start += step
        }
        return true
    }

    /// The expected content's last leaf, where the file goes on behind it.
    /// - Returns: nil if it cannot be read.
    private mutating func readTail(_ descriptor: Int32, _ range: Range<UInt64>) throws(IntegrityError) -> TreeHash? {
        // As of a file that goes on: nothing has to end here.
        let outcome = try reader.leaf(descriptor, range, byteCount: .max, hasHoles: false)
        if case .hash(let hash) = outcome { return hash }
        return nil
    }
}
