import Synchronization
import TLSInspector

/// Scans and judges endpoints side by side, until all are done or somebody interrupts.
struct ScanRun: Sendable {
    let scanner: any EndpointScanner
    let judge: ScanJudge
    /// How many endpoints are scanned at once.
    let concurrency: Int

    /// The endpoints that nobody has begun with.
    private final class Queue: Sendable {
        private let rest: Mutex<ArraySlice<Endpoint>>

        init(_ endpoints: [Endpoint]) { rest = Mutex(endpoints[...]) }

        func next() -> Endpoint? { rest.withLock { $0.popFirst() } }
    }

    /// - Parameter deliver: takes what was found out about one endpoint, as soon as it is; an error ends the run.
    /// - Returns: whether all endpoints were delivered. If not, the run was cancelled.
    func run(_ endpoints: [Endpoint], deliver: ([JudgedScan]) throws -> Void) async throws -> Bool {
        guard !endpoints.isEmpty else { return true }
        let (results, continuation) = AsyncStream.makeStream(of: [JudgedScan].self)
        let queue = Queue(endpoints)
        // No task group: it would wait for scans that are under way, and who interrupts waits for nothing.
        let workers = (0..<min(concurrency, endpoints.count)).map { _ in
            Task { await work(queue, continuation) }
        }
        defer { for worker in workers { worker.cancel() } }
        var remainingCount = endpoints.count
        for await judged in results {
            try deliver(judged)
            remainingCount -= 1
            if remainingCount == 0 { break }
        }
        return remainingCount == 0
    }

    private func work(_ queue: Queue, _ results: AsyncStream<[JudgedScan]>.Continuation) async {
        while !Task.isCancelled, let endpoint = queue.next() {
            var judged: [JudgedScan] = []
            for scan in await scanner.scan(endpoint) { judged.append(await judge.judge(scan)) }
            // Half a scan would look like one that found little.
            guard !Task.isCancelled else { return }
            results.yield(judged)
        }
    }
}
