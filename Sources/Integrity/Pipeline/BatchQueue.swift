/// Batches of a pipeline on their way to the workers, and what became of them on its way back.
///
/// Unchecked, because everything is reached inside the lock of the crew's monitor only, but for what the calling thread alone uses.
final class BatchQueue<Input: Sendable, Output: Sendable>: @unchecked Sendable {
    private enum Slot {
        case free
        case waiting([Input])
        case running
        case done(Result<[Output], IntegrityError>)
    }

    private let crew: Crew
    private var monitor: Monitor { crew.monitor }
    /// A ring, with the batch of each number in the slot of its remainder.
    private var slots: [Slot]
    private let capacity: Int
    /// The number of the next batch to be submitted, to be run and to be delivered.
    private var submitted = 0
    private var started = 0
    private var delivered = 0
    private var idleCount = 0
    private var isAwaited = false
    /// A worker that could not begin.
    private var failure: IntegrityError?

    init(_ crew: Crew, capacity: Int) {
        self.crew = crew
        self.capacity = capacity
        slots = Array(repeating: .free, count: capacity)
    }

    /// Both are for the calling thread, which alone changes what they depend on.
    var hasRoom: Bool { submitted - delivered < capacity }
    var isEmpty: Bool { submitted == delivered }

    func submit(_ batch: [Input]) {
        monitor.lock()
        slots[submitted % capacity] = .waiting(batch)
        submitted += 1
        if idleCount > 0 { monitor.signal(.work) }
        monitor.unlock()
    }

    /// The outputs of the next batch in order.
    /// - Parameter mayWait: to wait for them for a moment.
    /// - Returns: nil if they are not there.
    func takeNext(mayWait: Bool) throws(IntegrityError) -> [Output]? {
        if isEmpty { return nil }
        monitor.lock()
        defer { monitor.unlock() }
        if mayWait, failure == nil, !isNextDone {
            isAwaited = true
            monitor.waitBriefly(for: .outcome)
            isAwaited = false
        }
        if let failure { throw failure }
        let index = delivered % capacity
        guard case .done(let result) = slots[index] else { return nil }
        slots[index] = .free
        delivered += 1
        return try result.get()
    }

    private var isNextDone: Bool {
        if case .done = slots[delivered % capacity] { true } else { false }
    }

    /// What a thread does: batches, and help for others before it takes one.
    func runWorker<Worker: ~Copyable>(
        _ makeWorker: (Crew) throws(IntegrityError) -> Worker, _ work: (inout Worker, Input) throws(IntegrityError) -> Output
    ) {
        do throws(IntegrityError) {
            var worker = try makeWorker(crew)
            while let (number, batch) = take() {
                finish(number, run(batch, &worker, work))
            }
        } catch {
            monitor.lock()
            failure = error
            monitor.broadcast(.outcome)
            monitor.unlock()
        }
    }

    private func run<Worker: ~Copyable>(
        _ batch: [Input], _ worker: inout Worker, _ work: (inout Worker, Input) throws(IntegrityError) -> Output
    ) -> Result<[Output], IntegrityError> {
        var outputs: [Output] = []
        outputs.reserveCapacity(batch.count)
        do throws(IntegrityError) {
            // By index, because a loop over the elements would copy each of them.
            for index in batch.indices { outputs.append(try work(&worker, batch[index])) }
            return .success(outputs)
        } catch {
            return .failure(error)
        }
    }

    /// Waits for a batch.
    /// - Returns: nil when everything is to end.
    private func take() -> (Int, [Input])? {
        monitor.lock()
        defer { monitor.unlock() }
        while !crew.isStopped {
            if crew.help() { continue }
            if started < submitted, case .waiting(let batch) = slots[started % capacity] {
                slots[started % capacity] = .running
                started += 1
                return (started - 1, batch)
            }
            idleCount += 1
            monitor.wait(for: .work)
            idleCount -= 1
        }
        return nil
    }

    private func finish(_ number: Int, _ result: Result<[Output], IntegrityError>) {
        monitor.lock()
        slots[number % capacity] = .done(result)
        if isAwaited && number == delivered { monitor.broadcast(.outcome) }
        monitor.unlock()
    }
}
