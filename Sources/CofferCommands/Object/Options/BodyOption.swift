import ArgumentParser
import ObjectStore

/// The bytes of an object or a part.
struct BodyOption: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The bytes: a file, or - for stdin; without it, none.", valueName: "file"), completion: .file())
    var body: String?

    @Option(name: .long, help: ArgumentHelp("How many bytes the body has to have.", valueName: "count")) var contentLength: UInt64?

    /// Opens the body.
    /// - Throws: `IncompleteBody` when it has another length than was promised and that is known by now.
    func open(in session: Session) throws -> any ObjectBody {
        guard let body else {
            guard contentLength ?? 0 == 0 else { throw ObjectStoreError(.incompleteBody) }
            return BytesBody([])
        }
        let file =
            try body == "-"
            ? FileBody(session.context.standardInput, name: "stdin", promising: contentLength)
            : FileBody(session.context.arguments.path(body), promising: contentLength)
        guard file.byteCount == contentLength || contentLength == nil else { throw ObjectStoreError(.incompleteBody) }
        return file
    }
}
