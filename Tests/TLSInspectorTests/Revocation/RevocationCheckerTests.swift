import Foundation
import Synchronization
import Testing

@testable import TLSInspector

@Suite("Revocation of a path", .enabled(if: RevocationPeer.isInstalled, "COFFER_TEST_PYTHON names no Python with cryptography"))
struct RevocationCheckerTests {
    private static func check(
        _ leaf: String, staple: String? = nil, breadth: RevocationChecker.Breadth = .firstAnswer, path: [String] = ["ca", "root"],
        by fetcher: any Fetcher = RevocationPeer.fetcher(), time: Int64 = RevocationPeer.time
    ) async throws -> (leaf: PathCertificate, report: RevocationReport) {
        let peer = try RevocationPeer.shared()
        let path = try ([leaf] + path).map { try PathCertificate(der: try peer.certificate($0)) }
        let stapled = try staple.map { try peer.file("ocsp-" + $0) }
        let checker = RevocationChecker(fetcher: fetcher, time: time, breadth: breadth)
        return (path[0], await checker.check(path, stapledResponse: stapled))
    }

    /// `stapled good`, one for each source, of the leaf only.
    private static func sources(_ result: (leaf: PathCertificate, report: RevocationReport)) -> [String] {
        result.report.facts.filter { $0.fingerprint == result.leaf.facts.fingerprint }
            .map { "\($0.source.rawValue) \($0.status.rawValue)" }
    }

    @Test(
        "sources are asked in order until one answers",
        arguments: [
            ("leaf", nil, ["ocsp good"]), ("leaf", "good", ["stapled good"]), ("leaf", "revoked", ["stapled revoked"]),
            ("leaf", "expired", ["stapled invalid", "ocsp good"]), ("leaf", "garbage", ["stapled invalid", "ocsp good"]),
            ("leaf", "try-later", ["stapled unavailable", "ocsp good"]), ("ocsp-leaf-revoked", nil, ["ocsp revoked"]),
            ("ocsp-leaf-unknown", nil, ["ocsp unknown"]), ("ocsp-leaf-expired", nil, ["ocsp invalid"]),
            ("ocsp-leaf-try-later", nil, ["ocsp unavailable"]), ("ocsp-leaf-garbage", nil, ["ocsp invalid"]),
            ("ocsp-leaf-flipped", nil, ["ocsp invalid"]), ("post-only", nil, ["ocsp good"]),
            ("fallback", nil, ["ocsp unavailable", "crl good"]), ("list-only", nil, ["crl revoked"]),
            ("ldap", nil, ["crl unavailable", "crl good"]), ("dead", nil, ["ocsp unavailable", "crl unavailable"]),
            ("none", nil, []), ("short", nil, []),
        ] as [(String, String?, [String])])
    func order(leaf: String, staple: String?, expected: [String]) async throws {
        let result = try await Self.check(leaf, staple: staple)
        #expect(Self.sources(result) == expected)
        for facts in result.report.facts {
            let isAnswer = facts.status == .good || facts.status == .revoked
            #expect(isAnswer ? facts.problem == nil : facts.problem?.hasSuffix(".") == true, "\(facts)")
        }
    }

    /// Their answers are of today.
    @Test(
        "stock OpenSSL's responder and lists are understood",
        arguments: [
            ("stock-good", "ocsp good"), ("stock-revoked", "ocsp revoked"), ("stock-unknown", "ocsp unknown"),
            ("stock-weak", "ocsp invalid"),
            ("stock-list-good", "crl good"), ("stock-list-revoked", "crl revoked"), ("stock-list-weak", "crl invalid"),
        ])
    func stock(leaf: String, expected: String) async throws {
        let result = try await Self.check(leaf, path: ["ca"], time: Int64(Date().timeIntervalSince1970))
        #expect(Self.sources(result) == [expected])
        let facts = try #require(result.report.facts.first)
        switch facts.status {
        case .revoked: #expect(facts.revokedAt == 1_577_934_245 && facts.reason == "superseded")
        case .invalid: #expect(facts.problem?.contains("SHA-1, in which collisions can be made") == true)
        case .good, .unknownToResponder, .unavailable: #expect(facts.revokedAt == nil)
        }
    }

    @Test("what a revocation is about is told")
    func details() async throws {
        let facts = try #require(try await Self.check("list-only").report.facts.first)
        #expect(facts.revokedAt == RevocationPeer.time - 5 * RevocationPeer.day && facts.reason == "keyCompromise")
        #expect(facts.nextUpdate == RevocationPeer.time + RevocationPeer.day && facts.url?.hasSuffix("/file/crl-revoked") == true)
    }

    @Test("intermediates are looked at too, and roots are not")
    func intermediates() async throws {
        let peer = try RevocationPeer.shared()
        let facts = try await Self.check("leaf").report.facts
        let authority = try PathCertificate(der: try peer.certificate("ca")).facts.fingerprint
        #expect(facts.map(\.source) == [.ocsp, .crl])
        #expect(facts.last?.fingerprint == authority && facts.last?.status == .good)
    }

    @Test("one source that says good where another says revoked is told")
    func contradiction() async throws {
        let result = try await Self.check("contradiction", breadth: .everySource)
        #expect(Self.sources(result) == ["ocsp good", "crl revoked"])
        let problem = try #require(result.report.problems.first)
        #expect(problem.code == .contradiction && problem.sentence.hasPrefix("The certificate \"CN=contradiction\" is good for the OCSP"))
        #expect(try await Self.check("contradiction").report.problems.isEmpty)
    }

    @Test(
        "a certificate without any source is told, unless it lives so short that it needs none",
        arguments: [("none", [RevocationProblem.Code.noSource]), ("short", []), ("leaf", []), ("list-only", [])])
    func noSource(leaf: String, expected: [RevocationProblem.Code]) async throws {
        #expect(try await Self.check(leaf).report.problems.map(\.code) == expected)
    }

    @Test("a path that ends without a root says what was not looked at")
    func noIssuer() async throws {
        let result = try await Self.check("leaf", path: [])
        #expect(result.report.facts.isEmpty && result.report.problems.map(\.code) == [.noIssuer])
    }

    @Test("how short a life needs no revocation depends on when it began")
    func shortLives() throws {
        var facts = try PathCertificate(der: try RevocationPeer.shared().certificate("short")).facts
        for (begin, seconds, isShort) in [
            (1_773_532_799, 10 * 86_400, true), (1_773_532_799, 10 * 86_400 + 1, false), (1_773_532_800, 7 * 86_400, true),
            (1_773_532_800, 7 * 86_400 + 1, false),
        ] as [(Int64, Int64, Bool)] {
            // The last second belongs to the validity.
            (facts.notBefore, facts.notAfter) = (begin, begin + seconds - 1)
            #expect(RevocationChecker.isShortLived(facts) == isShort)
        }
        (facts.notBefore, facts.notAfter, facts.isCA) = (0, 86_400, true)
        #expect(!RevocationChecker.isShortLived(facts))
    }

    @Test(
        "a certificate that demands a staple is held to it",
        arguments: [
            (nil, "none was sent"), ("good", nil), ("revoked", nil), ("expired", "cannot be believed"),
            ("unknown", "does not know the certificate"), ("try-later", "cannot be believed"),
        ] as [(String?, String?)])
    func mustStaple(staple: String?, complaint: String?) async throws {
        let result = try await Self.check("must-staple", staple: staple)
        let stapled = result.report.facts.first { $0.source == .stapled }
        let problem = RevocationChecker.mustStapleProblem(of: result.leaf.facts, staple: stapled)
        #expect(problem?.code == (complaint == nil ? nil : .mustStaple))
        if let complaint { #expect(problem?.sentence.contains(complaint) == true) }
        let other = try PathCertificate(der: try RevocationPeer.shared().certificate("leaf"))
        #expect(RevocationChecker.mustStapleProblem(of: other.facts, staple: nil) == nil)
    }

    @Test("no more URLs are asked than the limit says")
    func manyURLs() async throws {
        let result = try await Self.check("many")
        #expect(Self.sources(result) == [String](repeating: "ocsp unavailable", count: RevocationChecker.maximumURLCount))
    }

    @Test("a question goes by GET, and again by POST if that is refused")
    func methods() async throws {
        let fetcher = RecordingFetcher()
        _ = try await Self.check("leaf", path: ["ca"], by: fetcher)
        let seen = fetcher.requests
        let base = try RevocationPeer.shared().base
        #expect(seen.count == 3)
        let first = try #require(seen.first)
        #expect(first.method == .get && first.url.hasPrefix(base + "/ocsp/good/M") && first.maximumByteCount == 65_536)
        let path = first.url.dropFirst((base + "/ocsp/good/").count)
        #expect(!path.contains("/") && !path.contains("+") && !path.contains("="))
        guard case .post(_, "application/ocsp-request") = seen[1].method else { return #expect(Bool(false), "\(seen[1])") }
        #expect(seen[1].url == base + "/ocsp/good" && seen[2].url == base + "/file/crl-clean")
    }

    @Test("two looks at an unchanged world are equal")
    func determinism() async throws {
        let first = try await Self.check("contradiction", staple: "good", breadth: .everySource).report
        for _ in 0..<5 { #expect(try await Self.check("contradiction", staple: "good", breadth: .everySource).report == first) }
    }
}

/// Refuses everything and remembers what was asked.
private final class RecordingFetcher: Fetcher {
    private let seen = Mutex<[FetchRequest]>([])

    var requests: [FetchRequest] { seen.withLock { $0 } }

    func fetch(_ request: FetchRequest) async throws(FetchFailure) -> [UInt8] {
        seen.withLock { $0.append(request) }
        throw FetchFailure(.status, "refused")
    }
}
