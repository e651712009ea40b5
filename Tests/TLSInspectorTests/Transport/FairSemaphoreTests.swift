import TestSupport
import Testing

@testable import TLSInspector

@Suite("Fair semaphores")
struct FairSemaphoreTests {
    @Test("tasks go in in the order in which they came")
    func fairness() async {
        let semaphore = FairSemaphore(limit: 1)
        #expect(await semaphore.acquire())
        let order = Locked<[Int]>([])
        var tasks: [Task<Void, Never>] = []
        for number in 0..<20 {
            let isWaiting = FirstAnswer<Void>()
            tasks.append(
                Task {
                    async let place = semaphore.acquire()
                    isWaiting.give(())
                    guard await place else { return }
                    order.change { $0.append(number) }
                    semaphore.release()
                })
            await isWaiting.take()
            while semaphore.waiterCount <= number { await Task.yield() }
        }
        semaphore.release()
        for task in tasks { await task.value }
        #expect(order.value == Array(0..<20))
    }

    @Test("a cancelled task goes without a place, and none is lost")
    func cancellation() async {
        let semaphore = FairSemaphore(limit: 1)
        #expect(await semaphore.acquire())
        let waiting = Task { await semaphore.acquire() }
        while semaphore.waiterCount == 0 { await Task.yield() }
        waiting.cancel()
        #expect(await waiting.value == false)
        let late = Task { await semaphore.acquire() }
        late.cancel()
        #expect(await late.value == false, "cancelled before or while it waited")
        semaphore.release()
        #expect(await semaphore.acquire())
        semaphore.release()
    }

    @Test("never more at once than the limit, which may change", arguments: [1, 3, 8])
    func limit(limit: Int) async {
        let semaphore = FairSemaphore(limit: limit)
        let inside = Locked(0)
        let most = Locked(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    guard await semaphore.acquire() else { return }
                    let count = inside.change { inside in
                        inside += 1
                        return inside
                    }
                    most.change { $0 = max($0, count) }
                    await Task.yield()
                    inside.change { $0 -= 1 }
                    semaphore.release()
                }
            }
        }
        #expect((1...limit).contains(most.value))
        semaphore.setLimit(limit + 1)
        for _ in 0...limit { #expect(await semaphore.acquire()) }
    }
}
