/// Turns a report into a file of some format. Pure: equal reports give equal bytes.
public protocol Reporter: Sendable {
    /// - Returns: UTF-8, ending in a line feed.
    func render(_ report: Report) -> [UInt8]
}
