import Foundation
import Testing

@testable import CofferCommands

@Suite("Making and unlocking a store")
struct StoreCommandTests {
    private func passphraseStore() async throws -> CommandFixture {
        let fixture = try CommandFixture()
        try fixture.write(CommandFixture.passphrase + "\n", to: "pass")
        try await fixture.expect("init --new-passphrase-file \(fixture.path("pass")) --quiet")
        return fixture
    }

    @Test("a passphrase is asked for when nothing else is there")
    func prompt() async throws {
        let fixture = try await passphraseStore()
        fixture.typist.willType(CommandFixture.passphrase)
        try await fixture.expect("key list")
        #expect(fixture.typist.prompts == ["Passphrase: "])
    }

    @Test("without a terminal and without an option: denied, with a hint")
    func noTerminal() async throws {
        let fixture = try await passphraseStore()
        #expect(try await fixture.expect("key list", .denied).errors.contains("hint: give --passphrase-file"))
    }

    @Test("a wrong passphrase is denied, says nothing about it, and is recorded")
    func wrongPassphrase() async throws {
        let fixture = try await passphraseStore()
        fixture.typist.willType("Tr0ub4dor&3-wrong")
        let outcome = try await fixture.expect("key list --json", .denied)
        #expect(try outcome.error["code"] as? String == "StoreSealed")
        #expect(!outcome.errors.contains("Tr0ub4dor"))
        #expect(try await fixture.expect("audit list --last 1").text.contains("StoreSealed"))
        let trail = try String(decoding: fixture.read("home/audit.log"), as: UTF8.self)
        #expect(!trail.contains("Tr0ub4dor") && !trail.contains(CommandFixture.passphrase))
    }

    @Test("an option goes before the environment, the environment before a key file, a key file before the prompt")
    func order() async throws {
        let fixture = try await passphraseStore()
        let pass = "--passphrase-file \(fixture.path("pass"))"
        try await fixture.expect("seal add keyfile:\(fixture.path("key")) \(pass)")
        try await fixture.expect("key list")
        try fixture.write("wrong wrong wrong", to: "wrong")
        fixture.environment["COFFER_PASSPHRASE_FILE"] = fixture.path("wrong")
        try await fixture.expect("key list", .denied)
        try await fixture.expect("key list \(pass)")
        try await fixture.expect("key list --store-identity \(fixture.path("key"))")
        try await fixture.expect("key list --store-identity \(fixture.path("key")) \(pass)", .usage)
        #expect(fixture.typist.prompts.isEmpty)
    }

    @Test("a key file or passphrase file that others can read is refused", arguments: [0o640, 0o604, 0o660])
    func readableSecrets(mode: Int) async throws {
        let fixture = try await passphraseStore()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: fixture.path("pass"))
        let outcome = try await fixture.expect("key list --passphrase-file \(fixture.path("pass"))", .denied)
        #expect(outcome.errors.contains("hint: run `chmod 600"))
    }

    @Test("a store that others can look into is refused", arguments: [0o750, 0o705, 0o777])
    func openDirectory(mode: Int) async throws {
        let fixture = try await CommandFixture.withStore()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: fixture.path("home"))
        for command in ["key list", "seal list", "audit list"] {
            #expect(try await fixture.expect(command, .denied).errors.contains("hint: run `chmod 700"))
        }
    }

    @Test("no store: not found, with a hint")
    func noStore() async throws {
        let fixture = try CommandFixture()
        for command in ["key list", "seal list", "audit list", "audit verify"] {
            #expect(try await fixture.expect(command, .notFound).errors.contains("coffer init"))
        }
    }

    @Test("new passphrases: too short, not the same, weak")
    func newPassphrases() async throws {
        let fixture = try CommandFixture()
        fixture.typist.willType("short", "short")
        try await fixture.expect("init", .usage)
        fixture.typist.willType("long enough, one", "long enough, two")
        #expect(try await fixture.expect("init", .usage).errors == "error: the two passphrases are not the same\n")
        fixture.typist.willType("eightbyt", "eightbyt")
        #expect(try await fixture.expect("init").errors.contains("warning: "))
        fixture.typist.willType("other passphrase", "other passphrase")
        try await fixture.expect("init", .denied)
    }

    @Test("beside the trail of another store init says what lies there")
    func remains() async throws {
        let fixture = try await CommandFixture.withStore()
        for file in ["keys.sqlite", "keys.sqlite-wal", "keys.sqlite-shm"] where fixture.exists("home/\(file)") {
            try FileManager.default.removeItem(atPath: fixture.path("home/\(file)"))
        }
        let trail = try fixture.read("home/audit.log")
        let refused = try await fixture.expect("init --seal keyfile:\(fixture.path("other.key"))", .denied)
        #expect(refused.errors.contains("has events of another store") && refused.errors.contains("hint: "), "\(refused.errors)")
        #expect(try fixture.read("home/audit.log") == trail)
        try FileManager.default.moveItem(atPath: fixture.path("home/audit.log"), toPath: fixture.path("evidence.log"))
        try await fixture.expect("init --seal keyfile:\(fixture.path("third.key"))")
    }

    @Test("an init that is refused leaves nothing behind")
    func refusedInit() async throws {
        let fixture = try CommandFixture()
        let key = try fixture.write("here already", to: "key")
        for command in ["init", "init --seal keyfile:\(key)", "init --new-passphrase-file \(fixture.path("nothing"))"] {
            #expect(try await fixture.run(command).status != .success)
            #expect(!fixture.exists("home"), "\(command)")
        }
        fixture.typist.willType("long enough, one", "long enough, two")
        try await fixture.expect("init", .usage)
        #expect(!fixture.exists("home"))
        fixture.typist.willType("long enough, one", "long enough, one")
        try await fixture.expect("init")
    }

    @Test("a store whose further seals fail is a store, and that is said")
    func furtherSeals() async throws {
        let fixture = try CommandFixture()
        let key = try fixture.write("here already", to: "key")
        let outcome = try await fixture.expect("init --seal keyfile:\(fixture.path("first")) --seal keyfile:\(key)", .denied)
        #expect(outcome.errors.contains("warning: the store at \(fixture.path("home")) was made"))
        try await fixture.expect("key list")
    }

    @Test("without a terminal each command hints at options that it has")
    func hints() async throws {
        let fixture = try CommandFixture()
        #expect(try await fixture.expect("init", .denied).errors.contains("hint: give --new-passphrase-file or --new-passphrase-fd"))
        try fixture.write("a long passphrase", to: "pass")
        try await fixture.expect("init --quiet --new-passphrase-file \(fixture.path("pass"))")
        #expect(try await fixture.expect("key list", .denied).errors.contains("hint: give --passphrase-file, "))
        fixture.environment["COFFER_PASSPHRASE_FILE"] = fixture.path("pass")
        let file = fixture.path("keys.age")
        try await fixture.expect("key backup --to \(file) --new-passphrase-file \(fixture.path("pass"))")
        #expect(try await fixture.expect("key restore \(file)", .denied).errors.contains("hint: give --backup-passphrase-file"))
        for command in ["key backup --to \(file)", "kms generate-random --number-of-bytes 8 --out \(file)"] {
            fixture.typist.willType("a long passphrase", "a long passphrase")
            #expect(try await fixture.expect(command, .denied).errors.hasSuffix("hint: use --force to replace it, or name another file\n"))
        }
    }

    @Test("a link that is named as result file stays, and its target is replaced")
    func resultThroughLink() async throws {
        let fixture = try await CommandFixture.withStore()
        let target = try fixture.write("old", to: "target")
        let link = fixture.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        try fixture.write("a long passphrase", to: "pass")
        try await fixture.expect("key backup --to \(link) --force --new-passphrase-file \(fixture.path("pass"))")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
        #expect(try fixture.read("target").starts(with: "age-encryption.org".utf8))
    }

    @Test("where the store is: --home, COFFER_HOME, XDG_DATA_HOME, the home directory")
    func places() async throws {
        let fixture = try CommandFixture()
        let seal = "--quiet --seal keyfile:\(fixture.path("k"))"
        try await fixture.expect("init \(seal)0 --home \(fixture.path("a"))")
        try await fixture.expect("init \(seal)1")
        fixture.environment = ["XDG_DATA_HOME": fixture.path("xdg")]
        try await fixture.expect("init \(seal)2")
        fixture.environment = ["XDG_DATA_HOME": "relative"]
        try await fixture.expect("init \(seal)3")
        for place in ["a", "home", "xdg/coffer", ".local/share/coffer"] {
            #expect(fixture.exists(place + "/keys.sqlite"), "\(place)")
        }
    }

    @Test("region and account are part of every ARN; wrong ones are refused")
    func identity() async throws {
        let fixture = try CommandFixture()
        let seal = "--quiet --seal keyfile:\(fixture.path("k"))"
        try await fixture.expect("init \(seal) --region nowhere!", .usage)
        try await fixture.expect("init \(seal) --account 12", .usage)
        #expect(!fixture.exists("k"), "a refused store leaves no key file")
        try await fixture.expect("init \(seal) --region eu-west-1 --account 123456789012")
        #expect(try await fixture.expect("key create").line.hasPrefix("arn:aws:kms:eu-west-1:123456789012:key/"))
    }

    @Test("seals: a second passphrase, a changed one, the last one stays")
    func seals() async throws {
        let fixture = try await passphraseStore()
        fixture.environment["COFFER_PASSPHRASE_FILE"] = fixture.path("pass")
        try fixture.write("a second passphrase", to: "second")
        try fixture.write("a third passphrase", to: "third")
        let id = try await fixture.expect("seal add passphrase --label ops --new-passphrase-file \(fixture.path("second"))").line
        try await fixture.expect("key list --passphrase-file \(fixture.path("second"))")
        try await fixture.expect("seal change \(id.prefix(8)) --new-passphrase-file \(fixture.path("third"))")
        try await fixture.expect("key list --passphrase-file \(fixture.path("second"))", .denied)
        try await fixture.expect("key list --passphrase-file \(fixture.path("third"))")
        let seals = try await fixture.expect("seal list --json").json["Seals"] as? [[String: Any]]
        #expect(seals?.count == 2)
        let labels = Set(seals?.compactMap { $0["Label"] as? String } ?? [])
        #expect(labels == ["passphrase", "ops"])
        let ids = Dictionary(uniqueKeysWithValues: seals?.map { ($0["Label"] as? String ?? "", $0["SealId"] as? String ?? "") } ?? [])
        try await fixture.expect("seal remove \(try #require(ids["passphrase"]))")
        try await fixture.expect("key list", .denied)
        let last = try #require(ids["ops"])
        fixture.environment["COFFER_PASSPHRASE_FILE"] = fixture.path("third")
        let lastOutcome = try await fixture.run("seal remove \(last)")
        #expect(lastOutcome.status != .success && lastOutcome.status != .bug, "\(lastOutcome.errors)")
        try await fixture.expect("seal remove ffffffff", .notFound)
        let prefix = last.prefix(3)
        try await fixture.expect("seal remove \(prefix)", .usage)
        try await fixture.expect("seal change \(prefix) --new-passphrase-file \(fixture.path("second"))", .usage)
    }

    @Test("a pipe is not replaced by a result file, not even by force")
    func resultIntoPipe() async throws {
        let fixture = try await CommandFixture.withStore()
        let pipe = fixture.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        try await fixture.expect("kms generate-random --number-of-bytes 8 --force --out \(pipe)", .usage)
        try await fixture.expect(
            "key backup --to \(pipe) --force --new-passphrase-file \(try fixture.write("a long passphrase", to: "p"))", .usage)
        var status = stat()
        #expect(stat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    }

    @Test("rotating the root key keeps every seal and every key")
    func rootRotation() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        let sealed = try await fixture.expect("encrypt -k k", input: [4]).bytes
        try await fixture.expect("seal rotate-root")
        #expect(try await fixture.expect("decrypt", input: sealed).bytes == [4])
        try await fixture.expect("audit verify")
    }

    @Test("an edited database is damaged, not believed")
    func damagedDatabase() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        var bytes = try fixture.read("home/keys.sqlite")
        for index in stride(from: 100, to: bytes.count, by: 7) { bytes[index] ^= 0x55 }
        try fixture.write(bytes, to: "home/keys.sqlite")
        try await fixture.expect("key list", .damaged)
    }
}
