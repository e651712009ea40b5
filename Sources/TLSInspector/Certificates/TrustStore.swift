internal import OpenSSL

/// The certificates that are trusted without another word, each with whether the public web trusts it too.
public struct TrustStore: Sendable {
    /// No bundle in use has more than a few hundred.
    public static let maximumCount = 10_000

    struct Anchor: Sendable {
        let certificate: X509Certificate
        let isPublic: Bool
    }

    private var anchors: [UInt: [Anchor]] = [:]
    private var known: Set<[UInt8]> = []

    /// How many certificates there are, each once.
    public var count: Int { known.count }
    /// Blocks of the bundles that are no certificates one can trust, and why: a sentence each.
    public private(set) var refusals: [String] = []

    public init() {}

    /// Adds all certificates of a PEM bundle.
    /// - Parameters:
    ///   - name: of the bundle, for `refusals`.
    ///   - isPublic: whether these are the authorities of the public web, whose rules then hold for what they sign.
    /// - Throws: `malformed` if it is no PEM or has no certificate. A certificate that cannot be read is put among `refusals`: it makes
    ///   nothing trusted.
    public mutating func add(pem: [UInt8], name: String, isPublic: Bool) throws(CertificateError) {
        guard pem.count <= CertificateContainer.maximumByteCount else {
            throw .oversized("\(name) has more than \(CertificateContainer.maximumByteCount) bytes")
        }
        var readCount = 0
        for (index, block) in try PEMReader.blocks(pem).enumerated() {
            guard ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"].contains(block.label) else { continue }
            // Behind a trusted certificate stands what OpenSSL thinks of it.
            let der = block.label.hasPrefix("TRUSTED") ? DERElement.split(block.bytes)?.element ?? block.bytes : block.bytes
            do {
                let certificate = try X509Certificate(der: der)
                try add(certificate, isPublic: isPublic)
                readCount += 1
            } catch let error as OpenSSLError {
                refusals.append("Block \(index + 1) of \(name) is not trusted: \(error.description).")
            } catch let error as CertificateError {
                throw error
            } catch {
                throw .failed("\(error)")
            }
        }
        guard readCount > 0 else { throw .malformed("\(name) has no readable certificate") }
    }

    private mutating func add(_ certificate: X509Certificate, isPublic: Bool) throws(CertificateError) {
        let hash = certificate.subjectHash
        guard known.insert(certificate.der).inserted else {
            // In a private and in a public bundle: the rules for public ones hold.
            let index = anchors[hash]?.firstIndex { $0.certificate.der == certificate.der }
            if isPublic, let index { anchors[hash]?[index] = Anchor(certificate: certificate, isPublic: true) }
            return
        }
        guard count <= Self.maximumCount else { throw .oversized("more than \(Self.maximumCount) trusted certificates") }
        anchors[hash, default: []].append(Anchor(certificate: certificate, isPublic: isPublic))
    }

    /// Those with the subject that the certificate names as its issuer.
    func issuers(of certificate: X509Certificate) -> [Anchor] {
        (anchors[certificate.issuerHash] ?? []).filter { certificate.hasIssuerName(of: $0.certificate) }
    }

    /// The certificate itself, or one with its subject and key.
    func anchor(for certificate: X509Certificate) -> Anchor? {
        let candidates = anchors[certificate.subjectHash] ?? []
        return candidates.first { $0.certificate.der == certificate.der }
            ?? candidates.first { $0.certificate.isSameAuthority(as: certificate) }
    }
}
