import Synchronization

/// What an operation last said of its progress.
final class Progress: Sendable {
    private let value = Atomic<UInt64>(0)

    var last: UInt64 { value.load(ordering: .relaxed) }

    func advance(to count: UInt64) { value.store(count, ordering: .relaxed) }
}
