public import OpenSSL

/// `manifest-ALGORITHM.txt` and `tagmanifest-ALGORITHM.txt`: a digest and a path in each line (RFC 8493 §2.1.3).
public struct BagManifest: Sendable {
    public struct Entry: Sendable, Hashable {
        /// In the bag; of any names, since it is decoded.
        public let path: EntryPath
        public let digest: [UInt8]
        public let line: Int
    }

    /// None of an algorithm that is not known: they could be compared with nothing.
    public private(set) var entries: [Entry] = []
    /// Also those that were not kept.
    public private(set) var entryCount = 0
    /// Lines that are no entries, or are entries in an unusual form.
    public private(set) var problems: [BagLineProblem] = []

    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - algorithm: nil for one that is not known here; its digests may have any length.
    ///   - limit: the most entries that are read; more are reported.
    public init(
        parsing bytes: [UInt8], algorithm: DigestAlgorithm?, version: BagVersion, atMost limit: Int = BagLimits.maximumListEntryCount
    ) {
        var problems = BagLineProblems()
        for line in BagLines(bytes) {
            guard !line.isBlank, !problems.isFull else { continue }
            guard entryCount < limit else {
                problems.add(.tooLarge, line.number, "the lists have too many entries; what follows the \(limit) before was not read")
                break
            }
            guard let entry = Self.entry(line, algorithm, version, &problems) else { continue }
            entryCount += 1
            if algorithm != nil { entries.append(entry) }
        }
        self.problems = problems.all
    }

    /// A line of a manifest.
    /// - Throws: `unsupported`, `unsafePath` for a path that a manifest cannot list.
    static func line(_ digest: [UInt8], _ path: [UInt8], _ version: BagVersion) throws(IntegrityError) -> [UInt8] {
        try Array("\(digest.hexadecimal)  ".utf8) + BagPath.encoded(path, version) + [BagLines.lineFeed]
    }

    private static func entry(
        _ line: BagLines.Line, _ algorithm: DigestAlgorithm?, _ version: BagVersion, _ problems: inout BagLineProblems
    ) -> Entry? {
        guard !line.isTooLong else {
            problems.add(.malformedLine, line.number, "the line is longer than \(BagLimits.maximumLineByteCount) bytes")
            return nil
        }
        if line.text.first == UInt8(ascii: "#") {
            problems.addOnce(.unusualLine, line.number, "there are comments, which BagIt does not have")
            return nil
        }
        let (hex, name) = split(line.text)
        guard let digest = [UInt8](hexadecimal: hex), !digest.isEmpty, algorithm.map({ $0.byteCount == digest.count }) ?? true else {
            problems.add(
                .malformedLine, line.number, "the line does not begin with \(algorithm.map { "a digest of \($0.rawValue)" } ?? "a digest")")
            return nil
        }
        do throws(BagPath.Refusal) {
            let reading = try BagPath.read(withoutStar(name, line.number, &problems), version)
            note(reading, line.number, &problems)
            return Entry(path: reading.path, digest: digest, line: line.number)
        } catch {
            switch error {
            case .unsafe(let reason): problems.add(.unsafePath, line.number, reason, path: Array(name))
            case .malformed(let reason): problems.add(.malformedLine, line.number, reason)
            }
            return nil
        }
    }

    /// The digest, and what follows the blanks behind it.
    private static func split(_ text: ArraySlice<UInt8>) -> (hex: ArraySlice<UInt8>, name: ArraySlice<UInt8>) {
        let hex = text.prefix { !BagLines.isBlank($0) }
        return (hex, text[hex.endIndex...].drop(while: BagLines.isBlank))
    }

    /// md5sum and its like write `*` before the name of a file that they read as binary.
    private static func withoutStar(_ name: ArraySlice<UInt8>, _ line: Int, _ problems: inout BagLineProblems) -> ArraySlice<UInt8> {
        guard name.first == UInt8(ascii: "*") else { return name }
        problems.addOnce(.checksumToolStyle, line, "paths have an asterisk before them, as md5sum writes it")
        return name.dropFirst()
    }

    private static func note(_ reading: BagPath.Reading, _ line: Int, _ problems: inout BagLineProblems) {
        if reading.hadDot { problems.addOnce(.relativePath, line, "paths begin with \"./\", which is superfluous") }
        if reading.hadBarePercent {
            problems.addOnce(.unencodedPercent, line, "a percent sign is not written as %25; it was taken as it is")
        }
    }
}
