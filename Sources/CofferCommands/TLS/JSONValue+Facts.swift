import TLSInspector

extension JSONValue {
    /// Facts as other answers of `--json` are: names of members as AWS writes them, times of RFC 3339. A file that `--save` or `--jsonl`
    /// writes has them as its schema says.
    init(factsOf value: some Encodable) throws { self = try JSONValue(asWritten: value).renamed }

    private static let times: Set<String> = ["notBefore", "notAfter", "thisUpdate", "nextUpdate", "revokedAt"]
    /// What names begin with that is an abbreviation.
    private static let abbreviations = ["dns", "ip", "ocsp", "crl"]

    private var renamed: JSONValue {
        switch self {
        case .object(let members):
            .object(Dictionary(uniqueKeysWithValues: members.map { name, value in (Self.memberName(name), value.asMember(name)) }))
        case .array(let values): .array(values.map(\.renamed))
        case .null, .bool, .integer, .number, .string: self
        }
    }

    private func asMember(_ name: String) -> JSONValue {
        guard case .integer(let seconds) = self, Self.times.contains(name) else { return renamed }
        return .string(CertificateDate.time(seconds))
    }

    /// `dnsNames` is `DNSNames`, `isCA` is `IsCA`.
    private static func memberName(_ name: String) -> String {
        let word = name.prefix { $0.isLowercase }
        let first = abbreviations.contains(String(word)) ? word.uppercased() : word.prefix(1).uppercased() + word.dropFirst()
        return first + name.dropFirst(word.count)
    }
}
