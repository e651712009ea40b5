import OpenSSL
import Testing

@testable import AccessControl

@Suite("MFA codes")
struct MFACodeTests {
    @Test(
        "what a person writes is read",
        arguments: [
            ("123456", MFACode.Claim.device(nil), "123456"),
            (" 123456\n", .device(nil), "123456"),
            ("12345678", .device(nil), "12345678"),
            ("phone 123456", .device("phone"), "123456"),
            ("20899872 301749", .device("20899872"), "301749"),
            ("arn:aws:iam::000000000000:mfa/phone 1234567", .device("arn:aws:iam::000000000000:mfa/phone"), "1234567"),
            ("7K3M-Q0ZD-9VXA-41TB", .recovery, "7K3MQ0ZD9VXA41TB"),
            ("7k3mqozd9vxa4itb", .recovery, "7K3MQ0ZD9VXA41TB"),
            ("7K3M Q0ZD 9VXA 4LTB", .recovery, "7K3MQ0ZD9VXA41TB"),
            // 16 symbols, and all the same a device's code.
            ("abcdefghij 123456", .device("abcdefghij"), "123456"),
            ("1234567890123456", .recovery, "1234567890123456"),
        ])
    func read(_ written: String, _ claim: MFACode.Claim, _ digits: String) throws {
        let code = try mfaCode(written)
        #expect(code.claim == claim)
        #expect(text(code.digits) == digits)
    }

    @Test(
        "anything else is a code that nothing accepts",
        arguments: [
            "", " ", "12345", "123456789", "phone", "phone 12345", "phone  123456", "phone\t123456", "two words 123456",
            "phone123456", "123 456", "12345６", String(repeating: "1", count: 2000), String(repeating: "x", count: 257) + " 123456",
            "ph\u{0}ne 123456", "PHÖNE 123456",
        ])
    func malformed(_ written: String) throws {
        let code = try mfaCode(written)
        #expect(code.claim == .malformed)
    }
}
