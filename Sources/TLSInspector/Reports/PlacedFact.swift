/// One fact of a scan with its place: `protocols.TLSv1.2.cipherSuites`.
///
/// Lists of plain values are one fact. Entries of other lists go by what names them (a version, an id), so that an entry that came
/// in between does not change the names of those behind it.
struct PlacedFact: Sendable, Hashable {
    let path: String
    /// For people.
    let text: String
    /// Nil if it is decided.
    let undecided: Undecided?
}
