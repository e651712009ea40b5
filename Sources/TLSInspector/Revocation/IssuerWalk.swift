internal import OpenSSL

/// A walk from a leaf from issuer to issuer, over certificates that are known.
struct IssuerWalk {
    /// A certificate whose issuer is not known.
    struct Place {
        let name: String
        let urls: [String]
    }

    private(set) var completion = AIACompletion()
    var askedURLCount = 0
    private var known: [X509Certificate] = []
    private var anchors: [X509Certificate] = []
    private var current: X509Certificate?
    /// DER of those that were passed.
    private var passed: Set<[UInt8]> = []

    /// - Returns: whether there is a leaf to begin with.
    mutating func begin(_ chain: ArraySlice<[UInt8]>) -> Bool {
        for (index, der) in chain.enumerated() {
            do throws(OpenSSLError) {
                let certificate = try X509Certificate(der: der)
                known.append(certificate)
                if index == 0 { current = certificate }
            } catch {
                note("A certificate of the chain cannot be read: \(error).")
            }
        }
        return current != nil
    }

    mutating func addAnchors(_ ders: [[UInt8]]) {
        for der in ders {
            do throws(OpenSSLError) {
                anchors.append(try X509Certificate(der: der))
            } catch {
                note("A trusted root cannot be read: \(error).")
            }
        }
    }

    mutating func note(_ problem: String) { completion.problems.append(problem) }

    mutating func stop(_ problem: String) {
        note(problem)
        current = nil
    }

    /// Goes on over certificates that are known; nil at a root, and where the walk has ended.
    mutating func nextMissing() -> Place? {
        while let certificate = current {
            passed.insert(certificate.der)
            if isRoot(certificate) || anchors.contains(where: { Self.issued($0, certificate) }) {
                current = nil
                return nil
            }
            guard let issuer = known.first(where: { Self.issued($0, certificate) }) else { return place(of: certificate) }
            if passed.contains(issuer.der) {
                stop("The issuers of the certificates go round in a circle.")
                return nil
            }
            current = issuer
        }
        return nil
    }

    /// Takes the issuer out of what was fetched, and goes on with it.
    mutating func take(_ bytes: [UInt8], from url: String) -> Bool {
        guard let certificate = current else { return false }
        do throws(OpenSSLError) {
            let found = try CertificateBundle.read(bytes)
            guard let issuer = found.first(where: { Self.issued($0, certificate) }) else {
                note("What \"\(url)\" gives is not the certificate of the issuer.")
                return false
            }
            known.append(issuer)
            completion.certificates.append(issuer.der)
            return true
        } catch {
            note("What \"\(url)\" gives is not a certificate: \(error).")
            return false
        }
    }

    private mutating func place(of certificate: X509Certificate) -> Place? {
        do throws(CertificateError) {
            let facts = try CertificateFacts(certificate, blocklist: nil)
            return Place(name: "The certificate \"\(facts.subject)\"", urls: facts.issuerURLs)
        } catch {
            stop("A certificate of the chain cannot be read: \(error).")
            return nil
        }
    }

    private func isRoot(_ certificate: X509Certificate) -> Bool {
        certificate.isSelfIssued && certificate.checkSignature(by: certificate) != .invalid
    }

    /// Where libcrypto cannot check the signature, the names decide: a wrong issuer shows when the path is judged.
    private static func issued(_ issuer: X509Certificate, _ certificate: X509Certificate) -> Bool {
        certificate.names(asIssuer: issuer) && certificate.checkSignature(by: issuer) != .invalid
    }
}
