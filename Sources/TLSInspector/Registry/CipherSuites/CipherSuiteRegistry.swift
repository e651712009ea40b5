/// The table of suites, read once on first use.
struct CipherSuiteRegistry: Sendable {
    struct Entry: Sendable {
        var name: String
        var openSSLName: String?
        /// Nil for signals.
        var attributes: CipherSuiteAttributes?
    }

    static let shared = CipherSuiteRegistry([CipherSuiteTable.classic, CipherSuiteTable.ellipticCurves, CipherSuiteTable.others])

    private(set) var entries: [CipherSuite: Entry] = [:]
    private(set) var byName: [String: CipherSuite] = [:]
    private(set) var byOpenSSLName: [String: CipherSuite] = [:]
    private(set) var byVersion: [ProtocolVersion: [CipherSuite]] = [:]

    private static let expectedCount = 512

    private init(_ tables: [String]) {
        entries.reserveCapacity(Self.expectedCount)
        byName.reserveCapacity(Self.expectedCount)
        byOpenSSLName.reserveCapacity(Self.expectedCount)
        for table in tables {
            for line in table.utf8.split(separator: UInt8(ascii: "\n")) { add(line.split(separator: UInt8(ascii: " "))) }
        }
        for version in byVersion.keys { byVersion[version]?.sort() }
    }

    private mutating func add(_ fields: [Substring.UTF8View]) {
        guard let number = UInt16(Substring(fields[0]), radix: 16) else { preconditionFailure("a number of four digits") }
        let suite = CipherSuite(rawValue: number)
        let name = String(Substring(fields[1]))
        let names = fields.count > 2 ? fields[2].split(separator: UInt8(ascii: ",")).map { String(Substring($0)) } : []
        let attributes = suite.isSignalling ? nil : CipherSuiteAttributes(name: name)
        entries[suite] = Entry(name: name, openSSLName: names.first, attributes: attributes)
        byName[name] = suite
        for version in ProtocolVersion.allCases where attributes?.versions.contains(version) ?? false {
            byVersion[version, default: []].append(suite)
        }
        for name in names { byOpenSSLName[name] = suite }
    }
}
