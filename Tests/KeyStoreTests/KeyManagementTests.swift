import KeyTestSupport
import Testing

@testable import KeyStore

@Suite struct KeyManagementTests {
    @Test(arguments: KeySpec.allCases.filter { ![.rsa3072, .rsa4096].contains($0) })
    func `A new key is what was asked for, also after opening the store again`(spec: KeySpec) async throws {
        let store = try TestStore()
        for usage in spec.allowedUsages {
            let key = try await store.service.createKey(
                CreateKeyRequest(description: "a key", keySpec: spec, keyUsage: usage, tags: [KeyTag(key: "a", value: "b")]))
            #expect(key.keySpec == spec)
            #expect(key.keyUsage == usage)
            #expect(key.keyState == .enabled)
            #expect(key.arn == "arn:aws:kms:us-east-1:000000000000:key/\(key.keyID)")
            #expect(key.description == "a key")
            #expect(key.creationDate == store.clock.now)
            #expect(try await store.reopen().describeKey(keyID: key.keyID) == key)
        }
    }

    @Test(arguments: KeySpec.allCases)
    func `A usage that does not fit the key spec is refused`(spec: KeySpec) async throws {
        let store = try TestStore()
        for usage in KeyUsage.allCases where !spec.allowedUsages.contains(usage) {
            let error = try await refusal {
                _ = try await store.service.createKey(CreateKeyRequest(keySpec: spec, keyUsage: usage))
            }
            #expect(error.code == .validation)
            #expect(error.message == "KeyUsage \(usage.rawValue) is not compatible with KeySpec \(spec.rawValue)")
        }
        guard spec != .symmetricDefault else { return }
        let error = try await refusal { _ = try await store.service.createKey(CreateKeyRequest(keySpec: spec)) }
        #expect(error.message == "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.")
    }

    @Test func `Multi-Region keys and too long descriptions are refused`() async throws {
        let store = try TestStore()
        #expect(
            try await refusal { _ = try await store.service.createKey(CreateKeyRequest(multiRegion: true)) }.code == .unsupportedOperation)
        let longest = String(repeating: "x", count: 8192)
        let key = try await store.service.createKey(CreateKeyRequest(description: longest))
        #expect(try await store.service.describeKey(keyID: key.keyID).description == longest)
        for error in [
            try await refusal { _ = try await store.service.createKey(CreateKeyRequest(description: longest + "x")) },
            try await refusal { try await store.service.updateKeyDescription(keyID: key.keyID, description: longest + "x") },
        ] { #expect(error.code == .validation) }
        try await store.service.updateKeyDescription(keyID: key.keyID, description: "short")
        #expect(try await store.service.describeKey(keyID: key.keyID).description == "short")
    }

    @Test func `Keys are listed once each, page by page`() async throws {
        let store = try TestStore()
        var made: Set<String> = []
        for _ in 0..<7 { made.insert(try await store.makeKey().keyID) }
        for limit in 1...8 {
            var listed: [String] = []
            var marker: String?
            repeat {
                let page = try await store.service.listKeys(limit: limit, marker: marker)
                listed += page.elements.map(\.keyID)
                #expect(page.elements.count <= limit)
                #expect(page.isTruncated == (listed.count < made.count))
                marker = page.nextMarker
            } while marker != nil
            #expect(listed.count == made.count)
            #expect(Set(listed) == made)
        }
        for limit in [0, 1001] {
            #expect(try await refusal { _ = try await store.service.listKeys(limit: limit, marker: nil) }.code == .validation)
        }
        #expect(try await refusal { _ = try await store.service.listKeys(limit: nil, marker: "x") }.code == .invalidMarker)
    }
}
