import Envelope
import Synchronization

/// Tells a person on a terminal how far a long operation on one or many files is. Silent for the first second, and for everybody else.
///
///     let progress = Progress("sealing", Workload.of(files), options: output, in: context)
///     defer { progress.clear() }
///     for file in files {
///         try await SealedFileWriter(recipients: recipients, monitor: progress.begin(file, byteCount: Workload.size(of: file))).seal(…)
///     }
final class Progress: Sendable {
    private struct State {
        var meter = RateMeter()
        /// Bytes of the files that are done.
        var before: UInt64 = 0
        /// The files that are worked on.
        var current: [String: Part] = [:]
        /// The one that was begun last, and how many were.
        var file = ""
        var fileNumber = 0
        /// What there is to do.
        var work: Workload
        var start: Duration?
        var lastReading: Duration = .zero
        /// How many columns of the terminal's line are in use.
        var shown = 0

        var done: UInt64 { current.values.reduce(before) { $0 + $1.done } }

        mutating func end(_ name: String) {
            guard let part = current.removeValue(forKey: name) else { return }
            before += part.size ?? part.done
        }
    }

    private struct Part {
        var done: UInt64 = 0
        let size: UInt64?
    }

    private static let silence = Duration.seconds(1)
    private static let interval = Duration.milliseconds(200)

    private let verb: String
    private let display: ProgressDisplay?
    private let now: @Sendable () -> Duration
    private let isHidden: @Sendable () -> Bool
    private let state: Mutex<State>

    /// - Parameter verb: `sealing`
    convenience init(_ verb: String, _ work: Workload, options: OutputOptions, in context: CommandContext) {
        let origin = ContinuousClock.now
        let statusLine = context.statusLine
        self.init(verb, work, on: ProgressDisplay(options, in: context), isHidden: { statusLine.isHidden }) {
            ContinuousClock.now - origin
        }
        statusLine.show { [self] in clear() }
    }

    /// - Parameters:
    ///   - display: nil when nobody watches.
    ///   - isHidden: whether nothing may be shown just now.
    ///   - now: the time since any fixed point.
    init(
        _ verb: String, _ work: Workload, on display: ProgressDisplay?, isHidden: @escaping @Sendable () -> Bool = { false },
        now: @escaping @Sendable () -> Duration
    ) {
        self.isHidden = isHidden
        self.verb = verb
        state = Mutex(State(work: work))
        self.display = display
        self.now = now
    }

    /// Whether anybody watches.
    var isShown: Bool { display != nil }

    /// Goes on to the next file.
    /// - Parameters:
    ///   - name: for people.
    ///   - byteCount: its part of the work; nil if not known.
    /// - Returns: what the operation on this file reports to.
    func begin(_ name: String, byteCount: UInt64?) -> WorkMonitor {
        state.withLock { state in for name in state.current.keys { state.end(name) } }
        return join(name, byteCount: byteCount)
    }

    /// Takes in a file beside others, until it is ended.
    func join(_ name: String, byteCount: UInt64?) -> WorkMonitor {
        state.withLock { state in
            state.current[name] = Part(size: byteCount)
            state.file = name
            state.fileNumber += 1
        }
        return WorkMonitor(didAdvance: { self.report($0, of: name) })
    }

    /// Ends a file that was taken in.
    func end(_ name: String) {
        state.withLock { state in state.end(name) }
    }

    /// Takes a file that was taken in out of what there is to do: it need not be done.
    func drop(_ name: String) {
        state.withLock { state in
            guard let part = state.current.removeValue(forKey: name) else { return }
            state.fileNumber -= 1
            state.work.fileCount -= 1
            // It may have grown since all files were counted.
            let size = part.size ?? 0
            state.work.byteCount = state.work.byteCount.map { $0 > size ? $0 - size : 0 }
        }
    }

    /// Takes the line away: at the end, and before anything else is written to the terminal.
    func clear() {
        state.withLock { state in
            if state.shown > 0 { display?.clear(state.shown) }
            state.shown = 0
        }
    }

    private func report(_ done: UInt64, of name: String) {
        guard let display, !isHidden() else { return }
        let now = now()
        state.withLock { state in
            if let size = state.current[name]?.size {
                state.current[name]?.done = min(size, done)
            } else {
                state.current[name]?.done = done
            }
            // Counted from the first byte: until then a passphrase may have been asked for.
            guard let start = state.start else {
                state.start = now
                state.lastReading = now
                state.meter.note(state.done, at: now)
                return
            }
            guard now - state.lastReading >= Self.interval else { return }
            state.lastReading = now
            state.meter.note(state.done, at: now)
            if now - start >= Self.silence { state.shown = display.show(line(state), over: state.shown) }
        }
    }

    private func line(_ state: State) -> ProgressLine {
        ProgressLine(
            verb: verb, file: state.file, fileNumber: state.fileNumber, fileCount: state.work.fileCount, done: state.done,
            total: state.work.byteCount, bytesPerSecond: state.meter.bytesPerSecond)
    }
}
