extension [UInt8] {
    /// From hexadecimal digits, between which there may be spaces and line breaks; anything else is a mistake in the test.
    public init(hex text: String) {
        let characters = text.filter { !$0.isWhitespace }
        let digits = characters.compactMap(\.hexDigitValue)
        precondition(digits.count == characters.count && digits.count.isMultiple(of: 2), "not hexadecimal: \(text)")
        self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    public var hex: String { map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
}
