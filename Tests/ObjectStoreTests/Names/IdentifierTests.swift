import ObjectStore
import Testing

@Suite("Version IDs, upload IDs, entity tags and tokens")
struct IdentifierTests {
    @Test("a version ID that was made here is 32 hexadecimal digits")
    func madeHere() throws {
        let version = VersionID(random: (0..<16).map { UInt8($0 * 17) })
        #expect(version.text == "00112233445566778899aabbccddeeff")
        #expect(try VersionID(version.text) == version)
        #expect(!version.isNull)
    }

    @Test("null is null")
    func null() throws {
        #expect(try VersionID("null") == .null)
        #expect(try VersionID("null").isNull)
    }

    @Test(
        "text that cannot be a version ID is an invalid argument",
        arguments: ["", "a b", "a/b", "ä", "a%20", "a\0", String(repeating: "a", count: 1025)])
    func badVersion(text: String) {
        let error = #expect(throws: ObjectStoreError.self) { try VersionID(text) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message == "Invalid version id specified")
    }

    @Test(
        "text that cannot be an upload ID names no upload",
        arguments: ["", "a", "null", String(repeating: "A", count: 32), String(repeating: "a", count: 33)])
    func badUpload(text: String) {
        #expect(throws: ObjectStoreError(.noSuchUpload)) { try UploadID(text) }
    }

    @Test("an entity tag is read with and without quotes", arguments: ["abc", "\"abc\""])
    func eTag(text: String) throws {
        let tag = try ETag(text)
        #expect(tag.text == "abc")
        #expect(tag.quoted == "\"abc\"")
    }

    @Test(
        "weak and malformed entity tags are refused",
        arguments: ["", "\"", "\"\"", "W/\"a\"", "\"a", "a\"", "a b", "\"a\"b\"", "\u{E4}", String(repeating: "a", count: 129)])
    func badETag(text: String) {
        #expect(throws: ObjectStoreError(.invalidArgument)) { try ETag(text) }
    }

    @Test(
        "a token comes back as it was given",
        arguments: [[], [0], [0xFF, 0xFE, 0xFB], Array("a/b c".utf8), [UInt8](repeating: 0xFF, count: 1024)])
    func token(position: [UInt8]) throws {
        let token = ContinuationToken(after: position)
        #expect(try ContinuationToken(token.text) == token)
        #expect(token.text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    }

    @Test(
        "text that no listing gave is no token",
        arguments: ["", "a", "AA", "AQ==", "AQ+", "AQ/A", "A Q", "AgAA", "ä", String(repeating: "A", count: 5000)])
    func badToken(text: String) {
        #expect(throws: ObjectStoreError(.invalidArgument)) { try ContinuationToken(text) }
    }

    @Test("escaping is undone by unescaping, for every byte")
    func percent() {
        let bytes = (0...255).map { UInt8($0) }
        let text = PercentEncoding.encode(bytes)
        #expect(PercentEncoding.decode(text) == bytes)
        #expect(PercentEncoding.encode(Array("a/b c+ä~".utf8)) == "a/b%20c%2B%C3%A4~")
        #expect(PercentEncoding.decode("%2f%C3%a4") == Array("/ä".utf8))
    }

    @Test("a percent sign without two digits is refused", arguments: ["%", "%1", "%G1", "%1G", "a%"])
    func badPercent(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }
}
