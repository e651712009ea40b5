extension FiniteFieldParameters {
    init?(prime: [UInt8], generator: [UInt8], isExport: Bool) { return nil }
}
