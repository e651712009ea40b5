import Envelope
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Tells a person on a terminal how far a long operation is. Silent for the first second, and for everybody else.
final class Progress: Sendable {
    private struct State {
        var lastReport: ContinuousClock.Instant
        var isShown = false
    }

    private static let silence = Duration.seconds(1)
    private static let interval = Duration.milliseconds(200)

    private let verb: String
    private let total: UInt64?
    private let standardError: FileDescriptor
    private let isWanted: Bool
    private let start = ContinuousClock.now
    private let state: Mutex<State>

    /// - Parameters:
    ///   - verb: `sealing`
    ///   - file: its size is what there is to do.
    init(_ verb: String, file: String?, options: OutputOptions, in context: CommandContext) {
        self.verb = verb
        self.total = file.flatMap(Self.size)
        self.standardError = context.standardError
        self.isWanted = !options.quiet && !options.json && context.standardError.isTerminal
        self.state = Mutex(State(lastReport: start))
    }

    var monitor: WorkMonitor { WorkMonitor(didAdvance: { self.report($0) }) }

    /// Takes the line away again.
    func finish() {
        state.withLock { state in
            if state.isShown { write("\r\u{1B}[K") }
            state.isShown = false
        }
    }

    private func report(_ done: UInt64) {
        guard isWanted else { return }
        let now = ContinuousClock.now
        guard now - start >= Self.silence else { return }
        state.withLock { state in
            guard now - state.lastReport >= Self.interval else { return }
            state.lastReport = now
            state.isShown = true
            write("\r\(line(done, after: now - start))\u{1B}[K")
        }
    }

    private func line(_ done: UInt64, after elapsed: Duration) -> String {
        let rate = "\(ByteText.decimal(UInt64(Double(done) / (elapsed / .seconds(1)))))/s"
        guard let total, total > 0 else { return "\(verb): \(ByteText.decimal(done)), \(rate)" }
        return "\(verb): \(min(100, done * 100 / total))% of \(ByteText.decimal(total)), \(rate)"
    }

    private func write(_ text: String) {
        do {
            try standardError.writeAll(text.utf8)
        } catch {
            // Progress that nobody can see is no failure of the operation.
        }
    }

    private static func size(_ path: String) -> UInt64? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return UInt64(status.st_size)
    }
}

/// Byte counts for people.
enum ByteText {
    /// `1.2 GB`: powers of ten, as disks and networks are sold.
    static func decimal(_ count: UInt64) -> String {
        var value = Double(count)
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 1000 { return unit == "B" ? "\(count) B" : "\(Double(Int(value * 10)) / 10) \(unit)" }
            value /= 1000
        }
        return "\(Double(Int(value * 10)) / 10) TB"
    }
}
