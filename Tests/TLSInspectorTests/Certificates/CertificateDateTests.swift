import Testing

@testable import TLSInspector

@Suite("Dates of certificates")
struct CertificateDateTests {
    @Test(
        "a time is written as RFC 3339 has it, also one that nanoseconds do not reach",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (1_800_000_000, "2027-01-15T08:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"), (-62_135_596_800, "0001-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func time(seconds: Int64, text: String) { #expect(CertificateDate.time(seconds) == text) }
}
