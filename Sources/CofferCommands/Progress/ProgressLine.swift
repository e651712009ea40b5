/// One line that says how far an operation is:
///
///     sealing 2/5 db.dump [========>           ]  42%  1.2 GB of 2.9 GB, 812.4 MB/s, 2 s left
///
/// What does not fit is left out: first the sizes, then the rate, the time, the bar, the beginning of the file's name.
struct ProgressLine: Sendable {
    private static let shortestBar = 12
    private static let longestBar = 42
    private static let shortestName = 8
    /// More than this is no estimate.
    private static let longestTimeLeft: Double = 100 * 3600

    /// What is being done: `sealing`.
    var verb: String
    /// The file that is worked on.
    var file: String
    /// Its number, from 1.
    var fileNumber = 1
    var fileCount = 1
    /// Bytes of all files.
    var done: UInt64
    /// nil when it is not known.
    var total: UInt64?
    var bytesPerSecond: Double?

    /// - Parameter columns: how many the text may take at most.
    func text(columns: Int, style: Style = Style(isColoured: false)) -> String {
        let verb = fileCount > 1 ? "\(verb) \(fileNumber)/\(fileCount)" : verb
        let name = visible(file)
        let percent = percent.map { "\(String(repeating: " ", count: 3 - String($0).count))\($0)%" }
        for tail in tails {
            let end = [percent, tail.isEmpty ? nil : tail].compactMap(\.self).joined(separator: "  ")
            let room = columns - verb.count - 1 - (end.isEmpty ? 0 : end.count + 1)
            guard let middle = middle(name, columns: room, hasBar: percent != nil, style) else { continue }
            return [verb, middle, end].filter { !$0.isEmpty }.joined(separator: " ")
        }
        let short = [verb, percent?.trimmed].compactMap(\.self).joined(separator: " ")
        return String(short.prefix(max(0, columns)))
    }

    /// The name and the bar, where there is room for both; without a total there is no bar.
    private func middle(_ name: String, columns: Int, hasBar: Bool, _ style: Style) -> String? {
        let shortestName = min(Self.shortestName, TerminalColumns.count(name))
        guard hasBar else { return columns >= shortestName ? TerminalColumns.end(of: name, fitting: columns) : nil }
        guard columns >= shortestName + 1 + Self.shortestBar else { return nil }
        let shown = TerminalColumns.end(of: name, fitting: max(shortestName, min(columns / 2, columns - 1 - Self.shortestBar)))
        let bar = min(Self.longestBar, columns - TerminalColumns.count(shown) - 1)
        return "\(shown) [\(style.progress(filling(columns: bar - 2)))]"
    }

    private func filling(columns: Int) -> String {
        guard let total, total > 0 else { return String(repeating: " ", count: columns) }
        let filled = Int(Double(columns) * Double(min(done, total)) / Double(total))
        let tip = filled > 0 && filled < columns ? ">" : filled == columns ? "=" : ""
        return String(repeating: "=", count: max(0, filled - 1)) + tip + String(repeating: " ", count: columns - filled)
    }

    private var percent: Int? {
        guard let total, total > 0 else { return nil }
        // Of a total that was found larger than it had been, no more than all is done.
        return Int(Double(min(done, total)) / Double(total) * 100)
    }

    /// What is told behind the bar, from all that is known to nothing.
    private var tails: [String] {
        guard total != nil || done > 0 else { return [""] }
        let rate = bytesPerSecond.map { ByteText.decimal(UInt64($0)) + "/s" }
        let left = timeLeft.map { "\($0) left" }
        let sizes = total.map { "\(ByteText.decimal(min(done, $0))) of \(ByteText.decimal($0))" } ?? ByteText.decimal(done)
        let choices: [[String?]] =
            total == nil
            ? [[sizes, rate], [sizes]] : [[sizes, rate, left], [ByteText.decimal(done), rate, left], [rate, left], [left]]
        return choices.map { $0.compactMap(\.self).joined(separator: ", ") } + [""]
    }

    private var timeLeft: String? {
        guard let total, let bytesPerSecond, bytesPerSecond >= 1 else { return nil }
        let seconds = Double(total - min(done, total)) / bytesPerSecond
        return seconds < Self.longestTimeLeft ? Self.clock(Int(seconds.rounded(.up))) : nil
    }

    /// `9 s`, `1:05`, `2:03:09`.
    private static func clock(_ seconds: Int) -> String {
        guard seconds >= 60 else { return "\(seconds) s" }
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = seconds / 60
        guard minutes >= 60 else { return "\(minutes):\(padded(seconds % 60))" }
        return "\(minutes / 60):\(padded(minutes % 60)):\(padded(seconds % 60))"
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
