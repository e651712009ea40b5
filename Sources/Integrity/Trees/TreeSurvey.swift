package import SystemPackage

/// What is in a tree, counted: the whole machinery in one call, to see how fast it is.
package struct TreeSurvey: Sendable {
    package private(set) var entryCount: UInt64 = 0
    package private(set) var fileCount: UInt64 = 0
    /// Of contents that were read, or of all files if only metadata were.
    package private(set) var byteCount: UInt64 = 0
    package private(set) var unreadableCount: UInt64 = 0

    /// Walks through a folder.
    /// - Parameter hashesContents: otherwise only the metadata are looked at.
    package init(of folder: FilePath, hashesContents: Bool) throws(IntegrityError) {
        let walk = try TreeWalk(folder, WalkOptions(), SystemTreeCalls())
        let mode: ExaminationMode = hashesContents ? .content(nil) : .metadata(expectedChangeTime: nil)
        try Self.pipeline.run(
            source: { () throws(IntegrityError) in try walk.next() },
            makeWorker: { (crew) throws(IntegrityError) in try EntryExaminer(ExaminationOptions(), SystemTreeCalls(), crew: crew) },
            work: { (examiner: inout EntryExaminer<SystemTreeCalls>, entry) throws(IntegrityError) in try examiner.examine(entry, mode) },
            sink: { (examined) throws(IntegrityError) in add(examined) })
    }

    /// Folders cost more than files: each holds a descriptor until it was looked at.
    private static var pipeline: OrderedPipeline<WalkedEntry, ExaminedEntry> {
        OrderedPipeline(cost: { $0.folder == nil ? 1 : 8 })
    }

    private mutating func add(_ examined: ExaminedEntry) {
        entryCount += 1
        if examined.entry.type == .file { fileCount += 1 }
        byteCount += examined.entry.byteCount ?? 0
        if examined.entry.unreadable != nil { unreadableCount += 1 }
    }
}
