import Foundation
import TestSupport

/// Lists of suites and groups that other programs on this machine bring along. Nil where the program is absent.
enum ReferenceTables {
    struct OpenSSLSuite: Sendable {
        var number: UInt16
        var name: String
        var openSSLName: String
        var lowestVersion: String
        var keyExchange: String
        var authentication: String
        var bits: Int
        var mac: String
    }

    /// Nmap's `["TLS_RSA_WITH_NULL_MD5"] = 0x0001,`
    static let nmapSuites: [UInt16: String]? = nmap(between: "\nCIPHERS = {", and: "\n}").map { text in
        var suites: [UInt16: String] = [:]
        for match in text.matches(of: #/\["([^"]+)"\]\s*=\s*0x([0-9A-F]{4})/#) {
            suites[number(match.2)] = String(match.1)
        }
        return suites
    }

    /// Nmap's `sect163k1 = 1, --deprecated`
    static let nmapGroups: [UInt16: String]? = nmap(between: "\nELLIPTIC_CURVES = {", and: "\n}").map { text in
        var groups: [UInt16: String] = [:]
        for match in text.matches(of: #/\n\s*(\w+) = (0x)?([0-9A-F]+)/#) {
            groups[number(match.3, radix: match.2 == nil ? 10 : 16)] = String(match.1)
        }
        return groups
    }

    /// `0x13,0x02 - TLS_AES_256_GCM_SHA384 - TLS_AES_256_GCM_SHA384 TLSv1.3 Kx=any Au=any Enc=AESGCM(256) Mac=AEAD`
    static let openSSLSuites: [OpenSSLSuite]? = output(
        of: "/usr/bin/openssl", ["ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"]
    )
    .map { text in
        text.split(separator: "\n").map { line in
            let fields = line.split(separator: " ").map(String.init)
            let bits = fields[8].firstMatch(of: #/\((\d+)\)/#).map { Int(number($0.1, radix: 10)) } ?? 0
            return OpenSSLSuite(
                number: number(fields[0].replacing("0x", with: "").replacing(",", with: "")[...]), name: fields[2],
                openSSLName: fields[4], lowestVersion: fields[5], keyExchange: String(fields[6].dropFirst(3)),
                authentication: String(fields[7].dropFirst(3)), bits: bits, mac: String(fields[9].dropFirst(4)))
        }
    }

    /// GnuTLS's `TLS_RSA_AES_128_CBC_SHA1   0x00, 0x2f   TLS1.0`, with the version in which it begins.
    static let gnuTLSSuites: [UInt16: String]? = output(of: "/usr/bin/gnutls-cli", ["--list"]).map { text in
        var suites: [UInt16: String] = [:]
        for match in text.matches(of: #/TLS_\w+\s+0x([0-9a-f]{2}), 0x([0-9a-f]{2})\s+(\S+)/#) {
            suites[number(match.1 + match.2)] = String(match.3)
        }
        return suites
    }

    private static func number(_ digits: Substring, radix: Int = 16) -> UInt16 {
        guard let number = UInt16(digits, radix: radix) else { preconditionFailure("digits that a pattern matched: \(digits)") }
        return number
    }

    private static func nmap(between start: String, and end: String) -> Substring? {
        guard let bytes = FileManager.default.contents(atPath: "/usr/share/nmap/nselib/tls.lua") else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let begin = text.firstRange(of: start) else { return nil }
        let rest = text[begin.upperBound...]
        return rest.firstRange(of: end).map { rest[..<$0.lowerBound] }
    }

    /// What a program writes; nil if it is absent.
    static func output(of program: String, _ arguments: [String]) -> String? {
        guard Command.isInstalled(program) else { return nil }
        do {
            return try Command.succeed(program, arguments).text
        } catch {
            preconditionFailure("\(program) is there and fails: \(error)")
        }
    }
}
