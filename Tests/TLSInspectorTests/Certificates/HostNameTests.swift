import Testing

@testable import TLSInspector

@Suite("Host names")
struct HostNameTests {
    @Test(
        "a name in a certificate is for the hosts of RFC 9525, and no other",
        arguments: [
            ("example.com", "example.com", true), ("EXAMPLE.com", "example.COM", true), ("example.com.", "example.com", true),
            ("example.com", "example.com.", false), ("a.example.com", "*.example.com", true), ("a.b.example.com", "*.example.com", false),
            ("example.com", "*.example.com", false), ("a.com", "*.com", false), ("a.example.com", "a*.example.com", false),
            ("a.example.com", "*a.example.com", false), ("a.b.example.com", "a.*.example.com", false), ("a.example.com", "*.*.com", false),
            ("xn--bcher-kva.example", "xn--bcher-kva.example", true), ("xn--bcher-kva.example.com", "*.example.com", true),
            ("xn--bcher-kva.example.com", "xn--*.example.com", false), ("example.com", "", false), ("example.com", ".example.com", false),
            ("k.example", "\u{212A}.example", false), ("a_b.example.com", "a_b.example.com", true),
        ])
    func dns(_ host: String, _ name: String, _ isFor: Bool) throws {
        #expect(try HostName(host).matches(dnsNames: [name], ipAddresses: []) == isFor)
    }

    @Test(
        "an address is only for itself, however it is written",
        arguments: [
            ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("::1", "0:0:0:0:0:0:0:1", true),
            ("2001:DB8::1", "2001:db8::1", true), ("::ffff:192.0.2.1", "::ffff:c000:201", true), ("::ffff:192.0.2.1", "192.0.2.1", false),
        ])
    func addresses(_ host: String, _ address: String, _ isFor: Bool) throws {
        #expect(try HostName(host).matches(dnsNames: [host], ipAddresses: [address]) == isFor)
        #expect(try !HostName(host).matches(dnsNames: [host, "*", "*.0.2.1"], ipAddresses: []))
    }

    @Test(
        "what is no host name is refused",
        arguments: [
            "", ".", "a..b", "-\u{0}", "a b", "bücher.example", "192.0.2.256", "192.0.2", "1.2.3.4.5", "01.2.3.4", ":::", "1::2::3",
            "1:2:3:4:5:6:7:8:9",
            "12345::", "[::1]", "::1%eth0", "*.example.com", String(repeating: "a", count: 64) + ".example",
            String(repeating: "a.", count: 127) + "aa",
        ])
    func refused(_ text: String) {
        #expect(throws: CertificateError.self) { try HostName(text) }
    }

    @Test(
        "addresses are written as RFC 5952 wants it",
        arguments: [
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "::"),
            ([0x20, 1, 0xD, 0xB8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1], "2001:db8:0:1::1"),
            ([0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], "1:0:1:1:1:1:1:1"),
            ([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0], "1:1:1:1:1:1::"),
            ([127, 0, 0, 1], "127.0.0.1"),
        ] as [([UInt8], String)])
    func text(_ bytes: [UInt8], _ text: String) {
        #expect(IPAddressText.text(bytes) == text)
        #expect(IPAddressText.bytes(text) == bytes)
    }

    @Test("an address of another length has no text", arguments: [0, 3, 5, 8, 15, 17, 32])
    func lengths(_ count: Int) {
        #expect(IPAddressText.text([UInt8](repeating: 1, count: count)) == nil)
    }
}
