import Foundation
import TestSupport

@testable import TLSInspector

/// What Tests/Interop/tls_certificates.py made.
enum CertificateVectors {
    struct Chain: Decodable, Sendable, CustomTestStringConvertibleByTitle {
        var title: String
        var chain: [Data]
        var roots: [Data]
        var extra: [Data]
        var host: String?
        var time: Int64
        var isPublic: Bool
        var problems: [String]
        var isTrusted: Bool
        var sentence: String
    }

    struct Key: Decodable, Sendable, CustomTestStringConvertibleByTitle {
        var title: String
        var modulus: String
        var exponent: Int
        var weaknesses: [String]
        var blocklistEntry: String
    }

    static let chains: [Chain] = read("chains.json")
    static let keys: [Key] = read("keys.json")
    static let certificates: [String: Data] = read("certificates.json")

    static func certificate(_ title: String) -> [UInt8] { Array(certificates[title] ?? Data()) }

    static func pem(_ certificates: [Data]) -> [UInt8] {
        let blocks = certificates.map { der in
            "-----BEGIN CERTIFICATE-----\n\(der.base64EncodedString(options: .lineLength64Characters))\n-----END CERTIFICATE-----\n"
        }
        return Array(blocks.joined().replacing("\r\n", with: "\n").utf8)
    }

    private static func read<Value: Decodable>(_ file: String) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(contentsOf: Repository.url("Tests/Vectors/certificates/\(file)")))
        } catch {
            fatalError("Tests/Vectors/certificates/\(file): \(error)")
        }
    }
}

/// Shown by its title in the list of tests.
protocol CustomTestStringConvertibleByTitle: CustomStringConvertible {
    var title: String { get }
}

extension CustomTestStringConvertibleByTitle {
    var description: String { title }
}
