import Findings
import Testing

@Suite("Findings as JUnit XML")
struct JUnitReporterTests {
    @Test("a failed test for each finding")
    func golden() {
        #expect(
            text(JUnitReporter().render(.sample)) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="coffer 1.2.3" tests="4" failures="4" errors="0" time="0">
                  <testsuite name="/srv/store" tests="4" failures="4" errors="0" skipped="0" time="0" timestamp="2026-11-01T00:00:00Z">
                    <testcase classname="missing-blob" name="backups/2026/a.tar (version 3f2a)" time="0">
                      <failure type="critical" message="The payload of a version is missing.">resource: backups/2026/a.tar (version 3f2a)
                blob: 0f3c
                expected size: 12288
                fix: coffer store check --repair
                see: https://example.org/missing-blob
                see: Docs/Formats/ObjectStore.md</failure>
                    </testcase>
                    <testcase classname="damaged-chunk" name="backups/a.tar" time="0">
                      <failure type="high" message="A chunk does not authenticate.">resource: backups/a.tar
                fix: restore the version from another copy</failure>
                    </testcase>
                    <testcase classname="damaged-chunk" name="backups/b.tar (version 77aa) [bytes 4096..&lt;69648]" time="0">
                      <failure type="high" message="A chunk does not authenticate.">resource: backups/b.tar (version 77aa)
                chunk: 3
                fix: restore the version from another copy</failure>
                    </testcase>
                    <testcase classname="unreferenced-blob" name="objects/9d" time="0">
                      <failure type="low" message="A blob belongs to no version.">resource: objects/9d</failure>
                    </testcase>
                  </testsuite>
                </testsuites>

                """)
    }

    @Test("nothing found is one test that passed")
    func none() throws {
        let root = try XMLTree(JUnitReporter().render(Report(of: []))).root
        #expect(root.attributes["tests"] == "1")
        #expect(root.attributes["failures"] == "0")
        let test = try #require(root.all("testcase").first)
        #expect(test.attributes["name"] == "no findings")
        #expect(root.all("failure").isEmpty)
    }

    @Test("what is below the threshold passed, and is told")
    func threshold() throws {
        let root = try XMLTree(JUnitReporter(threshold: .high).render(.sample)).root
        #expect(root.attributes["tests"] == "4")
        #expect(root.attributes["failures"] == "3")
        #expect(root.all("failure").map { $0.attributes["type"] } == ["critical", "high", "high"])
        #expect(root.all("system-out").map(\.text) == ["low: A blob belongs to no version.\nresource: objects/9d"])
    }

    @Test("any XML parser reads it, whatever the text", arguments: HostileText.all)
    func hostile(hostile: HostileText) throws {
        for threshold in [Severity.info, .critical] {
            let report = Report(of: [.saying(hostile.text)], subject: hostile.text)
            let root = try XMLTree(JUnitReporter(threshold: threshold).render(report)).root
            #expect(Set(root.everything.map(\.name)).subtracting(["testsuites", "testsuite", "testcase", "failure", "system-out"]) == [])
            #expect(root.all("testcase").count == 1)
        }
    }

    @Test("text that XML can hold comes back as it was")
    func exact() throws {
        let name = "]]><x a=\"1\" b='2'>&amp; \u{1F5DD} é \u{FFFD}"
        let root = try XMLTree(JUnitReporter().render(Report(of: [.saying(name)], subject: name))).root
        #expect(root.all("testsuite").first?.attributes["name"] == name)
        #expect(root.all("testcase").first?.attributes["classname"] == name)
        #expect(root.all("failure").first?.attributes["message"] == name)
        #expect(root.all("failure").first?.text.hasPrefix("resource: \(name)\n\(name): \(name)\nfix: \(name)\n") == true)
    }
}
