import Foundation
import NIOPosix
import Testing

@testable import TLSInspector

@Suite("Addresses of names")
struct AddressResolverTests {
    @Test(
        "an address is taken as it is, in brackets or not",
        arguments: [
            ("127.0.0.1", "127.0.0.1:443"), ("[127.0.0.1]", "127.0.0.1:443"), ("::1", "[::1]:443"),
            ("[2001:DB8::0:1]", "[2001:db8::1]:443"),
            ("fe80::1%lo", "[fe80::1%lo]:443"), ("[fe80::1%lo]", "[fe80::1%lo]:443"),
        ])
    func literals(host: String, text: String) async throws {
        try await withNetwork { network in
            let addresses = try await AddressResolver(network: network).addresses(of: host, port: 443)
            #expect(addresses.map(\.description) == [text])
        }
    }

    @Test(
        "what is neither a name nor a whole address is refused",
        arguments: ["", "127.1", "0x7f000001", "2130706433", "a b", "a\nb", "b\u{FC}cher.example", String(repeating: "a", count: 255)])
    func malformed(host: String) async throws {
        try await withNetwork { network in
            let failure = await #expect(throws: ResolutionFailure.self) {
                _ = try await AddressResolver(network: network).addresses(of: host, port: 443)
            }
            guard case .malformed = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
        }
    }

    @Test("an address of the wrong family is told as that")
    func family() async throws {
        try await withNetwork { network in
            let resolver = AddressResolver(network: network)
            await #expect(throws: ResolutionFailure.noAddressOfFamily("::1", .ipv4)) {
                _ = try await resolver.addresses(of: "::1", port: 1, family: .ipv4)
            }
            await #expect(throws: ResolutionFailure.noAddressOfFamily("192.0.2.1", .ipv6)) {
                _ = try await resolver.addresses(of: "192.0.2.1", port: 1, family: .ipv6)
            }
        }
    }

    @Test("this machine's own name has addresses, sorted and each once")
    func localhost() async throws {
        try await withNetwork { network in
            let addresses = try await AddressResolver(network: network).addresses(of: "localhost", port: 8_443)
            #expect(addresses == Array(Set(addresses)).sorted())
            #expect(addresses.contains { $0.text == "127.0.0.1" || $0.text == "::1" })
            #expect(addresses.allSatisfy { $0.port == 8_443 })
        }
    }

    @Test("a look-up that waits too long is timed out, and one that is cancelled ends at once")
    func timeout() async throws {
        try await withNetwork { network in
            let resolver = AddressResolver(network: network)
            let hold = DispatchSemaphore(value: 0)
            for _ in 0..<Network.resolverThreadCount { network.resolverThreads.submit { _ in hold.wait() } }
            await #expect(throws: ResolutionFailure.timedOut("localhost", milliseconds: 20)) {
                _ = try await resolver.addresses(of: "localhost", port: 1, timeout: 20)
            }
            let task = Task { try await resolver.addresses(of: "localhost", port: 1, timeout: 60_000) }
            task.cancel()
            await #expect(throws: ResolutionFailure.resolverFailed("localhost", "it was cancelled")) { _ = try await task.value }
            for _ in 0..<Network.resolverThreadCount { hold.signal() }
        }
    }

    @Test("a name that does not exist is told apart from a name server that does not answer")
    func statuses() {
        func failure(_ status: Int32, _ family: ScanOptions.AddressFamily = .ipv6) -> ResolutionFailure {
            ResolutionFailure(status, errno: 5, name: "n", family: family)
        }
        #expect(failure(EAI_NONAME, .any) == .nameNotFound("n"))
        #expect(failure(EAI_NONAME) == .noAddressOfFamily("n", .ipv6))
        #expect(failure(-5) == .noAddressOfFamily("n", .ipv6))
        #expect(failure(EAI_AGAIN) == .resolverFailed("n", "the name server does not answer"))
        #expect(failure(EAI_SYSTEM) == .resolverFailed("n", "system error 5"))
        #expect(failure(EAI_NONAME).undecided.reason == .unreachable)
        #expect(ResolutionFailure.timedOut("n", milliseconds: 1).undecided.reason == .timedOut)
    }
}
