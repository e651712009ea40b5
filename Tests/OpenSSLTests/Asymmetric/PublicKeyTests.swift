import OpenSSL
import TestSupport
import Testing

@Suite("PublicKey")
struct PublicKeyTests {
    @Test("a key of every type goes out as SubjectPublicKeyInfo and comes back", arguments: PrivateKeyTests.types)
    func roundTrip(type: AsymmetricKeyType) throws {
        let der = try PrivateKey.generate(type).publicKey().spkiDER()
        let key = try PublicKey(spkiDER: der.span.bytes)
        #expect(key.type == type)
        #expect(try key.spkiDER() == der)
    }

    @Test("an encoding with bytes behind it, one cut short, and none at all are refused", arguments: PrivateKeyTests.types)
    func trailing(type: AsymmetricKeyType) throws {
        let der = try PrivateKey.generate(type).publicKey().spkiDER()
        for bytes in [der + [0], [UInt8](der.dropLast()), []] {
            #expect(try failure { _ = try PublicKey(spkiDER: bytes.span.bytes) } == .invalidKey)
        }
    }

    @Test("bytes that hide inside the encoding are refused, too")
    func trailingInside() throws {
        // Two bytes inside the bit string, behind the RSA key; the three lengths around it are raised to match.
        var der = try PrivateKey.generate(.rsa(bits: 2048)).publicKey().spkiDER() + [5, 0]
        #expect(der.count == 296)
        der[3] += 2  // SEQUENCE
        der[22] += 2  // BIT STRING
        #expect(try failure { _ = try PublicKey(spkiDER: der.span.bytes) } == .invalidKey)
    }

    @Test("a curve that is given by its parameters is refused, although they are those of P-256")
    func explicitCurve() throws {
        // openssl ecparam -name prime256v1 -genkey -noout -param_enc explicit | openssl pkey -pubout
        let der = [UInt8](
            hex:
                "3082014b3082010306072a8648ce3d02013081f7020101302c06072a8648ce3d0101022100ffffffff00000001000000000000000000000000ffffffffffffffffffffffff305b0420ffffffff00000001000000000000000000000000fffffffffffffffffffffffc04205ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b031500c49d360886e704936a6678e1139d26b7819f7e900441046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551020101034200041b608f2da94a43c28644a958b2527616b91427298ba5bf1c504043a679fb5dead9d0bb7ae885abdffbe69d453d41d69028996047ed61c3e438bfbf03b1ac9781"
        )
        #expect(try failure { _ = try PublicKey(spkiDER: der.span.bytes) } == .unsupported)
    }

    @Test("a curve that is not offered is refused")
    func otherCurve() throws {
        // openssl ecparam -name brainpoolP256r1 -genkey -noout | openssl pkey -pubout
        let der = [UInt8](
            hex:
                "305a301406072a8648ce3d020106092b2403030208010107034200040d45ecff7e31ca548d6e245e04c314118267b331f01574343f9a33c1fa4e62af27c51feb1ba3ffc2658071dea93393c2a55d202622d5957fe87025d6c8bfd8f7"
        )
        #expect(try failure { _ = try PublicKey(spkiDER: der.span.bytes) } == .unsupported)
    }

    @Test(
        "a point makes the same key, written in full or compressed",
        arguments: [(AsymmetricKeyType.p256, 32), (.p384, 48), (.p521, 66), (.secp256k1, 32)])
    func points(type: AsymmetricKeyType, fieldByteCount: Int) throws {
        let der = try PrivateKey.generate(type).publicKey().spkiDER()
        let point = [UInt8](der.suffix(1 + 2 * fieldByteCount))
        let compressed = [2 + point[point.count - 1] % 2] + point[1...fieldByteCount]
        let key = try PublicKey(uncompressedPoint: point.span.bytes, type)
        let same = try PublicKey(uncompressedPoint: compressed.span.bytes, type)
        #expect(key.type == type && same.type == type)
        #expect(try key.spkiDER() == der)
        // Both are one point, so a signature or an agreement cannot tell them apart.
        let peer = try PrivateKey.generate(type)
        #expect(try peer.sharedSecret(with: key).isEqual(to: peer.sharedSecret(with: same)))
    }

    @Test("what is not a point of the curve is refused")
    func badPoints() throws {
        let der = try PrivateKey.generate(.p256).publicKey().spkiDER()
        var offCurve = [UInt8](der.suffix(65))
        offCurve[64] ^= 1
        let bytes: [[UInt8]] = [
            offCurve, [0], [], [UInt8](der.suffix(64)), [UInt8](der.suffix(65)) + [0], [5] + der.suffix(64),
            [UInt8](repeating: 0xFF, count: 33),
        ]
        for point in bytes {
            #expect(try failure { _ = try PublicKey(uncompressedPoint: point.span.bytes, .p256) } == .invalidKey)
        }
    }

    @Test("only the four curves have points", arguments: [AsymmetricKeyType.rsa(bits: 2048), .ed25519, .x25519])
    func pointsOfOtherTypes(type: AsymmetricKeyType) throws {
        let point = [UInt8](repeating: 4, count: 65)
        #expect(try failure { _ = try PublicKey(uncompressedPoint: point.span.bytes, type) } == .invalidInput)
    }

    @Test("raw keys have 32 bytes, and come back")
    func raw() throws {
        let bytes = [UInt8](1...32)
        #expect(try PublicKey(rawX25519: bytes.span.bytes).rawBytes() == bytes)
        #expect(try PublicKey(rawEd25519: bytes.span.bytes).rawBytes() == bytes)
        for count in [0, 31, 33] {
            let wrong = [UInt8](repeating: 9, count: count)
            #expect(try failure { _ = try PublicKey(rawX25519: wrong.span.bytes) } == .invalidKey)
            #expect(try failure { _ = try PublicKey(rawEd25519: wrong.span.bytes) } == .invalidKey)
        }
        #expect(try failure { _ = try PrivateKey.generate(.p256).publicKey().rawBytes() } == .invalidInput)
    }
}
