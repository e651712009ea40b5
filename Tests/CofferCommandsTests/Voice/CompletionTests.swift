import Foundation
import Testing

@testable import CofferCommands

/// What shells do with it is tried by Tests/Interop/voice.py.
@Suite("What shells complete")
struct CompletionTests {
    private static func fixture() async throws -> CommandFixture {
        let fixture = try await CommandFixture.withStore()
        for alias in ["signer", "backups"] { try await fixture.expect("key create --alias \(alias)") }
        for bucket in ["photos", "backups"] { try await fixture.expect("bucket create \(bucket)") }
        return fixture
    }

    @Test("names are had of a store that nothing opens, in order, and leave no trace")
    func names() async throws {
        let fixture = try await Self.fixture()
        try FileManager.default.removeItem(atPath: fixture.path("unlock.key"))
        try await fixture.expect("key list", .denied)
        let trail = try fixture.read("home/audit.log")
        let names = StoreNames(folder: fixture.path("home"))
        #expect(names.aliases == ["alias/backups", "alias/coffer-objects", "alias/signer"])
        #expect(names.buckets == ["backups", "photos"])
        #expect(try fixture.read("home/audit.log") == trail)
    }

    @Test("without a store, without objects, and where others may look, there are none")
    func nothing() async throws {
        let empty = try CommandFixture()
        #expect(StoreNames(folder: empty.path("home")).aliases.isEmpty && StoreNames(folder: empty.path("home")).buckets.isEmpty)
        #expect(!empty.exists("home"))
        let keysAlone = try await CommandFixture.withStore()
        #expect(StoreNames(folder: keysAlone.path("home")).buckets.isEmpty && !keysAlone.exists("home/objects.sqlite"))
        let open = try await Self.fixture()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: open.path("home"))
        #expect(StoreNames(folder: open.path("home")).aliases.isEmpty && StoreNames(folder: open.path("home")).buckets.isEmpty)
    }

    @Test("the script for bash knows words with colons; the others are ArgumentParser's")
    func scripts() async throws {
        let fixture = try CommandFixture()
        let bash = try await fixture.expect("--generate-completion-script bash").text
        #expect(bash.hasPrefix("#!/bin/bash\n") && bash.hasSuffix("\ncomplete -o filenames -F _coffer_with_colons coffer\n"))
        #expect(try await fixture.expect("--generate-completion-script=bash").text == bash)
        for shell in ["zsh", "fish"] {
            #expect(!(try await fixture.expect("--generate-completion-script \(shell)").text.contains("_with_colons")))
        }
    }
}
