// Feeds text to the Bech32 decoder: what it accepts has one encoding in lower case, and the reader of secrets agrees with the reader of public
// texts about the prefix.
//
// `make fuzz` compiles and runs this.

import OpenSSL

@testable import KeyStore

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBech32(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: min(count, 4096)))
    check(String(decoding: bytes, as: UTF8.self))
    // A random text hardly ever has the right checksum, so one is made: the first byte says how long the prefix is.
    if let length = bytes.first, length & 31 > 0, bytes.count > Int(length & 31) + 1 {
        let hrp = bytes[1...Int(length & 31)].map { 0x21 + $0 % 0x5E }.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }
        var text = Array(Bech32.encodePublic(Array(bytes.dropFirst(1 + hrp.count)), hrp: hrp).utf8)
        check(String(decoding: text, as: UTF8.self))
        text[Int(length) % text.count] ^= 1 << (length & 7)
        check(String(decoding: text, as: UTF8.self))
    }
    return 0
}

private func check(_ text: String) {
    let decoded = Bech32.decode(text)
    if let decoded {
        precondition(!decoded.hrp.isEmpty)
        precondition(Bech32.encodePublic(decoded.bytes, hrp: Array(decoded.hrp.utf8)) == text.lowercased(), "a text is not canonical")
        precondition(Bech32.decodePublic(text, hrp: Array(decoded.hrp.utf8)) == decoded.bytes)
    }
    guard let secret = try? SecretBytes(copying: Array(text.utf8).bytes) else { return }
    precondition(Bech32.hrp(ofSecret: secret) == decoded?.hrp, "the two readers disagree")
}
