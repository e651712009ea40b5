/// Which values a server may, must or must not have: versions, suites, groups, schemes, kinds of keys.
public struct ProfileListRule<Element: Sendable & Hashable & Codable & CustomStringConvertible>: Sendable, Hashable {
    public var level: RequirementLevel
    /// The versions of TLS that the rule is about; nil where it is about no version.
    public var versions: [ProtocolVersion]?
    /// Nothing but these.
    public var allowed: [Element]?
    /// All of these.
    public var required: [Element]?
    /// At least one of these.
    public var requiredAny: [Element]?
    /// None of these.
    public var forbidden: [Element]?

    public init(
        level: RequirementLevel, versions: [ProtocolVersion]? = nil, allowed: [Element]? = nil, required: [Element]? = nil,
        requiredAny: [Element]? = nil, forbidden: [Element]? = nil
    ) {
        self.level = level
        self.versions = versions
        self.allowed = allowed
        self.required = required
        self.requiredAny = requiredAny
        self.forbidden = forbidden
    }

    /// What of the server's values is there and should not be, in the server's order.
    func extras(in values: [Element]) -> [Element] {
        values.filter { value in
            if let allowed, !allowed.contains(value) { return true }
            return forbidden?.contains(value) ?? false
        }
    }

    /// What is not there and should be, as text.
    func missing(in values: [Element]) -> [String] {
        var missing = (required ?? []).filter { !values.contains($0) }.map(\.description)
        if let requiredAny, !requiredAny.contains(where: values.contains) {
            missing.append("one of " + requiredAny.map(\.description).joined(separator: ", "))
        }
        return missing
    }
}

extension ProfileListRule: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case level, versions, allowed, required, requiredAny, forbidden }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        self.level = try container.decode(RequirementLevel.self, forKey: .level)
        self.versions = try container.decodeIfPresent([ProtocolVersion].self, forKey: .versions)
        self.allowed = try container.decodeIfPresent([Element].self, forKey: .allowed)
        self.required = try container.decodeIfPresent([Element].self, forKey: .required)
        self.requiredAny = try container.decodeIfPresent([Element].self, forKey: .requiredAny)
        self.forbidden = try container.decodeIfPresent([Element].self, forKey: .forbidden)
        let lists = [allowed, required, requiredAny, forbidden].compactMap { $0 }
        guard !lists.isEmpty else {
            throw decoder.refusal("the rule asks for nothing: it needs allowed, required, requiredAny or forbidden")
        }
        guard lists.allSatisfy({ !$0.isEmpty }) else { throw decoder.refusal("the rule has an empty list") }
        guard versions?.isEmpty != true else { throw decoder.refusal("the rule is about no version: its list of versions is empty") }
    }
}
