import OpenSSL
import Testing

@testable import TLSInspector

@Suite("Issuers that were not sent", .enabled(if: RevocationPeer.isInstalled, "COFFER_TEST_PYTHON names no Python with cryptography"))
struct AIACompleterTests {
    private static func complete(_ chain: [String], anchors: [String] = []) async throws -> AIACompletion {
        let peer = try RevocationPeer.shared()
        let certificates = try chain.map { try peer.certificate($0) }
        return await AIACompleter(fetcher: RevocationPeer.fetcher()).complete(
            certificates, anchors: try anchors.map { try peer.certificate($0) })
    }

    @Test(
        "a missing intermediate is fetched in every form that is in use, and not beyond a trusted root",
        arguments: ["aia-der", "aia-pem", "aia-pkcs7", "aia-pkcs7-pem", "leaf"])
    func forms(leaf: String) async throws {
        let peer = try RevocationPeer.shared()
        let completion = try await Self.complete([leaf], anchors: ["root"])
        #expect(completion == AIACompletion(certificates: [try peer.certificate("ca")]))
        // Without it, the way goes on to the root.
        let whole = try await Self.complete([leaf])
        #expect(whole == AIACompletion(certificates: [try peer.certificate("ca"), try peer.certificate("root")]))
    }

    @Test(
        "nothing is fetched for a chain that is whole, in whatever order",
        arguments: [["leaf", "ca", "root"], ["leaf", "root", "ca"], ["root"]])
    func whole(chain: [String]) async throws {
        #expect(try await Self.complete(chain) == AIACompletion())
        #expect(try await Self.complete(["leaf", "ca"], anchors: ["root"]) == AIACompletion())
    }

    @Test(
        "what leads nowhere is told, and nothing is taken",
        arguments: [
            ("aia-dead", "HTTP status 404"), ("aia-wrong", "is not the certificate of the issuer"),
            ("aia-twin", "is not the certificate of the issuer"), ("aia-garbage", "is not a certificate"),
            ("aia-itself", "is not the certificate of the issuer"), ("aia-none", "does not say where"), ("aia-ldap", "only http and https"),
        ])
    func deadEnds(leaf: String, reason: String) async throws {
        let completion = try await Self.complete([leaf])
        #expect(completion.certificates.isEmpty)
        #expect(completion.problems.contains { $0.contains(reason) }, "\(completion.problems)")
        #expect(completion.problems.allSatisfy { $0.hasSuffix(".") })
    }

    @Test("the second place is asked if the first fails")
    func second() async throws {
        let completion = try await Self.complete(["aia-second"], anchors: ["root"])
        #expect(completion.certificates == [try RevocationPeer.shared().certificate("ca")])
        #expect(completion.problems.count == 1 && completion.problems[0].contains("HTTP status 500"))
    }

    @Test("issuers in a circle end the walk")
    func loop() async throws {
        let completion = try await Self.complete(["aia-loop"])
        #expect(completion.certificates.count == 2)
        #expect(completion.problems.last == "The issuers of the certificates go round in a circle.")
    }

    @Test("the walk ends after five steps and ten places")
    func limits() async throws {
        let deep = try await Self.complete(["aia-deep"])
        #expect(deep.certificates.count == AIACompleter.maximumStepCount)
        #expect(deep.problems.last?.contains("is the last whose issuer is not fetched") == true)
        let many = try await Self.complete(["aia-many"])
        #expect(many.problems.count == AIACompleter.maximumURLCount + 1)
        #expect(many.problems.last?.contains("more places") == true)
    }

    @Test("a leaf that cannot be read ends the walk before it begins")
    func garbage() async {
        let completion = await AIACompleter(fetcher: RevocationPeer.fetcher()).complete([[0x30, 0x00]])
        #expect(completion.certificates.isEmpty && completion.problems.count == 1)
    }

    @Test("a bundle has a limit")
    func oversizedBundle() throws {
        let bundle = try RevocationPeer.shared().file("ca.pem")
        let many = [[UInt8]](repeating: bundle, count: CertificateBundle.maximumCertificateCount).flatMap { $0 }
        #expect(try CertificateBundle.read(many).count == CertificateBundle.maximumCertificateCount)
        #expect { try CertificateBundle.read(many + bundle) } throws: { ($0 as? OpenSSLError)?.reason.contains("more than 32") == true }
    }
}
