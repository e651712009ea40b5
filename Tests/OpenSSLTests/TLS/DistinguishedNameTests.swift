import OpenSSL
import TestSupport
import Testing

@Suite("Distinguished names as text")
struct DistinguishedNameTests {
    @Test(
        "names are written as RFC 4514 writes them",
        arguments: [
            (
                "303e310b3009060355040613024445311d301b060355040a0c144dc3bc6c6c65722c2053c3b6686e65202b20436f3110300e06035504030c0723612022622220",
                ##"CN=\#a \"b\"\ ,O=Müller\, Söhne \+ Co,C=DE"##
            ), ("3000", ""), ("30133111300f06035504030c08610a621b5b33316d", #"CN=a\0Ab\1B[31m"#),
            ("300c310a300806032a03040c0178", "1.2.3.4=#0C0178"),
        ])
    func names(der: String, text: String) throws {
        #expect(try DistinguishedName.text(der: [UInt8](hex: der)) == text)
    }

    @Test("what is not one name is refused", arguments: ["", "30", "3001", "300000", "0500", "300c310a300806032a03040c01"])
    func refused(der: String) throws {
        #expect(try failure { _ = try DistinguishedName.text(der: [UInt8](hex: der)) } == .invalidInput)
        #expect(Library.peekError() == 0)
    }
}
