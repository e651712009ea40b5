#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What somebody asks of a server: a published guideline, or a house's own.
///
/// The ones that come with the program and those of users have the same form (`Docs/Schemas/tls-profile.schema.json`). Members that are not
/// known are refused: a profile that was misread would pass what it should not.
public struct Profile: Sendable, Hashable {
    /// Of the JSON form.
    public static let schemaVersion = "coffer-tls-profile/1"
    /// Of a file, in bytes.
    public static let maximumSize = 1 << 20

    public var schema = Profile.schemaVersion
    /// `mozilla-intermediate-6.0`
    public var id: String
    /// Other names, of the newest of a family: `mozilla-intermediate`.
    public var aliases: [String] = []
    public var title: String
    /// Where it stands, a URL.
    public var source: String
    /// What the source asks for and this does not look at, or decides by itself: sentences.
    public var notJudged: [String] = []
    public var protocols: [ProfileListRule<ProtocolVersion>] = []
    public var cipherSuites: [ProfileListRule<CipherSuite>] = []
    public var groups: [ProfileListRule<NamedGroup>] = []
    /// Of ServerKeyExchange and CertificateVerify.
    public var handshakeSignatures: [ProfileListRule<TLSSignatureScheme>] = []
    /// Of the server's certificate, as `CertificateFacts` names them.
    public var certificateSignatures: [ProfileListRule<String>] = []
    /// Algorithms of the server's key, as `CertificateKeyFacts` names them.
    public var certificateKeys: [ProfileListRule<String>] = []
    /// Curves of the server's key, if it has one.
    public var certificateCurves: [ProfileListRule<String>] = []
    public var limits: [ProfileLimitRule] = []
    public var features: [ProfileFeatureRule] = []

    public init(id: String, title: String, source: String) {
        self.id = id
        self.title = title
        self.source = source
    }

    /// Reads a profile.
    ///
    /// - Parameter json: at most ``maximumSize`` bytes.
    public init(json: [UInt8]) throws(ProfileError) {
        guard json.count <= Self.maximumSize else { throw .tooLarge(json.count) }
        do {
            self = try JSONDecoder().decode(Profile.self, from: Data(json))
        } catch let error as DecodingError {
            throw .malformed(Self.reason(error))
        } catch {
            throw .malformed("\(error)")
        }
    }

    private static func reason(_ error: DecodingError) -> String {
        let (context, text): (DecodingError.Context, String) =
            switch error {
            case .keyNotFound(let key, let context): (context, "the member \"\(key.stringValue)\" is missing")
            case .typeMismatch(_, let context): (context, "the value has the wrong type")
            case .valueNotFound(_, let context): (context, "the value is null")
            case .dataCorrupted(let context): (context, context.debugDescription)
            @unknown default: (.init(codingPath: [], debugDescription: ""), "\(error)")
            }
        let path = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
        return path.isEmpty ? text : "at \(path): \(text)"
    }
}

extension Profile: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case schema, id, aliases, title, source, notJudged, protocols, cipherSuites, groups, handshakeSignatures
        case certificateSignatures, certificateKeys, certificateCurves, limits, features
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        let schema = try container.decode(String.self, forKey: .schema)
        guard schema == Self.schemaVersion else { throw decoder.refusal("the schema is \"\(schema)\" and not \"\(Self.schemaVersion)\"") }
        self.init(
            id: try container.decode(String.self, forKey: .id), title: try container.decode(String.self, forKey: .title),
            source: try container.decode(String.self, forKey: .source))
        guard !id.isEmpty, id.utf8.allSatisfy(Self.isNameByte) else {
            throw decoder.refusal("the id \"\(id)\" is not made of lower-case letters, digits, hyphens and dots")
        }
        func list<Value: Decodable>(_ key: CodingKeys) throws -> [Value] { try container.decodeIfPresent([Value].self, forKey: key) ?? [] }
        aliases = try list(.aliases)
        notJudged = try list(.notJudged)
        protocols = try list(.protocols)
        cipherSuites = try list(.cipherSuites)
        groups = try list(.groups)
        handshakeSignatures = try list(.handshakeSignatures)
        certificateSignatures = try list(.certificateSignatures)
        certificateKeys = try list(.certificateKeys)
        certificateCurves = try list(.certificateCurves)
        limits = try list(.limits)
        features = try list(.features)
        try checkVersions(decoder)
        guard !isEmpty else { throw decoder.refusal("the profile has no rule") }
    }

    /// Rules about something that differs between versions say which they mean; others cannot.
    private func checkVersions(_ decoder: any Decoder) throws {
        let needed = cipherSuites.map(\.versions) + groups.map(\.versions) + handshakeSignatures.map(\.versions)
        guard needed.allSatisfy({ $0 != nil }) else {
            throw decoder.refusal("a rule of cipherSuites, groups or handshakeSignatures has no versions")
        }
        let barred =
            protocols.map(\.versions) + certificateSignatures.map(\.versions) + certificateKeys.map(\.versions)
            + certificateCurves.map(\.versions)
        guard barred.allSatisfy({ $0 == nil }) else {
            throw decoder.refusal("a rule of protocols or of certificates has versions, which mean nothing there")
        }
        guard groups.allSatisfy(Self.isAboutGroups), handshakeSignatures.allSatisfy(Self.isAboutGroups) else {
            throw decoder.refusal("rules of groups and handshakeSignatures are about TLSv1.2 and TLSv1.3 only")
        }
    }

    private static func isAboutGroups<Element>(_ rule: ProfileListRule<Element>) -> Bool {
        (rule.versions ?? []).allSatisfy { $0 == .tls12 || $0 == .tls13 }
    }

    private var isEmpty: Bool {
        protocols.isEmpty && cipherSuites.isEmpty && groups.isEmpty && handshakeSignatures.isEmpty && certificateSignatures.isEmpty
            && certificateKeys.isEmpty && certificateCurves.isEmpty && limits.isEmpty && features.isEmpty
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
