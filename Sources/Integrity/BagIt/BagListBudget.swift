/// How much of the lists of one bag may still be read. All of them share it, or many lists could take what one may not.
struct BagListBudget {
    private(set) var byteCount: Int
    private(set) var entryCount: Int
    private(set) var manifestCount: Int

    init(
        byteCount: Int = BagLimits.maximumListByteCount, entryCount: Int = BagLimits.maximumListEntryCount,
        manifestCount: Int = BagLimits.maximumManifestCount
    ) {
        self.byteCount = byteCount
        self.entryCount = entryCount
        self.manifestCount = manifestCount
    }

    /// - Parameter count: at most `byteCount`.
    mutating func spend(byteCount count: Int) { byteCount -= count }

    /// - Parameter count: at most `entryCount`.
    mutating func spend(entryCount count: Int) { entryCount -= count }

    /// - Returns: whether one more manifest may be read.
    mutating func spendManifest() -> Bool {
        guard manifestCount > 0 else { return false }
        manifestCount -= 1
        return true
    }
}
