import ArgumentParser
import ObjectStore

/// The bucket that a command is about.
struct BucketArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The bucket.", valueName: "name"), completion: WordCompletion.bucket) var name: String

    /// - Throws: `InvalidBucketName`.
    func parse() throws(ObjectStoreError) -> BucketName { try BucketName(name) }
}

/// A command on one bucket.
protocol OneBucketCommand: ObjectStoreCommand {
    var bucket: BucketArgument { get }
    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws
}

extension OneBucketCommand {
    func check(in session: Session) throws { _ = try bucket.parse() }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        try await run(bucket.parse(), on: objects, in: session)
    }
}

/// The answer of an operation that only names the bucket it changed.
struct BucketNameResult: CommandResult {
    let bucket: String
    var text: String { "" }

    init(_ bucket: BucketName) { self.bucket = bucket.text }
}
