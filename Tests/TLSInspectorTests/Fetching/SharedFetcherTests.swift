import Synchronization
import Testing

@testable import TLSInspector

@Suite("Fetching once for all")
struct SharedFetcherTests {
    /// Answers with as many bytes as the URL says, and counts.
    private final class CountingFetcher: Fetcher {
        private let count = Mutex(0)
        private let gate: Gate?

        init(gate: Gate? = nil) { self.gate = gate }

        var fetchCount: Int { count.withLock { $0 } }

        func fetch(_ request: FetchRequest) async throws(FetchFailure) -> [UInt8] {
            count.withLock { $0 += 1 }
            await gate?.wait()
            guard let size = Int(request.url) else { throw FetchFailure(.status, "no number") }
            return [UInt8](repeating: 1, count: size)
        }
    }

    /// Holds fetches until it is opened.
    private actor Gate {
        private var isOpen = false
        private var waiting: [CheckedContinuation<Void, Never>] = []

        func wait() async {
            if isOpen { return }
            await withCheckedContinuation { waiting.append($0) }
        }

        func open() {
            isOpen = true
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
    }

    private static func request(_ url: String, limit: Int = 100) -> FetchRequest { FetchRequest(url, maximumByteCount: limit) }

    @Test("an answer and a failure are fetched once")
    func once() async throws {
        let counting = CountingFetcher()
        let shared = SharedFetcher(counting)
        for _ in 0..<3 {
            #expect(try await shared.fetch(Self.request("5")).count == 5)
            await #expect(throws: FetchFailure(.status, "no number")) { try await shared.fetch(Self.request("x")) }
        }
        #expect(counting.fetchCount == 2)
    }

    @Test("those who ask at once share one fetch")
    func together() async throws {
        let gate = Gate()
        let counting = CountingFetcher(gate: gate)
        let shared = SharedFetcher(counting)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { try await shared.fetch(Self.request("7")).count } }
            await gate.open()
            for try await count in group { #expect(count == 7) }
        }
        #expect(counting.fetchCount == 1)
    }

    @Test("other methods and limits are other questions")
    func questions() async throws {
        let counting = CountingFetcher()
        let shared = SharedFetcher(counting)
        _ = try await shared.fetch(Self.request("5"))
        _ = try await shared.fetch(Self.request("5", limit: 6))
        for body in [[1], [2], [1]] as [[UInt8]] {
            _ = try await shared.fetch(FetchRequest("5", method: .post(body: body, contentType: "a/b"), maximumByteCount: 100))
        }
        #expect(counting.fetchCount == 4)
    }

    @Test("what does not fit is fetched again, and what fits is kept")
    func limits() async throws {
        let counting = CountingFetcher()
        let shared = SharedFetcher(counting, byteLimit: 10, countLimit: 2)
        for _ in 0..<2 {
            for url in ["6", "7", "4", "0"] { #expect(try await shared.fetch(Self.request(url)).count == Int(url)) }
        }
        // 6 and 4 fill it.
        #expect(counting.fetchCount == 6)
    }
}
