extension [UInt8] {
    /// From digits, between which there may be spaces and line breaks.
    init(hex text: String) {
        let digits = text.filter { !$0.isWhitespace }
        precondition(digits.utf8.count % 2 == 0, "two digits make a byte")
        self = stride(from: 0, to: digits.utf8.count, by: 2).map { position in
            let start = digits.utf8.index(digits.startIndex, offsetBy: position)
            guard let byte = UInt8(digits[start..<digits.utf8.index(start, offsetBy: 2)], radix: 16) else {
                preconditionFailure("hexadecimal digits")
            }
            return byte
        }
    }
}
