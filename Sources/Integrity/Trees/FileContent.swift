internal import CIntegrityShims
import OpenSSL
import SystemPackage

/// The content of one file that is named by its path, with all processors.
enum FileContent {
    private struct Job: Sendable {}

    /// - Throws: `notFound`, `unreadable`, `changedMeanwhile`, `cancelled`.
    static func read(
        _ path: FilePath, _ digests: [DigestAlgorithm], _ isCancelled: @escaping @Sendable () -> Bool
    ) throws(IntegrityError) -> ContentExamination {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch {
            throw .reading(path.string, error)
        }
        let file = OpenedFile(descriptor.rawValue)
        var options = ExaminationOptions()
        options.digests = digests
        var pipeline = PipelineOptions()
        pipeline.isCancelled = isCancelled
        let number = file.descriptor
        var examination: ContentExamination?
        var isGiven = false
        try OrderedPipeline<Job, ContentExamination>(pipeline).run(
            source: { () throws(IntegrityError) in
                defer { isGiven = true }
                return isGiven ? nil : Job()
            },
            makeWorker: { [options] (crew) throws(IntegrityError) in try EntryExaminer(options, SystemTreeCalls(), crew: crew) },
            work: { (examiner: inout EntryExaminer<SystemTreeCalls>, _) throws(IntegrityError) in
                try examiner.examine(openFile: number, name: path.string)
            },
            sink: { (content) in examination = content })
        guard let examination, !examination.isUnstable else {
            throw IntegrityError(.changedMeanwhile, "\(path): is written to while it is read")
        }
        if let errno = examination.errno { throw IntegrityError(.unreadable, "\(path): cannot be read: \(errno)", errno: errno) }
        return examination
    }
}

extension EntryExaminer {
    /// The content of a file that somebody else opened.
    mutating func examine(openFile descriptor: Int32, name: String) throws(IntegrityError) -> ContentExamination {
        var status = EntryStatus()
        let code = calls.status(descriptor, &status)
        guard code == 0, status.type == .file else {
            let errno = code == 0 ? nil : Errno(rawValue: -code)
            throw IntegrityError(.unreadable, "\(name): is not a regular file that can be read", errno: errno)
        }
        return try read(descriptor, &status, nil)
    }
}
