@testable import OpenSSL

/// libFuzzer's entry: no bytes trap the reader of OCSP responses or the checks, and questions can be made of all
/// certificates that can be read.
///
/// The first two bytes cut the rest into a certificate and a response; the certificate is its own issuer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOCSP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard bytes.count >= 2 else { return 0 }
    let cut = min(bytes.count, 2 + (Int(bytes[0]) << 8 | Int(bytes[1])))
    let (certificate, response) = (Array(bytes[2..<cut]), Array(bytes[cut...]))
    do {
        let answer = try check(response, certificate)
        if case .refused(let refusal) = answer.verdict {
            precondition(refusal.sentence.hasSuffix("."), "a refusal is a sentence")
            precondition(answer.nextUpdate == nil || answer.thisUpdate != nil, "half of a time")
        }
    } catch {
        precondition(!error.operation.isEmpty)
    }
    do {
        let request = try question(certificate)
        precondition(request.der.first == 0x30, "a question is a SEQUENCE")
    } catch {
        precondition(!error.operation.isEmpty)
    }
    return 0
}

private func check(_ response: [UInt8], _ certificate: [UInt8]) throws(OpenSSLError) -> OCSPAnswer {
    try OCSPResponse(der: response.bytes).check(certificate: certificate.bytes, issuer: certificate.bytes, at: 1_800_000_000)
}

private func question(_ certificate: [UInt8]) throws(OpenSSLError) -> OCSPRequest {
    try OCSPRequest(certificate: certificate.bytes, issuer: certificate.bytes)
}
