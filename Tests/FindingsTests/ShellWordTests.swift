import Foundation
import Testing

@testable import Findings

@Suite("Words of a shell")
struct ShellWordTests {
    @Test("a path is one word, whatever it holds", arguments: ["/srv/my store", "/x;id", "it's", "''", "$HOME", "`id`", "a\nb", "*", ""])
    func quoted(path: String) {
        let word = path.shellWord
        #expect(word.hasPrefix("'") && word.hasSuffix("'"))
        #expect(word.dropFirst().dropLast().replacing(#"'\''"#, with: "").contains("'") == false)
        #expect(word.dropFirst().dropLast().replacing(#"'\''"#, with: "'") == path)
    }

    @Test("a usual path stays as it is")
    func plain() { #expect("/var/lib/coffer-1.2_x".shellWord == "/var/lib/coffer-1.2_x") }

    @Test("a name that begins like an option is a path")
    func dashes() {
        #expect("-rf".shellWord == "./-rf")
        #expect("- x".shellWord == "'./- x'")
    }
}
