import Foundation
import TestSupport
import Testing

@testable import CofferCommands

@Suite("coffer checksum")
struct ChecksumCommandTests {
    static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test("prints what sha256sum prints, in the order of the names")
    func lines() async throws {
        let fixture = try CommandFixture()
        // The first takes longest.
        let large = try fixture.write([UInt8](repeating: 1, count: 3_000_000), to: "large")
        let names =
            try [large] + (0..<40).map { try fixture.write([UInt8($0)], to: "file \($0)") } + [try fixture.write("abc", to: "a\nb\\c")]
        let lines = try await fixture.expect(["checksum"] + names).text.split(separator: "\n")
        #expect(lines.count == names.count)
        for (name, line) in zip(names.dropLast(), lines) { #expect(line.hasSuffix("  \(name)")) }
        #expect(lines.last == "\\\(Self.abc)  \(fixture.path("a\\nb\\\\c"))")
    }

    @Test("reads stdin without a name, and for -")
    func standardInput() async throws {
        let fixture = try CommandFixture()
        #expect(try await fixture.expect("checksum", input: Array("abc".utf8)).text == "\(Self.abc)  -\n")
        #expect(try await fixture.expect("checksum --tag -", input: Array("abc".utf8)).text == "SHA256 (-) = \(Self.abc)\n")
    }

    @Test("several algorithms and CRCs have tags, and -z ends lines in zero bytes")
    func formats() async throws {
        let fixture = try CommandFixture()
        let input = Array("123456789".utf8)
        #expect(try await fixture.expect("checksum -a crc32", input: input).text == "CRC32 (-) = cbf43926\n")
        #expect(
            try await fixture.expect("checksum -a crc64nvme -a CRC32C", input: input).text
                == "CRC64NVME (-) = ae8b14860a799888\nCRC32C (-) = e3069283\n")
        #expect(try await fixture.expect("checksum -z", input: Array("abc".utf8)).text == "\(Self.abc)  -\0")
        #expect(
            try await fixture.expect("checksum --hashdeep -a sha256", input: Array("abc".utf8)).text
                == "%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n3,\(Self.abc),-\n")
    }

    @Test("a file that fails keeps no other from being read, and the worst failure is the exit status")
    func failures() async throws {
        let fixture = try CommandFixture()
        let file = try fixture.write("abc", to: "file")
        let missing = fixture.path("missing")
        let outcome = try await fixture.run(["checksum", missing, file])
        #expect(outcome.status == .notFound && outcome.text == "\(Self.abc)  \(file)\n")
        #expect(outcome.errors == "error: \(missing): no such file\nerror: 1 of 2 files failed\n")
        #expect(try await fixture.expect(["checksum", missing], .notFound).errors == "error: \(missing): no such file\n")
        #expect(try await fixture.expect(["checksum", fixture.folder], .usage).errors.contains("is a folder"))
        let hidden = try fixture.write("abc", to: "hidden\nname")
        let hashdeep = try await fixture.run(["checksum", "--hashdeep", hidden])
        #expect(hashdeep.status == .usage && hashdeep.errors.contains("line feed"))
    }

    @Test("JSON is one object with all files, failed ones among them")
    func json() async throws {
        let fixture = try CommandFixture()
        let file = try fixture.write("abc", to: "file")
        let outcome = try await fixture.run(["checksum", "--json", "-a", "sha256", "-a", "crc32", file, fixture.path("missing")])
        let files = try #require(try outcome.json["Files"] as? [[String: Any]])
        #expect(files[0]["File"] as? String == file && files[0]["ByteCount"] as? Int == 3 && files[0]["Error"] == nil)
        #expect(files[0]["Checksums"] as? [String: String] == ["sha256": Self.abc, "crc32": "352441c2"])
        #expect((files[1]["Error"] as? [String: Any])?["Code"] as? String == "NotFound" && files[1]["ByteCount"] == nil)
        #expect(outcome.status == .notFound)
        #expect(try outcome.error["message"] as? String == "1 of 2 files failed")
    }

    @Test("what a terminal would act on does not get there")
    func terminal() async throws {
        let fixture = try CommandFixture()
        let output = Output(try fixture.silentContext("terminal"))
        try output.write(lines: Array("hash  a\u{1B}[2Jb\nhash  c\n".utf8), toTerminal: true)
        try output.write(lines: Array("\u{1B}\n".utf8), toTerminal: false)
        #expect(try fixture.read("terminal") == Array("hash  a\u{FFFD}[2Jb\nhash  c\n\u{1B}\n".utf8))
    }

    @Test(
        "options that contradict each other are refused",
        arguments: [
            "checksum -a sha257 x", "checksum -a md5 -a MD5 x", "checksum --strict x", "checksum --status x", "checksum --ignore-missing x",
            "checksum --tag --hashdeep x", "checksum - -", "checksum --json --tag x", "checksum --json -z x", "checksum --check list x",
            "checksum --check list --tag", "checksum --check list --hashdeep", "checksum --check list --json --status",
            "checksum --hashdeep -z x", "checksum --hashdeep -a sha512 x",
        ])
    func usage(line: String) async throws {
        let fixture = try CommandFixture()
        try await fixture.expect(line, .usage)
    }

    @Test("work is done two at a time, and comes out in order even when the first takes longest")
    func order() async throws {
        var items = (0..<3000)[...]
        var delivered: [Int] = []
        let work = OrderedWork<Int, Int> { item in
            if item == 0 { usleep(20_000) }
            return item * 2
        }
        try await work.run(
            next: { items.popFirst() },
            deliver: { item, outcome in
                #expect(outcome == 2 * item)
                delivered.append(item)
            })
        #expect(delivered == Array(0..<3000))
    }

    @Test("an error of who takes the outcomes ends the work")
    func orderEnds() async throws {
        var begun = 0
        let work = OrderedWork<Int, Int> { $0 }
        await #expect(throws: CommandError.brokenPipe) {
            try await work.run(
                next: {
                    begun += 1
                    return begun
                }, deliver: { item, _ in if item == 10 { throw CommandError.brokenPipe } })
        }
        // One worker may be as far ahead of the other as outcomes may wait for their turn.
        #expect(begun < 2_000)
    }
}

/// With the built binary, since names as a process gets them need not be UTF-8.
@Suite(
    "The process of coffer checksum", .enabled(if: CofferProcess.path != nil, "the coffer binary is not beside the tests; build it first"))
struct ChecksumProcessTests {
    @Test("lists and checks are those of sha256sum byte for byte, whatever the names")
    func names() throws {
        let fixture = try CommandFixture()
        let script = #"""
            set -e; cd '\#(fixture.folder)'; export LC_ALL=C
            mkdir t; cd t
            for name in plain -dash ' in front' 'with  blanks ' $'line\nfeed' 'back\slash' $'return\r' $'all\n\\\r' $'\xff\xfe' '#x' '(a) = b'; do
                printf %s "$name" > "./$name"
            done
            for options in '' --tag -z '--tag -z'; do
                cmp <(sha256sum $options -- * ./* .//plain) <("$COFFER" checksum $options -- * ./* .//plain)
            done
            cmp <(b2sum -- *) <("$COFFER" checksum -a blake2b -- *)
            sha256sum -- * > ../list
            "$COFFER" checksum --check ../list > ../ours
            sha256sum --check ../list > ../theirs
            cmp ../ours ../theirs
            sha256sum -z -- * > ../list0
            "$COFFER" checksum -z --check ../list0 --quiet
            sha256sum < plain | "$COFFER" checksum --check - 2> /dev/null && exit 1
            sha256sum < plain > ../stdin; "$COFFER" checksum --check ../stdin < plain
            """#
        let result = try CofferProcess.shell(script, home: "/nonexistent")
        #expect(result.status == 0 && result.text == "-: OK\n", "\(result.text)\(result.errors)")
    }
}
