import Foundation
import Testing

@testable import TLSInspector

@Suite("Profiles")
struct ProfileTests {
    @Test("every profile of the program can be read, has a name of its own, and names its source")
    func embedded() {
        let profiles = Profile.embedded
        #expect(profiles.count == 11)
        #expect(profiles.map(\.id) == profiles.map(\.id).sorted())
        let names = profiles.flatMap { [$0.id] + $0.aliases }
        #expect(Set(names).count == names.count)
        #expect(profiles.allSatisfy { $0.source.hasPrefix("https://") && !$0.title.isEmpty })
    }

    @Test(
        "a name without a version is the newest",
        arguments: [
            ("mozilla-modern", "mozilla-modern-6.0"), ("mozilla-intermediate", "mozilla-intermediate-6.0"),
            ("mozilla-old", "mozilla-old-5.8"),
            ("nist", "nist-800-52r2"), ("bsi", "bsi-tr-02102-2"), ("pci", "pci-dss-4"), ("mozilla-old-5.7", "mozilla-old-5.7"),
        ])
    func aliases(_ name: String, _ id: String) throws { #expect(try Profile.named(name).id == id) }

    @Test("an unknown name is refused with it in the message")
    func unknownName() {
        #expect(throws: ProfileError.unknownName("mozilla-odd")) { try Profile.named("mozilla-odd") }
        #expect("\(ProfileError.unknownName("mozilla-odd"))".contains("\"mozilla-odd\""))
    }

    @Test("what is written is read back")
    func roundTrip() throws {
        for profile in Profile.embedded {
            #expect(try Profile(json: [UInt8](JSONEncoder().encode(profile))) == profile)
        }
    }

    private static let minimal = #"{"schema":"coffer-tls-profile/1","id":"own","title":"t","source":"https://example.com","#

    @Test("a profile of one rule is enough")
    func smallest() throws {
        let profile = try Profile(json: Array((Self.minimal + #""protocols":[{"level":"shall","allowed":["TLSv1.3"]}]}"#).utf8))
        #expect(profile.protocols == [ProfileListRule(level: .shall, allowed: [.tls13])])
    }

    static let refused: [(String, String)] = [
        ("", ""), ("{", ""), ("[]", ""), ("{}", "the member \"schema\" is missing"), ("null", ""),
        (String(repeating: "[", count: 100_000), ""),
        (minimal + #""rules":[]}"#, "there is no member \"rules\" here"),
        (
            minimal + #""protocols":[{"level":"shall","allowed":["TLSv1.3"],"alowed":[]}]}"#,
            "at .protocols[0]: there is no member \"alowed\" here"
        ),
        (
            minimal + #""limits":[{"level":"shall","limit":"minimum-rsa-bits","value":1,"unit":"bits"}]}"#,
            "there is no member \"unit\" here"
        ),
        (
            minimal + #""features":[{"level":"shall","feature":"stapling","state":"on","unless":"x"}]}"#,
            "there is no member \"unless\" here"
        ),
        (minimal + #""title":"x"}"#, "no rule"),
        (minimal + #""protocols":[]}"#, "no rule"),
        (minimal + #""protocols":[{"level":"shall"}]}"#, "asks for nothing"),
        (minimal + #""protocols":[{"level":"shall","allowed":[]}]}"#, "empty list"),
        (minimal + #""protocols":[{"level":"must","allowed":["TLSv1.3"]}]}"#, "at .protocols[0].level"),
        (minimal + #""protocols":[{"level":"shall","allowed":["TLS1.3"]}]}"#, "TLS1.3"),
        (minimal + #""protocols":[{"level":"shall","versions":["TLSv1.3"],"allowed":["TLSv1.3"]}]}"#, "mean nothing there"),
        (minimal + #""cipherSuites":[{"level":"shall","allowed":["TLS_AES_128_GCM_SHA256"]}]}"#, "has no versions"),
        (
            minimal + #""cipherSuites":[{"level":"shall","versions":["TLSv1.3"],"allowed":["TLS_AES_129"]}]}"#,
            "\"TLS_AES_129\" is not known"
        ),
        (minimal + #""groups":[{"level":"shall","versions":["TLSv1.1"],"allowed":["x25519"]}]}"#, "TLSv1.2 and TLSv1.3 only"),
        (minimal + #""groups":[{"level":"shall","versions":[],"allowed":["x25519"]}]}"#, "about no version"),
        (minimal + #""limits":[{"level":"shall","limit":"minimum-rsa-bits","value":0}]}"#, "not between 1"),
        (minimal + #""limits":[{"level":"shall","limit":"minimum-rsa-bits","value":-5}]}"#, "not between 1"),
        (minimal + #""limits":[{"level":"shall","limit":"minimum-rsa-bits","value":1e30}]}"#, ""),
        (minimal + #""limits":[{"level":"shall","limit":"minimum-rsa-bits","value":"many"}]}"#, "wrong type"),
        (
            minimal.replacingOccurrences(of: "own", with: "Own Profile") + #""protocols":[{"level":"shall","allowed":["TLSv1.3"]}]}"#,
            "lower-case"
        ),
        (
            minimal.replacingOccurrences(of: "/1", with: "/2") + #""protocols":[{"level":"shall","allowed":["TLSv1.3"]}]}"#,
            "coffer-tls-profile/2"
        ),
    ]

    @Test("a profile that is not understood wholly is refused, with the place", arguments: refused)
    func malformed(_ json: String, _ part: String) throws {
        let error = try #require(throws: ProfileError.self) { try Profile(json: Array(json.utf8)) }
        guard case .malformed(let reason) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(part.isEmpty || reason.contains(part), "\(reason)")
    }

    @Test("a file of more than a mebibyte is refused before it is read")
    func tooLarge() {
        #expect(throws: ProfileError.tooLarge(Profile.maximumSize + 1)) {
            try Profile(json: [UInt8](repeating: UInt8(ascii: " "), count: Profile.maximumSize + 1))
        }
    }

    @Test("no prefix of a profile traps or is one", arguments: Profile.embedded.prefix(2))
    func truncated(_ profile: Profile) throws {
        let json = [UInt8](try JSONEncoder().encode(profile))
        for count in 0..<json.count { #expect(throws: ProfileError.self) { try Profile(json: Array(json.prefix(count))) } }
    }
}
