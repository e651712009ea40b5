internal import OpenSSL

/// A file that is one ASN.1 object, whose kind its first elements tell.
struct DERFile {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(_ passphrase: borrowing SecretBytes?) throws(CertificateError) -> CertificateFile {
        switch DERShape(bytes) {
        case .contentInfo: return CertificateFile(kind: .pkcs7, integrity: .none, items: try Self.pkcs7(bytes, label: nil))
        case .pfx: return try pkcs12(passphrase)
        case .privateKey(let kind): return CertificateFile(kind: .der, integrity: .none, items: [CertificateItem(.key(kind))])
        case .certificate:
            let certificate = try CertificateError.wrapping { () throws(OpenSSLError) in try X509Certificate(der: bytes) }
            return CertificateFile(kind: .der, integrity: .none, items: [CertificateItem(.certificate(certificate.der))])
        case .request:
            return CertificateFile(
                kind: .der, integrity: .none, items: [CertificateItem(.request(try CertificateRequestFacts(der: bytes)))])
        case .revocationList:
            return CertificateFile(
                kind: .der, integrity: .none, items: [CertificateItem(.revocationList(try RevocationListFacts(der: bytes)))])
        case .unknown: throw .malformed("it is DER of no known kind, or damaged")
        }
    }

    static func pkcs7(_ der: [UInt8], label: String?) throws(CertificateError) -> [CertificateItem] {
        let contents = try CertificateError.wrapping { () throws(OpenSSLError) in try PKCS7Contents(der: der) }
        guard contents.certificates.count + contents.revocationLists.count <= CertificateContainer.maximumItemCount else {
            throw .oversized("there are more than \(CertificateContainer.maximumItemCount) entries")
        }
        var items = contents.certificates.map { CertificateItem(.certificate($0), label: label) }
        for list in contents.revocationLists {
            items.append(CertificateItem(.revocationList(try RevocationListFacts(der: list)), label: label))
        }
        return items
    }

    private func pkcs12(_ passphrase: borrowing SecretBytes?) throws(CertificateError) -> CertificateFile {
        let contents: PKCS12Contents
        do {
            contents = try PKCS12Contents.read(der: bytes, passphrase: passphrase)
        } catch {
            switch error {
            case .passphraseNeeded: throw .passphraseNeeded("the PKCS#12 file")
            case .wrongPassphrase: throw .wrongPassphrase("the PKCS#12 file")
            case .unsupported(let reason): throw .unsupported("the PKCS#12 file uses what the installed libcrypto lacks: \(reason)")
            case .broken(let error): throw CertificateError(error)
            }
        }
        var items: [CertificateItem] = []
        for named in contents.items { items.append(CertificateItem(try Self.content(named.item), label: named.alias)) }
        let unchecked = CertificateFile.Integrity.unchecked(
            "The file has no check over its content, or it takes the passphrase to make it.")
        return CertificateFile(kind: .pkcs12, integrity: contents.isIntegrityChecked ? .checked : unchecked, items: items)
    }

    private static func content(_ item: PKCS12Contents.Item) throws(CertificateError) -> CertificateItem.Content {
        switch item {
        case .certificate(let der): .certificate(der)
        case .revocationList(let der): .revocationList(try RevocationListFacts(der: der))
        case .key: .key("PKCS#12 key bag")
        case .other(let kind): .unread("bags of the kind \(kind) are not read")
        }
    }
}
