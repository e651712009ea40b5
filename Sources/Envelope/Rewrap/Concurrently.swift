/// Runs `body` on every item, some at a time, and gives the results in the order of the items.
func concurrently<Item: Sendable, Output: Sendable>(
    _ items: [Item], atMost limit: Int, _ body: @escaping @Sendable (Item) async -> Output
) async -> [Output] {
    await withTaskGroup(of: Indexed<Output>.self) { group in
        var outputs = [Output?](repeating: nil, count: items.count)
        var next = 0
        func start(_ group: inout TaskGroup<Indexed<Output>>) {
            guard next < items.count else { return }
            let (index, item) = (next, items[next])
            next += 1
            group.addTask { Indexed(index: index, output: await body(item)) }
        }
        for _ in 0..<limit { start(&group) }
        while let done = await group.next() {
            outputs[done.index] = done.output
            start(&group)
        }
        return outputs.compactMap { $0 }
    }
}

private struct Indexed<Output: Sendable>: Sendable {
    let index: Int
    let output: Output
}
