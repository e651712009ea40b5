import ArgumentParser
import KeyStore
import ObjectStore

struct ObjectAttributesCommand: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "attributes", abstract: "Tell checksum, size and parts of an object (GetObjectAttributes).",
        discussion: """
            $ coffer object attributes --bucket backups --key a.tar
            $ coffer object attributes --bucket backups --key a.tar \\
                --object-attributes Checksum,ObjectSize --json

            \(ExitStatus.help)
            """)

    /// Amazon S3 API reference, `ObjectAttributes`, without the one that there is no choice of.
    enum Attribute: String, ExpressibleByArgument, CaseIterable {
        case eTag = "ETag"
        case checksum = "Checksum"
        case objectParts = "ObjectParts"
        case objectSize = "ObjectSize"
    }

    @OptionGroup var object: ObjectOptions
    @OptionGroup var version: VersionOption
    @Option(
        name: .long, help: ArgumentHelp("Which: ETag, Checksum, ObjectParts, ObjectSize, with commas; without it, all.", valueName: "names")
    )
    var objectAttributes: String?
    @Option(name: .long, help: "How many parts, at most 1000.") var maxParts: Int?
    @Option(name: .long, help: "Only parts behind this number.") var partNumberMarker: Int?
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try (object.reference(version, in: session), attributes()) }

    private func attributes() throws -> Set<Attribute> {
        guard let objectAttributes else { return Set(Attribute.allCases) }
        return try Set(
            objectAttributes.split(separator: ",", omittingEmptySubsequences: false).map { name in
                if let attribute = Attribute(rawValue: String(name)) { return attribute }
                if UnsupportedS3Name.contains(String(name)) { throw UnsupportedS3Name.error(String(name)) }
                throw CommandError(.usage, "--object-attributes: \"\(name.prefix(40))\" is no attribute of an object")
            })
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let response = try await objects.getObjectAttributes(
            object.reference(version, in: session), maxParts: maxParts, partNumberMarker: partNumberMarker)
        try session.output.render(response.answer(attributes()))
    }
}

extension ObjectAttributes {
    /// Output of GetObjectAttributes.
    fileprivate func answer(_ asked: Set<ObjectAttributesCommand.Attribute>) -> S3Answer {
        let parts = asked.contains(.objectParts) ? parts : nil
        let partMembers = parts.map { parts in
            JSONValue.object(present: [
                "Parts": .array(parts.map { .object(present: $0.members) }), "TotalPartsCount": .count(totalPartsCount),
                "IsTruncated": .bool(nextPartNumberMarker != nil), "NextPartNumberMarker": .count(nextPartNumberMarker),
            ])
        }
        let table = TableOutput(
            header: ["PART", "SIZE", "CHECKSUM"],
            rows: (parts ?? []).map { ["\($0.partNumber)", "\($0.size)", $0.checksum?.description ?? "-"] })
        let fields = FieldsOutput([
            ("Last modified", lastModified.rfc3339),
            ("Version", versionID?.text),
            ("ETag", asked.contains(.eTag) ? eTag.text : nil),
            ("Size", asked.contains(.objectSize) ? "\(objectSize)" : nil),
            ("Checksum", asked.contains(.checksum) ? checksum.description : nil),
            ("Parts", asked.contains(.objectParts) ? totalPartsCount.map { "\($0)" } : nil),
        ])
        return S3Answer(
            [
                "LastModified": .string(lastModified.rfc3339), "VersionId": .text(versionID?.text),
                "ETag": asked.contains(.eTag) ? .string(eTag.text) : nil,
                "ObjectSize": asked.contains(.objectSize) ? .size(objectSize) : nil,
                "Checksum": asked.contains(.checksum) ? .object(present: [:].with(checksum)) : nil, "ObjectParts": partMembers,
            ], text: fields.text + (parts == nil ? "" : table.text))
    }
}

extension ObjectAttributes.Part {
    fileprivate var members: [String: JSONValue?] {
        var members: [String: JSONValue?] = ["PartNumber": .count(partNumber), "Size": .size(size)]
        if let checksum { members["Checksum\(checksum.algorithm.rawValue)"] = .string(checksum.text) }
        return members
    }
}
