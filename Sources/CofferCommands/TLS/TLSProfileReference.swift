import TLSInspector

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A profile of the program by its name, or one of the user's by its file.
struct TLSProfileReference {
    private let text: String

    init(_ text: String) { self.text = text }

    /// A name of the program's wins over a file of that name, which `./NAME` means.
    func read(in session: Session) throws -> Profile {
        do throws(ProfileError) {
            return try Profile.named(text)
        } catch {
            guard text.contains("/") || access(text, F_OK) == 0 else { throw CommandError(.usage, "--profile: \(error.description)") }
        }
        let bytes = try PublicFile.read(text, as: "profile", atMost: Profile.maximumSize, in: session)
        do throws(ProfileError) {
            return try Profile(json: bytes)
        } catch {
            throw CommandError(.malformedInput, "\(text): \(error.description)")
        }
    }
}
