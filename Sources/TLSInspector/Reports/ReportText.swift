internal import OpenSSL

/// Texts that several reports have in common.
enum ReportText {
    /// In hexadecimal.
    static func sha256(_ bytes: [UInt8]) throws(ReportError) -> String {
        do throws(OpenSSLError) {
            return Hexadecimal.text(try Digest.hash(.sha256, bytes.bytes))
        } catch {
            throw ReportError(.libraryFailure, "a digest cannot be computed: \(error)")
        }
    }

    /// `0xC0`
    static func byte(_ byte: UInt8) -> String { "0x\(Hexadecimal.text([byte]).uppercased())" }

    /// Whole days from one time to a later one, rounded down: -1 for one that has just gone.
    static func days(from now: Int64, to time: Int64) -> Int64 {
        CertificateDate.floorDivide(time - now, CertificateDate.secondsPerDay)
    }
}
