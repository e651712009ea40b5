import Synchronization

@testable import AuditTrail

/// A file in memory that fails when it is told to, and counts what it is asked for.
final class MemoryAuditFile: AuditFile {
    enum Call: Hashable, CaseIterable {
        case lock, status, read, write, truncate, synchronize, synchronizeFolder
    }

    private struct State {
        var bytes: [UInt8]
        var hasName = true
        /// The content after each call that changed it.
        var history: [[UInt8]] = []
        var counts: [Call: Int] = [:]
        /// Which call of a kind fails, counted from now on, and with what.
        var failures: [Call: (countdown: Int, errno: Int32)] = [:]
    }

    private let state: Mutex<State>
    /// Called inside each synchronize, to make a caller wait there.
    private let onSynchronize: @Sendable () -> Void

    init(_ bytes: [UInt8] = [], onSynchronize: @escaping @Sendable () -> Void = {}) {
        state = Mutex(State(bytes: bytes))
        self.onSynchronize = onSynchronize
    }

    var history: [[UInt8]] { state.withLock { $0.history } }
    var hasName: Bool { state.withLock { $0.hasName } }

    var bytes: [UInt8] {
        get { state.withLock { $0.bytes } }
        set { state.withLock { $0.bytes = newValue } }
    }

    func count(of call: Call) -> Int { state.withLock { $0.counts[call, default: 0] } }

    /// Lets the `number`-th next call of this kind fail, and only that. A failing write writes half.
    func fail(_ call: Call, number: Int = 1, errno: Int32) {
        state.withLock { $0.failures[call] = (number, errno) }
    }

    func remove() { removeName() }
    func removeName() { state.withLock { $0.hasName = false } }

    private func enter<Value>(_ call: Call, _ body: (inout State, _ fails: Bool) -> Value) throws(SystemCallError) -> Value {
        let (value, errno): (Value, Int32?) = state.withLock { state in
            state.counts[call, default: 0] += 1
            var errno: Int32?
            if let failure = state.failures[call] {
                errno = failure.countdown == 1 ? failure.errno : nil
                state.failures[call] = failure.countdown > 1 ? (failure.countdown - 1, failure.errno) : nil
            }
            return (body(&state, errno != nil), errno)
        }
        if let errno { throw SystemCallError(call: "\(call)", errno: errno) }
        return value
    }

    func lock(_ mode: AuditFileLock) throws(SystemCallError) { try enter(.lock) { _, _ in } }
    func unlock() {}

    func status() throws(SystemCallError) -> AuditFileStatus {
        try enter(.status) { state, _ in AuditFileStatus(size: Int64(state.bytes.count), hasName: state.hasName) }
    }

    func read(at offset: Int64, count: Int) throws(SystemCallError) -> [UInt8] {
        try enter(.read) { state, _ in Array(state.bytes.dropFirst(Int(offset)).prefix(count)) }
    }

    func write(_ bytes: [UInt8], at offset: Int64) throws(SystemCallError) {
        try enter(.write) { state, fails in
            let written = fails ? bytes.prefix(bytes.count / 2) : bytes[...]
            let end = Int(offset) + written.count
            if state.bytes.count < end { state.bytes += [UInt8](repeating: 0, count: end - state.bytes.count) }
            state.bytes.replaceSubrange(Int(offset)..<end, with: written)
            state.history.append(state.bytes)
        }
    }

    func truncate(to size: Int64) throws(SystemCallError) {
        try enter(.truncate) { state, fails in
            guard !fails else { return }
            state.bytes = state.bytes.prefix(Int(size)) + [UInt8](repeating: 0, count: max(Int(size) - state.bytes.count, 0))
            state.history.append(state.bytes)
        }
    }

    func synchronize() throws(SystemCallError) {
        onSynchronize()
        try enter(.synchronize) { _, _ in }
    }

    func synchronizeFolder() throws(SystemCallError) { try enter(.synchronizeFolder) { _, _ in } }
}
