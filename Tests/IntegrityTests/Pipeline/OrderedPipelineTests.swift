import Synchronization
import TestSupport
import Testing

@testable import Integrity

@Suite("A pipeline that keeps the order")
struct OrderedPipelineTests {
    /// Takes a time that depends on the input alone, without sleeping.
    private static func busy(_ input: Int) -> UInt64 {
        var generator = SeededGenerator(seed: UInt64(input))
        var sum: UInt64 = 0
        for _ in 0..<Int(generator.next() % 20_000) { sum &+= generator.next() }
        return sum
    }

    private struct Counter {
        var next = 0
        let end: Int

        mutating func take() -> Int? {
            guard next < end else { return nil }
            next += 1
            return next - 1
        }
    }

    private func options(_ workers: Int, batch: Int = 8) -> PipelineOptions {
        var options = PipelineOptions()
        options.workerCount = workers
        options.batchCost = batch
        return options
    }

    @Test("outputs come in the order of the inputs", arguments: [(1, 1), (2, 3), (4, 8), (7, 1), (3, 1000)])
    func order(workers: Int, batch: Int) throws {
        var inputs = Counter(end: 500)
        var outputs: [Int] = []
        try OrderedPipeline<Int, Int>(options(workers, batch: batch)).run(
            source: { () throws(IntegrityError) in inputs.take() },
            makeWorker: { (_) throws(IntegrityError) in 0 },
            work: { (worker: inout Int, input) throws(IntegrityError) in
                worker += 1
                return Self.busy(input) == 1 ? -1 : input
            },
            sink: { (output) throws(IntegrityError) in outputs.append(output) })
        #expect(outputs == Array(0..<500))
    }

    @Test("nothing comes of nothing")
    func empty() throws {
        var count = 0
        try OrderedPipeline<Int, Int>(options(2)).run(
            source: { () throws(IntegrityError) in nil },
            makeWorker: { (_) throws(IntegrityError) in 0 },
            work: { (_: inout Int, input) throws(IntegrityError) in input },
            sink: { (_) throws(IntegrityError) in count += 1 })
        #expect(count == 0)
    }

    @Test("there are never many inputs on the way, however slow the first one is")
    func bounded() throws {
        var inputs = Counter(end: 10_000)
        let finished = Atomic<Int>(0)
        let (workers, batch) = (3, 4)
        var (delivered, most) = (0, 0)
        // The first input is ready when the others have run as far as they can.
        let bound = batch * (4 * workers + 2)
        try OrderedPipeline<Int, Int>(options(workers, batch: batch)).run(
            source: { () throws(IntegrityError) in
                most = max(most, inputs.next - delivered)
                return inputs.take()
            },
            makeWorker: { (_) throws(IntegrityError) in 0 },
            work: { (_: inout Int, input) throws(IntegrityError) in
                if input == 0 { while finished.load(ordering: .relaxed) < bound - 2 * batch {} }
                finished.add(1, ordering: .relaxed)
                return input
            },
            sink: { (_) throws(IntegrityError) in delivered += 1 })
        #expect(delivered == 10_000)
        #expect(most <= bound)
    }

    enum Stage: CaseIterable { case source, makeWorker, work, sink }

    @Test("an error of any part ends everything, and comes out", arguments: Stage.allCases)
    func errors(stage: Stage) throws {
        var inputs = Counter(end: 100_000)
        var outputs: [Int] = []
        let error = IntegrityError(.changedMeanwhile, "the error of this test")
        do throws(IntegrityError) {
            try OrderedPipeline<Int, Int>(options(3)).run(
                source: { () throws(IntegrityError) in
                    let input = inputs.take()
                    if stage == .source, input == 700 { throw error }
                    return input
                },
                makeWorker: { (_) throws(IntegrityError) in
                    if stage == .makeWorker { throw error }
                    return 0
                },
                work: { (_: inout Int, input) throws(IntegrityError) in
                    if stage == .work, input == 700 { throw error }
                    return input
                },
                sink: { (output) throws(IntegrityError) in
                    if stage == .sink, output == 700 { throw error }
                    outputs.append(output)
                })
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.message == "the error of this test")
        }
        #expect(outputs == Array(0..<outputs.count))
        #expect(outputs.count <= 700)
    }

    @Test("who cancels gets no more outputs")
    func cancelled() throws {
        var inputs = Counter(end: .max)
        let count = Mutex(0)
        var options = options(2)
        options.isCancelled = { count.withLock { $0 } >= 100 }
        #expect(throws: IntegrityError(.cancelled, "")) {
            try OrderedPipeline<Int, Int>(options).run(
                source: { () throws(IntegrityError) in inputs.take() },
                makeWorker: { (_) throws(IntegrityError) in 0 },
                work: { (_: inout Int, input) throws(IntegrityError) in input },
                sink: { (_) throws(IntegrityError) in count.withLock { $0 += 1 } })
        }
        #expect(count.withLock { $0 } < 100 + 8)
    }

    @Test("cancelling ends work that looks whether it should")
    func cancelledInside() throws {
        var inputs = Counter(end: 1)
        let hasBegun = Atomic<Bool>(false)
        var options = options(2)
        options.isCancelled = { hasBegun.load(ordering: .relaxed) }
        #expect(throws: IntegrityError(.cancelled, "")) {
            try OrderedPipeline<Int, Int>(options).run(
                source: { () throws(IntegrityError) in inputs.take() },
                makeWorker: { (crew) throws(IntegrityError) in crew },
                work: { (crew: inout Crew, input) throws(IntegrityError) in
                    hasBegun.store(true, ordering: .relaxed)
                    while !crew.isStopped {}
                    throw IntegrityError(.cancelled, "")
                },
                sink: { (_) throws(IntegrityError) in })
        }
    }

    @Test("progress ends with everything")
    func progress() throws {
        var inputs = Counter(end: 100)
        let last = Mutex((entries: UInt64(0), bytes: UInt64(0)))
        var options = options(2)
        options.progress = { entries, bytes in
            last.withLock {
                #expect(entries >= $0.entries && bytes >= $0.bytes)
                $0 = (entries, bytes)
            }
        }
        try OrderedPipeline<Int, Int>(options).run(
            source: { () throws(IntegrityError) in inputs.take() },
            makeWorker: { (crew) throws(IntegrityError) in crew },
            work: { (crew: inout Crew, input) throws(IntegrityError) in
                crew.countBytes(10)
                return input
            },
            sink: { (_) throws(IntegrityError) in })
        #expect(last.withLock { $0 } == (100, 1000))
    }

    @Test("everybody helps with something large, and each piece of it is done once", arguments: 1...5)
    func help(seed: Int) throws {
        var inputs = Counter(end: 40)
        var outputs: [Int] = []
        let threads = Atomic<Int>(0)
        try OrderedPipeline<Int, Int>(options(4, batch: 1)).run(
            source: { () throws(IntegrityError) in inputs.take() },
            makeWorker: { (crew) throws(IntegrityError) in crew },
            work: { (crew: inout Crew, input) throws(IntegrityError) in
                guard input % 5 == 0 else { return Self.busy(input * seed) == 1 ? -1 : input }
                let task = Pieces()
                crew.share({ task.run() })
                threads.add(task.helpers.load(ordering: .relaxed), ordering: .relaxed)
                return task.done.withLock { $0.sorted() } == Array(0..<64) ? input : -1
            },
            sink: { (output) throws(IntegrityError) in outputs.append(output) })
        #expect(outputs == Array(0..<40))
        #expect(threads.load(ordering: .relaxed) >= 8)
    }

    private final class Pieces: Sendable {
        let next = Atomic<Int>(0)
        let helpers = Atomic<Int>(0)
        let done = Mutex<[Int]>([])

        func run() {
            helpers.add(1, ordering: .relaxed)
            while true {
                let piece = next.add(1, ordering: .relaxed).oldValue
                if piece >= 64 { return }
                _ = OrderedPipelineTests.busy(piece)
                done.withLock { $0.append(piece) }
            }
        }
    }
}
