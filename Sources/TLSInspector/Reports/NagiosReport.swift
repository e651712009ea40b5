internal import Findings

/// Scans as a Nagios plugin tells them (Monitoring Plugins Development Guidelines): the worst first, figures behind a bar, one exit status.
///
/// A leaf's remaining life is measured in percent of its whole life, so that one threshold fits certificates of a week and of a year.
public struct NagiosReport: Sendable {
    /// The exit status of the plugin.
    public enum State: Int32, Sendable, Hashable, CaseIterable, Comparable {
        case ok = 0, warning, critical, unknown

        public static func < (left: State, right: State) -> Bool { left.rank < right.rank }

        /// Something that is broken is worse than something that nobody could see.
        private var rank: Int {
            switch self {
            case .ok: 0
            case .warning: 1
            case .unknown: 2
            case .critical: 3
            }
        }

        var name: String {
            switch self {
            case .ok: "OK"
            case .warning: "WARNING"
            case .critical: "CRITICAL"
            case .unknown: "UNKNOWN"
            }
        }
    }

    private struct Verdict {
        var state: State
        var sentence: String
        var figures: [String] = []
    }

    private let time: Int64
    private let warningPercent: Int
    private let criticalPercent: Int

    /// - Parameters:
    ///   - time: now, in seconds since 1970.
    ///   - warningPercent: of its life that a certificate has left, 0 to 100: a warning below it.
    ///   - criticalPercent: critical below it.
    public init(time: Int64, warningPercent: Int, criticalPercent: Int) {
        self.time = time
        self.warningPercent = warningPercent
        self.criticalPercent = criticalPercent
    }

    /// The lines, UTF-8, and the state that they say.
    public func result(_ judged: some Sequence<JudgedScan>) throws(ReportError) -> (state: State, bytes: [UInt8]) {
        var verdicts: [Verdict] = []
        for scan in judged.sortedByEndpoint() { verdicts.append(try verdict(scan)) }
        guard let worst = verdicts.map(\.state).max() else { return (.unknown, Array("TLS UNKNOWN - no target was scanned\n".utf8)) }
        let figures = verdicts.flatMap(\.figures)
        let performance = figures.isEmpty ? "" : " | \(figures.joined(separator: " "))"
        guard verdicts.count > 1 else {
            return (worst, Array("TLS \(worst.name) - \(verdicts[0].sentence)\(performance)\n".utf8))
        }
        let counts = State.allCases.sorted(by: >).compactMap { state in
            let count = verdicts.count { $0.state == state }
            return count > 0 ? "\(count) \(state.name.lowercased())" : nil
        }
        let lines = verdicts.map { "\($0.state.name) - \($0.sentence)\n" }
        let first = "TLS \(worst.name) - \(verdicts.count) targets: \(counts.joined(separator: ", "))\(performance)\n"
        return (worst, Array((first + lines.joined()).utf8))
    }

    private func verdict(_ judged: JudgedScan) throws(ReportError) -> Verdict {
        let scan = judged.scan
        let name = Self.plain(scan.name)
        if let failure = scan.failure {
            return Verdict(state: Self.state(failure.reason), sentence: "\(name): \(Self.plain("\(failure)"))")
        }
        var verdict = Verdict(state: .ok, sentence: "")
        var parts: [String] = []
        if let leaf = judged.chains.compactMap(\.certificates.first).min(by: { percent($0) < percent($1) }) {
            let (days, percent) = (ReportText.days(from: time, to: leaf.notAfter), percent(leaf))
            let isExpired = leaf.notAfter < time
            parts.append(
                isExpired
                    ? "certificate expired \(CountText.of(-days, "day")) ago"
                    : "certificate valid for \(CountText.of(days, "day")), \(percent) %")
            verdict.state = percent < criticalPercent || isExpired ? .critical : percent < warningPercent ? .warning : .ok
            let label = Self.label(scan.name)
            verdict.figures.append("'\(label) days'=\(days)")
            verdict.figures.append("'\(label) lifetime'=\(percent)%;\(warningPercent):;\(criticalPercent):;0;100")
        } else {
            parts.append("no certificate was seen")
            verdict.state = .unknown
        }
        let summary = FindingsSummary(judged.findings)
        if let severity = summary.worst {
            verdict.state = max(verdict.state, Self.state(severity))
            parts.append("\(summary)")
        }
        let undecided = try scan.undecidedFacts()
        if !undecided.isEmpty {
            verdict.state = max(verdict.state, .unknown)
            parts.append("\(CountText.of(undecided.count, "fact")) undecided")
        }
        verdict.sentence = "\(name): \(parts.map(Self.plain).joined(separator: ", "))"
        return verdict
    }

    /// What is left of its life, rounded down; 0 for one that is over, 100 for one that has not begun.
    private func percent(_ certificate: CertificateFacts) -> Int {
        let whole = certificate.notAfter - certificate.notBefore
        guard whole > 0, certificate.notAfter > time else { return 0 }
        return Int(min(100, (certificate.notAfter - time) * 100 / whole))
    }

    private static func state(_ severity: Severity) -> State {
        switch severity {
        case .critical, .high: .critical
        case .medium: .warning
        case .low, .info: .ok
        }
    }

    /// A service that cannot be reached is down; what we could not do ourselves says nothing about it.
    private static func state(_ reason: Undecided.Reason) -> State {
        switch reason {
        case .refused, .reset, .closed, .timedOut, .unreachable, .protocolError, .preamble: .critical
        case .rateLimited, .budget, .unsupported: .unknown
        }
    }

    /// A bar begins the figures, the end of a line the next line.
    private static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "|" ? "/" : $0.properties.generalCategory == .control ? " " : $0 }))
    }

    /// In single quotes, in which there may be neither quotes nor the sign of equality.
    private static func label(_ text: String) -> String {
        String(String.UnicodeScalarView(plain(text).unicodeScalars.map { $0 == "'" || $0 == "=" ? "_" : $0 }))
    }
}
