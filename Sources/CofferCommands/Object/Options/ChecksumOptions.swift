import ArgumentParser
import ObjectStore

/// The checksum of what is sent: which one is kept, and what it has to be.
struct ChecksumOptions: ParsableArguments {
    @Option(name: .long, help: "The checksum that is calculated and kept: CRC32, CRC32C, CRC64NVME, SHA1 or SHA256.")
    var checksumAlgorithm: ChecksumAlgorithm?

    @OptionGroup var values: ChecksumValueOptions

    func parse() throws(ObjectStoreError) -> UploadChecksum {
        try UploadChecksum(algorithm: checksumAlgorithm, given: values.parse())
    }
}

/// What a checksum has to be, in base64; at most one.
struct ChecksumValueOptions: ParsableArguments {
    @Option(name: .customLong("checksum-crc32"), help: Self.help("CRC-32")) var crc32: String?
    @Option(name: [.customLong("checksum-crc32c"), .customLong("checksum-crc32-c")], help: Self.help("CRC-32C")) var crc32c: String?
    @Option(name: [.customLong("checksum-crc64nvme"), .customLong("checksum-crc64-nvme")], help: Self.help("CRC-64/NVME"))
    var crc64NVME: String?
    @Option(name: .customLong("checksum-sha1"), help: Self.help("SHA-1")) var sha1: String?
    @Option(name: .customLong("checksum-sha256"), help: Self.help("SHA-256")) var sha256: String?

    private static func help(_ name: String) -> ArgumentHelp { ArgumentHelp("What the \(name) has to be.", valueName: "base64") }

    func parse() throws(ObjectStoreError) -> [Checksum] {
        let given: [(ChecksumAlgorithm, String?)] = [
            (.crc32, crc32), (.crc32c, crc32c), (.crc64NVME, crc64NVME), (.sha1, sha1), (.sha256, sha256),
        ]
        var checksums: [Checksum] = []
        for (algorithm, text) in given {
            if let text { checksums.append(try Checksum(algorithm, text: text)) }
        }
        return checksums
    }
}

extension ChecksumAlgorithm: AWSName {}
extension ChecksumType: AWSName {}
