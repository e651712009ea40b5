import Foundation
import TestSupport
import Testing

@testable import CofferCommands
@testable import TLSInspector

@Suite("coffer tls certificate")
struct TLSCertificateTests {
    let fixture: CommandFixture
    let trust: String
    /// Leaf and authority.
    let chain: String

    init() throws {
        fixture = try CommandFixture()
        trust = try fixture.trustOptions()
        chain = try fixture.write(TestChain.pem(TestChain.leaf), to: "chain.pem")
    }

    private func vector(_ name: String) -> String { Repository.url("Tests/Vectors/certificates/containers/\(name)").path }

    @Test("a certificate is told field by field")
    func fields() async throws {
        let text = try await fixture.expect("tls certificate \(chain)").text
        #expect(text.hasPrefix("\(chain), PEM\n\nType:"))
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        for line in [
            "Subject: CN=a.example", "Issuer: CN=Test Authority", "Serial number: 2233445566778899",
            "Valid: 2026-08-01T00:00:00Z to 2026-12-31T00:00:00Z, 100 days (66 %) left", "Names: a.example, b.example, c.example",
            "Key: EC, secp256r1", "Authority: no", "Key usage: digitalSignature", "Extended usage: serverAuth",
        ] { #expect(lines.contains(line), "\(text)") }
        #expect(!text.contains("trusted"))
        let json = try await fixture.expect("tls certificate --json \(chain)").json
        let source = try #require((json["Sources"] as? [[String: Any]])?.first)
        let item = try #require((source["Items"] as? [[String: Any]])?.first)
        let certificate = try #require(item["Certificate"] as? [String: Any])
        #expect(certificate["CommonName"] as? String == "a.example" && certificate["NotAfter"] as? String == "2026-12-31T00:00:00Z")
        #expect(certificate["DNSNames"] as? [String] == ["a.example", "b.example", "c.example"] && certificate["IsCA"] as? Bool == false)
        #expect(source["Kind"] as? String == "PEM" && source["Chain"] == nil)
    }

    @Test("stdin is read, and several files")
    func several() async throws {
        let outcome = try await fixture.expect("tls certificate - \(chain)", .success, input: TestChain.authority)
        #expect(outcome.text.hasPrefix("-, DER\n") && outcome.text.contains("\n\(chain), PEM\n"))
        #expect(outcome.text.contains("itself"))
    }

    @Test(
        "a file is judged as a chain if that is asked for",
        arguments: [
            ("--verify", ExitStatus.success, "The chain is trusted.\n"), ("--host b.example", .success, "The chain is trusted.\n"),
            ("--host d.example", .negative, "d.example"), ("--verify --at 2027-01-02", .negative, "expired"),
        ])
    func verify(options: String, status: ExitStatus, sentence: String) async throws {
        let outcome = try await fixture.run("tls certificate \(trust) \(options) \(chain)")
        #expect(outcome.status == status, "\(outcome.text)")
        #expect(outcome.text.contains(sentence), "\(outcome.text)")
        let untrusted = try await fixture.run("tls certificate --no-system-trust \(options) \(chain)")
        #expect(untrusted.status == .negative)
    }

    @Test(
        "containers are opened, with a passphrase where they need one",
        arguments: [("modern.p12", "PKCS#12"), ("leaf.jks", "JKS"), ("leaf.jceks", "JCEKS")])
    func containers(name: String, kind: String) async throws {
        let file = vector(name)
        let pin = try fixture.write("changeit\n", to: "pin")
        let text = try await fixture.expect("tls certificate --passphrase-file \(pin) \(file)").text
        #expect(text.hasPrefix("\(file), \(kind)\n") && text.contains("CN=www.example.com") && !text.contains("PRIVATE"))
        try fixture.write("wrong\n", to: "pin")
        let wrong = try await fixture.expect("tls certificate --passphrase-file \(pin) \(file)", .denied)
        #expect(wrong.errors.contains("the passphrase does not open"))
        fixture.typist.willType("changeit")
        if name.hasSuffix(".p12") {
            #expect(try await fixture.expect("tls certificate \(file)").text.contains("CN=www.example.com"))
            #expect(fixture.typist.prompts == ["Passphrase of \(file): "])
        }
    }

    @Test("requests and revocation lists are told, too", arguments: [("request.pem", "Request"), ("crl.der", "Revocation list")])
    func others(name: String, type: String) async throws {
        let text = try await fixture.expect("tls certificate \(vector(name))").text
        #expect(text.contains(type), "\(text)")
    }

    @Test("a server's chain is told and judged")
    func server() async throws {
        let text = try await fixture.expect("tls certificate a.example \(trust)").text
        #expect(text.hasPrefix("a.example:443 (192.0.2.1)\n\nType:") && text.contains("The chain is trusted.\n"))
        let other = try await fixture.run("tls certificate d.example \(trust)")
        #expect(other.status == .negative)
        #expect(other.errors.contains("d.example:443 (192.0.2.1): a careful client refuses the chain"))
        fixture.scanner.willAnswer { $0 = .nothing($0.endpoint, address: nil, Undecided(.refused, "nobody listens there")) }
        let down = try await fixture.run("tls certificate a.example \(trust)")
        #expect(down.status == .environment && down.errors.contains("a.example:443: no certificate was had"))
    }

    @Test("what is neither a file nor a server is refused")
    func refusals() async throws {
        try await fixture.expect("tls certificate \(fixture.path("none"))", .notFound)
        try fixture.write("no certificate", to: "text")
        let text = try await fixture.expect("tls certificate \(fixture.path("text"))", .usage)
        #expect(text.errors.contains("none of PEM, DER, PKCS#7"))
        try await fixture.expect("tls certificate 192.0.2.0/24", .notFound)
        try await fixture.expect("tls certificate -- a_b:0", .usage)
        let unjudged = try await fixture.expect("tls certificate \(trust) \(chain)", .usage)
        #expect(unjudged.errors.contains("are for chains that are judged\nhint: give --verify, or --host NAME"))
    }
}
