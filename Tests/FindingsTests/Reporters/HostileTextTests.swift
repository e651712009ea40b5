import Findings
import Testing

@Suite("Hostile text in findings")
struct HostileTextTests {
    @Test("no report acts on a terminal, or has a line that text brought with it", arguments: ReportFormat.allCases, HostileText.all)
    func harmless(format: ReportFormat, hostile: HostileText) {
        let reporter = format.reporter()
        let bytes = reporter.render(Report(of: [.saying(hostile.text)], subject: hostile.text))
        let calm = reporter.render(Report(of: [.saying("https://example.org")], subject: "https://example.org"))
        #expect(bytes.last == UInt8(ascii: "\n"))
        #expect(bytes.count { $0 == UInt8(ascii: "\n") } == calm.count { $0 == UInt8(ascii: "\n") } - missingLines(format, hostile))
        for scalar in text(bytes).unicodeScalars where scalar != "\n" {
            #expect(scalar.properties.generalCategory != .control)
            #expect(!scalar.properties.isBidiControl && !scalar.properties.isNoncharacterCodePoint)
            #expect(scalar != "\u{2028}" && scalar != "\u{2029}")
        }
    }

    /// Only an address of the web is the `helpUri` of a SARIF rule.
    private func missingLines(_ format: ReportFormat, _ hostile: HostileText) -> Int {
        format == .sarif && !hostile.text.hasPrefix("https://") ? 1 : 0
    }

    @Test("text alone may be coloured", arguments: ReportFormat.allCases)
    func colour(format: ReportFormat) {
        let coloured = format.reporter(isColoured: true).render(.sample)
        #expect((coloured == format.reporter().render(.sample)) == (format != .text))
    }
}
