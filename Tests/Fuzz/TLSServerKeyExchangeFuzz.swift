@testable import TLSInspector

/// libFuzzer's entry: no input may trap the reading of a ServerKeyExchange, whatever suite it belongs to, and what is read has to be
/// written as the bytes that were read.
///
/// The first two bytes choose the suite, the third the version; the rest is the message.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTLSServerKeyExchange(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard input.count >= 3 else { return 0 }
    let suites = CipherSuite.known
    let suite = suites[(Int(input[0]) << 8 | Int(input[1])) % suites.count]
    let version: ProtocolVersion = input[2] % 2 == 0 ? .tls12 : .tls10
    let body = Array(input.dropFirst(3))
    do throws(WireError) {
        let exchange = try ServerKeyExchange(body, suite: suite, version: version)
        if let bytes = encoded(exchange) { precondition(bytes == body, "the encoding differs from what was read") }
        precondition(exchange.signature.map { ($0.scheme != nil) == (version == .tls12) } ?? true)
    } catch {
        precondition(!error.description.utf8.contains { $0 < 0x20 }, "a control character in an error")
    }
    return 0
}

/// Nil for curves that are spelled out, of which only the size is kept.
private func encoded(_ exchange: ServerKeyExchange) -> [UInt8]? {
    var bytes: [UInt8] = []
    if let hint = exchange.pskIdentityHint { bytes.append(vector16: hint) }
    switch exchange.parameters {
    case .none: break
    case .ellipticCurve(.named(let group), let publicKey):
        bytes.append(3)
        bytes.append(uint16: group.rawValue)
        bytes.append(vector8: publicKey)
    case .ellipticCurve(.explicitPrime, _), .ellipticCurve(.explicitBinary, _): return nil
    case .finiteField(let prime, let generator, let publicKey):
        for number in [prime, generator, publicKey] { bytes.append(vector16: number) }
    case .rsa(let modulus, let exponent):
        for number in [modulus, exponent] { bytes.append(vector16: number) }
    case .srp(let prime, let generator, let salt, let publicKey):
        bytes.append(vector16: prime)
        bytes.append(vector16: generator)
        bytes.append(vector8: salt)
        bytes.append(vector16: publicKey)
    case .unread(let rest): bytes += rest
    }
    if let signature = exchange.signature {
        if let scheme = signature.scheme { bytes.append(uint16: scheme.rawValue) }
        bytes.append(vector16: signature.bytes)
    }
    return bytes
}
