/// Works on things two at a time, and hands the outcomes on in the order of the things.
struct OrderedWork<Item: Sendable, Outcome: Sendable>: Sendable {
    private struct Finished: Sendable {
        let index: Int
        let item: Item
        let outcome: Outcome
    }

    private static var workerCount: Int { 2 }
    /// How many outcomes may wait for one that takes long.
    private static var maximumWaitingCount: Int { 1024 }

    private let work: @Sendable (Item) -> Outcome

    init(_ work: @escaping @Sendable (Item) -> Outcome) { self.work = work }

    /// - Parameters:
    ///   - next: gives the things one after the other, and nil at their end.
    ///   - deliver: takes the outcomes. An error of either ends the work.
    func run(next: () throws -> Item?, deliver: (Item, Outcome) throws -> Void) async throws {
        let work = work
        try await withThrowingTaskGroup(of: Finished.self) { group in
            var (begunCount, deliveredCount, runningCount) = (0, 0, 0)
            var waiting: [Int: Finished] = [:]
            var isAtEnd = false
            while true {
                while !isAtEnd, runningCount < Self.workerCount, begunCount - deliveredCount < Self.maximumWaitingCount {
                    guard let item = try next() else {
                        isAtEnd = true
                        break
                    }
                    let index = begunCount
                    group.addTask { Finished(index: index, item: item, outcome: work(item)) }
                    begunCount += 1
                    runningCount += 1
                }
                guard let finished = try await group.next() else { return }
                runningCount -= 1
                waiting[finished.index] = finished
                while let first = waiting.removeValue(forKey: deliveredCount) {
                    deliveredCount += 1
                    try deliver(first.item, first.outcome)
                }
            }
        }
    }
}
