import Findings
import Testing

@Suite("Findings as text")
struct TextReporterTests {
    @Test("grouped by severity, aligned, with a last line that sums up")
    func golden() {
        #expect(
            text(TextReporter().render(.sample)) == """
                CRITICAL (1)

                  missing-blob  backups/2026/a.tar (version 3f2a)
                    The payload of a version is missing.
                    blob:           0f3c
                    expected size:  12288
                    fix:            coffer store check --repair
                    see:            https://example.org/missing-blob
                    see:            Docs/Formats/ObjectStore.md

                HIGH (2)

                  damaged-chunk  backups/a.tar
                    A chunk does not authenticate.
                    fix:  restore the version from another copy

                  damaged-chunk  backups/b.tar (version 77aa)
                    A chunk does not authenticate.
                    chunk:  3
                    fix:    restore the version from another copy

                LOW (1)

                  unreferenced-blob  objects/9d
                    A blob belongs to no version.

                4 findings in /srv/store: 1 critical, 2 high, 1 low

                """)
    }

    @Test("lines of configuration stand under the fix, one for each program")
    func configurations() {
        let finding = Finding(
            id: "x", severity: .low, resource: "r", title: "t", remediation: "Turn it off.",
            configurations: [Configuration("nginx", "a off;"), Configuration("Apache", "B\nOff")], references: ["s"])
        #expect(
            text(TextReporter().render(Report(of: [finding]))).contains(
                """
                    fix:       Turn it off.
                      nginx:   a off;
                      Apache:  B\\nOff
                    see:       s

                """))
    }

    @Test("nothing found is one line")
    func none() {
        #expect(text(TextReporter().render(Report(of: []))) == "no findings in /srv/store\n")
    }

    @Test("colours are there only if told, and change no text")
    func colours() {
        let plain = text(TextReporter().render(.sample))
        let coloured = text(TextReporter(isColoured: true).render(.sample))
        #expect(!plain.contains("\u{1B}"))
        #expect(coloured.hasPrefix("\u{1B}[1;31mCRITICAL (1)\u{1B}[0m\n\n  \u{1B}[1;31mmissing-blob\u{1B}[0m  backups/"))
        #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    @Test("what would act on a terminal is shown instead")
    func hidden() {
        let finding = Finding(
            id: "x", severity: .info, resource: "a\nb\r\t\0\u{1B}[31m\u{9B}\u{202E}\\n", title: "t",
            evidence: [Evidence("empty", ""), Evidence("e", "1")])
        #expect(
            text(TextReporter().render(Report(of: [finding], subject: "s\n"))) == #"""
                INFO (1)

                  x  a\nb\r\t\0\u{1B}[31m\u{9B}\u{202E}\n
                    t
                    empty:
                    e:      1

                1 finding in s\n: 1 info

                """#)
    }
}
