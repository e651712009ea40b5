/// Lower-case hexadecimal digits of public bytes.
enum Hex {
    static func encode(_ bytes: [UInt8]) -> String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
