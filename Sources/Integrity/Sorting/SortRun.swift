/// Sorted records in a file: for each its length in four bytes, then itself.
struct SortRun: Sendable {
    let start: UInt64
    let end: UInt64
}
