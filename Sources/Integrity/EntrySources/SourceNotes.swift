/// What is known at the end of a source's run besides the outcomes.
struct SourceNotes: Sendable {
    /// How many entries of the manifest were not compared.
    let leftOutCount: UInt64
    let refused: SourceListing.RefusedPaths
}

extension VerificationReport {
    mutating func take(_ notes: SourceNotes) {
        leftOutCount = notes.leftOutCount
        refusedPathCount = notes.refused.count
        refusedPaths = notes.refused.kept
    }
}
