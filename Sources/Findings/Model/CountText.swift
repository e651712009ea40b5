/// Numbers with what is counted.
public enum CountText {
    /// `1 file`, `0 files`, `2 entries`.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - noun: of which there is one, as `file`.
    ///   - plural: of which there are others, if an s does not make it.
    public static func of(_ count: some BinaryInteger, _ noun: String, plural: String? = nil) -> String {
        "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
    }
}
