import Findings
import KeyStore
import TLSInspector

extension CertificateResult.Item {
    init(_ item: CertificateItem, blocklist: DebianBlocklist?, time: Int64) {
        switch item.content {
        case .certificate(let der):
            do throws(CertificateError) {
                self.init(try CertificateFacts(der: der, blocklist: blocklist), label: item.label, time: time)
            } catch {
                self.init("Certificate", item.label, [("Unread", error.description)], ["Unread": .string(error.description)])
            }
        case .request(let facts): self.init(facts, label: item.label)
        case .revocationList(let facts): self.init(facts, label: item.label)
        case .key(let kind): self.init("Key", item.label, [("Kind", kind)], ["Kind": .string(kind)])
        case .unread(let reason): self.init("Unread", item.label, [("Reason", reason)], ["Reason": .string(reason)])
        }
    }

    init(_ facts: CertificateFacts, label: String?, time: Int64) {
        let fields = [
            ("Subject", facts.subject), ("Issuer", facts.isSelfSigned ? "itself" : facts.issuer), ("Serial number", facts.serialNumber),
            ("Valid", Self.validity(facts, time)), ("Names", Self.list(facts.dnsNames + facts.ipAddresses + facts.otherNames)),
            ("Key", Self.text(facts.key)), ("Weaknesses", Self.list(facts.key.weaknesses.map(\.rawValue))),
            ("Signed with", facts.signatureAlgorithm), ("Authority", Self.authority(facts)),
            ("Key usage", facts.keyUsage.flatMap(Self.list)),
            ("Extended usage", facts.extendedKeyUsage.flatMap(Self.list)), ("OCSP", Self.list(facts.ocspURLs)),
            ("Revocation lists", Self.list(facts.crlURLs)), ("Issuer at", Self.list(facts.issuerURLs)),
            ("Must staple", facts.mustStaple ? "yes" : nil),
            ("Timestamps", facts.embeddedTimestampCount > 0 ? "\(facts.embeddedTimestampCount)" : nil),
            ("Policies", Self.list(facts.policyOIDs)), ("Unknown critical", Self.list(facts.unknownCriticalExtensions)),
            ("SHA-256", facts.fingerprint), ("Key SHA-256", facts.keyFingerprint),
        ]
        self.init("Certificate", label, fields, ["Certificate": Self.json(facts)])
    }

    private init(_ facts: CertificateRequestFacts, label: String?) {
        let signature = facts.isSignatureValid.map { $0 ? "valid" : "not valid" } ?? "cannot be checked here"
        let fields = [
            ("Subject", facts.subject), ("Names", Self.list(facts.dnsNames + facts.ipAddresses + facts.otherNames)),
            ("Key", Self.text(facts.key)), ("Weaknesses", Self.list(facts.key.weaknesses.map(\.rawValue))),
            ("Signed with", facts.signatureAlgorithm), ("Signature", signature),
        ]
        self.init("Request", label, fields, ["Request": Self.json(facts)])
    }

    private init(_ facts: RevocationListFacts, label: String?) {
        let fields = [
            ("Issuer", facts.issuer), ("From", Self.time(facts.thisUpdate)), ("Next", facts.nextUpdate.map(Self.time)),
            ("Revoked", "\(facts.revokedCount)"), ("Signed with", facts.signatureAlgorithm),
        ]
        self.init("Revocation list", label, fields, ["RevocationList": Self.json(facts)])
    }

    private init(_ type: String, _ label: String?, _ fields: [(String, String?)], _ json: [String: JSONValue?]) {
        self.init(fields: [("Type", type), ("Label", label)] + fields, json: json.merging(["Label": .text(label)]) { own, _ in own })
    }

    /// A value that says why where it cannot be written, which none of these can be.
    private static func json(_ value: some Encodable) -> JSONValue {
        do {
            return try JSONValue(factsOf: value)
        } catch {
            preconditionFailure("texts, numbers and lists of them can be encoded")
        }
    }

    /// `2026-08-01T00:00:00Z to 2026-12-31T00:00:00Z, 100 days (65 %) left`
    private static func validity(_ facts: CertificateFacts, _ now: Int64) -> String {
        let span = "\(time(facts.notBefore)) to \(time(facts.notAfter))"
        guard now <= facts.notAfter else { return "\(span), expired" }
        guard now >= facts.notBefore else { return "\(span), not yet" }
        let (left, whole) = (facts.notAfter - now, max(1, facts.notAfter - facts.notBefore))
        return "\(span), \(CountText.of(left / 86_400, "day")) (\(left * 100 / whole) %) left"
    }

    private static func time(_ seconds: Int64) -> String { Timestamp(seconds: seconds).rfc3339 }

    private static func text(_ key: CertificateKeyFacts) -> String {
        [key.algorithm, key.curve, key.curve == nil ? key.bits.map { "\($0) bits" } : nil, key.exponent.map { "exponent \($0)" }]
            .compactMap(\.self).joined(separator: ", ")
    }

    private static func authority(_ facts: CertificateFacts) -> String? {
        facts.isCA.map { $0 ? "yes\(facts.pathLength.map { ", \($0) below it" } ?? "")" : "no" }
    }

    private static func list(_ values: [String]) -> String? { values.isEmpty ? nil : values.joined(separator: ", ") }
}
