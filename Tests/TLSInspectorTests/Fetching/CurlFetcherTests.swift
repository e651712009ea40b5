import Testing

@testable import TLSInspector

@Suite("Fetching with libcurl", .enabled(if: RevocationPeer.isInstalled, "COFFER_TEST_PYTHON names no Python with cryptography"))
struct CurlFetcherTests {
    private static func fetch(
        _ path: String, _ method: FetchRequest.Method = .get, limit: Int = 1_000, by fetcher: CurlFetcher = RevocationPeer.fetcher()
    ) async throws -> [UInt8] {
        let url = path.hasPrefix("/") ? try RevocationPeer.shared().base + path : path
        return try await fetcher.fetch(FetchRequest(url, method: method, accept: "text/test", maximumByteCount: limit))
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("a body comes as it is, up to the limit and no further")
    func limit() async throws {
        #expect(try await Self.fetch("/size/1000").count == 1_000)
        #expect(try await Self.fetch("/size/0").isEmpty)
        await #expect(throws: CurlTransfer.tooLarge) { try await Self.fetch("/size/1001") }
        await #expect(throws: CurlTransfer.tooLarge) { try await Self.fetch("/endless", limit: 100_000) }
    }

    @Test(
        "what goes wrong has its own code",
        arguments: [
            ("/status/404", .status), ("/status/500", .status), ("/status/204", .status), ("/loop", .tooManyRedirects),
            ("/hop/4", .tooManyRedirects), ("/headers", .tooLarge), ("/nonsense", .brokenAnswer), ("/short", .brokenAnswer),
            ("/to?file:///etc/passwd", .unsupportedScheme), ("/to?ftp://127.0.0.1/", .unsupportedScheme),
            ("/to?http://user:word@127.0.0.1/", .invalidURL), ("http://127.0.0.1:1/", .unreachable),
            // No resolver is asked for it: its label is too long.
            ("http://\(String(repeating: "a", count: 64)).invalid/", .unresolved),
        ] as [(String, FetchFailure.Code)])
    func failures(path: String, code: FetchFailure.Code) async {
        await #expect { try await Self.fetch(path) } throws: { ($0 as? FetchFailure)?.code == code }
    }

    @Test("a server whose certificate nobody trusts is not believed, whoever leads there", arguments: ["", "/to?"])
    func insecure(path: String) async throws {
        let peer = try RevocationPeer.shared()
        let url = (path.isEmpty ? "" : peer.base + path) + peer.secureBase + "/size/1"
        await #expect { try await Self.fetch(url) } throws: { ($0 as? FetchFailure)?.code == .insecure }
    }

    @Test("what never ends is ended by the clock", arguments: ["/silence", "/trickle"])
    func slow(path: String) async {
        let fetcher = RevocationPeer.fetcher(totalTimeout: 300)
        await #expect { try await Self.fetch(path, by: fetcher) } throws: { ($0 as? FetchFailure)?.code == .timedOut }
    }

    @Test("a fetch that is no longer wanted stops")
    func cancellation() async throws {
        let fetcher = RevocationPeer.fetcher(totalTimeout: 60_000)
        let task = Task { try await Self.fetch("/silence", by: fetcher) }
        task.cancel()
        await #expect { try await task.value } throws: { ($0 as? FetchFailure)?.code == .cancelled }
    }

    @Test("three redirections are followed, and no cookie is carried along")
    func redirections() async throws {
        #expect(Self.text(try await Self.fetch("/hop/3")) == "arrived")
        let base = try RevocationPeer.shared().base
        #expect(Self.text(try await Self.fetch("/to?\(base)/echo")).contains("GET /echo"))
    }

    @Test("a request says no more than it must")
    func request() async throws {
        let seen = Self.text(try await Self.fetch("/echo", .post(body: Array("question".utf8), contentType: "text/question")))
        #expect(seen.hasPrefix("POST /echo\n") && seen.hasSuffix("question"))
        #expect(seen.contains("Accept: text/test\n") && seen.contains("Content-Type: text/question\n"))
        for absent in ["Cookie", "Authorization", "Referer", "Accept-Encoding", "Expect"] { #expect(!seen.contains(absent)) }
    }

    @Test("addresses of this machine are refused, whoever leads there", arguments: ["", "localhost"])
    func privateAddresses(name: String) async throws {
        let guarded = CurlFetcher(policy: FetchPolicy())
        let base = try RevocationPeer.shared().base
        let url = name.isEmpty ? base : base.replacing("127.0.0.1", with: name)
        await #expect(throws: CurlTransfer.privateAddress) { try await Self.fetch(url + "/size/1", by: guarded) }
    }

    @Test("an address that a name stands for is judged where the connection is made")
    func resolvedAddresses() throws {
        let transfer = try CurlTransfer(
            policy: FetchPolicy(), request: FetchRequest("http://example.com/", maximumByteCount: 1), stop: StopFlag())
        #expect(!transfer.allows([127, 0, 0, 1]))
        #expect(!transfer.allows([UInt8](repeating: 0, count: 15) + [1]))
        #expect(transfer.allows([8, 8, 8, 8]))
    }

    @Test("a proxy is asked if one is given, and only its address is this side's business")
    func proxy() async throws {
        let base = try RevocationPeer.shared().base
        let port = try #require(UInt16(base.split(separator: ":").last ?? ""))
        var policy = FetchPolicy()
        policy.proxy = HTTPProxy(host: "127.0.0.1", port: port, authorization: "Basic Zm9vOmJhcg==")
        let fetcher = CurlFetcher(policy: policy)
        let seen = Self.text(try await Self.fetch("http://example.invalid/size/1", by: fetcher))
        #expect(seen.hasPrefix("GET http://example.invalid/size/1\n"))
        #expect(seen.contains("Proxy-Authorization: Basic Zm9vOmJhcg=="))
        await #expect(throws: CurlTransfer.privateAddress) { try await Self.fetch("http://10.0.0.1/", by: fetcher) }
    }
}
