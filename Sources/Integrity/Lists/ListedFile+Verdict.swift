public import Envelope

extension ListedFile {
    /// Compares what is in a file, or where the list says it should be, with what the list says. All that the list knows must hold.
    /// - Parameter source: nil for the file at the path.
    /// - Throws: `cancelled`, `unsupported`, `internalFailure`; what is wrong with the file is a verdict.
    public func verdict(
        reading source: ContentSource? = nil, monitor: WorkMonitor = WorkMonitor()
    ) throws(IntegrityError) -> ChecksumVerdict {
        do {
            let content = try ContentChecksums(of: source ?? .path(path), checksums.map(\.function), monitor: monitor)
            return describes(content) ? .matches : .differs
        } catch {
            switch error.code {
            case .notFound: return .missing
            case .unreadable, .invalidArgument, .changedMeanwhile: return .unreadable(error)
            default: throw error
            }
        }
    }

    private func describes(_ content: ContentChecksums) -> Bool {
        checksums == content.checksums && (byteCount ?? content.byteCount) == content.byteCount
    }
}
