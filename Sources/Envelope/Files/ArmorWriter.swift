import AgeFormat
import Synchronization

/// Turns what is written to an output into the text form of age.
final class ArmorWriter: Sendable {
    private static let blockByteCount = 64 * 1024
    private let encoder = Mutex(ArmorEncoder())

    /// Hands the text of some more bytes on.
    func encode(_ bytes: UnsafeRawBufferPointer, _ write: (ArraySlice<UInt8>) throws(EnvelopeError) -> Void) throws(EnvelopeError) {
        var rest = unsafe bytes
        while unsafe !rest.isEmpty {
            var text = [UInt8](repeating: 0, count: Self.blockByteCount)
            let (consumed, produced) = encoder.withLock { encoder in
                unsafe text.withUnsafeMutableBytes { unsafe encoder.encode(rest, into: $0) }
            }
            try write(text.prefix(produced))
            unsafe rest = unsafe UnsafeRawBufferPointer(rebasing: rest[consumed...])
        }
    }

    /// The text's end.
    func finish() -> ArraySlice<UInt8> {
        var text = [UInt8](repeating: 0, count: ArmorEncoder.finishByteCount)
        let produced = encoder.withLock { encoder in unsafe text.withUnsafeMutableBytes { unsafe encoder.finish(into: $0) } }
        return text.prefix(produced)
    }
}
