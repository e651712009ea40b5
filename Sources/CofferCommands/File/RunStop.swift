import Synchronization

/// Ends a run over many files early: nothing that is left can succeed, or nobody wants it any more.
final class RunStop: Sendable {
    private let reason = Mutex<(any Error)?>(nil)
    private let flag = Atomic<Bool>(false)

    /// Cheap: it is asked for every half MiB.
    var isSet: Bool { flag.load(ordering: .relaxed) }

    /// The first one.
    var error: (any Error)? { reason.withLock { $0 } }

    func stop(_ error: any Error) {
        reason.withLock { reason in reason = reason ?? error }
        flag.store(true, ordering: .relaxed)
    }
}
