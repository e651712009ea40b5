import SystemPackage

/// All that a source lists, in the order of a manifest. It is sorted outside of memory, so that there may be any number.
struct SourceListing: ~Copyable {
    private static let budget = 16 << 20

    private let records: SortedRecords<BytewiseOrder>
    /// What is no path, as it was listed.
    let refused: RefusedPaths
    private var lastPath: [UInt8] = []

    /// What was listed and cannot be recorded.
    struct RefusedPaths: Sendable {
        private(set) var kept: [RefusedPath] = []
        private(set) var count: UInt64 = 0

        mutating func add(_ path: RefusedPath) {
            count += 1
            if kept.count < VerificationReport.maximumVerdictCount { kept.append(path) }
        }
    }

    /// Lists everything. Waits for tasks, and is not for one.
    /// - Parameter exclusions: of what is passed over.
    init<Source: EntrySource>(
        _ source: Source, _ exclusions: Exclusions, _ settings: TreeRunSettings
    ) throws(IntegrityError) {
        var sorter = ExternalSorter(BytewiseOrder(), budget: Self.budget, scratchFolder: settings.scratchFolder)
        var refused = RefusedPaths()
        var position: [UInt8]?
        repeat {
            try settings.check()
            let page = try Self.page(source, after: position)
            for item in page.items {
                if let reason = EntryPath.reasonToRefuse(item.path) {
                    refused.add(RefusedPath(bytes: item.path, reason: reason))
                } else if !exclusions.leaveOut(file: item.path) {
                    try sorter.append(Self.record(item))
                }
            }
            position = page.next
        } while position != nil
        let records = try sorter.finish()
        self.records = records
        self.refused = refused
    }

    private static func page<Source: EntrySource>(
        _ source: Source, after position: [UInt8]?
    ) throws(IntegrityError) -> EntrySourcePage {
        let outcome: Result<EntrySourcePage, EntrySourceError> = TaskWait.value {
            do throws(EntrySourceError) {
                return .success(try await source.page(after: position))
            } catch {
                return .failure(error)
            }
        }
        do throws(EntrySourceError) {
            return try outcome.get()
        } catch {
            switch error {
            case .failed(let error): throw error
            case .unreadable(let errno, let reason): throw IntegrityError(.unreadable, reason, errno: errno)
            case .gone: throw IntegrityError(.notFound, "what was to be listed is not there any more")
            }
        }
    }

    mutating func next() throws(IntegrityError) -> SourceItem? {
        guard let record = try records.nextBytes() else { return nil }
        let item = try Self.item(record)
        guard item.path != lastPath else {
            throw IntegrityError(.internalFailure, "\(item.path.visiblePath): was listed twice")
        }
        lastPath = item.path
        return item
    }

    // MARK: Records

    /// The path with zeros for slashes, two zeros behind it, and the rest. No path has a zero in it, or two slashes in a row, so that the
    /// order of the bytes is that of paths.
    private static func record(_ item: SourceItem) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(item.path.map { $0 == EntryPath.slash ? 0 : $0 })
        writer.append([0, 0])
        writer.append(number: item.byteCount)
        writer.append(item.hasDigests ? 1 : 0)
        writer.append(item.version)
        return writer.bytes
    }

    private static func item(_ record: [UInt8]) throws(IntegrityError) -> SourceItem {
        var end = 0
        while end + 1 < record.count, record[end] != 0 || record[end + 1] != 0 { end += 1 }
        var reader = ByteReader(record, of: "a sorted name")
        let path = try reader.slice(end).map { $0 == 0 ? EntryPath.slash : $0 }
        _ = try reader.slice(2)
        let byteCount: UInt64 = try reader.number()
        let hasDigests = try reader.byte() == 1
        return SourceItem(path: path, byteCount: byteCount, version: Array(record[reader.position...]), hasDigests: hasDigests)
    }
}

extension Exclusions {
    /// Whether a walk would not come to a file, because it or a folder that it is in is left out.
    fileprivate func leaveOut(file path: [UInt8]) -> Bool {
        guard !isEmpty else { return false }
        var nameStart = 0
        for index in path.indices where path[index] == EntryPath.slash {
            if contain(Array(path[..<index]), nameStart: nameStart, isFolder: true) { return true }
            nameStart = index + 1
        }
        return contain(path, nameStart: nameStart, isFolder: false)
    }
}
