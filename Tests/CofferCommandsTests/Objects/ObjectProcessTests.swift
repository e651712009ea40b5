import Foundation
import KeyTestSupport
import TestSupport
import Testing

@testable import CofferCommands

/// The commands of the object store as a person meets them: processes with streams and signals.
@Suite("The process and objects", .enabled(if: CofferProcess.path != nil, "the coffer binary is not beside the tests; build it first"))
struct ObjectProcessTests {
    private func run(_ script: String, _ fixture: CommandFixture) throws -> Command.Result {
        try CofferProcess.shell("cd '\(fixture.folder)'\n\(script)", home: fixture.path("home"))
    }

    @Test("an upload that is interrupted leaves no object, no upload, and nothing that a check finds", arguments: ["INT", "TERM", "KILL"])
    func interruption(signal: String) async throws {
        let fixture = try await CommandFixture.withBucket()
        // More than is kept in memory, so that an upload in parts was begun.
        let script = """
            mkfifo feed
            "$COFFER" cp - coffer://photos/a < feed & pid=$!
            exec 3> feed
            head -c 12000000 /dev/zero >&3
            kill -\(signal) $pid
            wait $pid; status=$?
            exec 3>&-
            echo $status
            """
        let result = try run(script, fixture)
        #expect(result.text == (signal == "KILL" ? "137\n" : "130\n"), "\(result.errors)")
        #expect(try await fixture.keys().isEmpty)
        let uploads = try await fixture.expect("object upload list --bucket photos --json").json["Uploads"] as? [Any]
        #expect(signal == "KILL" || uploads == nil)
        #expect(try await fixture.expect("store check").text.hasPrefix("no findings"))
        #expect(try await fixture.expect("store scrub").text.hasPrefix("no findings"))
    }

    @Test("a full output, a reader that goes away and a terminal that is missing have their exit statuses")
    func streams() async throws {
        let fixture = try await CommandFixture.withBucket()
        try await fixture.expect("cp - coffer://photos/a", input: CommandFixture.noise(3_000_000))
        let script = """
            "$COFFER" cp coffer://photos/a - > /dev/full; echo $?
            "$COFFER" ls coffer://photos > /dev/full; echo $?
            "$COFFER" cp coffer://photos/a - | head -c 10 > /dev/null; echo ${PIPESTATUS[0]}
            "$COFFER" cp coffer://photos/a /dev/full; echo $?
            "$COFFER" cp <(printf abc) coffer://photos/fd; echo $?
            "$COFFER" cp coffer://photos/fd -
            """
        let result = try run(script, fixture)
        #expect(result.text == "6\n6\n141\n2\n0\nabc", "\(result.text)\(result.errors)")
        #expect(result.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }.count == 3, "\(result.errors)")
    }

    @Test("where a code is needed and nobody can be asked, nothing is deleted")
    func noTerminal() async throws {
        let fixture = try await CommandFixture.withBucket()
        let version = try await fixture.put("x", as: "a")
        // A process has the time of the machine, so the device that the test's clock would enrol is of no use to it: none is needed to be
        // refused.
        let phone = try await fixture.enroll()
        try await fixture.expect(["bucket", "mfa-delete", "enable", "photos", "--mfa", "phone \(phone.code(fixture.clock))"])
        let script = """
            setsid "$COFFER" rm --version-id \(version) coffer://photos/a < /dev/null; echo $?
            setsid "$COFFER" rm -r --all-versions coffer://photos/ < /dev/null; echo $?
            "$COFFER" cp coffer://photos/a -
            """
        let result = try run(script, fixture)
        #expect(result.text == "4\n4\nx", "\(result.text)\(result.errors)")
        #expect(result.errors.contains("hint: give --mfa 'SERIAL CODE'"))
    }
}
