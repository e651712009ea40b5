@testable import OpenSSL

/// libFuzzer's entry: no bytes trap the reader of revocation lists, the checks, or the reader of issuers' certificates.
///
/// The first two bytes cut the rest into a certificate and a list; the certificate is its own issuer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCRL(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard bytes.count >= 2 else { return 0 }
    let cut = min(bytes.count, 2 + (Int(bytes[0]) << 8 | Int(bytes[1])))
    let (certificate, list) = (Array(bytes[2..<cut]), Array(bytes[cut...]))
    do {
        let answer = try check(list, certificate)
        if case .refused(let refusal) = answer.verdict { precondition(refusal.sentence.hasSuffix("."), "a refusal is a sentence") }
        if case .notListed = answer.verdict { precondition(answer.thisUpdate != nil, "a list without a time is believed") }
    } catch {
        precondition(!error.operation.isEmpty)
    }
    do {
        let found = try CertificateBundle.read(list)
        precondition(!found.isEmpty && found.count <= CertificateBundle.maximumCertificateCount, "a bundle out of its limits")
    } catch {
        precondition(!error.operation.isEmpty)
    }
    return 0
}

private func check(_ list: [UInt8], _ certificate: [UInt8]) throws(OpenSSLError) -> CRLAnswer {
    try CRL(bytes: list.bytes).check(certificate: certificate.bytes, issuer: certificate.bytes, at: 1_800_000_000)
}
