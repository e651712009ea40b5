import SystemPackage

/// Sorts records of bytes, of which there may be more than fit into memory: what does not is written to a file without a name in sorted
/// runs, which are merged. Records that are equal in the order keep the one in which they came.
struct ExternalSorter<Order: RecordOrder>: ~Copyable {
    /// Of one record: more than any that is made here.
    static var maximumRecordByteCount: Int { 1 << 20 }
    /// Of the memory, so that offsets fit into 32 bits.
    static var maximumBudget: Int { 1 << 30 }

    private let order: Order
    private let budget: Int
    private let fanIn: Int
    private let scratchFolder: FilePath
    private var chunk = SortChunk()
    private var runs: [SortRun] = []
    private var file: ScratchFile?

    /// - Parameters:
    ///   - budget: bytes of memory for records, and for merging them afterwards.
    ///   - scratchFolder: where to write what does not fit.
    ///   - fanIn: how many runs are merged at once; more are merged in several passes.
    init(_ order: Order, budget: Int, scratchFolder: FilePath, fanIn: Int = 64) {
        precondition(budget > 0 && fanIn > 1)
        self.order = order
        self.budget = min(budget, Self.maximumBudget)
        self.fanIn = fanIn
        self.scratchFolder = scratchFolder
    }

    /// Whether anything had to be written.
    var isSpilled: Bool { file != nil }

    /// What is in memory, in bytes.
    var memoryByteCount: Int { chunk.memoryByteCount }

    mutating func append(_ record: [UInt8]) throws(IntegrityError) {
        try unsafe record.withUnsafeBufferPointer { (bytes) throws(IntegrityError) in try unsafe append(UnsafeRawBufferPointer(bytes)) }
    }

    mutating func append(_ record: UnsafeRawBufferPointer) throws(IntegrityError) {
        guard record.count <= Self.maximumRecordByteCount else {
            throw IntegrityError(.internalFailure, "a record of \(record.count) bytes is too long to be sorted")
        }
        if !chunk.isEmpty, chunk.memoryByteCount + record.count + SortChunk.overhead > budget { try spill() }
        unsafe chunk.append(record, key: order.key(record))
    }

    /// Ends the collection.
    /// - Returns: the records in order.
    consuming func finish() throws(IntegrityError) -> SortedRecords<Order> {
        if file == nil {
            chunk.sort(order)
            return SortedRecords(order, chunk)
        }
        if !chunk.isEmpty { try spill() }
        while runs.count > fanIn { try mergePass() }
        guard let file else { preconditionFailure("runs are in a file") }
        return try SortedRecords(order, file, runs, budget: budget)
    }

    private mutating func spill() throws(IntegrityError) {
        let file: ScratchFile
        if let made = self.file { file = made } else { file = try ScratchFile(in: scratchFolder) }
        self.file = file
        chunk.sort(order)
        let writer = RunWriter(file)
        for index in 0..<chunk.count { try unsafe writer.append(chunk.record(index)) }
        runs.append(try writer.finish())
        chunk.removeAll()
    }

    /// Merges each `fanIn` runs into one, in another file. Neighbours are merged, so that equal records keep their order.
    private mutating func mergePass() throws(IntegrityError) {
        guard let file else { preconditionFailure("runs are in a file") }
        let target = try ScratchFile(in: scratchFolder)
        var merged: [SortRun] = []
        var start = 0
        while start < runs.count {
            let group = Array(runs[start..<min(start + fanIn, runs.count)])
            let records = try SortedRecords(order, file, group, budget: budget)
            let writer = RunWriter(target)
            while let record = try unsafe records.next() { try unsafe writer.append(record) }
            merged.append(try writer.finish())
            start += fanIn
        }
        runs = merged
        self.file = target
    }
}
