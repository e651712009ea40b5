public import Envelope
import SystemPackage

/// Opens sealed files by their keys while a tree is walked, and keeps nothing of what is in them.
public struct SealedFileCheck: Sendable {
    private static let suffix = Array(".age".utf8)

    private let opener: SealedFileOpener

    /// - Parameter opener: with the identities that should open them.
    public init(opener: SealedFileOpener) { self.opener = opener }

    static func isSealed(_ path: EntryPath) -> Bool {
        path.name.count > suffix.count && path.name.suffix(suffix.count).elementsEqual(suffix)
    }

    /// Waits for the file to be opened to its end.
    /// - Returns: why it does not open; nil when it does.
    func reason(_ descriptor: FileDescriptor, name: String) -> String? {
        let opener = opener
        return TaskWait.value {
            do throws(EnvelopeError) {
                _ = try await opener.verify(.descriptor(descriptor, name: name))
                return nil
            } catch {
                return error.message
            }
        }
    }
}
