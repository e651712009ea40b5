/// An end of which the exit status alone is to tell.
struct SilentFailure: Error {
    let status: ExitStatus
}
