import AgeFormat
import Synchronization
import Testing

@testable import TLSInspector

@Suite("From a scan to what is reported")
struct ScanJudgeTests {
    private static let time: Int64 = 1_795_824_000

    private func judge() throws -> ScanJudge {
        var trust = TrustStore()
        let pem = "-----BEGIN CERTIFICATE-----\n\(Base64.encode(IssuerChain.root, padding: .required))\n-----END CERTIFICATE-----\n"
        try trust.add(pem: Array(pem.utf8), name: "test", isPublic: false)
        return ScanJudge(trust: trust, time: Self.time)
    }

    private func scan(_ chain: [[UInt8]], address: String = "192.0.2.1") -> EndpointScan {
        var scan = ReportSamples.scan(host: "a.example", address: address)
        scan.chains[0].certificates = chain.map(CertificateBytes.init)
        scan.chains[0].stapledResponse = nil
        return scan
    }

    @Test("a whole chain is trusted, and nobody is asked about it")
    func whole() async throws {
        let judged = try await judge().judge(scan([IssuerChain.leaf, IssuerChain.intermediate]))
        #expect(judged.chains[0].certificates.map(\.commonName) == ["a.example", "Test Intermediate"])
        #expect(judged.chains[0].report?.isTrusted == true && judged.chains[0].report?.path.count == 3)
        #expect(judged.chains[0].revocation.isEmpty && judged.chains[0].notes.isEmpty)
        #expect(judged.grade == nil)
    }

    @Test("what a server forgot is fetched if that is wanted", arguments: [false, true])
    func completion(isWanted: Bool) async throws {
        let issuer = IssuerFetcher()
        var judge = try judge()
        if isWanted { judge.completion = { _ in issuer } }
        let report = await judge.judge(scan([IssuerChain.leaf])).chains[0].report
        #expect(report?.isTrusted == isWanted)
        #expect(report?.problems.contains { $0.code == .missingIntermediate } == true)
        #expect(issuer.asked == (isWanted ? ["http://issuer.test/intermediate.der"] : []))
    }

    @Test("responders are asked, also about a chain that the trust store ends; what they do not say is unavailable")
    func revocation() async throws {
        let issuer = IssuerFetcher()
        var judge = try judge()
        judge.revocation = { _ in issuer }
        let chain = await judge.judge(scan([IssuerChain.leaf, IssuerChain.intermediate])).chains[0]
        #expect(chain.revocation.map(\.status) == [.unavailable] && chain.revocation[0].url == "http://ocsp.test/")
        #expect(issuer.asked.allSatisfy { $0.hasPrefix("http://ocsp.test/") } && !issuer.asked.isEmpty)
        // The intermediate is looked at as well, for its issuer is in the store: it names nobody.
        #expect(chain.notes.contains { $0.contains("Test Intermediate") })
    }

    @Test(
        "private addresses may be asked for endpoints that have one themselves",
        arguments: [("127.0.0.1", true), ("10.1.2.3", true), ("fd00::1", true), ("8.8.8.8", false), ("2606:4700::1111", false)])
    func privateAddresses(address: String, isAllowed: Bool) async throws {
        let asked = Mutex<[Bool]>([])
        let issuer = IssuerFetcher()
        var judge = try judge()
        judge.completion = { allowed in
            asked.withLock { $0.append(allowed) }
            return issuer
        }
        _ = await judge.judge(scan([IssuerChain.leaf], address: address))
        #expect(asked.withLock { $0 } == [isAllowed])
    }

    @Test("a certificate that cannot be read is told, and makes nothing trusted")
    func unreadable() async throws {
        let judged = try await judge().judge(scan([[1, 2, 3]]))
        #expect(judged.chains[0].certificates.isEmpty && judged.chains[0].report?.isTrusted == false)
        #expect(judged.chains[0].notes.contains { $0.hasPrefix("Certificate 1 of the chain cannot be read: ") })
    }
}

/// Gives the intermediate, and says no to everything else.
private final class IssuerFetcher: Fetcher {
    private let urls = Mutex<[String]>([])

    var asked: [String] { urls.withLock { $0 } }

    func fetch(_ request: FetchRequest) async throws(FetchFailure) -> [UInt8] {
        urls.withLock { $0.append(request.url) }
        guard request.url == "http://issuer.test/intermediate.der" else { throw FetchFailure(.internalFailure, "nobody is there") }
        return IssuerChain.intermediate
    }
}

/// A root, an intermediate, and a leaf for a.example that says where its issuer and its responder are; valid on 2026-11-28.
private enum IssuerChain {
    static let root = bytes(
        """
        MIIBgjCCASegAwIBAgIIEREREREREREwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJVGVzdCBSb290MB4XDTI2MTEwMTAwMDAwMFoXDTM2MDEwMT\
        AwMDAwMFowFDESMBAGA1UEAwwJVGVzdCBSb290MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAElsHalOfR6x30IvCWmuRFZRQzZhql+VQitQCn\
        OXy1pE6bkLvC0NVwUnou/t5dmGKnNqk3Iez3Qp3r38iBQws87aNjMGEwDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBB\
        YEFALWqAG6Jr5nVzHJQ00Av0u419YZMB8GA1UdIwQYMBaAFALWqAG6Jr5nVzHJQ00Av0u419YZMAoGCCqGSM49BAMCA0kAMEYCIQC7A/VWDXDR\
        Ox6KWbd0cXJRCVYXx1GSdMsOnK606Rg7ZAIhAKJ7R+Avu11cBz7rKKyEQQZ+uQxF/jP+GXdCA2F9EhXx
        """)
    static let intermediate = bytes(
        """
        MIIBiTCCAS+gAwIBAgIIIiIiIiIiIiIwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJVGVzdCBSb290MB4XDTI2MTEwMTAwMDAwMFoXDTM2MDEwMT\
        AwMDAwMFowHDEaMBgGA1UEAwwRVGVzdCBJbnRlcm1lZGlhdGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASndFV0IeITZP4n5VlXit2utgPv\
        cJxfRMF+XXPZEK88n4U6EJ019dSLttBFnRkZ2pcrZx3wr0Pqpx629LD9mxHko2MwYTAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBj\
        AdBgNVHQ4EFgQUoEDrByW8KVu7YFVmcQXoaBe4lDowHwYDVR0jBBgwFoAUAtaoAbomvmdXMclDTQC/S7jX1hkwCgYIKoZIzj0EAwIDSAAwRQIg\
        E2zaxGx/tirwomGZ4xJ5Pu8GEDJHOUifCszTBzKMxjUCIQDk7pWzNgeFylem9/oXwTEQ1kdhmQcZ1j9KpYL77GnKgA==
        """)
    static let leaf = bytes(
        """
        MIICEjCCAbmgAwIBAgIIMzMzMzMzMzMwCgYIKoZIzj0EAwIwHDEaMBgGA1UEAwwRVGVzdCBJbnRlcm1lZGlhdGUwHhcNMjYxMTAxMDAwMDAwWh\
        cNMjcwMjAxMDAwMDAwWjAUMRIwEAYDVQQDDAlhLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQuMcFix7FAWB6lnhLMMjSUF+Xk\
        gMSmS+N+FiO6eoKpsADK4lh3L6iaI5qpOPrZtYUJPFViqw3l0rT1EXqhIwhdo4HsMIHpMAwGA1UdEwEB/wQCMAAwDgYDVR0PAQH/BAQDAgeAMB\
        0GA1UdDgQWBBSDjirPsCQLndSre3uSnv1aPCTPJTAfBgNVHSMEGDAWgBSgQOsHJbwpW7tgVWZxBehoF7iUOjATBgNVHSUEDDAKBggrBgEFBQcD\
        ATAUBgNVHREEDTALgglhLmV4YW1wbGUwXgYIKwYBBQUHAQEEUjBQMB0GCCsGAQUFBzABhhFodHRwOi8vb2NzcC50ZXN0LzAvBggrBgEFBQcwAo\
        YjaHR0cDovL2lzc3Vlci50ZXN0L2ludGVybWVkaWF0ZS5kZXIwCgYIKoZIzj0EAwIDRwAwRAIgUD9xTpswEuhAf6BKd1C+4H9xWugeqBdWGuho\
        xQ5WzlICIBcYtW1pH5QqB1F88y8P8CCJrcFFbBq1HjcnWd2X1STD
        """)

    private static func bytes(_ text: String) -> [UInt8] {
        do {
            return try Base64.decode(text, padding: .required)
        } catch {
            preconditionFailure("the certificate in the test is not base64: \(error)")
        }
    }
}
