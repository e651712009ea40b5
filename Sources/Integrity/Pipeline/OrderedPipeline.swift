internal import CIntegrityShims

/// Runs something on a row of inputs with all processors, and delivers the outputs in the order of the inputs.
///
/// Inputs are taken and outputs delivered in the calling thread, so that neither needs a lock; workers are threads of the system, which get
/// batches. There is never more than a small number of batches on the way, however slow the slowest of them is.
struct OrderedPipeline<Input: Sendable, Output: Sendable> {
    private let options: PipelineOptions
    private let cost: (Input) -> Int

    /// - Parameter cost: of an input, at least 1, as a share of `PipelineOptions.batchCost`: what holds something scarce (like a
    ///   descriptor) until it is done should have a high one.
    init(_ options: PipelineOptions = PipelineOptions(), cost: @escaping (Input) -> Int = { _ in 1 }) {
        self.options = options
        self.cost = cost
    }

    /// - Parameters:
    ///   - source: gives the next input, or nil at the end.
    ///   - makeWorker: called once in each thread.
    ///   - work: makes an output of an input, with what belongs to the thread.
    ///   - sink: gets the outputs.
    /// - Throws: what any of them throws first, in the order of the inputs for `work` and `sink`, or `cancelled`. All threads have ended
    ///   then.
    func run<Worker: ~Copyable>(
        source: () throws(IntegrityError) -> Input?,
        makeWorker: @escaping @Sendable (Crew) throws(IntegrityError) -> Worker,
        work: @escaping @Sendable (inout Worker, Input) throws(IntegrityError) -> Output,
        sink: (Output) throws(IntegrityError) -> Void
    ) throws(IntegrityError) {
        let crew = Crew(workerCount: max(1, options.workerCount))
        let queue = BatchQueue<Input, Output>(crew, capacity: 4 * crew.workerCount + 2)
        var threads = ThreadGroup()
        defer {
            crew.stop()
            threads.join()
        }
        for _ in 0..<crew.workerCount {
            try threads.start { queue.runWorker(makeWorker, work) }
        }
        try feed(queue, crew, source, sink)
    }

    private func feed(
        _ queue: BatchQueue<Input, Output>, _ crew: Crew, _ source: () throws(IntegrityError) -> Input?,
        _ sink: (Output) throws(IntegrityError) -> Void
    ) throws(IntegrityError) {
        var delivered: UInt64 = 0
        var isAtEnd = false
        while true {
            if options.isCancelled() { throw IntegrityError(.cancelled, "cancelled") }
            if !isAtEnd && queue.hasRoom {
                let batch = try collect(source, &isAtEnd)
                if !batch.isEmpty { queue.submit(batch) }
            }
            while let outputs = try queue.takeNext(mayWait: isAtEnd || !queue.hasRoom) {
                for index in outputs.indices { try sink(outputs[index]) }
                delivered += UInt64(outputs.count)
                options.progress(delivered, crew.byteCount)
                if options.isCancelled() { throw IntegrityError(.cancelled, "cancelled") }
            }
            options.progress(delivered, crew.byteCount)
            if isAtEnd && queue.isEmpty { return }
        }
    }

    private func collect(_ source: () throws(IntegrityError) -> Input?, _ isAtEnd: inout Bool) throws(IntegrityError) -> [Input] {
        var batch: [Input] = []
        batch.reserveCapacity(options.batchCost)
        var spent = 0
        let start = coffer_monotonic_time()
        while spent < options.batchCost {
            guard let input = try source() else {
                isAtEnd = true
                break
            }
            spent += max(1, cost(input))
            batch.append(input)
            if batch.count & 7 == 0, coffer_monotonic_time() - start > options.batchTime { break }
        }
        return batch
    }
}
