internal import AgeFormat

/// One block of a PEM file (RFC 7468).
struct PEMBlock: Sendable, Hashable {
    var label: String
    /// What the Base64 stands for. Empty for a block that is encrypted with headers (RFC 1421), which is not read.
    var bytes: [UInt8]
    var hasHeaders: Bool
}

/// Reads all blocks of a PEM file. Text between them is let be, as bundles name their certificates there.
struct PEMReader {
    static let maximumBlockCount = 100_000
    /// Longest line that can be a boundary; lines of Base64 may be longer.
    private static let maximumBoundaryByteCount = 256

    private var rest: ArraySlice<UInt8>

    static func hasBlocks(_ bytes: [UInt8]) -> Bool {
        var reader = PEMReader(rest: bytes[...])
        while let line = reader.nextLine() {
            if label(line, "-----BEGIN ") != nil { return true }
        }
        return false
    }

    static func blocks(_ bytes: [UInt8]) throws(CertificateError) -> [PEMBlock] {
        var reader = PEMReader(rest: bytes[...])
        var blocks: [PEMBlock] = []
        while let line = reader.nextLine() {
            guard let label = label(line, "-----BEGIN ") else { continue }
            guard blocks.count < maximumBlockCount else { throw .oversized("there are more than \(maximumBlockCount) PEM blocks") }
            blocks.append(try reader.block(label, number: blocks.count + 1))
        }
        return blocks
    }

    private mutating func block(_ label: String, number: Int) throws(CertificateError) -> PEMBlock {
        var digits: [UInt8] = []
        var hasHeaders = false
        while let line = nextLine() {
            if let end = Self.label(line, "-----END ") {
                guard end == label else { throw .malformed("PEM block \(number) begins as \(label) and ends as \(end)") }
                return PEMBlock(label: label, bytes: hasHeaders ? [] : try Self.decode(digits, number), hasHeaders: hasHeaders)
            }
            // Headers of RFC 1421 have a colon, which Base64 has not.
            if line.contains(UInt8(ascii: ":")) { hasHeaders = true }
            guard !line.starts(with: "-----BEGIN ".utf8) else { break }
            if !hasHeaders { digits += line.filter { $0 != 0x20 && $0 != 0x09 } }
        }
        throw .malformed("PEM block \(number) (\(label)) has no end")
    }

    private static func decode(_ digits: [UInt8], _ number: Int) throws(CertificateError) -> [UInt8] {
        do {
            return try Base64.decode(digits[...], padding: .required)
        } catch {
            throw .malformed("PEM block \(number): \(error.description)")
        }
    }

    private static func label(_ line: ArraySlice<UInt8>, _ prefix: String) -> String? {
        guard line.count <= maximumBoundaryByteCount, line.starts(with: prefix.utf8) else { return nil }
        let rest = line.dropFirst(prefix.utf8.count)
        guard rest.suffix(5).elementsEqual("-----".utf8), rest.count >= 5 else { return nil }
        let label = rest.dropLast(5)
        guard label.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return nil }
        return String(decoding: label, as: UTF8.self)
    }

    /// Without its end and the white space before it.
    private mutating func nextLine() -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? rest.endIndex
        var line = rest[rest.startIndex..<end]
        rest = rest[min(end + 1, rest.endIndex)...]
        while let last = line.last, last == 0x20 || last == 0x09 { line.removeLast() }
        return line
    }
}
