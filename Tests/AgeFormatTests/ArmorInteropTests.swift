import SystemPackage
import TestSupport
import Testing

@testable import AgeFormat

@Suite("Armor and other programs")
struct ArmorInteropTests {
    static let sizes = [0, 1, 100, 65_536, 200_000]

    @Test(
        "age reads our text, and we read age's", .enabled(if: StockAge.isInstalled, "age and age-keygen are not installed"),
        arguments: sizes
    )
    func age(size: Int) throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let plaintext = generator.bytes(size)
        let folder = try TemporaryFolder()
        let identity = try StockAge(in: folder.file("identity")).identity.string
        for isArmored in [true, false] {
            let sealed = try Command.succeed("age", ["-e", "-i", identity] + (isArmored ? ["-a"] : []), input: plaintext)
            // What age wrote as text is given back as binary, and the other way round.
            let other = isArmored ? try ArmorText.decode(sealed.output) : Array(ArmorText.encode(sealed.output).utf8)
            #expect(ArmorDecoder.isArmored(other.span.bytes) == !isArmored)
            let opened = try Command.run("age", ["-d", "-i", identity], input: other)
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
        "pyrage reads our text, and we read pyrage's", .enabled(if: Command.pythonHas("pyrage"), "COFFER_TEST_PYTHON names no Python"),
        arguments: sizes)
    func pyrage(size: Int) throws {
        let python = try #require(Command.python)
        var generator = SeededGenerator(seed: UInt64(size))
        let plaintext = generator.bytes(size)
        for form in ["armored", "binary"] {
            let sealed = try Command.succeed(python, ["-c", Self.script, form, Self.identity, "seal"], input: plaintext)
            let other = form == "armored" ? try ArmorText.decode(sealed.output) : Array(ArmorText.encode(sealed.output).utf8)
            let opened = try Command.run(python, ["-c", Self.script, form, Self.identity, "open"], input: other)
            #expect(opened.status == 0)
            #expect(opened.output == plaintext)
        }
    }
}
