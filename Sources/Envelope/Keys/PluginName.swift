/// The name of an age plugin, as recipients and identities hold it.
enum PluginName {
    /// The longest name, in characters.
    static let maximumCharacterCount = 64

    /// The name if it is well formed: letters, digits, `-`, `_`, `.` and `+`, which keeps paths out; nil else.
    static func checked(_ name: Substring) -> String? {
        let isWellFormed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "+"): true
            default: false
            }
        }
        guard isWellFormed, !name.isEmpty, name.utf8.count <= maximumCharacterCount else { return nil }
        return String(name)
    }

    static func unavailable(_ name: String) -> EnvelopeError {
        EnvelopeError(.pluginFailed, "it needs the plugin age-plugin-\(name), and plugins are not run here")
    }
}
