import Envelope
import Synchronization

/// Shows how far something is that works through the whole store. How much there is to do is known once it has begun.
final class CareProgress: Sendable {
    private struct State {
        var display: Progress?
        var monitor = WorkMonitor()
        var count = 0
    }

    private let verb: String
    private let subject: String
    private let options: OutputOptions
    private let session: Session
    private let state = Mutex(State())

    /// - Parameters:
    ///   - verb: `scrubbing`
    ///   - subject: what is worked on.
    init(_ verb: String, _ subject: String, _ options: OutputOptions, in session: Session) {
        self.verb = verb
        self.subject = subject
        self.options = options
        self.session = session
    }

    func show(byteCount: UInt64, of total: UInt64) {
        let monitor = state.withLock { state in
            if state.display == nil {
                let display = Progress(verb, Workload(fileCount: 1, byteCount: total), options: options, in: session.context)
                state.monitor = display.begin(subject, byteCount: total)
                state.display = display
            }
            return state.monitor
        }
        monitor.didAdvance(byteCount)
    }

    func show(count: Int, of total: Int) {
        let monitor = state.withLock { state in
            let display = state.display ?? Progress(verb, Workload(fileCount: total, byteCount: nil), options: options, in: session.context)
            state.display = display
            while state.count < count {
                state.monitor = display.begin(subject, byteCount: nil)
                state.count += 1
            }
            return state.monitor
        }
        monitor.didAdvance(0)
    }

    /// Shows again what is shown, until it is cancelled: where one thing takes long, a person should see that time passes.
    func tick(every interval: Duration) async {
        do {
            while true {
                try await Task.sleep(for: interval)
                state.withLock { $0.monitor }.didAdvance(0)
            }
        } catch {
            return
        }
    }

    func clear() { state.withLock { $0.display?.clear() } }
}
