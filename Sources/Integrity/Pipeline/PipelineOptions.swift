/// How a pipeline runs, and what it tells meanwhile.
struct PipelineOptions {
    /// Threads; one for each processor unless something else is said.
    var workerCount = WorkerThread.processorCount
    /// What inputs may cost that are given to a worker at once.
    var batchCost = 64
    /// How long inputs are collected for a worker at most, in nanoseconds.
    var batchTime: UInt64 = 8_000_000
    /// Asked before each batch, and ten times a second while there is nothing else to do.
    var isCancelled: () -> Bool = { false }
    /// Told after each batch and ten times a second how many outputs were delivered and how many bytes of content were read so far.
    var progress: (UInt64, UInt64) -> Void = { _, _ in }
}
