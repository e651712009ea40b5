import AgeFormat
import Foundation
import OpenSSL
import Synchronization
import SystemPackage
import TestSupport

@testable import Envelope

/// Installs Tests/Interop/plugins/fake_plugin.py under names that say what it does.
struct FakePlugins {
    static let areAvailable = Command.isInstalled("python3")

    /// For tests: quick to lose patience, but not with a busy machine.
    static let limits = PluginLimits(
        silence: .seconds(20), total: .seconds(60), exit: .seconds(5), messageCount: 200, byteCount: 1 << 20, stanzaCount: 8, promptCount: 5
    )

    let folder: TemporaryFolder
    let person = ScriptedPerson()

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Where the plugin writes what it saw.
    var report: FilePath { folder.file("report") }

    func reportLines() throws -> [String] {
        String(decoding: try folder.read("report"), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// A number that the plugin reported of a process.
    func reported(_ what: String) throws -> pid_t? {
        try reportLines().first { $0.hasPrefix("\(what) ") }.flatMap { pid_t($0.dropFirst(what.count + 1)) }
    }

    /// Whether a plugin has said which process it is: its file is there a moment before its first line.
    func hasBegun() throws -> Bool { try folder.entries().contains("report") && reported("pid") != nil }

    /// The provider, with a plugin of that behaviour installed.
    func installed(_ name: String, limits: PluginLimits = Self.limits, path: String? = nil) throws -> InstalledPlugins {
        let link = folder.file("age-plugin-\(name)").string
        if !FileManager.default.fileExists(atPath: link) {
            let script = Repository.url("Tests/Interop/plugins/fake_plugin.py").path
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: script)
        }
        return InstalledPlugins(
            searchPath: path ?? folder.path.string, environment: ["PATH": "/usr/bin:/bin", "COFFER_TEST_REPORT": report.string],
            interaction: person, limits: limits)
    }

    func recipient(_ name: String, limits: PluginLimits = Self.limits) throws -> any Recipient {
        try installed(name, limits: limits).recipient("age1\(name)1qqqqqq", plugin: name)
    }

    func identity(_ name: String, limits: PluginLimits = Self.limits) throws -> any Identity {
        let text = Array("AGE-PLUGIN-\(name.uppercased())-1QQQQQQ".utf8)
        return try installed(name, limits: limits).identity(SecretBytes(copying: text.span.bytes), plugin: name)
    }
}

/// Answers a plugin's questions, and keeps them.
final class ScriptedPerson: PluginInteraction {
    private let heard = Mutex<[String]>([])
    /// Whether there is anybody.
    private let isPresent = Mutex(true)

    var questions: [String] { heard.withLock { $0 } }

    func leave() { isPresent.withLock { $0 = false } }

    private func hear(_ text: String) -> Bool {
        heard.withLock { $0.append(text) }
        return isPresent.withLock { $0 }
    }

    func show(_ message: String, plugin: String) { _ = hear("\(plugin) shows \(message)") }

    func ask(_ prompt: String, plugin: String) throws(EnvelopeError) -> String? { hear("\(plugin) asks \(prompt)") ? "Ada" : nil }

    func askSecret(_ prompt: String, plugin: String) throws(EnvelopeError) -> SecretBytes? {
        guard hear("\(plugin) asks in secret \(prompt)") else { return nil }
        do {
            return try SecretBytes(copying: Array("123456".utf8).span.bytes)
        } catch {
            throw EnvelopeError(.passphraseUnavailable, "\(error)")
        }
    }

    func confirm(_ prompt: String, yes: String, no: String?, plugin: String) throws(EnvelopeError) -> Bool? {
        hear("\(plugin) wants \(prompt): \(yes)/\(no ?? "")") ? no == nil : nil
    }
}
