import Foundation
import OpenSSL
import TestSupport

@testable import TLSInspector

/// What Tests/Interop/tls_containers.sh made.
enum ContainerVectors {
    static func file(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: Repository.url("Tests/Vectors/certificates/containers/\(name)")))
    }

    /// - Parameter passphrase: nil for none.
    static func open(_ bytes: [UInt8], _ passphrase: String?) throws -> CertificateFile {
        guard let passphrase else { return try CertificateContainer.open(bytes, passphrase: nil) }
        return try CertificateContainer.open(bytes, passphrase: SecretBytes(copying: Array(passphrase.utf8).bytes))
    }

    /// One word for each item, and the subject of certificates.
    static func summary(_ file: CertificateFile) throws -> [String] {
        try file.items.map { item in
            switch item.content {
            case .certificate(let der): try CertificateFacts(der: der).subject
            case .request(let facts): "request \(facts.subject)"
            case .revocationList(let facts): "list \(facts.issuer) \(facts.revokedCount)"
            case .key: "key"
            case .unread: "unread"
            }
        }
    }
}
