import OpenSSL
import Testing

@Suite("AEAD")
struct AEADTests {
    private static let nonce = [UInt8](0..<12)
    private static let none: [UInt8] = []

    @Test("in-place sealing gives what sealing gives, and opens in place", arguments: AEADAlgorithm.allCases, [0, 1, 16, 65536])
    func inPlace(algorithm: AEADAlgorithm, count: Int) throws {
        let message = try Random.bytes(count)
        var aead = try AEAD(algorithm, key: SecretBytes(random: algorithm.keyByteCount))
        var buffer = message + [UInt8](repeating: 0xEE, count: 16)
        let sealedCount = try buffer.withUnsafeMutableBytes { buffer in
            try Self.nonce.withUnsafeBytes { try aead.sealInPlace(buffer, plaintextCount: count, nonce: $0) }
        }
        #expect(sealedCount == count + 16)
        // Equality is taken outside the expectations: the report of a failed one would compute the difference of two long arrays.
        let isSame = try buffer == aead.seal(message.span.bytes, nonce: Self.nonce.span.bytes, authenticating: Self.none.span.bytes)
        #expect(isSame)
        let openedCount = try buffer.withUnsafeMutableBytes { buffer in
            try Self.nonce.withUnsafeBytes { try aead.openInPlace(buffer, sealedCount: sealedCount, nonce: $0) }
        }
        #expect(openedCount == count)
        let isMessage = [UInt8](buffer.prefix(count)) == message
        #expect(isMessage)
    }

    @Test(
        "a changed bit is noticed, and the buffer holds what it held before", arguments: AEADAlgorithm.allCases,
        [0, 1, 16, 65536])
    func inPlaceTampering(algorithm: AEADAlgorithm, count: Int) throws {
        var aead = try AEAD(algorithm, key: SecretBytes(random: algorithm.keyByteCount))
        let message = try Random.bytes(count)
        let sealed = try aead.seal(message.span.bytes, nonce: Self.nonce.span.bytes, authenticating: Self.none.span.bytes)
        for index in Set([0, count / 2, count, count + 15]) {
            var buffer = sealed + [0xEE]
            buffer[index] ^= 0x40
            let code = try failure {
                _ = try buffer.withUnsafeMutableBytes { buffer in
                    try Self.nonce.withUnsafeBytes { try aead.openInPlace(buffer, sealedCount: sealed.count, nonce: $0) }
                }
            }
            #expect(code == .authenticationFailed)
            var before = sealed + [0xEE]
            before[index] ^= 0x40
            let isRestored = buffer == before
            #expect(isRestored)
        }
    }

    @Test("associated data, nonce and key are authenticated", arguments: AEADAlgorithm.allCases)
    func context(algorithm: AEADAlgorithm) throws {
        let message = [UInt8]("message".utf8)
        let (data, otherData) = ([UInt8]("data".utf8), [UInt8]("Data".utf8))
        let otherNonce = [UInt8](1..<13)
        var aead = try AEAD(algorithm, key: SecretBytes(random: algorithm.keyByteCount))
        var other = try AEAD(algorithm, key: SecretBytes(random: algorithm.keyByteCount))
        let sealed = try aead.seal(message.span.bytes, nonce: Self.nonce.span.bytes, authenticating: data.span.bytes)
        #expect(throws: OpenSSLError.self) {
            _ = try aead.open(sealed.span.bytes, nonce: Self.nonce.span.bytes, authenticating: otherData.span.bytes)
        }
        #expect(throws: OpenSSLError.self) {
            _ = try aead.open(sealed.span.bytes, nonce: otherNonce.span.bytes, authenticating: data.span.bytes)
        }
        #expect(throws: OpenSSLError.self) {
            _ = try other.open(sealed.span.bytes, nonce: Self.nonce.span.bytes, authenticating: data.span.bytes)
        }
        // A refusal leaves the context as it was.
        #expect(try aead.open(sealed.span.bytes, nonce: Self.nonce.span.bytes, authenticating: data.span.bytes) == message)
    }

    @Test("a context that seals and opens in turn gives what fresh contexts give", arguments: AEADAlgorithm.allCases)
    func reuse(algorithm: AEADAlgorithm) throws {
        let key = try SecretBytes(random: algorithm.keyByteCount)
        var reused = try AEAD(algorithm, key: key)
        for count in [0, 1, 63, 64, 65, 1000, 0] {
            let (message, data, nonce) = (try Random.bytes(count), try Random.bytes(count % 7), try Random.bytes(12))
            var fresh = try AEAD(algorithm, key: key)
            let sealed = try fresh.seal(message.span.bytes, nonce: nonce.span.bytes, authenticating: data.span.bytes)
            #expect(try reused.seal(message.span.bytes, nonce: nonce.span.bytes, authenticating: data.span.bytes) == sealed)
            #expect(try reused.open(sealed.span.bytes, nonce: nonce.span.bytes, authenticating: data.span.bytes) == message)
        }
    }

    @Test("a secret is sealed and comes back as a secret", arguments: AEADAlgorithm.allCases, [0, 32, 4096])
    func secrets(algorithm: AEADAlgorithm, count: Int) throws {
        var aead = try AEAD(algorithm, key: SecretBytes(random: algorithm.keyByteCount))
        let message = try SecretBytes(random: count)
        var sealed = try aead.seal(message, nonce: Self.nonce.span.bytes, authenticating: Self.none.span.bytes)
        let opened = try aead.openSecret(sealed.span.bytes, nonce: Self.nonce.span.bytes, authenticating: Self.none.span.bytes)
        let isEqual = opened.isEqual(to: message)
        #expect(isEqual)
        sealed[sealed.count - 1] ^= 1
        let code = try failure {
            _ = try aead.openSecret(sealed.span.bytes, nonce: Self.nonce.span.bytes, authenticating: Self.none.span.bytes)
        }
        #expect(code == .authenticationFailed)
    }

    @Test("what is shorter than a tag does not open", arguments: [0, 1, 15])
    func short(count: Int) throws {
        let sealed = [UInt8](repeating: 1, count: count)
        var buffer = sealed
        var aead = try AEAD(.aes256GCM, key: SecretBytes(random: 32))
        #expect(
            try failure { _ = try aead.open(sealed.span.bytes, nonce: Self.nonce.span.bytes, authenticating: Self.none.span.bytes) }
                == .authenticationFailed)
        let code = try failure {
            _ = try buffer.withUnsafeMutableBytes { buffer in
                try Self.nonce.withUnsafeBytes { try aead.openInPlace(buffer, sealedCount: count, nonce: $0) }
            }
        }
        #expect(code == .authenticationFailed && buffer == sealed)
    }

    @Test("a key of another length is refused", arguments: AEADAlgorithm.allCases, [0, 15, 17, 24, 31, 33])
    func keyLength(algorithm: AEADAlgorithm, count: Int) throws {
        #expect(try failure { _ = try AEAD(algorithm, key: SecretBytes(random: count)) } == .invalidKey)
    }

    @Test("counts that do not fit the buffer are refused", arguments: [-1, Int.min + 16, 17, Int.max - 16])
    func inPlaceBounds(count: Int) throws {
        var aead = try AEAD(.aes256GCM, key: SecretBytes(random: 32))
        var buffer = [UInt8](repeating: 0, count: 32)
        let seal = try failure {
            _ = try buffer.withUnsafeMutableBytes { buffer in
                try Self.nonce.withUnsafeBytes { try aead.sealInPlace(buffer, plaintextCount: count, nonce: $0) }
            }
        }
        let open = try failure {
            _ = try buffer.withUnsafeMutableBytes { buffer in
                try Self.nonce.withUnsafeBytes { try aead.openInPlace(buffer, sealedCount: count + 16, nonce: $0) }
            }
        }
        #expect(seal == .invalidInput)
        #expect(open == (count == -1 ? .authenticationFailed : .invalidInput))
    }
}
