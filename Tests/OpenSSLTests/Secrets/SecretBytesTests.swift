import OpenSSL
import TestSupport
import Testing

@Suite("SecretBytes")
struct SecretBytesTests {
    private struct Refusal: Error {}

    @Test("the bytes lie in the secure heap, whatever their number", arguments: [0, 1, 31, 32, 33, 4096])
    func secureHeap(count: Int) throws {
        let secret = try SecretBytes(random: count)
        #expect(secret.count == count)
        #expect(secret.withUnsafeBytes { Library.isInSecureHeap($0.baseAddress) })
    }

    @Test("the bytes are wiped when the secret's life ends")
    func wiped() async {
        // In a process of its own, where no other thread can take the memory before it is looked at.
        await #expect(processExitsWith: .success) {
            let bytes = [UInt8](repeating: 0xA5, count: 256)
            let start = try SecretBytes(copying: bytes.span.bytes).withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[...]) }
            // The heap keeps two links at the beginning of a free piece.
            precondition(start.dropFirst(16).allSatisfy { $0 == 0 })
            precondition(Library.secureHeapUse() == 0)
        }
    }

    @Test("what the initializer's body writes is what the secret holds; the memory is zero before")
    func initializing() throws {
        let secret = try SecretBytes(count: 4) { (buffer) throws(OpenSSLError) in
            #expect(buffer.allSatisfy { $0 == 0 })
            buffer.copyBytes(from: [1, 2, 3])
        }
        #expect(revealed(secret) == [1, 2, 3, 0])
        let other = try SecretBytes(count: 2) { $0[1] = 9 }
        #expect(revealed(other) == [0, 9])
    }

    @Test("an error of the initializer's body is passed on as it is")
    func bodyThrows() {
        #expect(throws: Refusal.self) { _ = try SecretBytes(count: 4) { (_) throws(Refusal) in throw Refusal() } }
        let mine = OpenSSLError(code: .unsupported, operation: "mine", reason: "")
        #expect(throws: mine) { _ = try SecretBytes(count: 4) { (_) throws(OpenSSLError) in throw mine } }
    }

    @Test("a length outside the bounds is refused", arguments: [-1, SecretBytes.maximumByteCount + 1, Int.max, Int.min])
    func bounds(count: Int) throws {
        #expect(try failure { _ = try SecretBytes(random: count) } == .invalidInput)
        #expect(try failure { _ = try SecretBytes(count: count) { _ in } } == .invalidInput)
    }

    @Test("two random secrets differ")
    func random() throws {
        let one = try SecretBytes(random: 32)
        let other = try SecretBytes(random: 32)
        let isEqual = one.isEqual(to: other)
        #expect(!isEqual)
    }

    @Test("secrets are equal when count and content are")
    func equality() throws {
        let bytes: [UInt8] = [1, 2, 3, 4]
        let one = try secret(bytes)
        #expect(try one.isEqual(to: secret(bytes)))
        #expect(try one.isEqual(to: one.copy()))
        #expect(try !one.isEqual(to: secret([1, 2, 3, 5])))
        #expect(try !one.isEqual(to: secret([1, 2, 3])))
        #expect(try secret([]).isEqual(to: secret([])))
    }

    @Test("a part of a secret can be copied, and nothing beyond it", arguments: [0..<0, 0..<4, 1..<3, 4..<4])
    func copyRange(range: Range<Int>) throws {
        let bytes: [UInt8] = [1, 2, 3, 4]
        #expect(try revealed(secret(bytes).copy(range)) == [UInt8](bytes[range]))
    }

    @Test("a range outside the secret is refused", arguments: [-1..<2, 3..<5, 5..<5])
    func copyRangeOutside(range: Range<Int>) throws {
        #expect(try failure { _ = try secret([1, 2, 3, 4]).copy(range) } == .invalidInput)
    }

    @Test("when the heap is full a secret is refused, and so is a key that libcrypto would keep there")
    func exhaustion() async {
        await #expect(processExitsWith: .success) {
            let before = try PrivateKey.generate(.p256)
            var secrets: [Holder] = []
            var count = SecretBytes.maximumByteCount
            while count >= 32 {
                let code = try failure { secrets.append(try Holder(count)) }
                precondition(code == nil || code == .outOfSecureMemory)
                if code != nil { count /= 2 }
            }
            let secret = try failure { _ = try SecretBytes(random: 1) }
            precondition(secret == .outOfSecureMemory)
            let key = try failure { _ = try PrivateKey.generate(.p256) }
            precondition(key == .libraryFailure && Library.peekError() == 0)
            secrets.removeAll()
            _ = try before.sharedSecret(with: PrivateKey.generate(.p256).publicKey())
        }
    }

    private final class Holder {
        let secret: SecretBytes

        init(_ count: Int) throws {
            secret = try SecretBytes(random: count)
        }
    }
}
