import Foundation
import KeyStore
import KeyTestSupport
import OpenSSL
import Synchronization
import TestSupport
import Testing

@testable import AccessControl
@testable import CofferCommands

extension CommandFixture {
    /// Enrols a device whose URI goes to a file, as an app that scans it would know it.
    func enroll(_ name: String = "phone", _ options: String = "", sourceLocation: SourceLocation = #_sourceLocation) async throws
        -> TestDevice
    {
        let uri = self.path("\(name).uri")
        let clock = clock
        let asked = Mutex<Int64>(0)
        typist.willAnswer { prompt in
            guard prompt.contains("shows") || prompt.contains("next") else { return nil }
            let offset = asked.withLock { count in
                defer { count += 1 }
                return count
            }
            return try TestDevice(uriFile: uri).code(clock, stepsAhead: offset)
        }
        try await expect(
            "mfa enroll --name \(name) --uri \(uri) \(options)".trimmingCharacters(in: .whitespaces), sourceLocation: sourceLocation)
        typist.willAnswer { _ in nil }
        clock.pass(.seconds(60))
        return try TestDevice(uriFile: uri)
    }
}

/// A device that was given an `otpauth:` URI in a file.
struct TestDevice: Sendable {
    let base32: String
    let parameters: TOTPParameters

    init(uriFile path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let items = try #require(URLComponents(string: text)?.queryItems)
        func value(_ name: String) throws -> String { try #require(items.first { $0.name == name }?.value) }
        base32 = try value("secret")
        parameters = try TOTPParameters(
            algorithm: #require(TOTPAlgorithm(rawValue: value("algorithm"))), digits: #require(Int(value("digits"))),
            period: #require(Int(value("period"))))
    }

    func code(_ clock: ManualClock, stepsAhead: Int64 = 0) throws -> String {
        let step = TOTP.step(at: try clock.read().wall, parameters) + stepsAhead
        let code = try TOTP.code(of: seed(), step: step, parameters)
        return code.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    private func seed() throws -> SecretBytes {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        let bits = try base32.map { digit in
            let value = String(try #require(alphabet.firstIndex(of: digit)), radix: 2)
            return String(repeating: "0", count: 5 - value.count) + value
        }.joined()
        let bytes = try (0..<bits.count / 8).map { try #require(UInt8(bits.dropFirst($0 * 8).prefix(8), radix: 2)) }
        return try secret(bytes)
    }
}
