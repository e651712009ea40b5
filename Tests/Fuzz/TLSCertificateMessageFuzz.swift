@testable import TLSInspector

/// libFuzzer's entry: no input may trap a parser of handshake messages, and what is read has to be written as the bytes that were read.
///
/// The first byte chooses the parser; the rest is its input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTLSCertificateMessage(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let choice = input.first else { return 0 }
    let body = Array(input.dropFirst())
    do throws(WireError) {
        if let bytes = try encoding(of: body, choice % 10) { precondition(bytes == body, "the encoding differs from what was read") }
    } catch {
        precondition(!error.description.utf8.contains { $0 < 0x20 }, "a control character in an error")
    }
    return 0
}

/// What the chosen parser reads, written again; nil where it does not keep everything.
private func encoding(of body: [UInt8], _ choice: UInt8) throws(WireError) -> [UInt8]? {
    switch choice {
    case 0: return vector24(try CertificateMessage(body).certificates.flatMap(vector24))
    case 1: return encoded(try CertificateMessage13(body))
    case 2: return [1] + vector24(try CertificateStatusMessage(body).response)
    case 3: return vector16(try SignedCertificateTimestampList(body).timestamps.flatMap(vector16))
    case 4: return encoded(try CertificateRequest(body, version: .tls11), hasSchemes: false)
    case 5: return encoded(try CertificateRequest(body, version: .tls12), hasSchemes: true)
    case 6:
        let request = try CertificateRequest13(body)
        return [UInt8(request.context.count)] + request.context + encoded(request.extensions)
    case 7:
        let extensions = try EncryptedExtensions(body)
        do {
            _ = try extensions.applicationProtocol()
        } catch {
            precondition(extensions[.alpn] != nil, "an error about what is not there")
        }
        return encoded(extensions.extensions)
    case 8: return encoded(try NewSessionTicket13(body))
    default:
        _ = try ServerHello(body).downgradeSentinel
        return nil
    }
}

private func encoded(_ message: CertificateMessage13) -> [UInt8] {
    let entries = message.entries.flatMap { vector24($0.certificate) + encoded($0.extensions) }
    return [UInt8(message.requestContext.count)] + message.requestContext + vector24(entries)
}

private func encoded(_ request: CertificateRequest, hasSchemes: Bool) -> [UInt8] {
    let schemes = hasSchemes ? vector16([UInt8].list16(request.signatureSchemes.map(\.rawValue))) : []
    return [UInt8(request.certificateTypes.count)] + request.certificateTypes + schemes + vector16(request.authorities.flatMap(vector16))
}

private func encoded(_ ticket: NewSessionTicket13) -> [UInt8] {
    var bytes: [UInt8] = []
    for number in [ticket.lifetime, ticket.ageAdd] {
        bytes.append(uint16: UInt16(number >> 16))
        bytes.append(uint16: UInt16(number & 0xFFFF))
    }
    return bytes + [UInt8(ticket.nonce.count)] + ticket.nonce + vector16(ticket.ticket) + encoded(ticket.extensions)
}

private func encoded(_ extensions: [ClientHello.Extension]) -> [UInt8] {
    vector16(extensions.flatMap { [UInt8].list16([$0.type.rawValue]) + vector16($0.body) })
}

private func vector16(_ bytes: [UInt8]) -> [UInt8] {
    var vector: [UInt8] = []
    vector.append(vector16: bytes)
    return vector
}

private func vector24(_ bytes: [UInt8]) -> [UInt8] {
    var vector: [UInt8] = []
    vector.append(uint24: bytes.count)
    return vector + bytes
}
