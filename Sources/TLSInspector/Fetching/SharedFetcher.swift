/// Fetches each thing once for all who ask in one run: a thousand endpoints have the same few authorities, with lists of 50 MB.
///
/// Failures are remembered too, so that a responder that is down costs its timeout once. A fetch that has begun goes on although the task
/// that asked first is cancelled, because others may wait for it; it ends within the time of the fetcher below.
public actor SharedFetcher: Fetcher {
    /// All answers together that are kept, in bytes; others are fetched again.
    public static let maximumByteCount = 1 << 28
    /// Answers and failures that are kept.
    public static let maximumAnswerCount = 10_000

    private typealias Answer = Result<[UInt8], FetchFailure>

    private let fetcher: any Fetcher
    private let byteLimit: Int
    private let countLimit: Int
    private var running: [FetchRequest: Task<Answer, Never>] = [:]
    private var answers: [FetchRequest: Answer] = [:]
    private var byteCount = 0

    public init(_ fetcher: any Fetcher) {
        self.init(fetcher, byteLimit: Self.maximumByteCount, countLimit: Self.maximumAnswerCount)
    }

    init(_ fetcher: any Fetcher, byteLimit: Int, countLimit: Int) {
        self.fetcher = fetcher
        self.byteLimit = byteLimit
        self.countLimit = countLimit
    }

    public func fetch(_ request: FetchRequest) async throws(FetchFailure) -> [UInt8] {
        if let answer = answers[request] { return try answer.get() }
        if let task = running[request] { return try await task.value.get() }
        let task = Task { [fetcher] in await Self.answer(of: fetcher, to: request) }
        running[request] = task
        let answer = await task.value
        running[request] = nil
        keep(answer, for: request)
        return try answer.get()
    }

    private static func answer(of fetcher: any Fetcher, to request: FetchRequest) async -> Answer {
        do throws(FetchFailure) {
            return .success(try await fetcher.fetch(request))
        } catch {
            return .failure(error)
        }
    }

    private func keep(_ answer: Answer, for request: FetchRequest) {
        let count: Int
        switch answer {
        case .success(let bytes): count = bytes.count
        case .failure: count = 0
        }
        guard answers.count < countLimit, byteCount + count <= byteLimit else { return }
        byteCount += count
        answers[request] = answer
    }
}
