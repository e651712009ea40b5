import OpenSSL
import TestSupport
import Testing

@testable import TLSInspector

/// RFC 8448 §3, a simple handshake with TLS_AES_128_GCM_SHA256: its secrets, keys and Finished.
@Suite("The key schedule of TLS 1.3")
struct TLS13KeyScheduleTests {
    private static let hellos = [UInt8](hex: "860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8")
    private static let serverFinished = [UInt8](hex: "9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13")
    private static let clientFinished = [UInt8](hex: "209145a96ee8e2a122ff810047cc952684658d6049e86429426db87c54ad143d")
    private static let sharedSecret = [UInt8](hex: "8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d")

    /// The schedule after so many steps.
    private func schedule(steps: Int) throws -> TLS13KeySchedule {
        var schedule = try TLS13KeySchedule(.sha256)
        if steps >= 1 { try schedule.mix(try SecretBytes(copying: Self.sharedSecret.bytes)) }
        if steps >= 2 { try schedule.mixNothing() }
        return schedule
    }

    @Test(
        "each secret is that of RFC 8448 §3",
        arguments: [
            (0, "derived", nil, "6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba"),
            (1, "c hs traffic", hellos, "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21"),
            (1, "s hs traffic", hellos, "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38"),
            (1, "derived", nil, "43de77e0c77713859a944db9db2590b53190a65b3ee2e4f12dd7a0bb7ce254b4"),
            (2, "c ap traffic", serverFinished, "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5"),
            (2, "s ap traffic", serverFinished, "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643"),
            (2, "exp master", serverFinished, "fe22f881176eda18eb8f44529e6792c50c9a3f89452f68d8ae311b4309d3cf50"),
            (2, "res master", clientFinished, "7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c"),
        ] as [(Int, String, [UInt8]?, String)])
    func secrets(steps: Int, label: String, hash: [UInt8]?, expected: String) throws {
        let schedule = try schedule(steps: steps)
        let secret = try schedule.derive(label, transcriptHash: try hash ?? Digest.hash(.sha256, [UInt8]().bytes))
        #expect(revealed(secret) == [UInt8](hex: expected))
    }

    @Test("the keys of the server's handshake records and of its Finished are those of RFC 8448 §3")
    func keys() throws {
        let secret = try schedule(steps: 1).derive("s hs traffic", transcriptHash: Self.hellos)
        let key = try HKDF.expandLabel(.sha256, secret: secret, label: "key", context: [], count: 16)
        let iv = try HKDF.expandLabel(.sha256, secret: secret, label: "iv", context: [], count: 12)
        let finished = try HKDF.expandLabel(.sha256, secret: secret, label: "finished", context: [], count: 32)
        #expect(revealed(key) == [UInt8](hex: "3fce516009c21727d0f2e4e86ee403bc"))
        #expect(revealed(iv) == [UInt8](hex: "5d313eb2671276ee13000b30"))
        #expect(revealed(finished) == [UInt8](hex: "008d3b66f816ea559f96b537e885c31fc068bf492c652f01f288a1d8cdc19fc8"))
    }

    @Test("the key of a ticket is that of RFC 8448 §3")
    func ticket() throws {
        let secret = try schedule(steps: 2).derive("res master", transcriptHash: Self.clientFinished)
        let key = try HKDF.expandLabel(.sha256, secret: secret, label: "resumption", context: [0, 0], count: 32)
        #expect(revealed(key) == [UInt8](hex: "4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3"))
    }

    /// RFC 8448 §4, the ClientHello that resumes.
    @Test("the proof that a pre-shared key is known is that of RFC 8448 §4")
    func binder() throws {
        let psk = try SecretBytes(copying: [UInt8](hex: "4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3").bytes)
        let base = try TLS13KeySchedule(.sha256, preSharedKey: psk).derive(
            "res binder", transcriptHash: Digest.hash(.sha256, [UInt8]().bytes))
        let hash = [UInt8](hex: "63224b2e4573f2d3454ca84b9d009a04f6be9e05711a8396473aefa01e924a14")
        let binder = try TLS13KeySchedule.verifyData(.sha256, base: base, transcriptHash: hash)
        #expect(binder == [UInt8](hex: "3add4fb2d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d"))
    }
}
