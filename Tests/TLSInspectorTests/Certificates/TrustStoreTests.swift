import Foundation
import Testing

@testable import TLSInspector

@Suite("Trust stores")
struct TrustStoreTests {
    private static let systemBundle = "/etc/ssl/certs/ca-certificates.crt"
    private static let hasSystemBundle = FileManager.default.fileExists(atPath: systemBundle)

    @Test("the system's bundle is read whole", .enabled(if: hasSystemBundle, "there is no \(systemBundle)"))
    func system() throws {
        let pem = Array(try Data(contentsOf: URL(filePath: Self.systemBundle)))
        var trust = TrustStore()
        try trust.add(pem: pem, name: "the system's bundle", isPublic: true)
        #expect(trust.refusals.isEmpty)
        #expect(trust.count > 50)
        // Each of them is a chain of one, and trusted; as a server's certificate it is none.
        let inspector = ChainInspector(trust: trust, time: 1_780_272_000)
        for item in try CertificateContainer.read(pem, passphrase: nil).prefix(20) {
            guard case .certificate(let der) = item.content else { continue }
            let report = inspector.inspect(chain: [der], host: nil)
            #expect(report.path.count == 1 && !report.isTrusted)
            #expect(
                report.problems.map(\.code).filter { ![.leafIsCA, .wrongUsage, .commonNameOnly, .weakSignature].contains($0) }.allSatisfy {
                    $0 == .expired
                })
        }
    }

    @Test(
        "a bundle without a certificate is refused", arguments: ["", "no PEM", "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n"])
    func empty(_ text: String) {
        var trust = TrustStore()
        #expect(throws: CertificateError.malformed("the bundle has no readable certificate")) {
            try trust.add(pem: Array(text.utf8), name: "the bundle", isPublic: false)
        }
    }

    @Test("a certificate that cannot be read makes nothing trusted, and is named")
    func refusals() throws {
        let vector = try #require(CertificateVectors.chains.first)
        var trust = TrustStore()
        let broken = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
        try trust.add(pem: Array(broken.utf8) + CertificateVectors.pem(vector.roots), name: "the bundle", isPublic: false)
        #expect(trust.count == 1)
        #expect(trust.refusals.count == 1 && trust.refusals.allSatisfy { $0.hasPrefix("Block 1 of the bundle is not trusted: ") })
        try trust.add(pem: CertificateVectors.pem(vector.roots), name: "again", isPublic: true)
        #expect(trust.count == 1)
    }

    @Test("a root in a private and in a public bundle is public")
    func both() throws {
        let vector = try #require(CertificateVectors.chains.first { $0.sentence == "at most 47 days" })
        for order in [[false, true], [true, false], [false, false]] {
            var trust = TrustStore()
            for isPublic in order { try trust.add(pem: CertificateVectors.pem(vector.roots), name: "roots", isPublic: isPublic) }
            let report = ChainInspector(trust: trust, time: vector.time).inspect(chain: vector.chain.map(Array.init), host: vector.host)
            #expect(report.problems.map(\.code) == (order.contains(true) ? [.validityTooLong] : []))
        }
    }
}
