import Testing

@testable import CofferCommands

@Suite("Commands that are misspelt")
struct UnknownCommandTests {
    private static let cases = [
        ("kye list", "did you mean `coffer key list`?"), ("key lst", "did you mean `coffer key list`?"),
        ("kye --help", "did you mean `coffer key`?"), ("key tag lsit backups", "did you mean `coffer key tag list`?"),
        ("bucket mfa-delet enable b", "did you mean `coffer bucket mfa-delete enable`?"),
        ("encypt -k backups file", "did you mean `coffer encrypt`?"), ("key desc backups", "did you mean `coffer key describe`?"),
        ("scan example.com", "did you mean `coffer tls scan`?"), ("create key", "did you mean `coffer key create`?"),
        ("help kye", "did you mean `coffer key`?"), ("help recipient", "did you mean `coffer help recipients` or `coffer key recipient`?"),
        ("frobnicate", "`coffer --help` lists what there is"), ("key frobnicate", "`coffer key --help` lists what there is"),
        ("list", "`coffer --help` lists what there is"), ("hepl keys", "did you mean `coffer help`?"),
    ]

    @Test("the right one is suggested, also at nested levels", arguments: cases)
    func suggestions(line: String, hint: String) async throws {
        let outcome = try await CommandFixture().expect(line, .usage)
        #expect(outcome.errors.hasPrefix("error: there is no command `coffer "), "\(outcome.errors)")
        #expect(outcome.errors.hasSuffix("hint: \(hint)\n"), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 2)
    }

    @Test("with --json, error and hint are JSON")
    func json() async throws {
        let error = try await CommandFixture().expect("kye list --json", .usage).error
        #expect(error["code"] as? String == "UsageError" && error["hint"] as? String == "did you mean `coffer key list`?")
        #expect(error["message"] as? String == "there is no command `coffer kye`")
    }

    @Test("an operation of AWS that Coffer does not have is no misspelling", arguments: ["kms create-grant", "object restore"])
    func unsupported(line: String) async throws {
        let outcome = try await CommandFixture().run(line)
        #expect(outcome.status != .success && !outcome.errors.contains("did you mean"), "\(outcome.errors)")
    }

    @Test("what a command does not take is not taken for a command", arguments: ["key list surplus", "help key list surplus"])
    func surplus(line: String) async throws {
        #expect(!(try await CommandFixture().expect(line, .usage)).errors.contains("there is no command"))
    }

    @Test("a word that holds something for the terminal is shown without it")
    func control() async throws {
        let outcome = try await CommandFixture().expect(["k\u{1B}[31m", "list"], .usage)
        #expect(!outcome.errors.contains("\u{1B}"))
    }

    @Test(
        "distances count what is put in, left out, replaced or exchanged",
        arguments: [
            ("key", "key", 0), ("kye", "key", 1), ("ky", "key", 1), ("keey", "key", 1), ("kex", "key", 1), ("", "key", 3), ("ca", "abc", 3),
        ])
    func distances(left: String, right: String, distance: Int) {
        #expect(Spelling.distance(left, right) == distance && Spelling.distance(right, left) == distance)
    }
}
