import AgeFormat
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An age file in text form, as the binary that it stands for.
final class ArmoredSource: ByteSource {
    private struct State {
        var decoder = ArmorDecoder()
        var text: ArraySlice<UInt8>
        var binary: ArraySlice<UInt8> = []
        var isAtEnd = false
    }

    private static let blockByteCount = 64 * 1024

    let name: String
    private let input: InputReader
    private let state: Mutex<State>

    /// - Parameter beginning: what of the text is read already.
    init(_ input: InputReader, beginning: [UInt8]) {
        name = input.name
        self.input = input
        state = Mutex(State(text: beginning[...]))
    }

    func read(into buffers: UnsafeBufferPointer<iovec>) throws(EnvelopeError) -> Int {
        try state.withLock { state throws(EnvelopeError) in
            while state.binary.isEmpty, !state.isAtEnd { try decodeMore(&state) }
            return unsafe Self.move(from: &state.binary, to: buffers)
        }
    }

    private func decodeMore(_ state: inout State) throws(EnvelopeError) {
        if state.text.isEmpty { state.text = try input.readBlock(atMost: Self.blockByteCount) }
        do throws(AgeFormatError) {
            guard !state.text.isEmpty else {
                try state.decoder.finish()
                state.isAtEnd = true
                return
            }
            var output = [UInt8](repeating: 0, count: max(ArmorDecoder.minimumOutputByteCount, state.text.count))
            let text = state.text
            let (consumed, produced) = try unsafe text.span.bytes.withUnsafeBytes { text throws(AgeFormatError) in
                var span = output.mutableSpan
                return try unsafe span.withUnsafeMutableBytes { buffer throws(AgeFormatError) in
                    try unsafe state.decoder.decode(text, into: buffer)
                }
            }
            state.text = state.text.dropFirst(consumed)
            state.binary = output.prefix(produced)
        } catch {
            throw EnvelopeError(error, file: name)
        }
    }

    /// Takes bytes off the front, as many as the buffers have room for.
    private static func move(from bytes: inout ArraySlice<UInt8>, to buffers: UnsafeBufferPointer<iovec>) -> Int {
        var moved = 0
        for index in buffers.indices where !bytes.isEmpty {
            let room = unsafe UnsafeMutableRawBufferPointer(start: buffers[index].iov_base, count: buffers[index].iov_len)
            let part = bytes.prefix(room.count)
            unsafe room.copyBytes(from: part)
            bytes = bytes.dropFirst(part.count)
            moved += part.count
        }
        return moved
    }
}
