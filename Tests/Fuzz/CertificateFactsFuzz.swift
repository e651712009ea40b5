// Feeds bytes to the reader of certificates, alone and in a chain. No input may trap them; what is read has a fingerprint, names without
// control characters, and comes back the same.
//
// `make fuzz` compiles and runs this.

@testable import TLSInspector

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCertificateFacts(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: min(count, 32 * 1024)))
    if let facts = try? CertificateFacts(der: bytes) {
        precondition(facts.fingerprint.utf8.count == 64)
        precondition((1...1 << 32).contains(facts.version) || facts.version < 1)
        for text in [facts.subject, facts.issuer] + facts.dnsNames + facts.otherNames {
            precondition(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }, "a control character in a name")
        }
        for address in facts.ipAddresses {
            precondition(IPAddressText.bytes(address).flatMap(IPAddressText.text) == address, "an address does not come back")
        }
        precondition((try? CertificateFacts(der: bytes)) == facts)
    }
    // As one chain, cut at each certificate.
    var (chain, rest): ([[UInt8]], [UInt8]) = ([], bytes)
    while chain.count < 8, let (element, behind) = DERElement.split(rest) {
        chain.append(element)
        rest = behind
    }
    let report = ChainInspector(trust: TrustStore(), time: 1_780_272_000).inspect(chain: chain, host: "www.example.com")
    precondition(!report.isTrusted, "a chain is trusted without a root")
    precondition(!report.problems.isEmpty, "a chain that is not trusted, and no word why")
    precondition(report.problems.allSatisfy { $0.sentence.hasSuffix(".") })
    return 0
}
