import OpenSSL

/// The tag files of a new bag.
struct BagTagFiles {
    struct File {
        let name: String
        let bytes: [UInt8]
    }

    /// In the order in which they are written: `bagit.txt`, which makes a folder a bag, is the last.
    let files: [File]

    /// - Parameters:
    ///   - paths: of the payload, relative to its folder.
    ///   - digests: of each of them, in the order of the algorithms.
    init(_ options: BagOptions, _ paths: [EntryPath], _ digests: [[[UInt8]]], _ payload: PayloadOxum) throws(IntegrityError) {
        try self.init(options.version, options.algorithms, try options.info(payload), paths, digests)
    }

    init(
        _ version: BagVersion, _ algorithms: [DigestAlgorithm], _ info: BagInfo, _ paths: [EntryPath], _ digests: [[[UInt8]]]
    ) throws(IntegrityError) {
        var files: [File] = []
        for (index, algorithm) in algorithms.enumerated() {
            var bytes: [UInt8] = []
            for (path, digests) in zip(paths, digests) {
                bytes += try BagManifest.line(digests[index], BagPath.payloadPrefix + path.bytes, version)
            }
            files.append(File(name: BagManifestName(algorithm, isTagManifest: false).fileName, bytes: bytes))
        }
        files.append(File(name: version.infoFileName, bytes: info.bytes))
        let declaration = File(name: BagDeclaration.fileName, bytes: BagDeclaration(version: version).bytes)
        let listed = files + [declaration]
        for algorithm in algorithms { files.append(try Self.tagManifest(listed, algorithm)) }
        self.files = files + [declaration]
    }

    /// Whether a file of a new bag may be called so.
    static func isName(_ name: [UInt8]) -> Bool {
        let others = [BagDeclaration.fileName] + BagVersion.allCases.map(\.infoFileName)
        return BagManifestName(name) != nil || others.contains { $0.utf8.elementsEqual(name) }
    }

    private static func tagManifest(_ files: [File], _ algorithm: DigestAlgorithm) throws(IntegrityError) -> File {
        var bytes: [UInt8] = []
        for file in files {
            do throws(OpenSSLError) {
                let digest = try Digest.hash(algorithm, file.bytes.bytes)
                bytes += Array("\(digest.hexadecimal)  \(file.name)\n".utf8)
            } catch {
                throw IntegrityError(error)
            }
        }
        return File(name: BagManifestName(algorithm, isTagManifest: true).fileName, bytes: bytes)
    }
}
