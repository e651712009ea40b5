import OpenSSL
import Testing

@Suite("Key shares")
struct KeyShareTests {
    @Test("two shares of a group agree, and their public values have the lengths of RFC 8446 §4.2.8", arguments: KeyShare.Group.allCases)
    func agreement(group: KeyShare.Group) throws {
        let left = try KeyShare(group)
        let right = try KeyShare(group)
        let lengths: [KeyShare.Group: Int] = [
            .x25519: 32, .x448: 56, .secp256r1: 65, .secp384r1: 97, .secp521r1: 133, .brainpoolP256r1: 65, .brainpoolP384r1: 97,
            .brainpoolP512r1: 129,
        ]
        let count = left.publicValue.count
        #expect(count == lengths[group])
        let (leftValue, rightValue) = (left.publicValue, right.publicValue)
        #expect(leftValue != rightValue)
        let secret = try left.sharedSecret(with: right.publicValue)
        let other = try right.sharedSecret(with: left.publicValue)
        let isEqual = secret.isEqual(to: other)
        #expect(isEqual)
    }

    @Test("what is no share of the group is refused", arguments: KeyShare.Group.allCases)
    func refused(group: KeyShare.Group) throws {
        let share = try KeyShare(group)
        let peer = try KeyShare(group).publicValue
        let isCurve = peer.first == 4 && peer.count % 2 == 1
        var offCurve = peer
        offCurve[offCurve.count - 1] ^= 1
        var compressed = peer
        compressed[0] = 2
        let wrong =
            [[], Array(peer.dropLast()), peer + [0], [UInt8](repeating: 0, count: peer.count)] + (isCurve ? [offCurve, compressed] : [])
        for value in wrong {
            #expect(try failure { _ = try share.sharedSecret(with: value) } == .invalidKey, "\(value.count) bytes")
        }
        #expect(Library.peekError() == 0)
    }
}
