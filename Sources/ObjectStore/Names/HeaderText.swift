/// What may stand in an HTTP header (RFC 9110 §5).
enum HeaderText {
    /// `tchar` (RFC 9110 §5.6.2).
    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// Refuses control characters, which would end a header or hide in a terminal. Other Unicode is for the wire to encode.
    static func check(_ value: String, of name: String) throws(ObjectStoreError) {
        let isPlain = value.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control || $0 == "\t" }
        guard isPlain else { throw .argument(name, "", "The value of \(name) must not contain control characters.") }
    }
}
