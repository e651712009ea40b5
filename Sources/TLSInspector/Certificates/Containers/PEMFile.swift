internal import OpenSSL

/// A file of PEM blocks (RFC 7468).
enum PEMFile {
    static func read(_ bytes: [UInt8]) throws(CertificateError) -> CertificateFile {
        var items: [CertificateItem] = []
        for (index, block) in try PEMReader.blocks(bytes).enumerated() {
            do {
                items += try read(block)
            } catch {
                throw error.inside("block \(index + 1) (\(block.label))")
            }
            guard items.count <= CertificateContainer.maximumItemCount else {
                throw .oversized("there are more than \(CertificateContainer.maximumItemCount) entries")
            }
        }
        return CertificateFile(kind: .pem, integrity: .none, items: items)
    }

    private static func read(_ block: PEMBlock) throws(CertificateError) -> [CertificateItem] {
        // Also of keys that are encrypted with headers: that they are there is all that is said.
        if block.label.hasSuffix("PRIVATE KEY") { return [CertificateItem(.key(block.label), label: block.label)] }
        guard !block.hasHeaders else { return [CertificateItem(.unread("the block has headers"), label: block.label)] }
        switch block.label {
        case "CERTIFICATE", "X509 CERTIFICATE": return [CertificateItem(.certificate(try checked(block.bytes)), label: block.label)]
        case "TRUSTED CERTIFICATE":
            // Behind the certificate stands what OpenSSL thinks of it.
            let der = DERElement.split(block.bytes)?.element ?? block.bytes
            return [CertificateItem(.certificate(try checked(der)), label: block.label)]
        case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST":
            return [CertificateItem(.request(try CertificateRequestFacts(der: block.bytes)), label: block.label)]
        case "X509 CRL": return [CertificateItem(.revocationList(try RevocationListFacts(der: block.bytes)), label: block.label)]
        case "PKCS7", "PKCS #7 SIGNED DATA", "CMS": return try DERFile.pkcs7(block.bytes, label: block.label)
        default: return [CertificateItem(.unread("blocks of this kind hold no certificates"), label: block.label)]
        }
    }

    private static func checked(_ der: [UInt8]) throws(CertificateError) -> [UInt8] {
        try CertificateError.wrapping { () throws(OpenSSLError) in try X509Certificate(der: der).der }
    }
}

extension CertificateError {
    /// The same error, which says where in the file it was.
    func inside(_ place: String) -> CertificateError {
        switch self {
        case .malformed(let what): .malformed("\(place): \(what)")
        case .oversized(let what): .oversized("\(place): \(what)")
        case .unsupported(let what): .unsupported("\(place): \(what)")
        case .failed(let what): .failed("\(place): \(what)")
        case .passphraseNeeded, .wrongPassphrase: self
        }
    }
}
