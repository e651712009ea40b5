import SystemPackage

/// What an examiner found out about an entry.
struct ExaminedEntry: Sendable {
    /// With `unreadable` set if there is something that could not be read: the entry, its attributes, its link's target or its content,
    /// or, of a folder, the names in it.
    var entry: ManifestEntry
    /// Of a file whose content was to be read and that could be opened.
    var content: ContentExamination?
    /// Whether `entry.attributes` says something; it does not if they could not be read, or were not read because the change time was the
    /// expected one.
    var hasAttributes = false
    /// The entry was there when its folder was read, and is not any more.
    var isGone = false
}
