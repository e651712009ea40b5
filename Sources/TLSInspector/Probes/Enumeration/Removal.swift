/// Finds out what a server accepts by offering all of it, striking off what it took, and offering the rest (enumeration by removal).
///
/// It costs one connection for each thing that is accepted, and one that is refused.
struct Removal<Item: CodePoint>: Sendable {
    /// What has not been taken yet, in the order of the offer.
    private(set) var remaining: [Item]
    /// In the order in which they were taken.
    private(set) var taken: [Item] = []

    init(_ items: [Item]) {
        self.remaining = items
    }

    /// - Returns: false if it was not offered: the peer does not keep to the rules, and asking on would never end.
    mutating func take(_ item: Item) -> Bool {
        guard let index = remaining.firstIndex(of: item) else { return false }
        remaining.remove(at: index)
        taken.append(item)
        return true
    }

    /// - Returns: whether any was left out, and any is left.
    mutating func leaveOut(_ isMeant: (Item) -> Bool) -> Bool {
        let count = remaining.count
        remaining.removeAll(where: isMeant)
        return remaining.count < count && !remaining.isEmpty
    }
}
