// Feeds bytes to the reader of Java's keystores, behind each magic number and with a check that fits, so that it is reached. No input may
// trap it, and a keystore that is read holds no more than its bytes.
//
// `make fuzz` compiles and runs this.

import OpenSSL

@testable import TLSInspector

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJKS(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: min(count, 32 * 1024)))
    for magic: [UInt8] in [
        [], [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 1], [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2], [0xCE, 0xCE, 0xCE, 0xCE, 0, 0, 0, 2],
    ] {
        let content = magic + bytes
        guard let digest = try? Digest.hash(.sha1, (Array("\0a".utf8) + Array("Mighty Aphrodite".utf8) + content).bytes) else { continue }
        let open = try? CertificateContainer.open(content + digest, passphrase: nil)
        guard let secret = try? SecretBytes(copying: Array("a".utf8).bytes) else { continue }
        let checked = try? CertificateContainer.open(content + digest, passphrase: consume secret)
        guard let open, open.kind == .jks || open.kind == .jceks else { continue }
        precondition(checked?.integrity == .checked && checked?.items == open.items, "the passphrase changes what is read")
        let total = open.items.reduce(0) { sum, item in
            if case .certificate(let der) = item.content { return sum + der.count }
            return sum
        }
        precondition(total <= content.count)
    }
    return 0
}
