/// Fetches over http and https with the system's libcurl.
///
/// It follows at most ``FetchPolicy/maximumRedirectCount`` redirections, each judged as the first URL was; sends no cookies, no
/// credentials and nothing from the environment; verifies https with the system's store; and asks no private address unless it may. Every
/// fetch ends within its time, runs on a thread of its own, and stops when its task is cancelled.
public struct CurlFetcher: Fetcher {
    public let policy: FetchPolicy

    public init(policy: FetchPolicy) {
        self.policy = policy
    }

    public func fetch(_ request: FetchRequest) async throws(FetchFailure) -> [UInt8] {
        let first = try FetchURL(request.url)
        let stop = StopFlag()
        let result = await withTaskCancellationHandler {
            await Self.onThread { Redirections(policy: policy, request: request, stop: stop).fetch(first) }
        } onCancel: {
            stop.set()
        }
        return try result.get()
    }

    private static func onThread(
        _ body: @escaping @Sendable () -> Result<[UInt8], FetchFailure>
    ) async -> Result<[UInt8], FetchFailure> {
        do throws(FetchFailure) {
            return try await FetchThread.value(body)
        } catch {
            return .failure(error)
        }
    }
}

/// One fetch with the redirections that it is led through.
private struct Redirections {
    let policy: FetchPolicy
    let request: FetchRequest
    let stop: StopFlag

    func fetch(_ first: FetchURL) -> Result<[UInt8], FetchFailure> {
        let deadline = ContinuousClock.now + .milliseconds(policy.totalTimeout)
        var url = first
        do throws(FetchFailure) {
            for _ in 0...FetchPolicy.maximumRedirectCount {
                let transfer = try CurlTransfer(policy: policy, request: request, stop: stop)
                switch try transfer.run(url, until: deadline) {
                case .body(let bytes): return .success(bytes)
                case .redirection(let next): url = try FetchURL(next)
                }
            }
        } catch {
            return .failure(error)
        }
        return .failure(FetchFailure(.tooManyRedirects, "the server redirects more than \(FetchPolicy.maximumRedirectCount) times"))
    }
}
