import CQREncode
import OpenSSL
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A QR code (ISO/IEC 18004) for a terminal: two modules in each character cell, one above the other.
enum TerminalQRCode {
    /// The light margin that scanners need, in modules (ISO/IEC 18004 §5.3.8).
    private static let margin = 4
    /// The longest text, in bytes; what the lowest level of error correction holds is more (2953).
    private static let maximumByteCount = 1024
    /// A half block has three bytes in UTF-8.
    private static let bytesPerCell = 3
    /// Black on white, by numbers that no theme gives other colours.
    private static let blackOnWhite = "\u{1B}[38;5;16;48;5;231m"
    private static let reset = "\u{1B}[0m"

    /// - Parameter coloured: black on white whatever the terminal's colours are. Without colour the light modules are drawn, as fits
    ///   a dark terminal.
    static func render(_ text: borrowing SecretBytes, coloured: Bool) throws -> SecretBytes {
        guard (1...maximumByteCount).contains(text.count) else {
            throw CommandError(.libraryFailure, "the text is too long for a QR code in a terminal")
        }
        // libqrencode works in ordinary memory; what it gives back is wiped here, what it used inside is not.
        let encoded = text.withUnsafeBytes { bytes in
            QRcode_encodeData(Int32(bytes.count), bytes.bindMemory(to: UInt8.self).baseAddress, 0, QR_ECLEVEL_L)
        }
        guard let encoded else { throw CommandError(.libraryFailure, "the QR code could not be made: \(Errno(rawValue: errno))") }
        let width = Int(encoded.pointee.width)
        guard let modules = encoded.pointee.data else { throw CommandError(.libraryFailure, "the QR code has no modules") }
        defer {
            wipe(modules, width * width)
            QRcode_free(encoded)
        }
        return try draw(UnsafeBufferPointer(start: modules, count: width * width), width: width, coloured: coloured)
    }

    private static func draw(_ modules: UnsafeBufferPointer<UInt8>, width: Int, coloured: Bool) throws -> SecretBytes {
        /// Outside of the code everything is light.
        func isDark(_ row: Int, _ column: Int) -> Bool {
            (0..<width).contains(row) && (0..<width).contains(column) && modules[row * width + column] & 1 == 1
        }
        let (start, end) = coloured ? (Array(blackOnWhite.utf8), Array((reset + "\n").utf8)) : ([], [UInt8(ascii: "\n")])
        let side = width + 2 * margin
        var output = try SecretBuffer(capacity: (side + 1) / 2 * (side * bytesPerCell + start.count + end.count))
        for row in stride(from: -margin, to: width + margin, by: 2) {
            try output.append(start.bytes)
            for column in -margin..<width + margin {
                let cell = cell(upper: isDark(row, column) == coloured, lower: isDark(row + 1, column) == coloured)
                try output.append(cell.bytes)
            }
            try output.append(end.bytes)
        }
        return try output.withBytes { bytes throws(OpenSSLError) in try SecretBytes(copying: bytes) }
    }

    /// A cell with ink in its halves.
    private static func cell(upper: Bool, lower: Bool) -> [UInt8] {
        switch (upper, lower) {
        case (true, true): Array("█".utf8)
        case (true, false): Array("▀".utf8)
        case (false, true): Array("▄".utf8)
        case (false, false): [UInt8(ascii: " ")]
        }
    }

    private static func wipe(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int) {
        #if canImport(Glibc)
            explicit_bzero(bytes, count)
        #else
            memset_s(bytes, count, 0, count)
        #endif
    }
}
