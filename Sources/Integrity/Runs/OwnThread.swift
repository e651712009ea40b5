import Synchronization

/// Runs blocking work in a thread of its own: a walk may last for hours, and the few threads that Swift's tasks share are needed by others, who may be waited for.
enum OwnThread {
    /// - Parameter body: is told whether the calling task was cancelled.
    /// - Throws: what `body` throws; `internalFailure` when the system has no thread left.
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws(IntegrityError) -> Value
    ) async throws(IntegrityError) -> Value {
        let flag = CancellationFlag()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, IntegrityError>, Never>) in
                do throws(IntegrityError) {
                    let thread = try WorkerThread {
                        continuation.resume(returning: Result { () throws(IntegrityError) in try body { flag.isSet } })
                    }
                    thread.detach()
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        } onCancel: {
            flag.set()
        }
        return try outcome.get()
    }
}

private final class CancellationFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    func set() { flag.store(true, ordering: .relaxed) }
}
