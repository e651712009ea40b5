/// The formats that a report can be had in, by the names that people give on the command line.
public enum ReportFormat: String, Sendable, Hashable, CaseIterable {
    /// For people, on a terminal.
    case text
    /// For programs: `Docs/Schemas/findings.schema.json`.
    case json
    /// SARIF 2.1.0, for code hosts and security dashboards.
    case sarif
    /// JUnit's XML, for continuous integration.
    case junit
    /// For people, in a browser or as an attachment.
    case html

    /// - Parameters:
    ///   - isColoured: whether text may have ANSI colours. No other format has any.
    ///   - threshold: the least severity that counts as a failed test in `junit`. No other format knows failures.
    public func reporter(isColoured: Bool = false, threshold: Severity = .info) -> any Reporter {
        switch self {
        case .text: TextReporter(isColoured: isColoured)
        case .json: JSONReporter()
        case .sarif: SARIFReporter()
        case .junit: JUnitReporter(threshold: threshold)
        case .html: HTMLReporter()
        }
    }
}
