import Foundation
import Testing

@testable import AgeFormat

private enum Peer {
    static let isAgeInstalled = ["age", "age-keygen"].allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }
    static let python = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"] ?? ""
    static let hasPyrage = !python.isEmpty && FileManager.default.isExecutableFile(atPath: python)

    static func run(_ tool: String, _ arguments: [String], input: [UInt8] = []) throws -> (status: Int32, output: [UInt8]) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("coffer-armor-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        let (inputFile, outputFile) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        try Data(input).write(to: inputFile)
        try Data().write(to: outputFile)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, Array(try Data(contentsOf: outputFile)))
    }
}

@Suite("Armor and other programs")
struct ArmorInteropTests {
    static let sizes = [0, 1, 100, 65_536, 200_000]

    @Test(
        "age reads our text, and we read age's", .enabled(if: Peer.isAgeInstalled, "age and age-keygen are not installed"), arguments: sizes
    )
    func age(size: Int) throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let plaintext = generator.bytes(size)
        let identity = FileManager.default.temporaryDirectory.appendingPathComponent("coffer-armor-\(UUID().uuidString)").path
        let keygen = try Peer.run("/usr/bin/age-keygen", ["-o", identity])
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: identity) } }
        try #require(keygen.status == 0)
        for isArmored in [true, false] {
            let sealed = try Peer.run("/usr/bin/age", ["-e", "-i", identity] + (isArmored ? ["-a"] : []), input: plaintext)
            try #require(sealed.status == 0)
            // What age wrote as text is given back as binary, and the other way round.
            let other = isArmored ? try ArmorText.decode(sealed.output) : Array(ArmorText.encode(sealed.output).utf8)
            #expect(ArmorDecoder.isArmored(other.span.bytes) == !isArmored)
            let opened = try Peer.run("/usr/bin/age", ["-d", "-i", identity], input: other)
            #expect(opened.status == 0)
            #expect(opened.output == plaintext)
            if isArmored { #expect(Array(ArmorText.encode(other).utf8) == sealed.output) }
        }
    }

    private static let script = """
        import sys, pyrage
        armored, identity = sys.argv[1] == "armored", pyrage.x25519.Identity.from_str(sys.argv[2])
        data = sys.stdin.buffer.read()
        out = pyrage.encrypt(data, [identity.to_public()], armored=armored) if sys.argv[3] == "seal" else pyrage.decrypt(data, [identity])
        sys.stdout.buffer.write(out)
        """
    /// age's own example, from the format's text.
    private static let identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"

    @Test(
        "pyrage reads our text, and we read pyrage's", .enabled(if: Peer.hasPyrage, "COFFER_TEST_PYTHON names no Python"), arguments: sizes)
    func pyrage(size: Int) throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let plaintext = generator.bytes(size)
        for form in ["armored", "binary"] {
            let sealed = try Peer.run(Peer.python, ["-c", Self.script, form, Self.identity, "seal"], input: plaintext)
            try #require(sealed.status == 0)
            let other = form == "armored" ? try ArmorText.decode(sealed.output) : Array(ArmorText.encode(sealed.output).utf8)
            let opened = try Peer.run(Peer.python, ["-c", Self.script, form, Self.identity, "open"], input: other)
            #expect(opened.status == 0)
            #expect(opened.output == plaintext)
        }
    }
}
