/// How the caller of a long operation watches and stops it. Both closures are called once for each half MiB or so, from any of
/// the threads that work on it.
public struct WorkMonitor: Sendable {
    /// Whether to give up; the operation then throws `cancelled` and leaves no output file.
    public var isCancelled: @Sendable () -> Bool
    /// Called with the bytes of the payload that are written so far.
    public var didAdvance: @Sendable (_ payloadByteCount: UInt64) -> Void

    /// By default the operation ends with the task that runs it.
    public init(
        isCancelled: @escaping @Sendable () -> Bool = { Task.isCancelled },
        didAdvance: @escaping @Sendable (_ payloadByteCount: UInt64) -> Void = { _ in }
    ) {
        self.isCancelled = isCancelled
        self.didAdvance = didAdvance
    }

    func check() throws(EnvelopeError) {
        if isCancelled() { throw EnvelopeError(.cancelled, "cancelled") }
    }
}
