import Foundation
import Testing

@testable import TLSInspector

@Suite("Addresses and URLs that may be fetched")
struct AddressScopeTests {
    private static func bytes(_ text: String) -> [UInt8] {
        var address = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET6, text, &address) == 1 { return address }
        return inet_pton(AF_INET, text, &address) == 1 ? Array(address.prefix(4)) : []
    }

    @Test(
        "addresses inside of networks are told from those out in the internet",
        arguments: [
            ("127.0.0.1", false), ("127.255.255.254", false), ("0.0.0.0", false), ("10.1.2.3", false), ("100.64.0.1", false),
            ("100.127.255.255", false), ("100.128.0.1", true), ("169.254.169.254", false), ("172.16.0.1", false), ("172.31.255.255", false),
            ("172.32.0.1", true), ("172.15.0.1", true), ("192.168.1.1", false), ("192.169.1.1", true), ("198.18.0.1", false),
            ("198.20.0.1", true), ("224.0.0.1", false), ("240.0.0.1", false), ("255.255.255.255", false), ("8.8.8.8", true),
            ("192.0.2.1", false), ("::1", false), ("::", false), ("fe80::1", false), ("fc00::1", false), ("fdff::1", false),
            ("ff02::1", false), ("2001:db8::1", false), ("2001:4860:4860::8888", true), ("::ffff:127.0.0.1", false),
            ("::ffff:8.8.8.8", true), ("::127.0.0.1", false), ("64:ff9b::10.0.0.1", false), ("64:ff9b::8.8.8.8", true),
            ("64:ff9b:1::1", false), ("2002:7f00:1::1", false), ("2002:808:808::1", true), ("2001::1", false), ("fec0::1", false),
        ])
    func scope(text: String, isGlobal: Bool) {
        #expect(AddressScope.isGlobal(Self.bytes(text)) == isGlobal)
    }

    @Test(
        "what is not a plain URL of http or https is refused",
        arguments: [
            ("ftp://example.com/a", .unsupportedScheme), ("file:///etc/passwd", .unsupportedScheme),
            ("ldap://example.com/", .unsupportedScheme),
            ("gopher://example.com/", .unsupportedScheme), ("example.com/crl", .invalidURL), ("", .invalidURL), ("http://", .invalidURL),
            ("http://user@example.com/", .invalidURL), ("http://user:word@example.com/", .invalidURL),
            ("http://example.com/a b", .invalidURL), ("http://example.com/\r\nHost: x", .invalidURL), ("http://exämple.com/", .invalidURL),
            ("http://example.com:99999/", .invalidURL), ("javascript:alert(1)", .invalidURL),
            ("http://example.com/" + String(repeating: "a", count: 2_048), .invalidURL),
        ] as [(String, FetchFailure.Code)])
    func urls(text: String, code: FetchFailure.Code) {
        #expect { try FetchURL(text) } throws: { ($0 as? FetchFailure)?.code == code }
    }

    @Test(
        "a URL that names this machine in whatever way is told",
        arguments: [
            ("http://127.0.0.1/", true), ("http://127.1/", true), ("http://0x7f000001/", true), ("http://2130706433/", true),
            ("http://017700000001/", true), ("http://[::1]:80/", true), ("http://[::ffff:10.0.0.1]/", true), ("http://localhost/", true),
            ("http://a.LOCALHOST/", true), ("http://10.0.0.1:8080/x", true), ("http://8.8.8.8/", false), ("http://example.com/", false),
        ])
    func literals(text: String, isPrivate: Bool) throws {
        #expect(try FetchURL(text).isPrivateLiteral == isPrivate)
    }

    @Test("the fragment is left off")
    func fragment() throws {
        let url = try FetchURL("https://example.com:8443/a?b#c")
        #expect(url.text == "https://example.com:8443/a?b" && url.host == "example.com")
    }
}
