// Feeds bytes to the reader of files of certificates: as they are, and as the content of each kind of PEM block. No input may trap it.
//
// `make fuzz` compiles and runs this.

import AgeFormat
import OpenSSL

@testable import TLSInspector

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCertificateContainer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: min(count, 32 * 1024)))
    read(bytes)
    for label in ["CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CRL", "CERTIFICATE REQUEST", "PKCS7"] {
        let base64 = Base64.encode(bytes, padding: .required)
        read(Array("-----BEGIN \(label)-----\n\(base64)\n-----END \(label)-----\n".utf8))
    }
    let name = String(decoding: bytes.prefix(300), as: UTF8.self)
    if let text = Punycode.decode(Substring(name)) { precondition(text.unicodeScalars.count <= 63) }
    if let host = try? HostName(name) {
        precondition(!host.matches(dnsNames: [], ipAddresses: []))
        precondition(host.isCommonName(name) || name.hasSuffix("."), "a host is not its own name")
    }
    return 0
}

private func read(_ bytes: [UInt8]) {
    guard let file = try? CertificateContainer.open(bytes, passphrase: nil) else { return }
    precondition(file.items.count <= CertificateContainer.maximumItemCount)
    for item in file.items {
        guard case .certificate(let der) = item.content else { continue }
        precondition(file.kind != .pem && file.kind != .der || !der.isEmpty)
    }
}
