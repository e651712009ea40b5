import Testing

@testable import TLSInspector

@Suite("Rules about what a server chokes on")
struct ToleranceRulesTests {
    static let cases: [JudgementCase] = [
        JudgementCase("a later version", "tls-intolerant-version low") { $0.scan.tolerance.futureVersion = .known(false) },
        JudgementCase("a long hello", "tls-intolerant-long-hello low") { $0.scan.tolerance.longHello = .known(false) },
        JudgementCase("a huge hello", "tls-intolerant-huge-hello info") { $0.scan.tolerance.hugeHello = .known(false) },
        JudgementCase("an unknown extension", "tls-intolerant-extension low") { $0.scan.tolerance.unknownExtension = .known(false) },
        JudgementCase("unknown suites", "tls-intolerant-suites low") { $0.scan.tolerance.unknownCipherSuites = .known(false) },
        JudgementCase("many suites", "tls-intolerant-many-suites info") { $0.scan.tolerance.manyCipherSuites = .known(false) },
        JudgementCase("a hello in pieces", "tls-intolerant-fragments low") { $0.scan.tolerance.fragmentedHello = .known(false) },
        JudgementCase("another name is refused, as a server may") { $0.scan.tolerance.unknownServerName = .known(false) },
        JudgementCase("TLS 1.3 is lost on the way", "tls-version-1-3-dropped medium", "tls-undecided info") {
            $0.scan.tolerance.dropsTLS13 = .known(true)
            $0[.tls13].isOffered = .unknown(Undecided(.closed, "no answer"))
        },
    ]

    @Test("an intolerance is found", arguments: cases)
    func tolerance(_ test: JudgementCase) { test.check() }
}
