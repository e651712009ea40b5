/// `bagit.txt`: the version of the format and the encoding of all other tag files (RFC 8493 §2.1.1).
///
///     BagIt-Version: 1.0
///     Tag-File-Character-Encoding: UTF-8
public struct BagDeclaration: Sendable, Hashable {
    public let version: BagVersion
    public let encoding: BagEncoding

    static let fileName = "bagit.txt"

    public init(version: BagVersion, encoding: BagEncoding = .utf8) {
        self.version = version
        self.encoding = encoding
    }

    /// - Throws: `malformed` for anything but the two lines: a byte order mark, a blank before a colon or none behind it, a third line. Of
    ///   versions before 0.97, which did not say so, blanks may stand where they like. `newerFormat` for an unknown version, `unsupported`
    ///   for an encoding that is not known here.
    public init(parsing bytes: [UInt8]) throws(IntegrityError) {
        let reading = Self.read(bytes)
        if let error = reading.error { throw error }
        guard let declaration = reading.declaration else { throw IntegrityError(.malformed, "bagit.txt: declares nothing") }
        self = declaration
    }

    public var bytes: [UInt8] { Array("\(Self.versionLabel): \(version.rawValue)\n\(Self.encodingLabel): \(encoding.rawValue)\n".utf8) }

    private static let versionLabel = "BagIt-Version"
    private static let encodingLabel = "Tag-File-Character-Encoding"

    /// What can be understood, and what is wrong all the same: a bag with a careless `bagit.txt` is not valid, and the rest of it is to be
    /// judged, too.
    static func read(_ bytes: [UInt8]) -> (declaration: BagDeclaration?, error: IntegrityError?) {
        guard bytes.count <= BagLimits.maximumDeclarationByteCount else {
            return (nil, IntegrityError(.malformed, "bagit.txt: is longer than \(BagLimits.maximumDeclarationByteCount) bytes"))
        }
        let hasMark = bytes.starts(with: BagEncoding.byteOrderMark)
        guard let text = String(validating: hasMark ? bytes.dropFirst(BagEncoding.byteOrderMark.count) : bytes[...], as: UTF8.self) else {
            return (nil, IntegrityError(.malformed, "bagit.txt: is not UTF-8"))
        }
        do throws(IntegrityError) {
            let declaration = try lenient(Array(text.utf8))
            if hasMark { return (declaration, IntegrityError(.malformed, "bagit.txt: begins with a byte order mark")) }
            guard !declaration.version.isStrict || declaration.isWritten(as: bytes) else {
                return (declaration, IntegrityError(.malformed, "bagit.txt: is not exactly two lines `Label: value`, with one space"))
            }
            return (declaration, nil)
        } catch {
            return (nil, error)
        }
    }

    /// The two labels and their values, wherever blanks are.
    private static func lenient(_ bytes: [UInt8]) throws(IntegrityError) -> BagDeclaration {
        let lines = BagLines(bytes).filter { !$0.isBlank }
        guard lines.count >= 2 else { throw IntegrityError(.malformed, "bagit.txt: has not both of its lines") }
        let version = try value(of: versionLabel, in: lines[0])
        let encoding = try value(of: encodingLabel, in: lines[1])
        guard let known = BagVersion(rawValue: version) else {
            guard isVersionNumber(version) else {
                throw IntegrityError(.malformed, "bagit.txt: \"\(Array(version.utf8).visiblePath)\" is not a version")
            }
            throw IntegrityError(.newerFormat, "bagit.txt: BagIt \(version) is not known here, only 0.93 to 0.97 and 1.0")
        }
        guard let name = BagEncoding(name: encoding) else {
            throw IntegrityError(.unsupported, "bagit.txt: tag files in \(Array(encoding.utf8).visiblePath) cannot be read here")
        }
        return BagDeclaration(version: known, encoding: name)
    }

    private static func value(of label: String, in line: BagLines.Line) throws(IntegrityError) -> String {
        guard let colon = line.text.firstIndex(of: UInt8(ascii: ":")),
            String(decoding: BagLines.trimmed(line.text[..<colon]), as: UTF8.self).lowercased() == label.lowercased()
        else { throw IntegrityError(.malformed, "bagit.txt: line \(line.number) is not `\(label): …`") }
        return String(decoding: BagLines.trimmed(line.text[(colon + 1)...]), as: UTF8.self)
    }

    private static func isVersionNumber(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { part in !part.isEmpty && part.allSatisfy { (48...57).contains($0) } }
    }

    /// To the letter; only the ends of lines and the case of the encoding's name are free.
    private func isWritten(as bytes: [UInt8]) -> Bool {
        let lines = BagLines(bytes).map(\.text)
        guard lines.count == 2, lines[0].elementsEqual("\(Self.versionLabel): \(version.rawValue)".utf8) else { return false }
        let prefix = "\(Self.encodingLabel): ".utf8
        return lines[1].starts(with: prefix)
            && String(decoding: lines[1].dropFirst(prefix.count), as: UTF8.self).uppercased() == encoding.rawValue
    }
}
