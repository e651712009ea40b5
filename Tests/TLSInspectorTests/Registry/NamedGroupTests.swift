import Testing

@testable import TLSInspector

@Suite("Groups and signature schemes")
struct NamedGroupTests {
    @Test("each group is found by its name, and by what others call it")
    func names() {
        for group in NamedGroup.known { #expect(NamedGroup(registeredName: group.name) == group) }
        #expect(NamedGroup(anyName: "prime256v1") == .secp256r1)
        #expect(NamedGroup(anyName: "P-521") == .secp521r1)
        #expect(NamedGroup(anyName: "X25519") == .x25519)
        #expect(NamedGroup(anyName: "x25519mlkem768") == .x25519MLKEM768)
        #expect(NamedGroup(anyName: "secp999") == nil)
        #expect(NamedGroup(rawValue: 0x7A7A).attributes == nil)
        #expect(Set(NamedGroup.known.map(\.name)).count == NamedGroup.known.count)
    }

    @Test("a hello of TLS 1.3 names no curve that TLS 1.3 forbids (RFC 8446 appendix B.3.1.4)")
    func forbidden() {
        let numbers = NamedGroup.tls13All.map(\.rawValue)
        #expect(!numbers.contains { $0 < 0x17 || (0x1A...0x1C).contains($0) || $0 >= 0xFF00 })
        #expect(
            Set(numbers).isSuperset(of: [
                23, 24, 25, 29, 30, 31, 32, 33, 41, 256, 260, 0x200, 0x201, 0x202, 0x11EB, 0x11EC, 0x11ED, 0x11EE, 0x6399, 0x639A, 0xFE30,
            ]))
        #expect(Set(NamedGroup.tls12All.map(\.rawValue)).isSuperset(of: Array(1...30) + [256, 260, 0xFF01, 0xFF02]))
        #expect(!NamedGroup.tls12All.contains { $0.attributes?.isPostQuantum ?? true })
    }

    @Test(
        "post-quantum groups are told apart",
        arguments: [
            (0x11EC, NamedGroupAttributes.Kind.hybrid), (0x0201, .pureKEM), (0x6399, .draft), (0xFE30, .draft), (29, .ellipticCurve),
            (256, .finiteField),
        ] as [(UInt16, NamedGroupAttributes.Kind)])
    func kinds(number: UInt16, kind: NamedGroupAttributes.Kind) throws {
        let attributes = try #require(NamedGroup(rawValue: number).attributes)
        #expect(attributes.kind == kind)
        #expect(attributes.isPostQuantum == (kind == .hybrid || kind == .pureKEM || kind == .draft))
    }

    @Test("the numbers are those of Nmap", .enabled(if: ReferenceTables.nmapGroups != nil, "Nmap's scripts are not installed"))
    func nmap() throws {
        let groups = try #require(ReferenceTables.nmapGroups)
        #expect(groups.count > 40)
        for (number, name) in groups {
            #expect(NamedGroup(rawValue: number).name == (name.hasPrefix("ecdh_") ? String(name.dropFirst(5)) : name))
        }
    }

    @Test("each signature scheme is found by its name", arguments: TLSSignatureScheme.known)
    func schemes(_ scheme: TLSSignatureScheme) throws {
        #expect(TLSSignatureScheme(registeredName: scheme.name) == scheme)
        #expect(try #require(scheme.attributes).isTLS12 || scheme.attributes?.isTLS13 == true)
    }

    @Test("schemes are offered by the keys that answer them")
    func offered() {
        #expect(TLSSignatureScheme.offered.allSatisfy { $0.attributes != nil })
        #expect(Set(TLSSignatureScheme.offered).count == TLSSignatureScheme.offered.count)
        #expect(TLSSignatureScheme.offered(for: [.ed25519]).map(\.name) == ["ed25519"])
        #expect(TLSSignatureScheme.offered(for: [.mlDSA]).map(\.name) == ["mldsa44", "mldsa65", "mldsa87"])
        let rsa = TLSSignatureScheme.offered(for: [.rsa]).map(\.name)
        #expect(rsa.contains("rsa_pss_rsae_sha256") && rsa.contains("rsa_pkcs1_sha1") && !rsa.contains("rsa_pss_pss_sha256"))
        #expect(TLSSignatureScheme.known.filter { $0.attributes?.isPSS ?? false }.count == 6)
    }

    @Test("in JSON a group is its name, and an unknown one its number")
    func json() throws {
        #expect(NamedGroup(name: "0x7A7A")?.rawValue == 0x7A7A)
        #expect(NamedGroup(name: "X25519MLKEM768") == .x25519MLKEM768)
        #expect(TLSSignatureScheme(rawValue: 0x0804).name == "rsa_pss_rsae_sha256")
    }
}
