/// A file of endpoints, one a line.
///
///     # comments, and empty lines, are passed over
///     example.com
///     mail.example.com:587 starttls=smtp
///     192.0.2.1:443 sni=example.com
///     [2001:db8::1]:8443 sni=none
///
/// Nothing is scanned that no line names: ranges of addresses are refused. What is named twice is scanned once.
public struct TargetList: Sendable, Hashable {
    public static let maximumLineCount = 1_000_000
    /// In bytes, without the end of the line.
    public static let maximumLineLength = 1024
    /// The longest file that is worth reading.
    public static let maximumByteCount = 256 << 20

    /// In the order of the file.
    public let endpoints: [Endpoint]

    /// - Parameters:
    ///   - bytes: UTF-8; lines end in LF or CRLF.
    ///   - defaults: for what a line does not say.
    public init(_ bytes: [UInt8], defaults: TargetDefaults = TargetDefaults()) throws(TargetError) {
        guard bytes.count <= Self.maximumByteCount else {
            throw TargetError(.tooMany, "the list is longer than \(Self.maximumByteCount) bytes; split it")
        }
        var (endpoints, seen, number) = ([Endpoint](), Set<Endpoint>(), 0)
        var rest = bytes[...]
        // A mark of the byte order, as some editors write it.
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        while !rest.isEmpty {
            number += 1
            guard number <= Self.maximumLineCount else {
                throw TargetError(.tooMany, "the list has more than \(Self.maximumLineCount) lines; split it")
            }
            let line = rest.prefix { $0 != 0x0A }
            rest = rest[line.endIndex...].dropFirst()
            do throws(TargetError) {
                guard let endpoint = try Self.endpoint(line, defaults) else { continue }
                if seen.insert(endpoint).inserted { endpoints.append(endpoint) }
            } catch {
                throw error.at(line: number)
            }
        }
        self.endpoints = endpoints
    }

    /// - Returns: nil for a line that names nothing.
    private static func endpoint(_ line: ArraySlice<UInt8>, _ defaults: TargetDefaults) throws(TargetError) -> Endpoint? {
        let line = line.last == 0x0D ? line.dropLast() : line
        guard line.count <= maximumLineLength else { throw TargetError(.tooLong, "longer than \(maximumLineLength) bytes") }
        guard let text = String(validating: line, as: UTF8.self) else { throw TargetError(.malformed, "is not UTF-8") }
        guard text.unicodeScalars.allSatisfy({ $0 == "\t" || $0.properties.generalCategory != .control }) else {
            throw TargetError(.malformed, "has a control character in it")
        }
        let content = text.prefix { $0 != "#" }
        let words = content.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        guard let target = words.first else { return nil }
        var (startTLS, serverName) = (StartTLSProtocol?.none, TargetDefaults.ServerName?.none)
        for word in words.dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch (parts[0], parts.count) {
            case ("starttls", 2) where startTLS == nil:
                guard let named = StartTLSProtocol(rawValue: parts[1].lowercased()) else {
                    throw TargetError(.unsupported, "\"\(parts[1])\" is no protocol with STARTTLS that is known here")
                }
                startTLS = named
            case ("sni", 2) where serverName == nil: serverName = parts[1] == "none" ? .omitted : .name(parts[1])
            case ("starttls", 2), ("sni", 2): throw TargetError(.malformed, "\"\(parts[0])\" stands there twice")
            default: throw TargetError(.malformed, "\"\(word)\" is neither starttls=PROTOCOL nor sni=NAME")
            }
        }
        return try Target(target, startTLS: startTLS, serverName: serverName, defaults: defaults).endpoint
    }
}
