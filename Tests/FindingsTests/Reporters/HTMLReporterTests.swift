import Findings
import Testing

@Suite("Findings as HTML")
struct HTMLReporterTests {
    @Test("the body of a page")
    func golden() throws {
        let page = text(HTMLReporter().render(Report(of: [.damagedChunk, .unreferencedBlob])))
        let body = try #require(page.firstRange(of: "<body>").map { String(page[$0.lowerBound...]) })
        #expect(
            body == """
                <body>
                <header>
                <h1><bdi>/srv/store</bdi></h1>
                <p class="origin">coffer 1.2.3, <time>2026-11-01T00:00:00Z</time></p>
                <ul class="summary"><li><a class="badge high" href="#high">1 high</a></li><li><a class="badge low" href="#low">1 low</a></li></ul>
                </header>
                <main>
                <section id="high" aria-label="high">
                <h2>High <span>1</span></h2>
                <article class="high">
                <h3>A chunk does not authenticate.</h3>
                <p class="resource"><bdi>backups/b.tar (version 77aa)</bdi></p>
                <dl><dt>chunk</dt><dd><bdi>3</bdi></dd></dl>
                <p class="fix"><b>Fix</b> <bdi>restore the version from another copy</bdi></p>
                <p class="id"><span class="badge high">high</span> damaged-chunk</p>
                </article>
                </section>
                <section id="low" aria-label="low">
                <h2>Low <span>1</span></h2>
                <article class="low">
                <h3>A blob belongs to no version.</h3>
                <p class="resource"><bdi>objects/9d</bdi></p>
                <p class="id"><span class="badge low">low</span> unreferenced-blob</p>
                </article>
                </section>
                </main>
                </body>
                </html>

                """)
    }

    @Test("the page needs nothing from elsewhere, and says how it wants to be shown")
    func selfContained() {
        let page = text(HTMLReporter().render(.sample))
        #expect(page.contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"))
        #expect(page.contains("default-src 'none'"))
        #expect(page.contains("@media (prefers-color-scheme: dark)"))
        for forbidden in ["<script", "<link", "<img", "src=", "@import", "url("] { #expect(!page.contains(forbidden)) }
    }

    @Test("nothing found says so")
    func none() {
        #expect(text(HTMLReporter().render(Report(of: []))).contains("<p class=\"none\">No findings.</p>"))
    }

    @Test("text adds no element, no attribute and no link of its own", arguments: HostileText.all)
    func hostile(hostile: HostileText) throws {
        // Every element is closed and every attribute quoted, so but for the head's void elements a page is XML.
        func skeleton(_ word: String) throws -> [String] {
            let page = text(HTMLReporter().render(Report(of: [.saying(word)], subject: word)))
            let body = try #require(page.firstRange(of: "<body>").map { page[$0.lowerBound...].replacing("</html>", with: "") })
            return try XMLTree(Array(body.utf8)).root.everything.map { element in
                "\(element.name) \(element.attributes.filter { $0.key != "href" }.sorted { $0.key < $1.key })"
            }
        }
        let isLink = hostile.text.hasPrefix("https://")
        #expect(try skeleton(hostile.text) == skeleton(isLink ? "https://example.org" : "x"))
    }

    @Test("only addresses of the web become links")
    func links() {
        func page(_ reference: String) -> String {
            text(HTMLReporter().render(Report(of: [Finding(id: "x", severity: .info, resource: "x", title: "x", references: [reference])])))
        }
        let address = "https://example.org/a?b=1&c=\"d\""
        #expect(
            page(address).contains(
                "<a href=\"https://example.org/a?b=1&amp;c=%22d%22\" rel=\"noopener noreferrer\">https://example.org/a?b=1&amp;c=&quot;d&quot;</a>"
            ))
        for reference in [
            "javascript:alert(1)", "JAVASCRIPT:alert(1)", " https://example.org", "data:text/html,x", "Docs/MFA.md", "file:///etc",
        ] {
            #expect(!page(reference).contains("<a href=\"\(reference.prefix(4))"))
            #expect(!page(reference).contains("rel=\"noopener"))
        }
    }
}
