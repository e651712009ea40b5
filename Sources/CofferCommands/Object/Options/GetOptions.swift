import ArgumentParser
import ObjectStore

/// What GetObject and HeadObject ask for.
struct GetOptions: ParsableArguments {
    @OptionGroup var object: ObjectOptions
    @OptionGroup var version: VersionOption
    @Option(name: .long, help: RangeArgument.help) var range: String?
    @Option(name: .long, help: "Only this part of an object that was made of parts.") var partNumber: Int?
    @Option(name: .long, help: "ENABLED: tell the checksum, too.") var checksumMode: ChecksumMode?
    @OptionGroup var conditions: ReadConditionOptions
    @OptionGroup var response: ResponseHeaderOptions

    enum ChecksumMode: String, AWSName { case enabled = "ENABLED" }

    func validate() throws {
        guard range == nil || partNumber == nil else { throw ValidationError("give only one of --range and --part-number") }
    }

    /// Whether the answer is about a part of the object.
    var isPart: Bool { range != nil || partNumber != nil }

    func request(in session: Session) throws -> GetObjectRequest {
        var request = GetObjectRequest(try object.reference(version, in: session))
        if let range { request.selection = .range(try RangeArgument.parse(range, option: "--range")) }
        if let partNumber { request.selection = .partNumber(partNumber) }
        request.conditions = try conditions.parse()
        request.checksumMode = checksumMode != nil
        request.responseHeaders = try response.parse()
        return request
    }
}
