/// How the caller of a long look at a bag watches and stops it. Called from any of the threads that work.
public struct BagMonitor: Sendable {
    public var isCancelled: @Sendable () -> Bool
    public var didAdvance: @Sendable (_ byteCount: UInt64, _ total: UInt64) -> Void

    /// By default the work ends with the task that runs it.
    public init(
        isCancelled: @escaping @Sendable () -> Bool = { Task.isCancelled },
        didAdvance: @escaping @Sendable (_ byteCount: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) {
        self.isCancelled = isCancelled
        self.didAdvance = didAdvance
    }

    func check() throws(IntegrityError) {
        if isCancelled() { throw IntegrityError(.cancelled, "cancelled") }
    }
}
