import Envelope
import Synchronization
public import SystemPackage

/// Says whether a bag is complete and valid, and everything that is wrong with it, not only the first thing.
///
///     let report = try await BagValidator().validate("/srv/bags/2026-11")
///
/// Nothing outside the bag is read: paths that lead out are refused, and no symbolic link below the bag is followed. The bag is only read.
public struct BagValidator: Sendable {
    /// How much is looked at.
    public enum Depth: Sendable, Hashable, CaseIterable {
        /// Every file is read and compared with its digests.
        case everything
        /// Whether the files are there, without reading them.
        case completeness
        /// As `completeness`; and the bag has to say, in `Payload-Oxum`, how much there must be.
        case fast
    }

    private let depth: Depth
    private let monitor: BagMonitor

    public init(depth: Depth = .everything, monitor: BagMonitor = BagMonitor()) {
        self.depth = depth
        self.monitor = monitor
    }

    /// - Throws: when nothing can be said: `notFound`, `notAFolder`, `unreadable`, `cancelled`. What is wrong with the bag is in the
    ///   report.
    public func validate(_ path: FilePath) async throws(IntegrityError) -> BagReport {
        let folder = try BagFolder(path)
        var examination = BagExamination(try BagTree(of: folder), in: folder)
        examination.examineForm(needsOxum: depth == .fast)
        try monitor.check()
        let jobs = examination.examineCompleteness()
        guard depth == .everything else { return examination.report }
        for (job, outcome) in zip(jobs, try await read(jobs, in: folder)) { examination.compare(job, outcome) }
        return examination.report
    }

    private func read(_ jobs: [BagJob], in folder: BagFolder) async throws(IntegrityError) -> [BagJob.Outcome] {
        let outcomes = Outcomes(count: jobs.count)
        let total = jobs.map(\.byteCount).cappedSum
        let monitor = monitor
        try await BagWorkers.run(jobs.count) { index in
            let content = BagContent(calls: folder.calls) { count throws(IntegrityError) in
                try monitor.check()
                monitor.didAdvance(outcomes.advance(count), total)
            }
            do throws(IntegrityError) {
                try monitor.check()
                outcomes.set(index, try jobs[index].read(in: folder, content))
                return nil
            } catch {
                return error
            }
        }
        return outcomes.all
    }

    /// What the threads found out, and how far they are.
    private final class Outcomes: Sendable {
        private struct State {
            var outcomes: [BagJob.Outcome]
            var byteCount: UInt64 = 0
        }

        private let state: Mutex<State>

        init(count: Int) { state = Mutex(State(outcomes: Array(repeating: .unreadable(.ioError), count: count))) }

        var all: [BagJob.Outcome] { state.withLock { $0.outcomes } }

        func set(_ index: Int, _ outcome: BagJob.Outcome) { state.withLock { $0.outcomes[index] = outcome } }

        func advance(_ count: Int) -> UInt64 {
            state.withLock { state in
                state.byteCount += UInt64(count)
                return state.byteCount
            }
        }
    }
}
