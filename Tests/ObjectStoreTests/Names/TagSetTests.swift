import ObjectStore
import Testing

@Suite("Tags, metadata and content headers")
struct TagSetTests {
    private func tags(_ pairs: [(String, String)]) -> [ObjectTag] { pairs.map { ObjectTag(key: $0.0, value: $0.1) } }

    @Test("what S3 allows in a tag")
    func allowed() throws {
        let long = String(repeating: "k", count: 128)
        let set = try TagSet(tags([("Key 1", "a+b-c=d._:/@"), (long, String(repeating: "v", count: 256)), ("ключ", "值"), ("empty", "")]))
        #expect(set.tags.map(\.key) == ["Key 1", "empty", long, "ключ"])
        #expect(set["ключ"] == "值")
        #expect(set["key 1"] == nil)
    }

    @Test(
        "what S3 refuses in a tag",
        arguments: [
            ("", "v"), ("aws:x", "v"), ("AWS:x", "v"), ("a\nb", "v"), ("a#", "v"), ("k", "a;b"),
            ("a\u{308}", "a combining mark is no letter"), ("k", "a\0"),
            (String(repeating: "k", count: 129), ""),
            ("k", String(repeating: "v", count: 257)), (String(repeating: "\u{10400}", count: 65), "v"),
        ])
    func refused(key: String, value: String) {
        #expect(throws: ObjectStoreError(.invalidTag)) { try TagSet([ObjectTag(key: key, value: value)]) }
    }

    @Test("a key comes once, and case makes another key")
    func duplicates() throws {
        #expect(throws: ObjectStoreError(.invalidTag)) { try TagSet(tags([("a", "1"), ("a", "2")])) }
        #expect(try TagSet(tags([("a", "1"), ("A", "2"), ("\u{E4}", "3")])).tags.count == 3)
    }

    @Test("an object has ten tags at most, a bucket fifty")
    func counts() throws {
        let many = (0..<50).map { ObjectTag(key: "k\($0)", value: "") }
        #expect(try TagSet(Array(many.prefix(10))).tags.count == 10)
        #expect(throws: ObjectStoreError(.badRequest)) { try TagSet(Array(many.prefix(11))) }
        #expect(try TagSet(many, limit: TagSet.maximumBucketTagCount).tags.count == 50)
    }

    @Test("tags are read from the text of a header")
    func query() throws {
        let set = try TagSet(query: "a=b&c+d=%2B%C3%A4&e=&f&g=1=2")
        #expect(set == (try TagSet(tags([("a", "b"), ("c d", "+ä"), ("e", ""), ("f", ""), ("g", "1=2")]))))
        #expect(try TagSet(query: "") == .empty)
        for text in ["a=%", "a=%FF", String(repeating: "a", count: 20_000)] {
            #expect(throws: ObjectStoreError(.invalidArgument)) { try TagSet(query: text) }
        }
        for text in ["a=1&a=2", "=1", "a=%0A"] {
            #expect(throws: ObjectStoreError(.invalidTag)) { try TagSet(query: text) }
        }
    }

    @Test("metadata names are lower-case, and those of one name are joined")
    func metadata() throws {
        let metadata = try UserMetadata([.init(name: "Foo", value: "1"), .init(name: "bar", value: "ä"), .init(name: "FOO", value: "2")])
        #expect(metadata.entries == [.init(name: "bar", value: "ä"), .init(name: "foo", value: "1,2")])
        #expect(metadata["Foo"] == "1,2")
    }

    @Test("metadata has 2 KiB, counted in UTF-8")
    func metadataSize() throws {
        #expect(try UserMetadata([.init(name: "ab", value: String(repeating: "ä", count: 1023))]).entries.count == 1)
        #expect(throws: ObjectStoreError(.metadataTooLarge)) {
            try UserMetadata([.init(name: "abc", value: String(repeating: "ä", count: 1023))])
        }
    }

    @Test("what could end a header is refused", arguments: ["a\r\nb", "a\nb", "\0", "\u{1B}[31m", "\u{85}"])
    func controlCharacters(value: String) {
        #expect(throws: ObjectStoreError(.invalidArgument)) { try UserMetadata([.init(name: "a", value: value)]) }
        #expect(throws: ObjectStoreError(.invalidArgument)) { try ContentHeaders(contentDisposition: value) }
    }

    @Test("a metadata name is a header name", arguments: ["", "a b", "a:b", "ä", "a\n"])
    func badName(name: String) {
        #expect(throws: ObjectStoreError(.invalidArgument)) { try UserMetadata([.init(name: name, value: "")]) }
    }

    @Test("content that is not described is binary/octet-stream, and 2 KiB describe any")
    func contentHeaders() throws {
        #expect(ContentHeaders.none.contentType == "binary/octet-stream")
        #expect(try ContentHeaders(contentType: "text/plain", expires: "never").expires == "never")
        #expect(throws: ObjectStoreError(.metadataTooLarge)) { try ContentHeaders(cacheControl: String(repeating: "a", count: 2049)) }
    }
}
