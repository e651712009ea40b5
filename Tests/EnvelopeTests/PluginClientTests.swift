import AgeFormat
import Foundation
import KeyStore
import OpenSSL
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Envelope

@Suite("Plugins that are run", .enabled(if: FakePlugins.areAvailable, "there is no python3"), .serialized)
struct PluginClientTests {
    let plugins: FakePlugins
    let key = FixedKey()

    init() throws {
        plugins = try FakePlugins()
    }

    private func wrap(_ name: String, limits: PluginLimits = FakePlugins.limits) async throws -> RecipientStanzas {
        try await plugins.recipient(name, limits: limits).wrap(key.fileKey())
    }

    /// The MAC by which the key that was unwrapped is known, or why there is none.
    private func unwrap(_ name: String, _ stanzas: [Stanza]? = nil, limits: PluginLimits = FakePlugins.limits) async throws -> Opening {
        let stanzas = try stanzas ?? [Stanza(type: "fake", arguments: ["argument"], body: key.bytes.map { $0 ^ 0x55 })]
        switch try await plugins.identity(name, limits: limits).unwrap(stanzas) {
        case .opened(let fileKey, let name): return .opened(mac: try fileKey.headerMAC(over: [UInt8]("x".utf8).span.bytes), by: name)
        case .refused(let refusals): return .refused(refusals)
        }
    }

    private enum Opening: Equatable {
        case opened(mac: [UInt8], by: String)
        case refused([Refusal])
    }

    private func opened(by name: String) throws -> Opening {
        .opened(mac: try key.fileKey().headerMAC(over: [UInt8]("x".utf8).span.bytes), by: "age-plugin-\(name)")
    }

    // MARK: What works

    @Test("a plugin wraps and unwraps a file key", arguments: ["honest", "greasing", "stays", "withchild"])
    func honest(name: String) async throws {
        var limits = FakePlugins.limits
        if name == "stays" { limits.exit = .milliseconds(50) }
        let wrapped = try await wrap(name, limits: limits)
        #expect(wrapped == RecipientStanzas(try Stanza(type: "fake", arguments: ["argument"], body: key.bytes.map { $0 ^ 0x55 })))
        #expect(try await unwrap(name, wrapped.stanzas, limits: limits) == opened(by: name))
        try #expect(plugins.person.questions.isEmpty && isGone("pid"))
        if name == "withchild" { try #expect(isGone("child")) }
    }

    @Test("labels are handed on")
    func labels() async throws {
        #expect(try await wrap("labelled").labels == ["postquantum", "b"])
    }

    @Test("stanzas that are for nobody are no refusal; all stanzas are shown to the plugin, however many and long")
    func foreignStanzas() async throws {
        #expect(try await unwrap("honest", [Stanza(type: "X25519", arguments: ["a"], body: [1])]) == .refused([]))
        let many = try (0..<200).map { try Stanza(type: "other", arguments: ["\($0)"], body: [UInt8](repeating: 7, count: 5000)) }
        let fake = try Stanza(type: "fake", body: key.bytes.map { $0 ^ 0x55 })
        #expect(try await unwrap("honest", many + [fake] + many) == opened(by: "honest"))
    }

    @Test("a foreign stanza that leaves no room for being shown does not keep a plugin from its own")
    func longStanzas() async throws {
        let room = Stanza.maximumLineByteCount - "-> other ".utf8.count
        let long = [
            try Stanza(type: "other", arguments: [String(repeating: "a", count: room)]),
            try Stanza(type: "other", arguments: [String](repeating: "a", count: Stanza.maximumArgumentCount)),
        ]
        let fake = try Stanza(type: "fake", body: key.bytes.map { $0 ^ 0x55 })
        #expect(try await unwrap("honest", long + [fake]) == opened(by: "honest"))
        #expect(try await unwrap("honest", long) == .refused([]))
    }

    @Test("a plugin's questions reach the person without what a terminal would act on, and the answers reach the plugin")
    func questions() async throws {
        _ = try await wrap("talkative")
        #expect(
            plugins.person.questions == [
                "talkative shows touch the  [31mtoken", "talkative asks name?", "talkative asks in secret PIN?",
                "talkative wants sure?: go on/stop", "talkative wants sure?: go on/",
            ])
        #expect(
            try plugins.reportLines().dropFirst() == [
                "msg ok", "public (['ok'], b'Ada')", "secret (['ok'], b'123456')", "confirm (['ok', 'no'], b'')",
                "confirm (['ok', 'yes'], b'')",
            ])
    }

    @Test("when nobody can be asked, the plugin is told so and goes on")
    func nobody() async throws {
        plugins.person.leave()
        _ = try await wrap("talkative")
        #expect(
            try plugins.reportLines().dropFirst() == [
                "msg ok", "public (['fail'], b'')", "secret (['fail'], b'')", "confirm (['fail'], b'')", "confirm (['fail'], b'')",
            ])
    }

    @Test("the time that a person takes is not the plugin's")
    func patience() throws {
        var limits = FakePlugins.limits
        limits.silence = .seconds(3)
        limits.total = .seconds(3)
        let source = try TestPipe.source(Array("-> done\n\n".utf8))
        defer { #expect(throws: Never.self) { try source.close() } }
        var channel = try PluginChannel(input: source, output: source, limits: limits)
        try channel.pausing { () throws(EnvelopeError) in _ = usleep(3_500_000) }
        let type = try channel.receive()?.type
        #expect(type == "done")
    }

    @Test("a plugin gets a process as if fresh: its own group, no descriptor but three, no signal blocked or ignored")
    func process() async throws {
        // Something that is open, and would be passed on.
        let leaked = try FileDescriptor.open("/dev/null", .readOnly)
        defer { #expect(throws: Never.self) { try leaked.close() } }
        _ = try await wrap("environment")
        let lines = try plugins.reportLines().dropFirst()
        let expected = [
            "arguments --age-plugin=recipient-v1", "cwd /", "variables PATH", "descriptors 0 1 2", "group True", "blocked 0", "ignored 0",
        ]
        #expect(Array(lines) == expected)
    }

    // MARK: What does not

    static let failures: [(String, String)] = [
        ("dies", "ended before it was done"), ("dieswithin", "ended within a message"), ("garbage", "broke the plugin protocol"),
        ("badbase64", "not base64"), ("noncanonical", "not canonical"), ("carriagereturn", "not plain text"), ("longline", "too long"),
        ("longsecret", "too long"), ("floodmessages", "more than 200 messages"), ("floodbody", "bytes"), ("prompts", "more than 5 times"),
        ("confirmnothing", "without an answer"), ("confirmgarbage", "not base64"), ("closesandstays", "ended before it was done"),
        ("error", "the  [2Jtoken is locked"), ("errorrecipient", "no such key"), ("errorsilent", "gave no reason"),
        ("errorafterkey", "not after all"), ("floodsdeaf", "more than 5 times"),
    ]

    @Test("a plugin that lies, floods, dies or talks nonsense has failed, with a reason, and is gone", arguments: failures)
    func failure(name: String, reason: String) async throws {
        let error = await #expect(throws: EnvelopeError(.pluginFailed, "")) { try await wrap(name) }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(error?.message.hasPrefix("age-plugin-\(name): ") == true, "\(error?.message ?? "")")
        #expect(error?.message.utf8.contains { $0 < 0x20 || $0 == 0x7F } == false)
        guard case .refused(let refusals) = try await unwrap(name) else { return #expect(Bool(false), "opened") }
        #expect(refusals.map(\.key) == ["age-plugin-\(name)"])
        #expect(refusals.first?.description.contains(reason) == true, "\(refusals)")
        if name != "floodsdeaf" { try #expect(isGone("pid")) }
    }

    @Test("what a dying plugin said, and how it ended, is in the error")
    func lastWords() async throws {
        let error = await #expect(throws: EnvelopeError(.pluginFailed, "")) { try await wrap("dies") }
        #expect(error?.message.contains("exit status 3") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("it said: the token  [31mis broken") == true, "\(error?.message ?? "")")
        let killed = await #expect(throws: EnvelopeError(.pluginFailed, "")) { try await wrap("dieswithin") }
        #expect(killed?.message.contains("signal 9") == true, "\(killed?.message ?? "")")
    }

    @Test(
        "stanzas that were not asked for are refused",
        arguments: [
            ("wrongindex", "not asked about"), ("noindex", "not asked about"), ("oddindex", "not asked about"), ("scrypt", "passphrase's"),
            ("kms", "only coffer may make"), ("padding", "only coffer may make"), ("coffer", "cannot be read"),
            ("manystanzas", "more than 8 stanzas"), ("labelstwice", "labels twice"), ("doneatonce", "no stanza, and no reason"),
        ])
    func badStanzas(name: String, reason: String) async throws {
        let error = await #expect(throws: EnvelopeError(.pluginFailed, "")) { try await wrap(name) }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test(
        "file keys that were not asked for, or are none, are refused",
        arguments: [
            ("wrongindex", "not asked about"), ("noindex", "not asked about"), ("oddindex", "not asked about"),
            ("shortkey", "15 bytes"), ("longkey", "32 bytes"), ("twokeys", "two file keys"),
        ])
    func badKeys(name: String, reason: String) async throws {
        guard case .refused(let refusals) = try await unwrap(name) else { return #expect(Bool(false), "opened") }
        #expect(refusals.first?.description.contains(reason) == true, "\(refusals)")
    }

    @Test("a plugin that is done without a key has nothing to say of the file")
    func nothing() async throws {
        #expect(try await unwrap("doneatonce") == .refused([]))
    }

    // MARK: Time

    @Test(
        "a plugin that does not answer, listen or end is given up in bounded time, with all that it started",
        arguments: ["silent", "deaf", "stubborn", "childandsilence", "drip", "flooderrors"])
    func bounded(name: String) async throws {
        var limits = FakePlugins.limits
        limits.silence = .milliseconds(1200)
        limits.total = .milliseconds(2500)
        // More than a pipe takes, so that one who does not listen is noticed while writing.
        let stanzas = try (0..<100).map { try Stanza(type: "other", arguments: ["\($0)"], body: [UInt8](repeating: 7, count: 5000)) }
        let start = ContinuousClock.now
        guard case .refused(let refusals) = try await unwrap(name, stanzas, limits: limits) else {
            return #expect(Bool(false), "opened")
        }
        // The plugin would take 600 s.
        #expect(start.duration(to: .now) < .seconds(30))
        let reasons = ["no answer for 1.2 seconds", "not done after 2.5 seconds"]
        #expect(reasons.contains { refusals.first?.description.contains($0) == true }, "\(refusals)")
        // On a busy machine a plugin may be given up before it has begun.
        guard try plugins.hasBegun() else { return }
        try #expect(isGone("pid"))
        if name == "childandsilence", try plugins.reported("child") != nil { try #expect(isGone("child")) }
    }

    @Test("a cancelled task does not wait for its plugin")
    func cancelled() async throws {
        let recipient = try plugins.recipient("silent")
        let start = ContinuousClock.now
        let task = Task { () async throws -> RecipientStanzas in try await recipient.wrap(FixedKey().fileKey()) }
        while try !plugins.hasBegun(), start.duration(to: .now) < FakePlugins.limits.silence { await Task.yield() }
        let cancelled = ContinuousClock.now
        task.cancel()
        await #expect(throws: EnvelopeError(.cancelled, "")) { try await task.value }
        #expect(cancelled.duration(to: .now) < FakePlugins.limits.silence)
        try #expect(isGone("pid"))
    }

    @Test("no descriptor is left open, whatever happens")
    func descriptors() async throws {
        let names = ["honest", "dies", "garbage", "error", "floodmessages"]
        var growths: [Int] = []
        // Other tests open some meanwhile, but not each time; one lost in each conversation would be 40.
        while growths.count < 4, growths.min() ?? 40 >= 30 {
            let before = try Self.descriptorCount()
            for _ in 0..<8 {
                for name in names { _ = try await unwrap(name) }
            }
            growths.append(try Self.descriptorCount() - before)
        }
        #expect(growths.min() ?? 40 < 30, "\(growths)")
    }

    // MARK: Names

    @Test("only a program in an absolute folder of PATH is a plugin, and a missing one is an error that says so")
    func searchPath() async throws {
        for path in ["", ":", ".", "relative:.", "/nowhere", "/nowhere:\(plugins.folder.path.string)/x"] {
            let provider = try plugins.installed("honest", path: path)
            let error = await #expect(throws: EnvelopeError(.pluginFailed, "")) {
                try await provider.recipient("age1honest1qq", plugin: "honest").wrap(key.fileKey())
            }
            #expect(error?.message.contains("age-plugin-honest is not installed") == true, "\(error?.message ?? "")")
        }
        let found = try plugins.installed("honest", path: "relative:/nowhere:\(plugins.folder.path.string):/usr/bin")
        _ = try await found.recipient("age1honest1qq", plugin: "honest").wrap(key.fileKey())
    }

    @Test("a folder or a file that cannot be executed is no plugin")
    func notAProgram() async throws {
        let provider = try plugins.installed("honest")
        _ = try plugins.folder.write(Array("#!/bin/sh\n".utf8), to: "age-plugin-text", permissions: 0o600)
        try FileManager.default.createDirectory(atPath: plugins.folder.file("age-plugin-dir").string, withIntermediateDirectories: false)
        for name in ["text", "dir"] where !(name == "text" && getuid() == 0) {
            await #expect(throws: EnvelopeError(.pluginFailed, "")) {
                try await provider.recipient("age1\(name)1qq", plugin: name).wrap(key.fileKey())
            }
        }
        // What is executable, but no program that the system knows.
        _ = try plugins.folder.write([0, 1, 2], to: "age-plugin-junk", permissions: 0o700)
        let error = await #expect(throws: EnvelopeError(.pluginFailed, "")) {
            try await provider.recipient("age1junk1qq", plugin: "junk").wrap(key.fileKey())
        }
        #expect(error?.message.contains("cannot be started") == true, "\(error?.message ?? "")")
    }

    @Test(
        "a name that could be a path, or is not the text's own, is no plugin's",
        arguments: [
            ("../x", "age1../x1qq"), ("a/b", "age1a/b1qq"), ("", "age11qq"), ("a b", "age1a b1qq"), ("a\u{0}", "age1a\u{0}1qq"),
            ("é", "age1é1qq"), ("honest", "age1other1qq"), ("honest", "age1honest1q1q"), ("honest", "age1honest1q q"),
            ("honest", "age1honest1q\n"), (String(repeating: "a", count: 200), "age1\(String(repeating: "a", count: 200))1qq"),
        ])
    func names(name: String, text: String) throws {
        let provider = try plugins.installed("honest")
        #expect(throws: EnvelopeError(.malformedKey, "")) { try provider.recipient(text, plugin: name) }
        let identity = Array(text.replacing("age1", with: "AGE-PLUGIN-").uppercased().utf8)
        #expect(throws: EnvelopeError(.malformedKey, "")) {
            try provider.identity(SecretBytes(copying: identity.span.bytes), plugin: name)
        }
    }

    @Test("a name may have digits, signs and either case, and the program's is lower case")
    func oddNames() throws {
        #expect(try PluginName("Tag-2.x_Y+1").program == "age-plugin-tag-2.x_y+1")
    }

    // MARK: Processes

    /// Whether a process that a plugin reported is not there any more, not even to be reaped by us.
    private func isGone(_ what: String) throws -> Bool {
        let process = try #require(try plugins.reported(what))
        let start = ContinuousClock.now
        // A killed process of another parent takes its time.
        while start.duration(to: .now) < .seconds(10) {
            guard let status = FileManager.default.contents(atPath: "/proc/\(process)/status") else { return true }
            let text = String(decoding: status, as: UTF8.self)
            // A zombie that is not ours waits for the machine's first process.
            if text.contains("State:\tZ"), !text.contains("PPid:\t\(getpid())\n") { return true }
        }
        return false
    }

    private static func descriptorCount() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
}
