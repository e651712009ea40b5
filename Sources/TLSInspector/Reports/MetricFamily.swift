/// One gauge of Prometheus' text format with its samples.
struct MetricFamily: Sendable {
    let name: String
    private let help: String
    private var samples = ""

    /// - Parameter help: one line.
    init(_ name: String, _ help: String) {
        self.name = name
        self.help = help
    }

    mutating func add(_ labels: [(name: String, value: String)], _ value: Int64) {
        let text = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        samples += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(text)} \(value)\n"
    }

    /// Nothing for a metric without samples.
    var text: String { samples.isEmpty ? "" : "# HELP \(name) \(help)\n# TYPE \(name) gauge\n\(samples)" }

    /// "backslash, double-quote and line feed characters have to be escaped"; what else ends a line for somebody is replaced.
    private static func escaped(_ value: String) -> String {
        value.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\\": result += #"\\"#
            case "\"": result += #"\""#
            case "\n": result += #"\n"#
            default: result.unicodeScalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
            }
        }
    }
}
