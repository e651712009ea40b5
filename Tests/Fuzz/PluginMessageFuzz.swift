@testable import Envelope

/// libFuzzer's entry: no input may trap the reader of plugin messages, and what it reads without a secret is written back as the
/// very bytes that were read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPluginMessage(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    do {
        var parser = try PluginMessageParser()
        var messageStart = 0
        for (index, byte) in input.enumerated() where try parser.admit(byte) {
            let message = try parser.take()
            let text = Array(input[messageStart...index])
            messageStart = index + 1
            if PluginMessage.secretTypes.contains(message.type) {
                let written = try PluginMessage.encoded(message.type, secret: message.secret, message.arguments)
                precondition(written.withUnsafeBytes { $0.elementsEqual(text) }, "a secret message is written otherwise")
            } else {
                let written = try PluginMessage.encoded(message.type, message.arguments, body: message.body)
                precondition(written == text, "a message is written otherwise")
            }
            precondition(!PluginText.line(message.body).utf8.contains { $0 < 0x20 || $0 == 0x7F })
        }
    } catch {
        precondition(!error.description.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "an error that a terminal would act on")
    }
    return 0
}
