import KeyTestSupport
import Testing

@testable import KeyStore

@Suite struct AliasTests {
    @Test(arguments: [
        ("app", KeyStoreError.Code.validation), ("Alias/app", .validation), ("alias/", .invalidAliasName), ("alias/a b", .invalidAliasName),
        ("alias/é", .invalidAliasName), ("alias/a.b", .invalidAliasName), ("alias/aws/s3", .invalidAliasName),
        ("alias/" + String(repeating: "a", count: 251), .validation),
    ])
    func `A name that AWS would not take is refused`(name: String, code: KeyStoreError.Code) async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        #expect(try await refusal { try await store.service.createAlias(aliasName: name, targetKeyID: key.keyID) }.code == code)
    }

    @Test(arguments: ["alias/a", "alias/A-Z_0/9:x", "alias/aws", "alias/" + String(repeating: "a", count: 250)])
    func `A name within the rules is taken, once`(name: String) async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        try await store.service.createAlias(aliasName: name, targetKeyID: key.keyID)
        let error = try await refusal { try await store.service.createAlias(aliasName: name, targetKeyID: key.keyID) }
        #expect(error.code == .alreadyExists)
        #expect(try await store.service.describeKey(keyID: name).keyID == key.keyID)
        try await store.service.deleteAlias(aliasName: name)
        #expect(try await refusal { _ = try await store.service.describeKey(keyID: name) }.code == .notFound)
        #expect(try await refusal { try await store.service.deleteAlias(aliasName: name) }.code == .notFound)
    }

    @Test func `A key has at most 50 aliases, which are listed in the order of their names`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let other = try await store.makeKey()
        for number in 0..<50 { try await store.service.createAlias(aliasName: "alias/\(number)", targetKeyID: key.keyID) }
        let error = try await refusal { try await store.service.createAlias(aliasName: "alias/50", targetKeyID: key.keyID) }
        #expect(error.code == .limitExceeded)
        try await store.service.createAlias(aliasName: "alias/other", targetKeyID: other.keyID)

        var names: [String] = []
        var marker: String?
        repeat {
            let page = try await store.service.listAliases(keyID: key.keyID, limit: 7, marker: marker)
            names += page.elements.map(\.aliasName)
            #expect(page.elements.count <= 7)
            marker = page.nextMarker
        } while marker != nil
        #expect(names == (0..<50).map { "alias/\($0)" }.sorted())
        #expect(try await store.service.listAliases(keyID: nil, limit: 100, marker: nil).elements.count == 51)
        #expect(try await store.service.listAliases(keyID: nil, limit: nil, marker: nil).isTruncated)
        for limit in [0, 101] {
            #expect(
                try await refusal { _ = try await store.service.listAliases(keyID: nil, limit: limit, marker: nil) }.code == .validation)
        }
        #expect(try await refusal { _ = try await store.service.listAliases(keyID: nil, limit: nil, marker: "x") }.code == .invalidMarker)
        // A full key's alias may be pointed at the same key again.
        try await store.service.updateAlias(aliasName: "alias/3", targetKeyID: key.keyID)
        #expect(
            try await refusal { try await store.service.updateAlias(aliasName: "alias/other", targetKeyID: key.keyID) }.code
                == .limitExceeded)
    }

    @Test func `An alias moves only to a key of the same kind`() async throws {
        let store = try TestStore()
        let (key, same) = (try await store.makeKey(), try await store.makeKey())
        let signer = try await store.makeKey(.eccNISTP256, .signVerify)
        try await store.service.createAlias(aliasName: "alias/app", targetKeyID: key.keyID)
        store.clock.pass(.days(1))
        try await store.service.updateAlias(aliasName: "alias/app", targetKeyID: same.keyID)
        #expect(try await store.service.describeKey(keyID: "alias/app").keyID == same.keyID)
        let entry = try #require(try await store.service.listAliases(keyID: same.keyID, limit: nil, marker: nil).elements.first)
        #expect(entry.creationDate == ManualClock.start)
        #expect(entry.lastUpdatedDate == store.clock.now)
        let error = try await refusal { try await store.service.updateAlias(aliasName: "alias/app", targetKeyID: signer.keyID) }
        #expect(error.code == .validation)
        #expect(try await refusal { try await store.service.disableKey(keyID: "alias/app") }.code == .notFound)
    }
}

@Suite struct TagTests {
    @Test func `Tags are set, replaced, listed in order and removed`() async throws {
        let store = try TestStore()
        let key = try await store.service.createKey(CreateKeyRequest(tags: [KeyTag(key: "b", value: "1")]))
        try await store.service.tagResource(keyID: key.keyID, tags: [KeyTag(key: "a", value: "2"), KeyTag(key: "b", value: "3")])
        let first = try await store.service.listResourceTags(keyID: key.keyID, limit: 1, marker: nil)
        #expect(first.elements == [KeyTag(key: "a", value: "2")])
        let rest = try await store.service.listResourceTags(keyID: key.keyID, limit: 1, marker: first.nextMarker)
        #expect(rest.elements == [KeyTag(key: "b", value: "3")])
        #expect(!rest.isTruncated)
        try await store.service.untagResource(keyID: key.keyID, tagKeys: ["a", "absent"])
        #expect(try await store.service.listResourceTags(keyID: key.keyID, limit: nil, marker: nil).elements == rest.elements)
    }

    @Test(arguments: [
        ([KeyTag(key: "", value: "")], KeyStoreError.Code.validation, "1 validation error detected: Value '' at 'tags.1.member.tagKey'"),
        (
            [KeyTag(key: "a", value: ""), KeyTag(key: String(repeating: "k", count: 129), value: "")], .validation,
            "1 validation error detected: Value 'k"
        ),
        ([KeyTag(key: "a", value: String(repeating: "v", count: 257))], .validation, "1 validation error detected: Value 'v"),
        ([KeyTag(key: "AWS:x", value: "")], .tag, "Tags beginning with aws: are reserved"),
        ([KeyTag(key: "a", value: ""), KeyTag(key: "a", value: "b")], .tag, "Duplicate tag keys"),
        ((0..<51).map { KeyTag(key: "\($0)", value: "") }, .tag, "Too many tags"),
    ])
    func `Tags outside AWS's rules are refused, on a new key and on an old one`(tags: [KeyTag], code: KeyStoreError.Code, message: String)
        async throws
    {
        let store = try TestStore()
        let key = try await store.makeKey()
        for error in [
            try await refusal { try await store.service.tagResource(keyID: key.keyID, tags: tags) },
            try await refusal { _ = try await store.service.createKey(CreateKeyRequest(tags: tags)) },
        ] {
            #expect(error.code == code)
            #expect(error.message.hasPrefix(message))
        }
    }

    @Test func `A key keeps 50 tags and no 51st`() async throws {
        let store = try TestStore()
        let key = try await store.service.createKey(CreateKeyRequest(tags: (0..<50).map { KeyTag(key: "\($0)", value: "") }))
        try await store.service.tagResource(keyID: key.keyID, tags: [KeyTag(key: "7", value: "new")])
        let error = try await refusal { try await store.service.tagResource(keyID: key.keyID, tags: [KeyTag(key: "50", value: "")]) }
        #expect(error.message == "Too many tags")
    }
}
